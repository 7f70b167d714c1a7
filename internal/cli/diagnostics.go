package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/nwp500/nwp500"
)

func (p *program) diagnosticsCommand() *cobra.Command {
	cmd := commandGroup("diagnostics", "Show what the heaters have counted, and how the connection does",
		p.diagnosticsDeviceCommand(), p.diagnosticsConnectionCommand())
	cmd.Example = "  nwp500 diagnostics device\n  nwp500 diagnostics connection --for 1h"
	return cmd
}

func (p *program) diagnosticsDeviceCommand() *cobra.Command {
	cmd := p.command("device", "Show what the heaters have counted since they were installed", arguments(0, 0, "no arguments"), func(ctx context.Context, _ []string) error {
		question := func(ctx context.Context, heater *nwp500.Heater) (*nwp500.InstallerDiagnostics, error) {
			return heater.Diagnostics(ctx)
		}
		return showHeaters(ctx, p, question, view[*nwp500.InstallerDiagnostics]{
			table: func(device nwp500.Device, d *nwp500.InstallerDiagnostics) error {
				return p.sheet(diagnosticsSheet(title(device), d))
			},
			document: func(_ nwp500.Device, d *nwp500.InstallerDiagnostics) ([]byte, error) {
				return d.AppendJSON(nil, p.options.units.units), nil
			},
			header: sheetHeader,
			records: func(device nwp500.Device, d *nwp500.InstallerDiagnostics) [][]string {
				return diagnosticsSheet("", d).records(device)
			},
		})
	})
	cmd.Long = "Show what the heaters have counted since they were installed: energy, hours, starts and faults."
	cmd.Example = "  nwp500 diagnostics device"
	return cmd
}

// diagnosticsSheet is a heater's life for people.
func diagnosticsSheet(name string, d *nwp500.InstallerDiagnostics) *sheet {
	total, wear, water := d.Totals, d.Components, d.HotWater
	sheet := &sheet{title: name}
	sheet.group("Since it was installed",
		fact{"time", quantity(total.Days, "days")},
		fact{"heat pump", kilowattHours(total.HeatPumpEnergy)},
		fact{"elements", kilowattHours(total.ElementEnergy)},
	)
	sheet.group("Wear",
		worn("compressor", wear.CompressorTime, wear.CompressorStarts),
		worn("fan", wear.FanTime, wear.FanStarts),
		worn("upper element", wear.UpperElementTime, wear.UpperElementStarts),
		worn("lower element", wear.LowerElementTime, wear.LowerElementStarts),
		worn("recirculation pump", wear.RecirculationTime, wear.RecirculationStarts),
		fact{"expansion valve", quantity(wear.ExpansionValveSteps, "steps")},
		fact{"mixing valve", quantity(wear.MixingValveSteps, "steps") + ", " + quantity(wear.MixingValveRate, "%")},
		fact{"shut-off valve", quantity(wear.ShutOffValveMoves, "moves")},
	)
	sheet.group("Faults and protection",
		fact{"high-limit cut-out", times(total.HighLimitTrips)},
		fact{"dry fire", times(total.DryFires)},
		fact{"frost protection", times(total.FrostProtections)},
		fact{"condensate overflow", times(total.CondensateOverflows)},
		fact{"water overflow", times(total.WaterOverflows)},
		fact{"high pressure", times(total.HighPressures)},
		fact{"discharge too hot", times(total.AbnormalDischarges)},
		fact{"suction too cold", times(total.AbnormalSuctions)},
		fact{"both at once", times(total.AbnormalDifferences)},
	)
	sheet.group("Events of the utility",
		fact{"shed", quantity(total.ShedTime, "h")},
		fact{"load up", quantity(total.LoadUpTime, "h")},
		fact{"advanced load up", quantity(total.AdvancedLoadUpTime, "h")},
		fact{"peak", quantity(total.PeakEventTime, "h")},
		fact{"grid emergency", quantity(total.GridEmergencyTime, "h")},
	)
	sheet.group("Hot water",
		fact{"draws", drawn(water.Uses, water.UseTime)},
		fact{"long draws", drawn(water.LongUses, water.LongUseTime)},
		fact{"short draws", times(water.ShortUses)},
		fact{"average recovery", quantity(water.RecoveryTime, "h")},
	)
	return sheet
}

func worn(name string, hours, starts nwp500.Value[int]) fact {
	return fact{name, quantity(hours, "h") + ", " + quantity(starts, "starts")}
}

func drawn(uses, hours nwp500.Value[int]) string {
	if uses.Is(0) {
		return times(uses)
	}
	return times(uses) + ", " + quantity(hours, "h")
}

func times(count nwp500.Value[int]) string {
	n, known := count.Get()
	switch {
	case !known:
		return unknown
	case n == 0:
		return "never"
	}
	return plural(n, "time")
}
