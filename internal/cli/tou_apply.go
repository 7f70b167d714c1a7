package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"

	"github.com/spf13/cobra"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/openei"
)

func (p *program) touApplyCommand() *cobra.Command {
	var flags tariffFlags
	var dryRun bool
	cmd := p.openEICommand("apply", "Have a heater go by a tariff", &flags, []string{"zip", "plan"},
		func(ctx context.Context, client *openei.Client) error {
			source, err := client.Plan(ctx, flags.zip, flags.utility, flags.plan)
			if err != nil {
				return err
			}
			if err := source.UsableForTOU(); err != nil {
				return unusableError{err}
			}
			return p.withHeaterOf(ctx, func(cloud *nwp500.Client, heater *nwp500.Heater) error {
				plan, err := convert(ctx, cloud, source, flags.zip)
				if err != nil {
					return err
				}
				return p.applyTariff(ctx, heater, nwp500.TOUUpdate{Plan: plan, Source: source.Raw, ZIP: flags.zip}, dryRun)
			})
		})
	cmd.Long = `Have a heater go by a tariff of OpenEI: the cloud makes a schedule of it and keeps it, and
the heater gets it and follows it from then on. What is written is shown first; with
--dry-run nothing is written.`
	cmd.Example = `  nwp500 tou apply --zip 94102 --utility "Pacific Gas & Electric Co" --plan E-TOU-C --dry-run
  nwp500 tou apply --zip 94102 --utility "Pacific Gas & Electric Co" --plan E-TOU-C`
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "show what would be written, and write nothing")
	flags.registerUtility(p, cmd)
	flags.registerPlan(p, cmd)
	return cmd
}

// unusableError is a tariff that no heater can save by.
type unusableError struct{ reason error }

func (e unusableError) Error() string { return e.reason.Error() }
func (e unusableError) Unwrap() error { return e.reason }

// convert has the cloud make a heater's tariff of a plan.
func convert(ctx context.Context, cloud *nwp500.Client, source openei.Plan, zip string) (nwp500.TOUPlan, error) {
	plans, err := cloud.ConvertTOU(ctx, []json.RawMessage{source.Raw})
	if err != nil {
		return nwp500.TOUPlan{}, err
	}
	if len(plans) != 1 {
		return nwp500.TOUPlan{}, errors.New("the cloud did not make a tariff of the plan")
	}
	plans[0].ZIP = zip
	return plans[0], nil
}

// applyTariff shows a tariff and writes it.
func (p *program) applyTariff(ctx context.Context, heater *nwp500.Heater, update nwp500.TOUUpdate, dryRun bool) error {
	document, err := planDocument(update.Plan)
	if err != nil {
		return err
	}
	switch {
	case dryRun && p.options.format.json:
		return p.line(document)
	case dryRun && p.options.format.csv:
		return p.csv(priceHeader, priceRecords(periodPrices(update.Plan.Periods)))
	case !p.options.format.json && !p.options.format.csv:
		if err := p.tariffTable(update.Plan); err != nil {
			return err
		}
	}
	if dryRun {
		return p.say("Nothing was written.")
	}
	if err := heater.ApplyTOU(ctx, update); err != nil {
		return err
	}
	return p.done(heater, "tou apply", json.RawMessage(document), "goes by this tariff from now on")
}

// planDocument is a tariff as tou show prints one.
func planDocument(plan nwp500.TOUPlan) ([]byte, error) {
	type season struct {
		Season   int              `json:"season"`
		Interval []map[string]int `json:"interval"`
	}
	var seasons []season
	for _, period := range plan.Periods {
		if n := len(seasons); n == 0 || seasons[n-1].Season != int(period.Months) {
			seasons = append(seasons, season{Season: int(period.Months)})
		}
		of := &seasons[len(seasons)-1]
		of.Interval = append(of.Interval, map[string]int{
			"week": int(period.Days), "startHour": period.StartHour, "startMinute": period.StartMinute,
			"endHour": period.EndHour, "endMinute": period.EndMinute,
			"priceMin": period.Min.Value, "priceMax": period.Max.Value, "decimalPoint": period.Min.Decimals,
		})
	}
	var message bytes.Buffer
	encoder := json.NewEncoder(&message)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(map[string]any{"touInfo": map[string]any{
		"name": plan.Name, "utility": plan.Utility, "zipCode": plan.ZIP, "schedule": seasons,
	}})
	if err != nil {
		return nil, err
	}
	return nwp500.Decode(message.Bytes(), nwp500.Metric)
}
