package fleet

import (
	"fmt"
	"math"
	"strings"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/api"
)

const (
	// showerCelsius is the water that people shower with, showerLitres a shower of some
	// six minutes.
	showerCelsius = 40.0
	showerLitres  = 50.0
	// assumedInlet is the cold water of a heater that does not measure it.
	assumedInlet = 15.0
)

// Summary returns the status in a person's words and numbers, nil without one.
func (s *State) Summary() *api.Summary {
	if s.Status == nil {
		return nil
	}
	sum := &api.Summary{Sources: sources(s.Status), Doing: doing(s.Status), Why: why(s.Status)}
	inlet := s.Status.Inlet.Celsius()
	// A heater without that sensor sends 0 (docs/protocol.md §4).
	if !s.Status.Inlet.Known() || inlet <= 0 || inlet >= showerCelsius {
		inlet, sum.InletAssumed = assumedInlet, true
	}
	sum.InletCelsius = &inlet
	if s.Features == nil || s.Features.Volume.Or(0).Litres() == 0 {
		return sum
	}
	litres := s.Features.Volume.Or(0).Litres()
	sum.TankLitres = &litres
	if s.Status.TankUpper.Known() && s.Status.TankLower.Known() {
		hot := tenths(hotLitres(litres, s.Status.TankUpper.Celsius(), s.Status.TankLower.Celsius(), inlet))
		showers := tenths(hot / showerLitres)
		sum.HotLitres, sum.Showers = &hot, &showers
	}
	return sum
}

// hotLitres is how much water of 40 °C a tank yields, mixed with cold water. Each half of
// the tank is taken to have the temperature of its sensor; a litre of T °C above 40 makes
// (T − cold) / (40 − cold) litres, and one below 40 none: it cannot be made warmer.
func hotLitres(tank, upper, lower, cold float64) float64 {
	litres := 0.0
	for _, temperature := range []float64{upper, lower} {
		if temperature >= showerCelsius {
			litres += tank / 2 * (temperature - cold) / (showerCelsius - cold)
		}
	}
	return litres
}

// tenths rounds to what can be told.
func tenths(number float64) float64 { return math.Round(number*10) / 10 }

// sources are what heats, by the components that are on.
func sources(status *nwp500.Status) []string {
	on := []string{}
	for _, source := range []struct {
		name  string
		state nwp500.OnOff
	}{{"heat_pump", status.Compressor}, {"upper_element", status.UpperElement}, {"lower_element", status.LowerElement}} {
		if source.state.IsOn() {
			on = append(on, source.name)
		}
	}
	return on
}

// doing says what runs now.
func doing(status *nwp500.Status) string {
	on := sources(status)
	for i, source := range on {
		on[i] = "the " + strings.ReplaceAll(source, "_", " ")
	}
	switch {
	case len(on) > 0:
		return "heating with " + strings.Join(on, " and ")
	case status.Mode.Is(nwp500.PowerOff):
		return "off"
	case status.Heating.IsOn():
		// The components lag (docs/protocol.md §5): about 30 s for the compressor.
		return "beginning to heat"
	case status.Mode.Is(nwp500.Vacation):
		return "on vacation"
	}
	return "standing by"
}

// why is the reason as far as a status tells it, by the rank of what decides
// (docs/protocol.md §5), and "" when it does not.
func why(status *nwp500.Status) string {
	heats := len(sources(status)) > 0 || status.Heating.IsOn()
	event := status.DemandResponse.Or(nwp500.NoEvent)
	switch {
	case status.AntiLegionellaRunning.IsOn():
		return "the cycle against Legionella"
	case event > nwp500.RunNormal:
		return "the electricity supplier asks for it: " + event.String()
	case status.Mode.Is(nwp500.PowerOff):
		return ""
	case status.Mode.Is(nwp500.Vacation):
		if days, known := status.VacationDays.Get(); known && days > 0 {
			return fmt.Sprintf("a vacation of %d days", days)
		}
		return "a vacation"
	case heats && status.Drawing.IsOn():
		return "hot water is being drawn" + belowSetpoint(status, ", and ")
	case heats:
		return belowSetpoint(status, "")
	case status.TOU.Or(0) == 3: // seen while a window was in force; the meaning is unconfirmed
		return "the time-of-use tariff"
	}
	return ""
}

// belowSetpoint says which part of the tank is below the setpoint. By how much stands beside it, in the reader's own units.
func belowSetpoint(status *nwp500.Status, before string) string {
	part, coldest := "lower tank", status.TankLower
	if !coldest.Known() {
		part, coldest = "upper tank", status.TankUpper
	}
	if missing := status.Setpoint.Minus(coldest); missing.Known() && missing.Kelvin() > 0.5 {
		return before + "the " + part + " is below the setpoint"
	}
	return ""
}
