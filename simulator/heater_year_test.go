package simulator

import (
	"testing"
	"time"
)

// BenchmarkYear lets one heater live a year, as fast as it can: who restores a
// snapshot waits that long, and who simulates a year does.
func BenchmarkYear(b *testing.B) {
	config := Config{Start: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	if err := config.complete(); err != nil {
		b.Fatal(err)
	}
	f := newFleet(config)
	newDirectory(config, f)
	h := f.heaters[0]
	b.ReportAllocs()
	for b.Loop() {
		h.live(h.At.AddDate(1, 0, 0))
	}
}

// A step of the water and what is written down of it cost no memory; only its pushes
// and the hours of the ledger do.
func TestAStepAllocatesNothing(t *testing.T) {
	f := fresh(t, Config{Models: []Model{{Draws: NoDraws}}, Start: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)})
	h := f.heaters[0]
	h.Pump.State = pumpRunning
	if n := testing.AllocsPerRun(30, func() {
		h.At = h.At.Add(10 * time.Second)
		h.flow()
	}); n != 0 {
		t.Errorf("%.1f allocations a step", n)
	}
}
