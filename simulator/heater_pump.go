package simulator

import (
	"math"
	"time"
)

// States of the heat pump as currentStatenum has them (docs/protocol.md §4).
const (
	pumpIdle     = 20
	pumpFan      = 30 // the fan starts
	pumpStarting = 40 // the compressor starts
	pumpRunning  = 50
	pumpStopping = 60 // the fan runs on
	pumpStopped  = 70
)

// How long they last: a compressor starts 30 s after the write that wants it, and
// about 2½ minutes after it stopped (docs/protocol.md §5).
const (
	fanStarts        = 25 * time.Second
	compressorStarts = 40 * time.Second
	fanRunsOn        = 30 * time.Second
	pressureFalls    = 90 * time.Second
)

// pump is the sequence in which the heat pump starts and stops.
type pump struct {
	State int       `json:"state"`
	Until time.Time `json:"until"` // when it goes on by itself; zero: when wanted
}

// compressor says whether the compressor runs, fan whether the fan does.
func (p *pump) compressor() bool { return p.State == pumpStarting || p.State == pumpRunning }
func (p *pump) fan() bool        { return p.State >= pumpFan && p.State <= pumpStopping }

// step goes on to the next state if its time has come or what is wanted has
// changed. It reports whether the compressor switched.
func (p *pump) step(at time.Time, wanted bool) (switched bool) {
	due := !p.Until.IsZero() && !p.Until.After(at)
	enter := func(state int, stays time.Duration) {
		p.State, p.Until = state, time.Time{}
		if stays > 0 {
			p.Until = at.Add(stays)
		}
	}
	switch {
	case p.State == pumpStopping && due:
		enter(pumpStopped, pressureFalls)
	case p.State == pumpStopped && due:
		enter(pumpIdle, 0)
	}
	ran := p.compressor()
	switch {
	case p.State == pumpIdle && wanted:
		enter(pumpFan, fanStarts)
	case p.State == pumpFan && !wanted:
		enter(pumpIdle, 0)
	case p.State == pumpFan && due:
		enter(pumpStarting, compressorStarts)
	case ran && !wanted:
		enter(pumpStopping, fanRunsOn)
	case p.State == pumpStarting && due:
		enter(pumpRunning, 0)
	}
	return ran != p.compressor()
}

// Electric power in W, as seen: 430–435 W at 26 °C air, 440–480 W at 15.6 °C
// (docs/protocol.md §5).
const (
	idleWatts = 1
	fanWatts  = 17
)

func (p *pump) watts(air, water float64) float64 {
	switch p.State {
	case pumpStarting:
		return 0.6 * compressorWatts(air, water)
	case pumpRunning:
		return compressorWatts(air, water)
	case pumpFan, pumpStopping:
		return fanWatts
	}
	return idleWatts
}

func compressorWatts(air, water float64) float64 {
	return min(max(432-2.7*(air-25.8)+1.5*(water-53.6), 300), 700)
}

// cop is heat per electricity: 2 to 4 with the air, 2.9 at 26 °C air and water
// half way from 45 to 60 °C.
func cop(air, water float64) float64 {
	return min(max(2.9+0.055*(air-26)-0.03*(water-52.5), 1.5), 4.5)
}

// heat is what the condenser gives, in W.
func (p *pump) heat(air, water float64) float64 {
	if !p.compressor() {
		return 0
	}
	return p.watts(air, water) * cop(air, water)
}

// circuit is the temperatures of the refrigerant, in °C.
type circuit struct {
	Discharge  float64 `json:"discharge"`
	Suction    float64 `json:"suction"`
	Evaporator float64 `json:"evaporator"`
}

// restingCircuit is what was seen ten hours after a run at 26.6 °C.
func restingCircuit(air float64) circuit {
	return circuit{Discharge: air + 10, Suction: air + 10.3, Evaporator: air + 4.2}
}

// runningCircuit goes through what was seen at 15.6 and 25.8 °C.
func runningCircuit(air, water float64) circuit {
	return circuit{
		Discharge:  69 + 0.29*(air-25.8) + 0.8*(water-53.6),
		Suction:    13.5 + 0.61*(air-25.8),
		Evaporator: 11.1 + 0.49*(air-25.8),
	}
}

func (c *circuit) step(passed time.Duration, p pump, air, water float64) {
	to, constant := restingCircuit(air), 15*time.Minute
	if p.compressor() {
		to, constant = runningCircuit(air, water), 90*time.Second
	}
	part := -math.Expm1(-passed.Seconds() / constant.Seconds())
	c.Discharge += part * (to.Discharge - c.Discharge)
	c.Suction += part * (to.Suction - c.Suction)
	c.Evaporator += part * (to.Evaporator - c.Evaporator)
}

// superheat follows the captured statuses to the tenth.
func (c *circuit) superheat() float64 { return c.Suction - c.Evaporator + 2.2 }

// fanSpeed is 550 rpm at 25.8 °C and 900 at 15.6 °C.
func fanSpeed(air float64) float64 {
	return min(max(550-34.3*(air-25.8), 550), 1000)
}

// watts is what the heater draws.
func (h *Heater) watts() int {
	watts := h.Pump.watts(h.air(), h.Tank.condenser())
	if h.Upper || h.Lower {
		watts += elementWatts
	}
	return int(math.Round(watts))
}
