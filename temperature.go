package nwp500

import (
	"encoding/json"
	"fmt"
	"math"

	"github.com/nwp500/nwp500/internal/wire"
)

// Temperature is a temperature, asked for in the unit that the caller wants. The
// zero Temperature is unknown; 0 °C is a temperature like any other. Temperatures
// can be compared with ==.
type Temperature struct {
	celsius    float64
	fahrenheit float64
	known      bool
}

// Celsius returns the temperature of so many degrees Celsius. What is no number
// (NaN, an infinity) is an unknown temperature.
func Celsius(degrees float64) Temperature {
	return temperature(degrees, degrees*9/5+32)
}

// Fahrenheit returns the temperature of so many degrees Fahrenheit. What is no
// number (NaN, an infinity) is an unknown temperature.
func Fahrenheit(degrees float64) Temperature {
	return temperature((degrees-32)*5/9, degrees)
}

func temperature(celsius, fahrenheit float64) Temperature {
	if math.IsNaN(celsius) || math.IsInf(celsius, 0) || math.IsInf(fahrenheit, 0) {
		return Temperature{}
	}
	return Temperature{celsius: tidy(celsius), fahrenheit: tidy(fahrenheit), known: true}
}

// tidy takes the noise of binary fractions off a conversion: 58.6 °C are
// 137.48 °F and not 137.48000000000002.
func tidy(degrees float64) float64 { return math.Round(degrees*1e6) / 1e6 }

// halfCelsius is the wire's "half °C".
func halfCelsius(raw int64) Temperature {
	return Temperature{celsius: float64(raw) / 2, fahrenheit: float64(raw*9+320) / 10, known: true}
}

// deciCelsius is the wire's "deci °C".
func deciCelsius(raw int64) Temperature {
	return Temperature{celsius: float64(raw) / 10, fahrenheit: float64(raw*18+3200) / 100, known: true}
}

// outsideTemperature is the wire's "raw half °C with formula": in °F the heater
// shows whole degrees, rounded its own way.
func outsideTemperature(raw int64, formula Value[FormulaType]) Temperature {
	t := halfCelsius(raw)
	t.fahrenheit = float64(wire.WholeFahrenheit(raw, int64(formula.Or(FormulaStandard))))
	return t
}

// raw returns the temperature in the wire's half °C, to the nearest.
func (t Temperature) raw() int { return int(math.Round(t.celsius * 2)) }

// Known reports whether there is a temperature.
func (t Temperature) Known() bool { return t.known }

// Celsius returns degrees Celsius, or NaN when the temperature is unknown.
func (t Temperature) Celsius() float64 {
	if !t.known {
		return math.NaN()
	}
	return t.celsius
}

// Fahrenheit returns degrees Fahrenheit, or NaN when the temperature is unknown.
func (t Temperature) Fahrenheit() float64 {
	if !t.known {
		return math.NaN()
	}
	return t.fahrenheit
}

// Minus returns the difference of two temperatures, unknown when either is.
func (t Temperature) Minus(other Temperature) TemperatureDifference {
	if !t.known || !other.known {
		return TemperatureDifference{}
	}
	return Kelvin(t.celsius - other.celsius)
}

// String returns the temperature in both units, "59.5 °C (139.1 °F)", or "unknown".
func (t Temperature) String() string {
	if !t.known {
		return "unknown"
	}
	return fmt.Sprintf("%s °C (%s °F)", short(t.celsius), short(t.fahrenheit))
}

// MarshalJSON encodes both units, or null when the temperature is unknown.
func (t Temperature) MarshalJSON() ([]byte, error) {
	if !t.known {
		return []byte("null"), nil
	}
	return json.Marshal(struct {
		Celsius    float64 `json:"celsius"`
		Fahrenheit float64 `json:"fahrenheit"`
	}{t.celsius, t.fahrenheit})
}

// TemperatureDifference is a difference of two temperatures: a hysteresis, a
// superheat. It has no zero point, so none is added when the unit changes. The
// zero TemperatureDifference is unknown.
type TemperatureDifference struct {
	kelvin float64
	known  bool
}

// Kelvin returns a difference of so many kelvin, which are degrees Celsius. What
// is no number is an unknown difference.
func Kelvin(degrees float64) TemperatureDifference {
	if math.IsNaN(degrees) || math.IsInf(degrees, 0) {
		return TemperatureDifference{}
	}
	return TemperatureDifference{kelvin: tidy(degrees), known: true}
}

// Known reports whether there is a difference.
func (d TemperatureDifference) Known() bool { return d.known }

// Kelvin returns the difference in kelvin, or NaN when it is unknown.
func (d TemperatureDifference) Kelvin() float64 {
	if !d.known {
		return math.NaN()
	}
	return d.kelvin
}

// Fahrenheit returns the difference in degrees Fahrenheit, or NaN when it is
// unknown.
func (d TemperatureDifference) Fahrenheit() float64 {
	if !d.known {
		return math.NaN()
	}
	return tidy(d.kelvin * 9 / 5)
}

// String returns the difference in both units, "4.6 K (8.28 °F)", or "unknown".
func (d TemperatureDifference) String() string {
	if !d.known {
		return "unknown"
	}
	return fmt.Sprintf("%s K (%s °F)", short(d.kelvin), short(d.Fahrenheit()))
}

// MarshalJSON encodes both units, or null when the difference is unknown.
func (d TemperatureDifference) MarshalJSON() ([]byte, error) {
	if !d.known {
		return []byte("null"), nil
	}
	return json.Marshal(struct {
		Kelvin     float64 `json:"kelvin"`
		Fahrenheit float64 `json:"fahrenheit"`
	}{d.kelvin, d.Fahrenheit()})
}

// short formats a number with at most two decimals and none that are zero.
func short(number float64) string {
	rounded := math.Round(number*100) / 100
	if rounded == 0 {
		rounded = 0 // not -0
	}
	return fmt.Sprintf("%v", rounded)
}
