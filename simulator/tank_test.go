package simulator

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestATankLosesHeatSlowly(t *testing.T) {
	w := newTank(litres65, 60.5, 60.5)
	for range 10 * 60 {
		w.step(supply{hours: 1.0 / 60, air: 26})
	}
	if lost := 60.5 - w.mean(); lost < 0.5 || lost > 3 {
		t.Errorf("%.2f °C lost in ten hours", lost)
	}
	if w.upper() < w.lower() {
		t.Errorf("cold above warm: %.2f over %.2f", w.upper(), w.lower())
	}
}

// drawTank makes a tank, layered as water is.
func drawTank(t *rapid.T) tank {
	w := tank{Litres: rapid.SampledFrom([]float64{litres50, litres65, litres80}).Draw(t, "litres")}
	nodes := rapid.SliceOfN(rapid.Float64Range(0, 90), nodes, nodes).Draw(t, "nodes")
	slices.Sort(nodes)
	slices.Reverse(nodes)
	copy(w.Nodes[:], nodes)
	return w
}

// heatOf is what the water of a tank holds above 0 °C, in Wh.
func heatOf(w tank) (wattHours float64) {
	for _, node := range w.Nodes {
		wattHours += w.Litres / 20 * 1.1423 * node
	}
	return wattHours
}

// lossOf is what a tank loses to the air, in W: of its surface four fifths are the
// side, a tenth each its ends, and the surface goes with the volume to the power of 2/3.
func lossOf(w tank, air float64) float64 {
	mean := 0.0
	for _, node := range w.Nodes {
		mean += node / 20
	}
	surface := math.Pow(w.Litres/246, 2.0/3)
	return 1.6 * surface * (0.8*(mean-air) + 0.1*(w.Nodes[0]-air) + 0.1*(w.Nodes[19]-air))
}

// What goes in as heat comes out as temperature, or leaves with the water and through
// the wall; and cold water never comes to lie above warm.
func TestATankKeepsEnergy(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawTank(t)
		s := supply{
			hours:    rapid.SampledFrom([]float64{1.0 / 3600, 1.0 / 360, 1.0 / 60}).Draw(t, "hours"),
			air:      rapid.Float64Range(-30, 60).Draw(t, "air"),
			heatPump: rapid.Float64Range(0, 2500).Draw(t, "heat pump"),
			upper:    rapid.SampledFrom([]float64{0, elementWatts}).Draw(t, "upper"),
			lower:    rapid.SampledFrom([]float64{0, elementWatts}).Draw(t, "lower"),
		}
		before := w
		w.step(s)
		expected := (s.heatPump + s.upper + s.lower - lossOf(before, s.air)) * s.hours
		if residual := heatOf(w) - heatOf(before) - expected; math.Abs(residual) > 0.01*s.hours+1e-6 {
			t.Fatalf("%.6f Wh from nowhere, of %.3f", residual, expected)
		}
		for i := 1; i < nodes; i++ {
			if w.Nodes[i] > w.Nodes[i-1]+1e-9 {
				t.Fatalf("%.3f °C under %.3f", w.Nodes[i], w.Nodes[i-1])
			}
		}
	})
}

// A draw takes the water of the top layer and brings as much from the mains, no more
// and no less, and nothing gets warmer or colder than what was there.
func TestADrawTakesWhatLeaves(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawTank(t)
		inlet := rapid.Float64Range(0, w.Nodes[nodes-1]).Draw(t, "inlet")
		share := rapid.Float64Range(0, 1).Draw(t, "share")
		before := w
		w.rise(share, inlet)
		took := share * w.Litres / 20 * 1.1423 * (before.Nodes[0] - inlet)
		if residual := heatOf(before) - heatOf(w) - took; math.Abs(residual) > 1e-6 {
			t.Fatalf("%.6f Wh from nowhere, of %.3f", residual, took)
		}
		for i, node := range w.Nodes {
			below := inlet
			if i+1 < nodes {
				below = before.Nodes[i+1]
			}
			if node > before.Nodes[i]+1e-9 || node < below-1e-9 {
				t.Fatalf("layer %d is at %.3f, not between %.3f and %.3f", i, node, below, before.Nodes[i])
			}
		}
	})
}

// Mixing makes no layer warmer than the warmest, and each stays with those that it
// must mix with.
func TestMixing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := tank{Litres: litres65}
		copy(w.Nodes[:], rapid.SliceOfN(rapid.Float64Range(0, 99), nodes, nodes).Draw(t, "nodes"))
		before := w
		w.mix()
		if residual := heatOf(w) - heatOf(before); math.Abs(residual) > 1e-6 {
			t.Fatalf("%.9f Wh from nowhere", residual)
		}
		for i := 1; i < nodes; i++ {
			if w.Nodes[i] > w.Nodes[i-1]+1e-9 {
				t.Fatalf("%.3f °C under %.3f", w.Nodes[i], w.Nodes[i-1])
			}
		}
		mixed := w
		mixed.mix()
		for i := range mixed.Nodes {
			if math.Abs(mixed.Nodes[i]-w.Nodes[i]) > 1e-9 {
				t.Fatal("what is mixed mixes again")
			}
		}
	})
}

func TestADrawCoolsFromBelow(t *testing.T) {
	w := newTank(litres65, 50, 50)
	for range 60 {
		w.step(supply{hours: 1.0 / 3600 * 7.5, drawn: 1, inlet: 12, air: 20})
	}
	if w.upper() < 49.5 || w.lower() > 40 || w.lower() < 15 || w.Nodes[nodes-1] > 13 {
		t.Errorf("after 60 litres: %.1f", w.Nodes)
	}
	// The boundary is at most five nodes thick however far it has come.
	between := 0
	for _, node := range w.Nodes {
		if node > 16 && node < 46 {
			between++
		}
	}
	if between > 5 {
		t.Errorf("the boundary is smeared over %d nodes: %.1f", between, w.Nodes)
	}
	for range 2000 {
		w.step(supply{hours: 1.0 / 3600 * 7.5, drawn: 1, inlet: 12, air: 12})
	}
	if math.Abs(w.upper()-12) > 0.5 || math.Abs(w.lower()-12) > 0.5 {
		t.Errorf("after a flood: %.1f over %.1f", w.upper(), w.lower())
	}
}
