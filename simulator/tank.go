package simulator

import "math"

// nodes is into how many layers of equal volume the water is divided.
const nodes = 20

// tank is the water, in layers from the top down that are each of one temperature.
// Warm water leaves at the top and cold enters below; a layer that gets warmer than
// the one above mixes with it. The figures are chosen so that what was measured on 65
// gallons comes out (docs/protocol.md §5).
type tank struct {
	Litres float64        `json:"litres"`
	Nodes  [nodes]float64 `json:"nodes"` // °C, from the top
}

const (
	wattHoursPerLitreKelvin = 1.1423 // 281 Wh/K on 246 litres
	lossWattsPerKelvin      = 1.6    // of a 65-gallon tank to the air
	layerWattsPerKelvin     = 4.0    // from a layer to the next one, on 65 gallons
	elementWatts            = 5190
)

// Where things are, in layers from the top. An element heats what is above it: the
// upper one seven layers, which get warmer by 0.88 °C a minute.
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

// condenser is the temperature of the water that the heat pump heats, in °C.
func (t *tank) condenser() float64 {
	sum := 0.0
	for _, node := range t.Nodes[condenserFrom:] {
		sum += node
	}
	return sum / (nodes - condenserFrom)
}

// supply is what a tank gets during one step.
type supply struct {
	hours        float64
	air, inlet   float64 // °C
	drawn        float64 // litres
	heatPump     float64 // W of heat, from the condenser around the lower part
	upper, lower float64 // W of the elements
}

// step lets the tank live for a short time: seconds while a tap runs or an
// element heats, a minute otherwise. It says where heat came from and went.
func (t *tank) step(s supply) flux {
	moved := flux{pumped: s.heatPump * s.hours, carried: t.draw(s.drawn, s.inlet)}
	capacity := t.Litres / nodes * wattHoursPerLitreKelvin
	scale := math.Pow(t.Litres/246, 2.0/3) // surfaces
	loss := lossWattsPerKelvin * scale / nodes
	conduct := layerWattsPerKelvin * scale
	var watts [nodes]float64
	for i := range t.Nodes {
		lost := loss * (t.Nodes[i] - s.air)
		watts[i] -= lost
		moved.lost += lost * s.hours
		if i > 0 {
			down := conduct * (t.Nodes[i-1] - t.Nodes[i])
			watts[i-1] -= down
			watts[i] += down
		}
	}
	watts[nodes-1] += s.heatPump // rises until it meets water as warm
	watts[upperElement] += s.upper
	watts[lowerElement] += s.lower
	for i := range t.Nodes {
		t.Nodes[i] += watts[i] * s.hours / capacity
	}
	t.mix()
	return moved
}

// draw takes water from the top and lets as much in below. It says how much heat in
// Wh the water that left had above what came.
func (t *tank) draw(litres, inlet float64) (carried float64) {
	layer := t.Litres / nodes
	for litres > 0 {
		part := min(litres, layer)
		carried += part * wattHoursPerLitreKelvin * (t.Nodes[0] - inlet)
		for i := range t.Nodes {
			below := inlet
			if i+1 < nodes {
				below = t.Nodes[i+1]
			}
			t.Nodes[i] += (below - t.Nodes[i]) * part / layer
		}
		litres -= part
	}
	return carried
}

// mix lets warm water rise until no layer is warmer than the one above.
func (t *tank) mix() {
	var sums [nodes]float64
	var counts [nodes]int
	n := 0
	for _, node := range t.Nodes {
		sums[n], counts[n] = node, 1
		n++
		for n > 1 && sums[n-1]*float64(counts[n-2]) > sums[n-2]*float64(counts[n-1]) {
			sums[n-2] += sums[n-1]
			counts[n-2] += counts[n-1]
			n--
		}
	}
	if n == nodes {
		return
	}
	at := 0
	for k := range n {
		for range counts[k] {
			t.Nodes[at] = sums[k] / float64(counts[k])
			at++
		}
	}
}
