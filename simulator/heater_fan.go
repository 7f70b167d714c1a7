package simulator

import (
	"math"
	"time"
)

// Fan and expansion valve, from the captured starts and stops: the fan takes some 6 s
// from rest to speed and back; the valve moves 30 steps a second, closes when the fan
// starts, opens to where the compressor starts with it, and is open when all is at
// rest. What it does between start and regular running is chosen.
const (
	fanLag        = 6.0    // s
	fanSlip       = 6      // rpm that the fan is slower than it shall be
	lowestPWM     = 1092.0 // with which it starts
	pwmPerRPM     = 1462.0 / 550
	valveStroke   = 480  // steps from shut to open
	valveStarting = 250  // steps with which the compressor starts
	valveSpeed    = 30.0 // steps a second
	usualAir      = 25.8 // °C, with which most was captured
)

// fanSpeed is 550 rpm at 25.8 °C and 900 at 15.6 °C.
func fanSpeed(air float64) float64 { return min(max(550-34.3*(air-usualAir), 550), 1000) }

// valveOpening is where the valve settles: at 140 steps at 25.8 °C, 97 at 15.6 °C.
func valveOpening(air float64) int { return max(int(math.Round(140+4.2*(air-usualAir))), 40) }

// spin is the share of its speed that the fan has.
func (p *pump) spin(at time.Time) float64 {
	gone := p.seconds(at) / fanLag
	if p.fan() {
		return min(p.Spin+gone, 1)
	}
	return max(p.Spin-gone, 0)
}

// valve is how far the expansion valve is open, in steps.
func (p *pump) valve(at time.Time, air float64) int {
	steps, since := float64(valveOpening(air)), p.seconds(at)
	switch p.State {
	case pumpIdle, pumpStopped:
		steps = min(float64(p.Valve)+valveSpeed*since, valveStroke)
	case pumpFan:
		if steps = float64(p.Valve) - valveSpeed*since; steps < 0 { // it was closed, and opens again
			steps = min(-steps, valveStarting)
		}
	case pumpStarting:
		steps = valveStarting + (steps-valveStarting)*min(since/compressorStarts.Seconds(), 1)
	}
	return int(math.Round(steps))
}

// fanTarget is the speed that the fan shall have, in rpm, fanNow the one that it has.
func (h *Heater) fanTarget() int {
	if !h.Pump.fan() {
		return 0
	}
	return int(math.Round(fanSpeed(h.air())))
}

func (h *Heater) fanNow() int {
	return int(math.Round(h.Pump.spin(h.At) * (fanSpeed(h.air()) - fanSlip)))
}

// fanPWM is what drives it.
func (h *Heater) fanPWM() int {
	if !h.Pump.fan() {
		return 0
	}
	full := pwmPerRPM * fanSpeed(h.air())
	return int(math.Round(lowestPWM + (full-lowestPWM)*h.Pump.spin(h.At)))
}
