package simulator

import (
	"math"
	"testing"
	"time"
)

// fresh makes heaters without their accounts' broker and goroutines.
func fresh(t *testing.T, config Config) *fleet {
	t.Helper()
	if err := config.complete(); err != nil {
		t.Fatal(err)
	}
	f := newFleet(config)
	newDirectory(config, f)
	return f
}

func plus(a, b reading) reading {
	u := usage(a)
	u.add(usage(b))
	return reading(u)
}

// However the hours are put together, they make the same whole.
func TestReadingsAgree(t *testing.T) {
	f := fresh(t, Config{Heaters: 3, Seed: 9, Start: time.Date(2026, 3, 28, 13, 20, 0, 0, time.FixedZone("", 5*3600+1800))})
	for _, h := range f.heaters {
		h.live(h.At.AddDate(0, 0, 10).Add(17 * time.Minute))
		var total reading
		for _, part := range []func(int) int{
			func(hour int) int { return hour },
			func(hour int) int { return hour / 24 },
			func(hour int) int { return int(hourDate(hour).Month()) },
		} {
			whole, by := h.Ledger.total().reading(), h.Ledger.readings(part)
			var sum reading
			for _, r := range by {
				sum = plus(sum, r)
			}
			if sum != whole || total != (reading{}) && total != whole {
				t.Errorf("%+v, %+v, %+v", sum, whole, total)
			}
			total = whole
		}
		if total.HeatPump < 500_000 || total.HeatPumpTime < 1200 || total.Elements < 1000 {
			t.Errorf("a year of %+v", total)
		}
	}
}

// What a heater draws in an hour is what its ledger has for it.
func TestTheLedgerMeasures(t *testing.T) {
	f := fresh(t, Config{Start: time.Date(2026, 1, 1, 10, 0, 0, 0, time.UTC)})
	h := f.heaters[0]
	h.Ledger = ledger{}
	h.nextDraw.at = h.At.AddDate(1, 0, 0)
	h.Tank.set(20, 20)
	h.write(modeElectric)
	h.live(h.At.Add(time.Hour))
	h.write(modeHeatPump)
	h.live(h.At.Add(2 * time.Hour))
	if len(h.Ledger.Use) != 3 {
		t.Fatalf("%+v", h.Ledger.Use)
	}
	first, last := h.Ledger.Use[0], h.Ledger.Use[2]
	if int(first.Hour) != wallHour(time.Date(2026, 1, 1, 10, 0, 0, 0, time.UTC)) || first.Elements < 5170 || first.Elements > 5190 ||
		first.ElementsTime < 3590 || first.ElementsTime > 3600 || first.HeatPump != 0 {
		t.Errorf("an hour of elements: %+v", first)
	}
	if last.HeatPump < 330 || last.HeatPump > 460 || last.HeatPumpTime != 3600 || last.Elements != 0 {
		t.Errorf("an hour of the heat pump: %+v", last)
	}
	w := h.Ledger.Work
	if w.CompressorStarts != 1 || w.FanStarts != 1 || w.UpperStarts != 1 || w.LowerStarts != 1 || w.FanTime <= float64(last.HeatPumpTime) {
		t.Errorf("%+v", w)
	}

	h.openTap(4, tapFlow)
	h.live(h.At.Add(10 * time.Minute))
	h.openTap(40, tapFlow)
	h.live(h.At.Add(10 * time.Minute))
	near := func(got, want float64) bool { return math.Abs(got-want) < 1e-6 }
	if w := h.Ledger.Work; w.Short.Times != 1 || w.Long.Times != 1 || !near(w.Short.Litres, 4) || !near(w.Long.Litres, 40) ||
		!near(w.Long.Seconds, 300) || !near(h.Ledger.drawn().Litres, 44) {
		t.Errorf("%+v", w)
	}
}
