package cli

import (
	"fmt"
	"math"
	"strconv"

	"github.com/nwp500/nwp500"
)

// unknown is what a table shows where the heater did not say.
const unknown = "unknown"

// scale is the units of a table: °C and litres, or °F and gallons.
type scale struct{ us bool }

// scaleOf returns the units that were asked for; auto is what the heater's panel shows.
func scaleOf(units nwp500.Units, shows nwp500.Value[nwp500.TemperatureType]) scale {
	return scale{units == nwp500.US || units == nwp500.Auto && shows.Is(nwp500.ShowsFahrenheit)}
}

// units is the name of the scale for the library.
func (s scale) units() nwp500.Units {
	if s.us {
		return nwp500.US
	}
	return nwp500.Metric
}

// degrees is a temperature's number on this scale, NaN when it is unknown.
func (s scale) degrees(t nwp500.Temperature) float64 {
	if s.us {
		return t.Fahrenheit()
	}
	return t.Celsius()
}

func (s scale) unit() string {
	if s.us {
		return "°F"
	}
	return "°C"
}

func (s scale) temperature(t nwp500.Temperature) string {
	if !t.Known() {
		return unknown
	}
	return number(s.degrees(t), 1) + " " + s.unit()
}

func (s scale) difference(d nwp500.TemperatureDifference) string {
	switch {
	case !d.Known():
		return unknown
	case s.us:
		return number(d.Fahrenheit(), 1) + " °F"
	}
	return number(d.Kelvin(), 1) + " K"
}

// gallonsPerLitre is docs/protocol.md §4's.
const gallonsPerLitre = 0.264172

func (s scale) volume(litres float64) string {
	if s.us {
		return number(litres*gallonsPerLitre, 1) + " gal"
	}
	return number(litres, 1) + " l"
}

func (s scale) flow(litres nwp500.Value[float64]) string {
	perMinute, known := litres.Get()
	switch {
	case !known:
		return unknown
	case s.us:
		return number(perMinute*gallonsPerLitre, 1) + " gal/min"
	}
	return number(perMinute, 1) + " l/min"
}

// number writes a number with so many decimals at most, and none that are zero.
func number(value float64, decimals int) string {
	shift := math.Pow10(decimals)
	rounded := math.Round(value*shift) / shift
	if rounded == 0 {
		rounded = 0 // not -0
	}
	return strconv.FormatFloat(rounded, 'f', -1, 64)
}

// quantity writes a value with its unit.
func quantity[T int | float64](value nwp500.Value[T], unit string) string {
	amount, known := value.Get()
	if !known {
		return unknown
	}
	return number(float64(amount), 1) + " " + unit
}

// kilowattHours writes an energy of the heater's, which it counts in watt-hours.
func kilowattHours(energy nwp500.Value[int]) string {
	wattHours, known := energy.Get()
	if !known {
		return unknown
	}
	return fmt.Sprintf("%s kWh", number(float64(wattHours)/1000, 2))
}

// rounded is a number as decoded messages have it, with two decimals.
func rounded(value float64) float64 { return math.Round(value*100) / 100 }
