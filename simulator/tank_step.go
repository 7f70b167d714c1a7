package simulator

// supply is what a tank gets during one step.
type supply struct {
	hours        float64
	air, inlet   float64 // °C
	drawn        float64 // litres
	heatPump     float64 // W of heat, from the condenser around the lower part
	upper, lower float64 // W of the elements
}

// A tank is taken to be twice as high as wide: of its surface 80 % are the side, and
// the first and the last layer have a tenth more each.
const (
	sideShare = 0.8 / nodes
	endShare  = 0.1
)

// step lets the tank live for a short time: seconds while a tap runs or an
// element heats, a minute otherwise. It says where heat came from and went.
func (t *tank) step(s supply) flux {
	moved := flux{pumped: s.heatPump * s.hours, carried: t.draw(s.drawn, s.inlet)}
	scale := surface(t.Litres)
	loss, conducts := lossWattsPerKelvin*scale, layerWattsPerKelvin*scale
	var watts [nodes]float64
	for i, node := range t.Nodes {
		watts[i] = sideShare * loss * (s.air - node)
	}
	watts[0] += endShare * loss * (s.air - t.Nodes[0])
	watts[nodes-1] += endShare * loss * (s.air - t.Nodes[nodes-1])
	for _, gained := range watts {
		moved.lost -= gained * s.hours
	}
	for i := 1; i < nodes; i++ {
		down := conducts * (t.Nodes[i-1] - t.Nodes[i])
		watts[i-1] -= down
		watts[i] += down
	}
	if s.heatPump > 0 {
		t.condense(&watts, s.heatPump)
	}
	watts[upperElement] += s.upper
	watts[lowerElement] += s.lower
	perKelvin := s.hours * nodes / (t.Litres * wattHoursPerLitreKelvin)
	for i := range t.Nodes {
		t.Nodes[i] += watts[i] * perKelvin
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
		t.rise(part/layer, inlet)
		litres -= part
	}
	return carried
}

// rise moves the water up by a share of a layer. What passes from a layer into the one
// above is not of that layer's mean temperature but of what its upper edge has, going
// by the smaller of the steps to its neighbours: so the boundary between warm and cold
// stays within a few nodes however long the draw is, and no new extremes arise.
func (t *tank) rise(share, inlet float64) {
	leaves := t.Nodes[0]
	for i := range t.Nodes {
		comes := inlet
		if i+1 < nodes {
			below, beneath := t.Nodes[i+1], inlet
			if i+2 < nodes {
				beneath = t.Nodes[i+2]
			}
			comes = below + (1-share)/2*smaller(t.Nodes[i]-below, below-beneath)
		}
		t.Nodes[i] += (comes - leaves) * share
		leaves = comes
	}
}

// smaller is the smaller of two steps in the same direction, and none if they are not.
func smaller(a, b float64) float64 {
	switch {
	case a > 0 && b > 0:
		return min(a, b)
	case a < 0 && b < 0:
		return max(a, b)
	}
	return 0
}

// mix lets warm water rise until no layer is warmer than the one above: neighbours
// that are the wrong way round become one of their mean, and that one's neighbours
// are looked at again.
func (t *tank) mix() {
	var sums [nodes]float64
	var counts [nodes]float64
	n := 0
	for _, node := range t.Nodes {
		sum, count := node, 1.0
		for n > 0 && sum*counts[n-1] > sums[n-1]*count {
			n--
			sum += sums[n]
			count += counts[n]
		}
		sums[n], counts[n] = sum, count
		n++
	}
	if n == nodes {
		return
	}
	at := 0
	for k := range n {
		node := sums[k] / counts[k]
		for range int(counts[k]) {
			t.Nodes[at] = node
			at++
		}
	}
}
