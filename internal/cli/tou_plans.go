package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"time"

	"github.com/spf13/cobra"

	"github.com/nwp500/nwp500/openei"
)

// openEICommand is a command that asks OpenEI about a place, and needs no account.
func (p *program) openEICommand(use, short string, flags *tariffFlags, needed []string, run func(context.Context, *openei.Client) error) *cobra.Command {
	cmd := p.command(use, short, arguments(0, 0, "options alone"), nil)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := needFlags(cmd, needed...); err != nil {
			return err
		}
		client, err := flags.client(p)
		if err != nil {
			return err
		}
		ctx, cancel := p.bounded(cmd.Context())
		defer cancel()
		return run(ctx, client)
	}
	flags.register(cmd)
	return cmd
}

func (p *program) touUtilitiesCommand() *cobra.Command {
	var flags tariffFlags
	cmd := p.openEICommand("utilities", "List the utilities that have tariffs at a place", &flags, []string{"zip"},
		func(ctx context.Context, client *openei.Client) error {
			utilities, err := client.Utilities(ctx, flags.zip)
			if err != nil {
				return err
			}
			if p.options.format.csv {
				var records [][]string
				for _, utility := range utilities {
					records = append(records, []string{utility})
				}
				return p.csv([]string{"utility"}, records)
			}
			for _, utility := range utilities {
				if p.options.format.json {
					err = p.document(map[string]string{"utility": utility})
				} else {
					err = p.say("%s", utility)
				}
				if err != nil {
					return err
				}
			}
			return nil
		})
	cmd.Long = "List the utilities that have residential tariffs at a place, by OpenEI."
	cmd.Example = "  nwp500 tou utilities --zip 94102"
	return cmd
}

// planSummary is a plan in a list, for programs.
type planSummary struct {
	Label    string `json:"label"`
	Utility  string `json:"utility"`
	Name     string `json:"name"`
	Start    string `json:"start"`
	End      string `json:"end"`
	Approved bool   `json:"approved"`
	Usable   bool   `json:"usable"`
	Problem  string `json:"problem,omitempty"`
}

func summarise(plan openei.Plan) planSummary {
	s := planSummary{
		Label: plan.Label, Utility: plan.Utility, Name: plan.Name, Start: date(plan.Start), End: date(plan.End), Approved: plan.Approved, Usable: true,
	}
	if err := plan.UsableForTOU(); err != nil {
		s.Usable, s.Problem = false, err.Error()
	}
	return s
}

// date is a day, or nothing when it is not known.
func date(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.Format(time.DateOnly)
}

func (p *program) touPlansCommand() *cobra.Command {
	var flags tariffFlags
	cmd := p.openEICommand("plans", "List the tariffs of a place", &flags, []string{"zip"},
		func(ctx context.Context, client *openei.Client) error {
			plans, err := client.Plans(ctx, flags.zip, flags.utility)
			if err != nil {
				return err
			}
			table := [][]string{{"NAME", "UTILITY", "SINCE", "UNTIL", "USABLE"}}
			var records [][]string
			for _, plan := range plans {
				s := summarise(plan)
				if p.options.format.json {
					if err := p.document(s); err != nil {
						return err
					}
				}
				table = append(table, []string{s.Name, s.Utility, s.Start, s.End, yes(s.Usable)})
				records = append(records, []string{s.Label, s.Utility, s.Name, s.Start, s.End, cell(s.Approved), cell(s.Usable)})
			}
			switch {
			case p.options.format.json:
				return nil
			case p.options.format.csv:
				return p.csv([]string{"label", "utility", "name", "start", "end", "approved", "usable"}, records)
			}
			return p.rows(table)
		})
	cmd.Long = `List the residential tariffs of a place, by OpenEI, the latest first. A heater can save
nothing by one that is not usable: its price is always the same, or it is not whole; tou
plans -o json says why. OpenEI also has tariffs that have ended.`
	cmd.Example = "  nwp500 tou plans --zip 94102\n  nwp500 tou plans --zip 94102 --utility CleanPowerSF"
	flags.registerUtility(p, cmd)
	return cmd
}

func yes(is bool) string {
	if is {
		return "yes"
	}
	return "no"
}

func (p *program) touPlanCommand() *cobra.Command {
	var flags tariffFlags
	cmd := p.openEICommand("plan", "Show the prices of one tariff", &flags, []string{"zip", "plan"},
		func(ctx context.Context, client *openei.Client) error {
			plan, err := client.Plan(ctx, flags.zip, flags.utility, flags.plan)
			if err != nil {
				return err
			}
			if p.options.format.json {
				var line bytes.Buffer
				if err := json.Compact(&line, plan.Raw); err != nil {
					return err
				}
				return p.line(line.Bytes())
			}
			prices, err := planPrices(plan)
			if err != nil {
				return err
			}
			if p.options.format.csv {
				return p.csv(priceHeader, priceRecords(prices))
			}
			if err := p.say("%s, %s", plan.Name, plan.Utility); err != nil {
				return err
			}
			return p.priceTable(prices)
		})
	cmd.Long = `Show the prices of one tariff of a place. With -o json it is what OpenEI has, whole.

A name may be a part that fits no other tariff; of several versions it is the latest.`
	cmd.Example = `  nwp500 tou plan --zip 94102 --utility "Pacific Gas & Electric Co" --plan E-TOU-C`
	flags.registerUtility(p, cmd)
	flags.registerPlan(p, cmd)
	return cmd
}
