package simulator

import "time"

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
// about 2½ minutes after it stopped (docs/protocol.md §5). How that is shared out
// among the states is chosen.
const (
	fanStarts        = 28 * time.Second
	compressorStarts = 40 * time.Second
	fanRunsOn        = 30 * time.Second
	pressureFalls    = 90 * time.Second
)

// pump is the sequence in which the heat pump starts and stops. A compressor that has
// stopped cannot start before the states after it are over, whatever is wanted: that
// is its shortest rest.
type pump struct {
	State int       `json:"state"`
	Since time.Time `json:"since"` // when it came to that; zero: long ago
	Until time.Time `json:"until"` // when it goes on by itself; zero: when wanted
	Spin  float64   `json:"spin"`  // share of its speed that the fan had then
	Valve int       `json:"valve"` // where the expansion valve was then, in steps
}

// compressor says whether the compressor runs, fan whether the fan does.
func (p *pump) compressor() bool { return p.State == pumpStarting || p.State == pumpRunning }
func (p *pump) fan() bool        { return p.State >= pumpFan && p.State <= pumpStopping }

// seconds is how long the pump has been in its state.
func (p *pump) seconds(at time.Time) float64 { return at.Sub(p.Since).Seconds() }

// step goes on to the next state if its time has come or what is wanted has
// changed. It reports whether the compressor switched.
func (p *pump) step(at time.Time, wanted bool) (switched bool) {
	due := !p.Until.IsZero() && !p.Until.After(at)
	enter := func(state int, stays time.Duration) {
		*p = pump{State: state, Since: at, Spin: p.spin(at), Valve: p.valve(at, usualAir)}
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
