package simulator

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// inWeather makes one heater without its account and goroutines, in weather that stays.
func inWeather(t *testing.T, config Config, m Model, air, inlet float64) *Heater {
	t.Helper()
	config.Models = []Model{m}
	if config.Start.IsZero() {
		config.Start = time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)
	}
	h := fresh(t, config).heaters[0]
	h.Weather = Weather{Room: air, Inlet: inlet}
	return h
}

// balance adds up what went into the water of a heater and out of it, in Wh, from the
// temperatures of its layers, the litres drawn and the electricity of its meter. What
// it reckons with is written down here once more, so that the model's own heat has no
// part in it.
type balance struct {
	pumped, elements, carried, lost float64
}

// step lets the heater go on to its next event and adds up what happened.
func (b *balance) step(h *Heater) {
	water, air, inlet := h.Tank, h.air(), h.inlet()
	before, lived := h.Ledger.meter(), h.Lived
	h.live(h.wakeAt())
	since := h.Ledger.meter().Since(before)

	b.carried += (since.Litres + since.Leaked) * 1.1423 * (water.Nodes[0] - inlet)
	b.lost += lossOf(water, air) * h.Lived.Sub(lived).Hours()
	if since.RecirculationHours > 0 {
		b.lost += 5 * (water.Nodes[0] - air) * since.RecirculationHours
	}
	if since.HeatPumpHours > 0 { // else only the fan took something
		b.pumped += since.HeatPump * copAt(air, evenly(water))
	}
	b.elements += since.Elements
}

// copAt is the heat pump's, by air and water in °C.
func copAt(air, water float64) float64 {
	return math.Min(math.Max(2.9+0.062*(air-26)-0.075*(water-52.5), 1.3), 6)
}

// evenly is how warm a tank of one temperature would be in which the condenser, around
// the lower 13 layers of 20, is as warm as in this one. Its warmth over the layers that
// are colder comes to 6 K on the average of all.
func evenly(w tank) float64 {
	over := func(warm float64) (sum float64) {
		for _, node := range w.Nodes[7:] {
			sum += math.Max(warm-node, 0) / 13
		}
		return sum
	}
	low, high := w.Nodes[19], w.Nodes[0]+100
	for range 60 {
		if middle := (low + high) / 2; over(middle) < 6 {
			low = middle
		} else {
			high = middle
		}
	}
	return low - 6
}

// Whatever a heater is, in whichever mode, wherever it stands and whoever draws from
// it: in a week electricity times COP and the elements, less losses and draws, are what
// the tank has gained, to half a per cent of the heat supplied.
func TestTheHeatOfAWeekBalances(t *testing.T) {
	worst := 0.0
	rapid.Check(t, func(r *rapid.T) {
		m := Model{
			Gallons:       rapid.SampledFrom([]int{50, 65, 80}).Draw(r, "gallons"),
			NewFirmware:   rapid.Bool().Draw(r, "new firmware"),
			Recirculation: rapid.Bool().Draw(r, "recirculation"),
			Draws:         DrawProfile(rapid.IntRange(int(Household), int(HighUse)).Draw(r, "draws")),
		}
		config := Config{
			Seed:  rapid.Uint64().Draw(r, "seed"),
			Start: time.Date(2026, 1, rapid.IntRange(1, 365).Draw(r, "day"), 0, 0, 0, 0, time.UTC),
		}
		h := inWeather(t, config, m, rapid.Float64Range(-10, 40).Draw(r, "air"), rapid.Float64Range(1, 30).Draw(r, "inlet"))
		if rapid.Bool().Draw(r, "own weather") {
			h.Weather = h.climate
		}
		h.Leak = rapid.SampledFrom([]float64{0, 0, 0, 0.1}).Draw(r, "leak")
		if m.Recirculation {
			h.Settings.RecirculationMode = rapid.IntRange(1, 4).Draw(r, "recirculation mode")
		}
		h.write(rapid.SampledFrom([]int{modeHeatPump, modeElectric, modeEnergySaver, modeHighDemand}).Draw(r, "mode"))
		h.writeSetpoint(rapid.IntRange(h.model.lowestSetpoint(), highestSetpoint).Draw(r, "setpoint"))

		var b balance
		before, end := heatOf(h.Tank), h.At.AddDate(0, 0, 7)
		for h.At.Before(end) {
			b.step(h)
		}
		supplied := b.pumped + b.elements
		residual := supplied - b.lost - b.carried - (heatOf(h.Tank) - before)
		if math.Abs(residual) > 0.005*supplied+0.0005*(math.Abs(b.carried)+math.Abs(b.lost)) { // a cold week may supply nothing
			r.Fatalf("%.1f Wh of %.0f are missing: %+v", residual, supplied, b)
		}
		if supplied > 1000 {
			worst = math.Max(worst, math.Abs(residual)/supplied)
		}
	})
	t.Logf("at most %.4f %% of the heat supplied is missing", 100*worst)
}
