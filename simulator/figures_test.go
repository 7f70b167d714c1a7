package simulator

import (
	"math"
	"testing"
	"time"
)

// The figures that were seen (docs/protocol.md §5) come out within a tenth.
func TestTheMeasuredFigures(t *testing.T) {
	running := func(t *testing.T, air float64) *Heater {
		h := inWeather(t, Config{}, Model{Gallons: 65, Draws: NoDraws}, air, 15)
		h.write(modeHeatPump)
		h.writeSetpoint(121)
		h.Tank.set(58.5, 53)
		h.live(h.At.Add(20 * time.Minute))
		return h
	}
	idle := func(t *testing.T, air float64) *Heater {
		h := inWeather(t, Config{}, Model{Gallons: 65, Draws: NoDraws}, air, 15)
		h.Tank.set(60.5, 60.5)
		h.live(h.At.Add(10 * time.Hour))
		return h
	}
	for _, is := range []struct {
		name string
		seen func(*testing.T, float64) *Heater
		air  float64
		want map[string]float64
	}{
		{"running in the warm", running, 25.8, map[string]float64{
			"dischargeTemperature": 690, "suctionTemperature": 135, "evaporatorTemperature": 111, "ambientTemperature": 258,
			"currentSuperHeat": 46, "targetSuperHeat": 50, "eevStep": 140, "targetFanRpm": 550, "currentFanRpm": 542,
			"fanPwm": 1462, "currentInstPower": 432, "currentStatenum": 50, "tankUpperTemperature": 586, "tankLowerTemperature": 536,
		}},
		{"running in the cold", running, 15.6, map[string]float64{
			"dischargeTemperature": 660, "suctionTemperature": 73, "evaporatorTemperature": 61,
			"eevStep": 97, "targetFanRpm": 900, "currentInstPower": 460,
		}},
		{"idle", idle, 26.6, map[string]float64{
			"dischargeTemperature": 366, "suctionTemperature": 369, "evaporatorTemperature": 308, "currentSuperHeat": 83,
			"eevStep": 480, "targetFanRpm": 0, "currentFanRpm": 0, "fanPwm": 0, "currentInstPower": 1, "currentStatenum": 20,
			"tankUpperTemperature": 600, "tankLowerTemperature": 597,
		}},
	} {
		t.Run(is.name, func(t *testing.T) {
			h := is.seen(t, is.air)
			h.power = h.watts() // which a status shows after the next push
			s := h.Status()
			for name, want := range is.want {
				if got := float64(s[name]); math.Abs(got-want) > 0.1*want {
					t.Errorf("%s is %.0f, not %.0f", name, got, want)
				}
			}
		})
	}
}

// A minute after a compressor has stopped its circuit is on the way that was captured,
// and the next start takes its time.
func TestACompressorStopsAndStarts(t *testing.T) {
	h := inWeather(t, Config{}, Model{Gallons: 65, Draws: NoDraws}, 25.8, 15)
	h.write(modeHeatPump)
	h.writeSetpoint(121)
	h.Tank.set(58.5, 53)
	h.live(h.At.Add(20 * time.Minute))
	h.flow()
	h.powerOff()
	for h.Pump.compressor() {
		h.live(h.wakeAt())
	}
	stopped := h.At
	h.live(stopped.Add(62 * time.Second))
	h.flow()
	h.power = h.watts()
	s := h.Status()
	for name, want := range map[string]int{
		"dischargeTemperature": 580, "suctionTemperature": 193, "evaporatorTemperature": 246,
		"currentStatenum": 70, "targetFanRpm": 0, "currentFanRpm": 0, "eevStep": 480, "currentInstPower": 1,
	} {
		if got := s[name]; math.Abs(float64(got-want)) > 0.1*float64(want) {
			t.Errorf("%s is %d a minute after, not %d", name, got, want)
		}
	}
	h.powerOn()
	states := []int{h.Pump.State}
	for !h.Pump.compressor() {
		h.live(h.wakeAt())
		if last := states[len(states)-1]; h.Pump.State != last {
			states = append(states, h.Pump.State)
		}
	}
	if rest := h.At.Sub(stopped); rest < 140*time.Second || rest > 160*time.Second {
		t.Errorf("it starts again after %v, by way of %v, not after 2½ minutes", rest, states)
	}
}

// The valve moves as captured: shut and open again while the fan starts, slowly to its
// place while the compressor does, open when all is at rest.
func TestTheValveMoves(t *testing.T) {
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	p := pump{State: pumpIdle}
	p.step(at, true)
	for _, is := range []struct {
		after time.Duration
		valve int
		spin  float64
	}{
		{500 * time.Millisecond, 465, 0.08}, // captured, while the fan still stood
		{15 * time.Second, 30, 1},
		{17*time.Second + 200*time.Millisecond, 36, 1}, // 35 was captured
		{26 * time.Second, 250, 1},                     // as captured 26 s after
	} {
		if v, s := p.valve(at.Add(is.after), 25.8), p.spin(at.Add(is.after)); v != is.valve || math.Abs(s-is.spin) > 0.01 {
			t.Errorf("after %v: %d steps, the fan at %.2f", is.after, v, s)
		}
	}
	p.step(at.Add(17*time.Second), false)
	for _, is := range []struct {
		after time.Duration
		valve int
		spin  float64
	}{
		{17*time.Second + 2*time.Second, 90, 0.67}, // 87 and a fan that slows down
		{17*time.Second + 12*time.Second, 390, 0},  // 407 and a fan at rest
		{time.Minute, 480, 0},
	} {
		if v, s := p.valve(at.Add(is.after), 25.8), p.spin(at.Add(is.after)); v != is.valve || math.Abs(s-is.spin) > 0.01 {
			t.Errorf("stopped, after %v: %d steps, the fan at %.2f", is.after, v, s)
		}
	}
}
