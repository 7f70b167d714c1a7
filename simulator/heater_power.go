package simulator

import "math"

// Electric power in W, as seen: 430 to 435 W with the compressor at 26 °C air, 440 to
// 480 W at 15.6 °C, 17 W with the fan alone, 1 W idle, and 5.19 kW with an element
// (docs/protocol.md §5 and the captured statuses).
const (
	idleWatts    = 1
	fanWatts     = 17
	elementWatts = 5190
)

// watts is what the heat pump draws, its fan included.
func (p *pump) watts(air, water float64) float64 {
	switch p.State {
	case pumpStarting:
		return startingShare * compressorWatts(air, water)
	case pumpRunning:
		return compressorWatts(air, water)
	case pumpFan, pumpStopping:
		return fanWatts
	}
	return idleWatts
}

// startingShare is how much of its power a compressor draws while it starts
// (chosen).
const startingShare = 0.6

// compressorWatts goes through what was seen, for air and for water at the condenser
// in °C. How it rises with the water, which the captures only hint at, is that of the
// generic heaters of HPWHsim, 4.4 to 4.5 W/K at 20 °C air, a little less.
func compressorWatts(air, water float64) float64 {
	return min(max(432-2.7*(air-25.8)+4*(water-53.6), 200), 700)
}

// cop is heat per electricity, for air and for water at the condenser in °C: 2.9 at
// 26 °C air on the way from 45 to 60 °C, and with that water 2 to 4 with the air
// (docs/protocol.md §5). How it falls with the water lies between the generic heaters
// of HPWHsim, 0.058 and 0.080 per K at 20 °C air.
func cop(air, water float64) float64 {
	return min(max(2.9+0.062*(air-26)-0.075*(water-52.5), lowestCOP), highestCOP)
}

// Below and above these the line of cop is not believed (chosen).
const (
	lowestCOP  = 1.3
	highestCOP = 6
)

// heat is what the condenser gives, in W.
func (p *pump) heat(air, water float64) float64 {
	if !p.compressor() {
		return 0
	}
	return p.watts(air, water) * cop(air, water)
}

// The compressor does not run in air colder or warmer than this, in °C. What the
// NWP500 does there is unconfirmed; the limits are those that comparable heaters
// give (37 to 145 °F).
const (
	coldestAir = 2.8
	hottestAir = 62.8
)

// airSuits says that the air lets the compressor run.
func airSuits(air float64) bool { return air >= coldestAir && air <= hottestAir }

// watts is what the heater draws.
func (h *Heater) watts() int {
	watts := h.Pump.watts(h.air(), h.Tank.condenser())
	if h.Upper {
		watts += elementWatts
	}
	if h.Lower {
		watts += elementWatts
	}
	return int(math.Round(watts))
}
