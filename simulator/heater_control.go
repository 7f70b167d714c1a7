package simulator

import (
	"time"

	"github.com/nwp500/nwp500/internal/topic"
)

// outcome is what becomes of a control command.
type outcome int

const (
	obeyed      outcome = iota
	ignored             // malformed, out of range, unknown
	unsupported         // for what is not fitted
)

// String says what became of it, to whoever tells of it.
func (o outcome) String() string {
	switch o {
	case ignored:
		return "ignored: the heater does not take that"
	case unsupported:
		return "ignored: it is for what is not fitted"
	}
	return "obeyed"
}

// control takes a control command, unless it comes too soon or gets lost.
func (h *Heater) control(r request) {
	if gap := h.fleet.config.CommandGap; !h.lastCommand.IsZero() && time.Since(h.lastCommand) < gap {
		h.counters.Refused++
		h.refuse(r)
		return
	}
	h.lastCommand = time.Now()
	h.flow()
	if h.loses() {
		h.counters.LostWrites++
		return
	}
	does := h.obeyWrite
	if r.suffix == topic.SuffixControl {
		does = h.obey
	}
	switch does(r) {
	case obeyed:
		h.counters.Commands++
	case ignored:
		h.counters.Ignored++
	case unsupported:
		h.counters.Unsupported++
	}
}

// obey carries a command out and acknowledges it with a status (docs/protocol.md
// §3), or does what a device does with one that it does not understand: nothing.
func (h *Heater) obey(r request) outcome {
	asked := &r.body.Request
	if done := h.carryOut(asked); done != obeyed {
		return done
	}
	h.answer(r, "status", func(d *document) { h.writeStatus(d, asked.Command) })
	return obeyed
}

func (h *Heater) carryOut(asked *asked) outcome {
	command, known := commands[asked.Command]
	switch {
	case !known || asked.Mode != command.mode:
		return ignored
	case !h.fits(command.needs):
		return unsupported
	}
	return command.do(h, asked)
}

// obeyWrite does the same for the commands with a topic of their own, which are
// not answered with a status.
func (h *Heater) obeyWrite(r request) outcome {
	if done := h.putDown(r.suffix, &r.body.Request); done != obeyed {
		return done
	}
	h.hear(r.body.ClientID)
	writes[r.suffix].say(h, r)
	return obeyed
}

func (h *Heater) putDown(suffix string, asked *asked) outcome {
	write, known := writes[suffix]
	switch {
	case !known || asked.Command != write.code:
		return ignored
	case !h.fits(write.needs):
		return unsupported
	case !write.do(h, asked):
		return ignored
	}
	h.RegulateAt = h.At.Add(between) // what the status shows of it is pushed
	return obeyed
}

// writes are those commands, by suffix.
var writes = map[string]struct {
	code  topic.Code
	needs string
	do    func(*Heater, *asked) bool
	say   func(*Heater, request)
}{
	topic.SuffixReservationWrite: {
		topic.ReservationWrite, "programReservationUse", (*Heater).writeReservations, (*Heater).sayReservations,
	},
	topic.SuffixRecirculationWrite: {
		topic.RecirculationWrite, "recircReservationUse", (*Heater).writeRecirculation, (*Heater).sayRecirculation,
	},
	topic.SuffixTOUWrite: {
		topic.TOUWrite, "programReservationUse", (*Heater).writeTOU, (*Heater).sayTOU,
	},
	topic.SuffixFirmwareCommit: {
		topic.FirmwareCommit, "", (*Heater).commitFirmware, (*Heater).sayCommitted,
	},
}

// fits says whether the heater has what a command needs. Of the kinds of
// temperature setting all but 0 and 1 will do.
func (h *Heater) fits(needs string) bool {
	if needs == "dhwTemperatureSettingUse" {
		return h.feature(needs, fitted) >= fitted
	}
	return needs == "" || h.has(needs)
}
