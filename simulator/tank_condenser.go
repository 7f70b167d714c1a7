package simulator

// condenserAbove is how much warmer than the water the condenser is when all of it
// gives heat, in K (chosen).
const condenserAbove = 6.0

// condensing is the temperature at which the refrigerant condenses, in °C. A layer
// takes as much heat as it is colder than that, one that is warmer takes none: as long
// as there is cold water at the bottom, the heat goes there and the condenser stays
// cool, which is why a drawn tank is heated with less electricity than a warm one.
func (t *tank) condensing() float64 {
	const degrees = condenserAbove * (nodes - condenserFrom) // of all nodes together
	sum := degrees + t.Nodes[nodes-1]
	at, count := nodes-2, 1.0
	for ; at >= condenserFrom && t.Nodes[at]*count < sum; at-- {
		sum += t.Nodes[at]
		count++
	}
	return sum / count
}

// condenser is the temperature of the water that the heat pump heats, in °C: that of
// an evenly warm tank with which its condenser would be as warm as it is.
func (t *tank) condenser() float64 { return t.condensing() - condenserAbove }

// condense shares the heat of the heat pump out among the nodes at the condenser.
func (t *tank) condense(watts *[nodes]float64, heat float64) {
	warm := t.condensing()
	share := heat / (condenserAbove * (nodes - condenserFrom))
	for i := nodes - 1; i >= condenserFrom && t.Nodes[i] < warm; i-- {
		watts[i] += share * (warm - t.Nodes[i])
	}
}
