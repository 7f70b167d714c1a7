package simulator

import "time"

// circuit is the temperatures of the refrigerant, in °C. They have no part in the
// heat that the pump gives: they are what a status shows of it.
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

// In how many seconds they come near to that. Those of a stopped compressor lead to
// what was captured a minute after it stopped: 58.0, 19.3 and 24.6 °C. Those of a
// running one are chosen.
var (
	runningSeconds = circuit{Discharge: 150, Suction: 60, Evaporator: 45}
	restingSeconds = circuit{Discharge: 150, Suction: 220, Evaporator: 55}
)

func (c *circuit) step(passed time.Duration, p pump, air, water float64) {
	to, within := restingCircuit(air), &restingSeconds
	if p.compressor() {
		to, within = runningCircuit(air, water), &runningSeconds
	}
	seconds := passed.Seconds()
	c.Discharge += approach(seconds/within.Discharge) * (to.Discharge - c.Discharge)
	c.Suction += approach(seconds/within.Suction) * (to.Suction - c.Suction)
	c.Evaporator += approach(seconds/within.Evaporator) * (to.Evaporator - c.Evaporator)
}

// approach is near to 1-exp(-x), and cheaper.
func approach(x float64) float64 { return 1 - 1/(1+x*(1+x/2*(1+x/3))) }

// superheat follows the captured statuses to the tenth.
func (c *circuit) superheat() float64 { return c.Suction - c.Evaporator + 2.2 }
