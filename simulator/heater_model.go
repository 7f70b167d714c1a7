package simulator

import "fmt"

// Model says what kind of heater is installed.
type Model struct {
	// Gallons is the tank: 50, 65 or 80 US gallons. If zero, 65.
	Gallons int
	// NewFirmware makes the heater send the fields of newer firmware as well,
	// and keep its setpoint at 40.5 °C or above in place of 35 °C
	// (docs/protocol.md §5). Without it a status has the 87 captured keys.
	NewFirmware bool
	// Recirculation says that a recirculation pump is fitted.
	Recirculation bool
	// HourlyEnergy makes the heater answer requests for hourly energy, in the
	// shape that daily ones have. Without it they go unanswered, as with the
	// heater that was tried (docs/protocol.md §3).
	HourlyEnergy bool
	// Draws says who draws hot water, until SetDraws says something else. If zero,
	// a random household.
	Draws DrawProfile
}

// defaultModels take turns: the heater that was captured first.
var defaultModels = []Model{
	{Gallons: 65},
	{Gallons: 50, NewFirmware: true, Recirculation: true},
	{Gallons: 80, NewFirmware: true},
}

func (m Model) check() error {
	switch m.Gallons {
	case 0, 50, 65, 80:
		return m.Draws.check()
	}
	return fmt.Errorf("simulator: a tank of %d gallons, not 50, 65 or 80", m.Gallons)
}

// volumeCode is the wire's name for the tank (docs/protocol.md §4).
func (m Model) volumeCode() int {
	switch m.Gallons {
	case 50:
		return 1
	case 80:
		return 3
	}
	return 2
}

// What the tanks hold (docs/protocol.md §4).
const (
	litres50 = 189.2
	litres65 = 246.0
	litres80 = 302.8
)

// litres is what the tank holds.
func (m Model) litres() float64 {
	switch m.Gallons {
	case 50:
		return litres50
	case 80:
		return litres80
	}
	return litres65
}

// Setpoint limits in half °C (docs/protocol.md §5), and where water ends.
const (
	highestSetpoint = 131
	boiling         = 200
)

func (m Model) lowestSetpoint() int {
	if m.NewFirmware {
		return 81
	}
	return 70
}
