package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/nwp500/nwp500"
)

// touAnswer is a heater's tariff, and whether it goes by it.
type touAnswer struct {
	tariff *nwp500.TOU
	state  nwp500.Value[int]
}

func (p *program) touShowCommand() *cobra.Command {
	cmd := p.command("show", "Show the tariff that a heater goes by", arguments(0, 0, "no arguments"), func(ctx context.Context, _ []string) error {
		return list(ctx, p, listing[touAnswer]{
			question: readTariff,
			document: touDocument,
			header:   append([]string{"tou_enabled"}, priceHeader...),
			records: func(a touAnswer) (records [][]string) {
				for _, record := range priceRecords(periodPrices(a.tariff.Periods)) {
					records = append(records, append([]string{a.use()}, record...))
				}
				return records
			},
			table: func(device nwp500.Device, a touAnswer) error {
				if err := p.say("%s: time of use is %s", title(device), touState(a.state)); err != nil {
					return err
				}
				return p.tariffTable(a.tariff.TOUPlan)
			},
		})
	})
	cmd.Long = `Show the tariff that the cloud keeps for a heater, and whether the heater goes by it. With
-o json it is what tou set takes back.`
	cmd.Example = "  nwp500 tou show\n  nwp500 tou show --device basement -o json > tariff.json"
	return cmd
}

// use is whether the heater goes by the tariff in CSV: true, false, or nothing when it does not say.
func (a touAnswer) use() string {
	state, known := a.state.Get()
	if !known {
		return ""
	}
	return cell(state != 0)
}

// readTariff asks the cloud for a heater's tariff, and the heater whether it goes by it.
func readTariff(ctx context.Context, heater *nwp500.Heater) (a touAnswer, err error) {
	if a.tariff, err = heater.TOU(ctx); err != nil {
		return a, err
	}
	status, err := heater.Status(ctx)
	if err != nil {
		return a, err
	}
	a.state = status.TOU
	return a, nil
}

// touDocument is the tariff as decode prints it, and in two members more whose it is and whether it is in use.
func touDocument(device nwp500.Device, a touAnswer) ([]byte, error) {
	document, err := with(a.tariff.AppendJSON(nil, nwp500.Metric), "mac_address", device.MAC.Reveal())
	if err != nil {
		return nil, err
	}
	state, known := a.state.Get()
	if !known {
		return document, nil
	}
	return with(document, "reservation_use", state != 0)
}

func touState(state nwp500.Value[int]) string {
	number, known := state.Get()
	if !known {
		return unknown
	}
	return onOff(number != 0)
}

// tariffTable shows a tariff to a person.
func (p *program) tariffTable(plan nwp500.TOUPlan) error {
	name := orUnknown(plan.Name)
	if plan.Utility != "" {
		name += ", " + plan.Utility
	}
	if plan.ZIP != "" {
		name += ", ZIP code " + plan.ZIP
	}
	if err := p.say("  %s", name); err != nil {
		return err
	}
	return p.priceTable(periodPrices(plan.Periods))
}
