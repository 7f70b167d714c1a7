package simulator

// nodes is into how many layers of equal volume the water is divided. Twenty, of some
// five centimetres each, are enough for what the two sensors show to look like a tank:
// the zone of the upper element is seven of them, as measured, and a draw keeps the
// boundary between warm and cold within five, whatever its length, so that it passes a
// sensor as one event. Conduction spreads it over more than that in a few hours, which
// finer layers would not change.
const nodes = 20

// tank is the water, in layers from the top down that are each of one temperature.
// Warm water leaves at the top and cold enters below; a layer that gets warmer than
// the one above mixes with it. No step makes or loses heat but by what it is given
// and what goes to the air.
type tank struct {
	Litres float64        `json:"litres"`
	Nodes  [nodes]float64 `json:"nodes"` // °C, from the top
}

const (
	wattHoursPerLitreKelvin = 1.1423 // 281 Wh/K on 246 litres (docs/protocol.md §4)
	lossWattsPerKelvin      = 1.6    // of a 65-gallon tank to the air (chosen)
	layerWattsPerKelvin     = 4.0    // down through water and wall to the next layer, on 65 gallons
)

// Where things are, in layers from the top. An element warms what is above it: the
// upper one seven layers, 35 % of the tank, which then get warmer by 0.88 °C a minute
// on 65 gallons as was measured (docs/protocol.md §5). The condenser is wound around
// the rest. Where the sensors are is unconfirmed: the upper one must be in the upper
// element's zone, and the lower one well below the condenser's upper end, because it
// was seen 5 °C behind the upper one while the compressor ran.
const (
	upperSensor   = 4
	lowerSensor   = 14
	upperElement  = 6
	lowerElement  = 17
	condenserFrom = 7 // to the bottom
)

// newTank is a tank whose two zones are of one temperature each, as the sensors show.
func newTank(litres, upper, lower float64) tank {
	t := tank{Litres: litres}
	t.set(upper, lower)
	return t
}

// set gives both zones their temperatures, in °C.
func (t *tank) set(upper, lower float64) {
	for i := range t.Nodes {
		t.Nodes[i] = lower
		if i <= upperElement {
			t.Nodes[i] = upper
		}
	}
	t.mix()
}

// upper and lower are what the sensors measure, in °C.
func (t *tank) upper() float64 { return t.Nodes[upperSensor] }
func (t *tank) lower() float64 { return t.Nodes[lowerSensor] }

// mean is the temperature by which the controller reckons energy: that of the
// two sensors, which the captured counts follow.
func (t *tank) mean() float64 { return (t.upper() + t.lower()) / 2 }

// surface is that of a tank in proportion to one of 65 gallons, the volume's ratio to
// the power of 2/3.
func surface(litres float64) float64 {
	switch litres {
	case litres50:
		return 0.8394
	case litres80:
		return 1.1485
	}
	return 1
}
