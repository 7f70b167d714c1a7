package simulator

// broken is a set of what does not work because of the faults that stand.
type broken uint16

const (
	brokenHeatPump broken = 1 << iota // the compressor must not run
	brokenUpper                       // element
	brokenLower                       // element
	brokenUpperSensor
	brokenLowerSensor
	brokenClock // programs that go by it do not run
	brokenGrid  // demand response is not heard
	brokenMeter // the power shown is 0
	brokenWiFi

	brokenElements = brokenUpper | brokenLower
	brokenHeat     = brokenHeatPump | brokenElements
)

func (b broken) has(part broken) bool { return b&part != 0 }

// left are those of some sources of heat that still can give some.
func (b broken) left(sources int) int {
	if b.has(brokenHeatPump) {
		sources &^= sourceHeatPump
	}
	if b&brokenElements == brokenElements {
		sources &^= sourceElements
	}
	return sources
}

// broken is what does not work now. Without its sensor the upper element is not
// used, and without either sensor nothing is: the lower element and the heat pump
// cannot make the water under a sensor warmer than the sensor below it shows.
func (h *Heater) broken() (b broken) {
	for _, t := range h.Standing {
		if d := defectOf(t.Code); d != nil {
			if s := d.sub(t.Sub); s != nil {
				b |= s.breaks
			}
		}
	}
	if b.has(brokenUpperSensor) {
		b |= brokenUpper
		if b.has(brokenLowerSensor) {
			b |= brokenHeat
		}
	}
	return b
}

// measured is what the controller takes the temperatures of the upper and the lower
// zone for, in °C: what their sensors show, or the one that works for both.
func (h *Heater) measured() (upper, lower float64) {
	upper, lower = h.Tank.upper(), h.Tank.lower()
	switch b := h.broken(); {
	case b.has(brokenUpperSensor):
		upper = lower
	case b.has(brokenLowerSensor):
		lower = upper
	}
	return upper, lower
}

// sensed is what the thermostat goes by, in °C: a lower zone that nothing can heat
// does not count.
func (h *Heater) sensed(o order) (upper, lower float64) {
	upper, lower = h.measured()
	if h.broken().has(brokenLower) && o.sources == sourceElements {
		lower = upper
	}
	return upper, lower
}

// sensorLimits are the lowest and the highest that a sensor can show, in °C, where
// it stands when it fails. What they are on a real heater is unconfirmed.
type sensorLimits struct{ low, high float64 }

// shown is what a sensor shows, in °C: where its fault has it stand, or the truth.
func (h *Heater) shown(code int, celsius float64) float64 {
	for _, t := range h.Standing {
		if t.Code != code {
			continue
		}
		switch limits := defectOf(code).limits; t.Sub {
		case subLowerLimit:
			return limits.low
		case subUpperLimit:
			return limits.high
		}
	}
	return celsius
}
