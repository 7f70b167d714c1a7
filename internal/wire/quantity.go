package wire

// Units is the unit system of what is printed.
type Units int

// The unit systems. UnitsAuto is what the heater shows, as temperatureType says, and
// metric when it does not say.
const (
	UnitsAuto   Units = iota
	UnitsMetric       // °C, K, l/min, l
	UnitsUS           // °F, °F of difference, US gal/min, US gal
)

// String is the unit system as it is printed: auto, metric or us.
func (u Units) String() string {
	switch u {
	case UnitsMetric:
		return "metric"
	case UnitsUS:
		return "us"
	}
	return "auto"
}

// resolve decides UnitsAuto by the temperatureType beside the values.
func (u Units) resolve(o Object) Units {
	if u != UnitsAuto {
		return u
	}
	v, _ := o.Get("temperatureType")
	if n, ok := Integer(v); ok && n == 2 {
		return UnitsUS
	}
	return UnitsMetric
}

// US gallons in a million litres.
const gallons = 264_172

// wattHours is the energy of one count.
const wattHours = 4

// hundredths converts the raw value of a quantity to hundredths of its unit, exactly
// where that is possible and else rounded half away from zero; ok is false for an
// encoding that is no quantity. Only outsideTemperature goes by the formula.
func (e Encoding) hundredths(raw int64, units Units, formula int64) (n int64, ok bool) {
	us := units == UnitsUS
	switch e {
	case EncodingHalfCelsius:
		if us {
			return raw*90 + 3200, true
		}
		return raw * 50, true
	case EncodingHalfCelsiusFormula:
		if us {
			return WholeFahrenheit(raw, formula) * 100, true
		}
		return raw * 50, true
	case EncodingDeciCelsius:
		if us {
			return raw*18 + 3200, true
		}
		return raw * 10, true
	case EncodingDeciCelsiusDifference:
		if us {
			return raw * 18, true
		}
		return raw * 10, true
	case EncodingFlow:
		if us {
			return divide(raw, gallons, 100_000), true
		}
		return raw * 10, true
	case EncodingVolume:
		if us {
			return divide(raw, gallons, 10_000), true
		}
		return raw * 100, true
	case EncodingEnergyCount:
		return raw * wattHours * 100, true
	}
	return 0, false
}

// standardFormula is the tempFormulaType that holds when the message has none.
const standardFormula = 1

// WholeFahrenheit converts raw half degrees Celsius to whole degrees Fahrenheit by
// tempFormulaType (docs/protocol.md §4): 0 is asymmetric, and anything else rounds to
// the nearest degree, half up. The asymmetric formula rounds up, except where 9 is left
// of raw / 10; what is left of a negative value is negative, so that -11 leaves -1.
func WholeFahrenheit(raw, formula int64) int64 {
	tenths := raw*9 + 320
	if formula == 0 {
		if raw%10 == 9 {
			return floorTenths(tenths)
		}
		return floorTenths(tenths + 9)
	}
	return floorTenths(tenths + 5)
}

// floorTenths is n/10 rounded towards minus infinity.
func floorTenths(n int64) int64 {
	if n < 0 {
		n -= 9
	}
	return n / 10
}
