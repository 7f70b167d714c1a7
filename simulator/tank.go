package simulator

import "math"

// tank is the water, in two zones that are each of one temperature. Warm water
// leaves at the top and cold enters below; when the lower zone gets warmer than
// the upper one they mix. The figures are chosen so that what was measured on 65
// gallons comes out (docs/protocol.md §5). This file and heater_pump.go's power
// and COP are all that the model of nature is: they can be exchanged whole.
type tank struct {
	Litres float64 `json:"litres"`
	Upper  float64 `json:"upper"` // °C
	Lower  float64 `json:"lower"` // °C
}

const (
	wattHoursPerLitreKelvin = 1.1423 // 281 Wh/K on 246 litres
	upperShare              = 0.35   // an element warms the upper zone by 0.88 °C a minute
	lossWattsPerKelvin      = 1.6    // of a 65-gallon tank to the air
	zoneWattsPerKelvin      = 3.0    // from the upper zone down
	elementWatts            = 5190
)

// supply is what a tank gets during one step.
type supply struct {
	hours        float64
	air, inlet   float64 // °C
	drawn        float64 // litres
	heatPump     float64 // W of heat, given to the lower zone
	upper, lower bool    // elements on
}

// step lets the tank live for a short time: seconds while a tap runs or an
// element heats, a minute otherwise.
func (t *tank) step(s supply) {
	upper := t.Litres * upperShare
	lower := t.Litres - upper
	if s.drawn > 0 {
		// What leaves at the top is replaced from the zone below.
		t.Upper += (t.Lower - t.Upper) * -math.Expm1(-s.drawn/upper)
		t.Lower += (s.inlet - t.Lower) * -math.Expm1(-s.drawn/lower)
	}
	scale := math.Pow(t.Litres/246, 2.0/3) // losses go with the surface
	down := zoneWattsPerKelvin * (t.Upper - t.Lower)
	toUpper := -down - upperShare*scale*lossWattsPerKelvin*(t.Upper-s.air)
	toLower := down + s.heatPump - (1-upperShare)*scale*lossWattsPerKelvin*(t.Lower-s.air)
	if s.upper {
		toUpper += elementWatts
	}
	if s.lower {
		toLower += elementWatts
	}
	t.Upper += toUpper * s.hours / (upper * wattHoursPerLitreKelvin)
	t.Lower += toLower * s.hours / (lower * wattHoursPerLitreKelvin)
	t.mix()
}

// mix lets warm water rise.
func (t *tank) mix() {
	if t.Lower > t.Upper {
		t.Upper = upperShare*t.Upper + (1-upperShare)*t.Lower
		t.Lower = t.Upper
	}
}

// mean is the temperature by which the controller reckons energy: that of the
// two sensors, which the captured counts follow.
func (t *tank) mean() float64 { return (t.Upper + t.Lower) / 2 }
