package simulator

import "github.com/nwp500/nwp500/internal/topic"

// fireReservations does what the entries say whose minute begins. An entry fires
// whenever the clock shows its minute: not at all on a day that skips it, and twice
// on one that has it twice (chosen). In a vacation none does (docs/protocol.md §5),
// also while the power is off in it.
func (h *Heater) fireReservations() {
	if h.away() {
		return
	}
	wall := h.wall()
	for e := range h.Settings.Reservations.weekly() {
		if e.begins(wall) {
			h.fire(e)
		}
	}
}

// fire does what a write of the same mode and setpoint does, in a TOU window too, and
// powers on a heater that was off (docs/protocol.md §5). In place of the
// acknowledgement there is a push. A vacation lasts as many days as the one before:
// where an entry would say how many is not known.
func (h *Heater) fire(e weekly) {
	switch e.mode {
	case modePowerOff:
		h.powerOff()
	case modeVacation:
		h.vacation(max(h.VacationDays, 1))
	default:
		h.write(e.mode)
		h.writeSetpoint(e.param)
	}
	h.push(topic.PushPlain)
}
