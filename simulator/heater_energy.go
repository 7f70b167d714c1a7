package simulator

import (
	"math"
	"time"
)

// energy is what the energy counts lag behind with. totalEnergyCapacity lies in
// one of two branches, one kelvin apart; what selects is unknown
// (docs/protocol.md §5). Here it is, ten seconds late, whether the mode uses
// elements, which all captured statuses but one agree with.
type energy struct {
	Setpoint   int       `json:"setpoint"` // half °C
	Elements   bool      `json:"elements"`
	SinceWrite time.Time `json:"sinceWrite"`
}

// countsPerLitreKelvin makes the checked values: 1791 and 1861 for 246 litres
// from 35 to 60.5 °C, 1404 from 40.5 °C. A count is 4 Wh.
const countsPerLitreKelvin = 0.28545

// follow brings the branch up to date.
func (e *energy) follow(at time.Time, mode int) {
	if at.Sub(e.SinceWrite) >= 10*time.Second {
		e.Elements = sources(mode)&sourceElements != 0
	}
}

// counts returns totalEnergyCapacity, what a full recovery from the lowest
// setpoint takes, and availableEnergyCapacity, what is still needed.
func (e *energy) counts(litres, mean float64, lowest int) (total, available int) {
	setpoint, branch := float64(e.Setpoint)/2, 1.0
	if e.Elements {
		branch = 0
	}
	perKelvin := countsPerLitreKelvin * litres
	total = int(math.Round(perKelvin * (setpoint - float64(lowest)/2 + branch)))
	return total, max(0, int(math.Round(perKelvin*(setpoint-mean+branch))))
}

// charge is dhwChargePer: on all captured statuses the mean of the sensors in
// per cent of the setpoint, in °C.
func (h *Heater) charge() int {
	return min(max(int(200*h.mean()/float64(h.Energy.Setpoint)), 0), 100)
}

// mean is the temperature by which the controller reckons energy, in °C: that of the
// two sensors, which the captured counts follow.
func (h *Heater) mean() float64 {
	upper, lower := h.measured()
	return (upper + lower) / 2
}

// temperature is dhwTemperature, in half °C: what the sensor shows in tenths, rounded
// down.
func (h *Heater) temperature() int {
	upper, _ := h.measured()
	return int(math.Floor(float64(tenths(h.shown(faultDHWSensor, upper))) / 5))
}
