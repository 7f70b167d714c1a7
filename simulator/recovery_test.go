package simulator

import (
	"math"
	"testing"
	"time"
)

// recovery says how long a heat pump takes from 45 to 60 °C on 65 gallons, from the
// write of the setpoint, and with which COP.
func recovery(t *testing.T, air float64) (time.Duration, float64) {
	t.Helper()
	h := inWeather(t, Config{}, Model{Gallons: 65, Draws: NoDraws}, air, 15)
	h.write(modeHeatPump)
	h.live(h.At.Add(10 * time.Second))
	h.flow()
	h.Tank.set(45, 45)
	h.writeSetpoint(120)
	begin, before := h.At, h.Ledger.meter()
	for h.live(h.wakeAt()); h.Busy || h.At.Sub(begin) < time.Minute; h.live(h.wakeAt()) {
		if h.At.Sub(begin) > 12*time.Hour {
			t.Fatalf("still heating after twelve hours at %.0f °C: %.1f °C", air, h.Tank.mean())
		}
	}
	if mean := h.Tank.mean(); mean < 59.5 || mean > 60.5 {
		t.Errorf("a recovery ended at %.1f °C", mean)
	}
	return h.At.Sub(begin), h.Ledger.meter().Since(before).COP()
}

// A recovery takes 2½ to 4½ hours at 20 °C air, about 25 minutes more or less per 5 °C,
// and its COP is 2.9 at 26 °C (docs/protocol.md §5).
func TestHowLongARecoveryTakes(t *testing.T) {
	took := make(map[float64]time.Duration)
	for _, air := range []float64{15, 20, 25, 30} {
		took[air], _ = recovery(t, air)
	}
	t.Logf("from 45 to 60 °C: %v", took)
	if d := took[20]; d < 150*time.Minute || d > 270*time.Minute {
		t.Errorf("%v at 20 °C", d)
	}
	for _, air := range []float64{15, 20, 25} {
		if less := took[air] - took[air+5]; less < 15*time.Minute || less > 35*time.Minute {
			t.Errorf("%v less at %.0f than at %.0f °C", less, air+5, air)
		}
	}
	if less := (took[15] - took[30]) / 3; less < 20*time.Minute || less > 30*time.Minute {
		t.Errorf("%v per 5 °C", less)
	}
	if _, c := recovery(t, 26); math.Abs(c-2.9) > 0.1 {
		t.Errorf("a COP of %.2f", c)
	}
}

// An element at 240 V warms the upper zone of 65 gallons by 0.8 to 0.95 °C a minute,
// and takes 5.2 kW.
func TestHowFastAnElementHeats(t *testing.T) {
	h := inWeather(t, Config{}, Model{Gallons: 65, Draws: NoDraws}, 20, 15)
	h.Tank.set(40, 40)
	h.write(modeElectric)
	h.writeSetpoint(120)
	for !h.Upper {
		h.live(h.wakeAt())
	}
	begin, upper, before := h.At, h.Tank.upper(), h.Ledger.meter()
	h.live(begin.Add(12 * time.Minute))
	if rate := (h.Tank.upper() - upper) / 12; !h.Upper || rate < 0.8 || rate > 0.95 {
		t.Errorf("the upper zone gets warmer by %.2f °C a minute", rate)
	}
	if h.Tank.lower() > 41 {
		t.Errorf("the lower zone is at %.1f °C", h.Tank.lower())
	}
	m := h.Ledger.meter().Since(before)
	if watts := m.Elements / m.UpperHours; math.Abs(watts-5200) > 100 {
		t.Errorf("%.0f W", watts)
	}
}
