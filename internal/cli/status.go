package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/nwp500/nwp500"
)

func (p *program) statusCommand() *cobra.Command {
	cmd := p.command("status", "Show what the heaters do", arguments(0, 0, "no arguments"), func(ctx context.Context, _ []string) error {
		units := p.options.units.units
		return showHeaters(ctx, p, askStatus, view[*nwp500.Status]{
			table: func(device nwp500.Device, status *nwp500.Status) error {
				return p.sheet(statusSheet(title(device), status, units))
			},
			document: func(_ nwp500.Device, status *nwp500.Status) ([]byte, error) {
				return status.AppendJSON(nil, units), nil
			},
			header: statusColumns,
			records: func(device nwp500.Device, status *nwp500.Status) [][]string {
				return [][]string{statusRecord(device, status, units)}
			},
		})
	})
	cmd.Long = `Ask the heaters for their status and show it. With -o json a document a line, with
every field that the heater sent; with -o csv a record, whose columns are always the same.`
	cmd.Example = "  nwp500 --sim status\n  nwp500 status --device basement --units metric -o json"
	return cmd
}

// askStatus asks a heater for its status.
func askStatus(ctx context.Context, heater *nwp500.Heater) (*nwp500.Status, error) {
	return heater.Status(ctx)
}

// statusSheet is a status for people: what the owner of a heater asks, in that order.
func statusSheet(name string, s *nwp500.Status, units nwp500.Units) *sheet {
	in := scaleOf(units, s.Shows)
	sheet := &sheet{title: name}
	sheet.group("Hot water",
		fact{"temperature", in.temperature(s.Temperature)},
		fact{"setpoint", in.temperature(s.Setpoint)},
		fact{"tank", in.temperature(s.TankUpper) + " upper, " + in.temperature(s.TankLower) + " lower"},
		fact{"charge", quantity(s.Charge, "%")},
		fact{"usable energy", kilowattHours(s.UsableEnergy())},
		fact{"energy to setpoint", kilowattHours(s.EnergyToSetpoint)},
		fact{"drawn now", drawing(in, s)},
		fact{"drawn in all", drawnInAll(in, s)},
	)
	sheet.group("Heating",
		fact{"mode", modeText(s)},
		fact{"now", operation(s)},
		fact{"power", quantity(s.Power, "W")},
		fact{"compressor", s.Compressor.String()},
		fact{"elements", "upper " + s.UpperElement.String() + ", lower " + s.LowerElement.String()},
		fact{"fan", fan(s)},
		fact{"evaporator", in.temperature(s.Evaporator)},
		fact{"discharge", in.temperature(s.Discharge)},
		fact{"superheat", in.difference(s.Superheat) + " of " + in.difference(s.TargetSuperheat)},
	)
	sheet.group("Around it",
		fact{"air", in.temperature(s.Ambient)},
		fact{"cold water", in.temperature(s.Inlet)},
		fact{"outside", in.temperature(s.Outside)},
		fact{"WiFi signal", s.WiFiSignal.String()},
	)
	sheet.group("Programs and protection",
		fact{"reservations", s.ReservationsEnabled.String()},
		fact{"time of use", timeOfUse(s)},
		fact{"demand response", s.DemandResponse.String()},
		fact{"anti-Legionella", antiLegionella(s)},
		fact{"freeze protection", freezeProtection(in, s)},
		fact{"air filter", airFilter(s)},
		fact{"fault", faultText(s.Fault, s.SubFault)},
	)
	if mode, known := s.RecirculationMode.Get(); known && mode != nwp500.RecirculationUnknown {
		sheet.group("Recirculation",
			fact{"mode", s.RecirculationMode.String()},
			fact{"busy", s.RecirculationBusy.String()},
			fact{"setpoint", in.temperature(s.RecirculationSetpoint)},
			fact{"returning water", in.temperature(s.RecirculationTemperature)},
			fact{"flow", in.flow(s.RecirculationFlow)},
		)
	}
	return sheet
}

func modeText(s *nwp500.Status) string {
	days, known := s.VacationDays.Get()
	if s.Mode.Is(nwp500.Vacation) && known {
		return fmt.Sprintf("vacation of %s", plural(days, "day"))
	}
	return s.Mode.String()
}

// operation says what the heater does at this moment.
func operation(s *nwp500.Status) string {
	switch {
	case s.Heating.IsOn() && s.HeatUse.Is(nwp500.HeatFromPump):
		return "heating with the heat pump"
	case s.Heating.IsOn() && s.HeatUse.Is(nwp500.HeatFromElement):
		return "heating with an element"
	case s.Heating.IsOn() && s.HeatUse.Is(nwp500.HeatFromBoth):
		return "heating with the heat pump and an element"
	case s.Heating.IsOn():
		return "heating"
	case s.Heating.IsOff():
		return "not heating"
	}
	return s.Heating.String()
}

func drawing(in scale, s *nwp500.Status) string {
	if s.Drawing.IsOff() && s.Flow.Is(0) {
		return "nothing"
	}
	return in.flow(s.Flow)
}

func drawnInAll(in scale, s *nwp500.Status) string {
	litres, known := s.TotalDrawn.Get()
	if !known {
		return unknown
	}
	return in.volume(float64(litres))
}

func fan(s *nwp500.Status) string {
	if s.Fan.IsOn() {
		return "on, " + quantity(s.FanSpeed, "rpm")
	}
	return s.Fan.String()
}

func timeOfUse(s *nwp500.Status) string {
	state, known := s.TOU.Get()
	switch {
	case !known:
		return unknown
	case state == 0:
		return "off"
	case s.TOUOverridden.Is(true):
		return "on, overridden by the owner"
	}
	return "on"
}

func antiLegionella(s *nwp500.Status) string {
	text := s.AntiLegionella.String()
	if days, known := s.AntiLegionellaPeriod.Get(); known && s.AntiLegionella.IsOn() {
		text += fmt.Sprintf(", every %s", plural(days, "day"))
	}
	if s.AntiLegionellaRunning.IsOn() {
		text += ", running now"
	}
	return text
}

func freezeProtection(in scale, s *nwp500.Status) string {
	if s.FreezeProtection.IsOn() && s.FreezeProtectionTemperature.Known() {
		return "on, below " + in.temperature(s.FreezeProtectionTemperature)
	}
	return s.FreezeProtection.String()
}

func airFilter(s *nwp500.Status) string {
	elapsed, known := s.AirFilterElapsed.Get()
	period, both := s.AirFilterPeriod.Get()
	switch {
	case s.AirFilterAlarm.IsOff():
		return "alarm off"
	case !known || !both:
		return unknown
	}
	return fmt.Sprintf("%d of %s", elapsed, plural(period, "hour"))
}

// faultText is a fault as an owner reads it.
func faultText(code nwp500.Value[nwp500.FaultCode], sub nwp500.Value[int]) string {
	fault, known := code.Get()
	if !known {
		return unknown
	}
	if detail := fault.Detail(sub.Or(0)); detail != "" {
		return fmt.Sprintf("%v (%s)", fault, detail)
	}
	return fault.String()
}

// plural writes a number of things.
func plural(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
