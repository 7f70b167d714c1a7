package simulator

import (
	"fmt"
	"math"
	"net/http"
)

// heaterPage is the page of one heater.
type heaterPage struct {
	head
	heaterView
	Tank     tankPicture
	Defects  []Defect
	Profiles []string
	Modes    []string
	Events   []string
}

func (c *console) showHeater(w http.ResponseWriter, r *http.Request) {
	h, err := c.find(r)
	if err != nil {
		c.answer(w, r, nil, err)
		return
	}
	v := c.view(h)
	c.show(w, http.StatusOK, "heater", heaterPage{
		head: c.head(v.Name), heaterView: v, Tank: newTankPicture(v), Defects: Defects(),
		Profiles: drawProfiles[:], Modes: modeNames[:modeVacation], Events: eventNames(),
	})
}

// tankPicture is where things are in the picture of a tank, in its own units: the
// tank is a column of layers, with what is measured and lit beside it.
type tankPicture struct {
	Layers             []layer
	Upper, Lower       mark   // sensors
	UpperRod, LowerRod mark   // elements
	Coil               string // the path of the condenser
	Compressor, Fan    bool
	Scale              []layer
}

// layer is one of the tank, or a step of the scale.
type layer struct {
	Y, Height float64
	Colour    string
	Degrees   string // beside it; empty: nothing
}

// Middle is the height of its middle.
func (l layer) Middle() float64 { return l.Y + layerHeight/2 }

// mark is something at a height.
type mark struct {
	Y  float64
	On bool
}

// The tank of the picture.
const (
	tankTop     = 150.0
	layerHeight = 21.0
	scaleTop    = 225.0
	scaleStep   = 10.0
)

// middle is the height of the middle of a layer.
func middle(layer int) float64 { return tankTop + (float64(layer)+0.5)*layerHeight }

// newTankPicture makes the picture of a heater's tank.
func newTankPicture(v heaterView) tankPicture {
	p := tankPicture{
		Upper: mark{Y: middle(upperSensor)}, Lower: mark{Y: middle(lowerSensor)},
		UpperRod: mark{middle(upperElement), v.UpperElement}, LowerRod: mark{middle(lowerElement), v.LowerElement},
	}
	for i, degrees := range v.Layers {
		p.Layers = append(p.Layers, layer{
			Y: tankTop + float64(i)*layerHeight, Height: layerHeight + 0.5, // no seams
			Colour: colour(degrees), Degrees: fmt.Sprintf("%.1f", degrees),
		})
	}
	p.Coil = coil(middle(condenserFrom)-4, middle(nodes-1)-8)
	p.Fan = v.HeatPump != pumpStates[pumpIdle] && v.HeatPump != pumpStates[pumpStopped]
	p.Compressor = p.Fan && v.HeatPump != pumpStates[pumpFan] && v.HeatPump != pumpStates[pumpStopping]
	const warmest, coldest, steps = 70, 5, 26
	for i := range steps + 1 {
		degrees := warmest - (warmest-coldest)*float64(i)/steps
		l := layer{Y: scaleTop + scaleStep*float64(i), Height: scaleStep + 0.5, Colour: colour(degrees)}
		if math.Mod(degrees, 10) == 0 {
			l.Degrees = fmt.Sprintf("%.0f °C", degrees)
		}
		p.Scale = append(p.Scale, l)
	}
	return p
}

// coil is the path of the condenser, seen from the side, from one height to another:
// turns that go around the tank.
func coil(from, to float64) string {
	const turns = 8
	path := ""
	for i := range turns {
		path += fmt.Sprintf("M178 %.1f q72 16 144 0 ", from+float64(i)*(to-from)/(turns-1))
	}
	return path
}

// tones are the colours of temperatures, which everybody can tell apart, also who
// does not see red and green: from blue over grey to red, and darker to both ends.
var tones = []struct {
	degrees float64
	rgb     [3]float64
}{
	{5, [3]float64{33, 78, 150}},
	{20, [3]float64{84, 146, 205}},
	{35, [3]float64{190, 206, 222}},
	{45, [3]float64{245, 183, 139}},
	{55, [3]float64{220, 105, 72}},
	{70, [3]float64{165, 28, 44}},
}

// colour is that of a temperature in °C.
func colour(degrees float64) string {
	last := len(tones) - 1
	degrees = min(max(degrees, tones[0].degrees), tones[last].degrees)
	i := 0
	for i < last-1 && degrees > tones[i+1].degrees {
		i++
	}
	from, to := tones[i], tones[i+1]
	share := (degrees - from.degrees) / (to.degrees - from.degrees)
	mix := func(n int) int { return int(math.Round(from.rgb[n] + share*(to.rgb[n]-from.rgb[n]))) }
	return fmt.Sprintf("#%02x%02x%02x", mix(0), mix(1), mix(2))
}
