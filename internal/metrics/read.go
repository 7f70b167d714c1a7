package metrics

import (
	"fmt"
	"strings"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/internal/fleet"
)

// What a unit of the heater's is in Prometheus' base units.
const (
	wattHour = 3600.0    // joules
	hour     = 3600.0    // seconds
	day      = 24 * hour // seconds
)

// fresh returns the status of a heater while it tells what is, not what was.
func fresh(s *fleet.State) (*nwp500.Status, bool) {
	return s.Status, s.Status != nil && s.Connection.Fresh
}

// celsius reads a temperature of the status.
func celsius(of func(*nwp500.Status) nwp500.Temperature) reader {
	return func(s *fleet.State) (float64, bool) {
		status, ok := fresh(s)
		if !ok {
			return 0, false
		}
		t := of(status)
		return t.Celsius(), t.Known()
	}
}

// feature reads a temperature of the features.
func feature(of func(*nwp500.Features) nwp500.Temperature) reader {
	return func(s *fleet.State) (float64, bool) {
		if s.Features == nil {
			return 0, false
		}
		t := of(s.Features)
		return t.Celsius(), t.Known()
	}
}

// kelvin reads a difference of temperatures.
func kelvin(of func(*nwp500.Status) nwp500.TemperatureDifference) reader {
	return func(s *fleet.State) (float64, bool) {
		status, ok := fresh(s)
		if !ok {
			return 0, false
		}
		d := of(status)
		return d.Kelvin(), d.Known()
	}
}

// number reads a number of the status, in a unit that is so many base units.
func number[T int | float64](unit float64, of func(*nwp500.Status) nwp500.Value[T]) reader {
	return func(s *fleet.State) (float64, bool) {
		status, ok := fresh(s)
		if !ok {
			return 0, false
		}
		value, known := of(status).Get()
		return float64(value) * unit, known
	}
}

// part reads a number of the status of which so many make one base unit.
func part(parts float64, of func(*nwp500.Status) nwp500.Value[float64]) reader {
	whole := number(1, of)
	return func(s *fleet.State) (float64, bool) {
		value, known := whole(s)
		return value / parts, known
	}
}

// onOff reads what is on or off.
func onOff(of func(*nwp500.Status) nwp500.OnOff) reader {
	return func(s *fleet.State) (float64, bool) {
		status, ok := fresh(s)
		if !ok {
			return 0, false
		}
		is := of(status)
		return truth(is.IsOn()), is.IsOn() || is.IsOff()
	}
}

// named reads an enumeration of the status as decoded messages spell it.
func named[T interface {
	comparable
	fmt.Stringer
}](of func(*nwp500.Status) nwp500.Value[T],
) func(*fleet.State) (string, bool) {
	return func(s *fleet.State) (string, bool) {
		status, ok := fresh(s)
		if !ok {
			return "", false
		}
		value, known := of(status).Get()
		return spelt(value), known
	}
}

// spelt is a name as decoded messages spell it.
func spelt(name fmt.Stringer) string { return strings.ReplaceAll(name.String(), " ", "_") }

// names are the names of enumerations.
func names[T fmt.Stringer](values ...T) []string {
	var all []string
	for _, value := range values {
		all = append(all, spelt(value))
	}
	return all
}

// counted reads what the heater has counted since it was installed. It stays when the
// status is no longer fresh: a counter stands still then, which is right.
func counted(unit float64, of func(*nwp500.InstallerDiagnostics) nwp500.Value[int]) reader {
	return func(s *fleet.State) (float64, bool) {
		if s.Lifetime == nil {
			return 0, false
		}
		value, known := of(s.Lifetime).Get()
		return float64(value) * unit, known
	}
}

// total reads a number of the status that only grows. Like what is counted it stays when the
// status is no longer fresh.
func total(of func(*nwp500.Status) nwp500.Value[int]) reader {
	return func(s *fleet.State) (float64, bool) {
		if s.Status == nil {
			return 0, false
		}
		value, known := of(s.Status).Get()
		return float64(value), known
	}
}

// used reads the electricity that a source has ever used. Two answers of a heater tell it, and
// the larger is the newer: a counter that fell would count as begun anew.
func used(lifetime func(*nwp500.InstallerDiagnostics) nwp500.Value[int], record func(nwp500.EnergyUsage) nwp500.Value[int]) reader {
	return func(s *fleet.State) (float64, bool) {
		var value nwp500.Value[int]
		if s.Lifetime != nil {
			value = lifetime(s.Lifetime)
		}
		if s.Energy != nil {
			if newer, known := record(s.Energy.Total).Get(); known && newer > value.Or(-1) {
				value = nwp500.ValueOf(newer)
			}
		}
		wh, known := value.Get()
		return float64(wh) * wattHour, known
	}
}
