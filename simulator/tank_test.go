package simulator

import (
	"math"
	"testing"
	"time"
)

func TestATankLosesHeatSlowly(t *testing.T) {
	w := newTank(246, 60.5, 60.5)
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

// What goes in as heat comes out as temperature.
func TestATankKeepsEnergy(t *testing.T) {
	for _, s := range []supply{
		{heatPump: 1250}, {upper: elementWatts}, {lower: elementWatts}, {heatPump: 1250, upper: elementWatts},
	} {
		w := newTank(246, 50, 35)
		s.hours, s.air = 1.0/360, 40
		before, gained, lost := heat(w), 0.0, 0.0
		for range 360 {
			gained += (s.heatPump + s.upper + s.lower) * s.hours
			for _, node := range w.Nodes {
				lost += lossWattsPerKelvin / nodes * (node - s.air) * s.hours
			}
			w.step(s)
		}
		if residual := heat(w) - before - gained + lost; math.Abs(residual) > 1e-6*gained {
			t.Errorf("%+v: %.3f Wh from nowhere", s, residual)
		}
	}
}

func heat(w tank) (wattHours float64) {
	for _, node := range w.Nodes {
		wattHours += w.Litres / nodes * wattHoursPerLitreKelvin * node
	}
	return wattHours
}

func TestADrawCoolsFromBelow(t *testing.T) {
	w := newTank(246, 50, 50)
	for range 60 {
		w.step(supply{hours: 1.0 / 3600 * 7.5, drawn: 1, inlet: 12, air: 20})
	}
	if w.upper() < 45 || w.lower() > 40 || w.lower() < 25 {
		t.Errorf("after 60 litres: %.1f over %.1f", w.upper(), w.lower())
	}
	for range 2000 {
		w.step(supply{hours: 1.0 / 3600 * 7.5, drawn: 1, inlet: 12, air: 12})
	}
	if math.Abs(w.upper()-12) > 0.5 || math.Abs(w.lower()-12) > 0.5 {
		t.Errorf("after a flood: %.1f over %.1f", w.upper(), w.lower())
	}
}

func TestCOP(t *testing.T) {
	if c := cop(26, 52.5); math.Abs(c-2.9) > 0.01 {
		t.Errorf("%.2f at 26 °C, not 2.9", c)
	}
	for _, air := range []float64{-20, 0, 10, 20, 35, 50} {
		if c := cop(air, 50); c < 1.5 || c > 4.5 || c > cop(air+5, 50) {
			t.Errorf("%.2f at %.0f °C", c, air)
		}
	}
}

func TestDraws(t *testing.T) {
	p := drawProfile{1, 2}
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	end := at.AddDate(0, 0, 30)
	var litres float64
	n := 0
	for d := p.after(at); d.at.Before(end); d = p.after(d.at) {
		if d.litres <= 0 || d.litres > 60 {
			t.Errorf("%.1f litres", d.litres)
		}
		litres, n = litres+d.litres, n+1
		if other := p.after(d.at.Add(-time.Nanosecond)); other != d {
			t.Fatalf("asked again: %v, not %v", other, d)
		}
	}
	if n < 290 || n > 300 || litres/30 < 140 || litres/30 > 220 {
		t.Errorf("%d draws, %.0f litres a day", n, litres/30)
	}
	if p.after(at) == (drawProfile{1, 3}).after(at) {
		t.Error("two households are one")
	}
}
