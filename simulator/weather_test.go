package simulator

import (
	"math"
	"testing"
	"time"
)

// The weather goes by the season and the hour of the heater's place, and a step of
// time is a small step of it.
func TestTheWeatherGoesByTheSeason(t *testing.T) {
	f := fresh(t, Config{Start: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)})
	h := f.heaters[0]
	w := Weather{Room: 18, RoomSeason: 5, RoomDay: 2, Inlet: 14, InletSeason: 4}
	h.Weather = w
	coldest, warmest := time.Time{}, time.Time{}
	lowest, highest := math.Inf(1), math.Inf(-1)
	before := math.NaN()
	for h.Lived = h.At; h.Lived.Year() == 2026; h.Lived = h.Lived.Add(7 * time.Minute) {
		air, inlet := h.air(), h.inlet()
		if math.Abs(air-before) > 0.1 {
			t.Fatalf("from %.2f to %.2f °C at %v", before, air, h.Lived)
		}
		if exact, _ := w.at(h.Lived); math.Abs(air-exact) > 0.02 {
			t.Fatalf("%.3f °C at %v, not %.3f", air, h.Lived, exact)
		}
		before = air
		if inlet < lowest {
			lowest, coldest = inlet, h.Lived
		}
		if inlet > highest {
			highest, warmest = inlet, h.Lived
		}
	}
	if coldest.Month() != time.February || warmest.Month() != time.August || math.Abs(lowest-10) > 0.01 || math.Abs(highest-18) > 0.01 {
		t.Errorf("the mains are coldest on %v with %.2f °C, warmest on %v with %.2f", coldest, lowest, warmest, highest)
	}
	afternoon, _ := w.at(time.Date(2026, 7, 16, 16, 0, 0, 0, time.UTC))
	night, _ := w.at(time.Date(2026, 1, 15, 4, 0, 0, 0, time.UTC))
	if math.Abs(afternoon-25) > 0.1 || math.Abs(night-11) > 0.1 {
		t.Errorf("%.2f °C on a summer afternoon, %.2f in a winter night", afternoon, night)
	}
}

// Every heater has a place where people live, and not all the same one.
func TestClimates(t *testing.T) {
	f := fresh(t, Config{Heaters: 200})
	seen := make(map[Weather]bool)
	for _, h := range f.heaters {
		w := h.climate
		seen[w] = true
		if w.Room < 12 || w.Room > 25 || w.RoomSeason < 0.5 || w.RoomSeason > 8 || w.Inlet < 8 || w.Inlet > 24 || w.InletSeason < 1 || w.InletSeason > 8 {
			t.Errorf("%+v", w)
		}
	}
	if len(seen) < 190 {
		t.Errorf("%d climates of 200 heaters", len(seen))
	}
	if north, south := climate(40, 0.5, 0), climate(-40, 0.5, 0); north.Inlet != south.Inlet || south.WarmestDay > 60 {
		t.Errorf("%+v in the north, %+v in the south", north, south)
	}
}

func TestSettingTheWeather(t *testing.T) {
	f := fresh(t, Config{Start: time.Date(2026, 8, 1, 0, 0, 0, 0, time.UTC)})
	h := f.heaters[0]
	own := h.Weather
	h.SetAir(12)
	h.SetInlet(7)
	if air, inlet := h.air(), h.inlet(); air != 12 || inlet != 7 {
		t.Errorf("air of %.2f, inlet of %.2f °C", air, inlet)
	}
	h.SetAir(math.NaN())
	h.SetInlet(math.NaN())
	h.SetWeather(Weather{Room: math.Inf(1)})
	if air, inlet := h.air(), h.inlet(); air != 12 || inlet != 7 {
		t.Errorf("air of %.2f, inlet of %.2f °C after no number", air, inlet)
	}
	h.SetAir(-1000)
	h.SetInlet(1000)
	if air, inlet := h.air(), h.inlet(); air != -30 || inlet != 60 {
		t.Errorf("air of %.2f, inlet of %.2f °C", air, inlet)
	}
	h.SetWeather(Weather{Room: 1e9, Inlet: -1e9})
	if air, inlet := h.air(), h.inlet(); air != 60 || inlet != 0 {
		t.Errorf("air of %.2f, inlet of %.2f °C", air, inlet)
	}
	h.SetWeather(Weather{})
	if h.Weather != own {
		t.Errorf("%+v, not %+v", h.Weather, own)
	}
}

// With another time zone it is another hour of the day at once, as after a restart.
func TestTheWeatherGoesByTheTimeZone(t *testing.T) {
	h := alone(t, Config{})
	h.SetWeather(Weather{Room: 20, RoomDay: 5, Inlet: 15})
	noon := h.air()
	h.SetLocation(time.FixedZone("", 12*3600))
	if midnight := h.air(); math.Abs(noon-midnight) < 1 {
		t.Errorf("%.1f °C at noon and %.1f at midnight", noon, midnight)
	}
}
