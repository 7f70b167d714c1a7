package nwp500

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/nwp500/nwp500/internal/topic"
)

// ParseRecirculationMode returns the mode of that name, "always", "button",
// "schedule" or "temperature", in any case. Anything else is a *RangeError.
func ParseRecirculationMode(text string) (RecirculationMode, error) {
	for mode := RecirculationAlways; mode <= RecirculationTemperature; mode++ {
		if strings.EqualFold(strings.TrimSpace(text), mode.String()) {
			return mode, nil
		}
	}
	return RecirculationUnknown, &RangeError{"recirculation mode", fmt.Sprintf("%q", text), recirculationModes}
}

const recirculationModes = "always, button, schedule or temperature"

// SetRecirculationMode sets how the recirculation pump is run (docs/protocol.md §3).
// Every error is a *CommandError; a heater that lacks recirculationUse is an
// *UnsupportedError.
func (h *Heater) SetRecirculationMode(ctx context.Context, mode RecirculationMode) error {
	const name = "set recirculation mode"
	if mode < RecirculationAlways || mode > RecirculationTemperature {
		return refused(name, &RangeError{"recirculation mode", mode.String(), recirculationModes}, "")
	}
	return h.control(ctx, command{
		name: name, kind: "recirculation mode", code: topic.SetRecirculationMode, mode: "recirc-mode",
		param: func(f *Features) ([]int, error) {
			return []int{int(mode)}, needs(f.Recirculation, "recirculationUse")
		},
		shown: func(s *Status) bool { return s.RecirculationMode.Or(mode) == mode },
	})
}

// PressHotButton runs the recirculation pump once, now (docs/protocol.md §3). The
// heater's answer does not show it. Every error is a *CommandError; a heater that
// lacks recirculationUse is an *UnsupportedError.
func (h *Heater) PressHotButton(ctx context.Context) error {
	return h.control(ctx, command{
		name: "hot button", kind: "hot button", code: topic.PressHotButton, mode: "recirc-hotbtn",
		param: func(f *Features) ([]int, error) { return []int{1}, needs(f.Recirculation, "recirculationUse") },
		shown: func(*Status) bool { return true },
	})
}

// RecirculationSchedule asks the heater for the timetable of its recirculation pump
// (docs/protocol.md §3 and §4). It does not wait for a connection that is down:
// ErrDisconnected. A heater that does not answer in time is ErrNoAnswer, one that
// lacks recircReservationUse an *UnsupportedError.
func (h *Heater) RecirculationSchedule(ctx context.Context) (*RecirculationTimetable, error) {
	features, err := h.knownFeatures(ctx, false)
	if err != nil {
		return nil, err
	}
	if err := needs(features.RecirculationSchedule, "recircReservationUse"); err != nil {
		return nil, err
	}
	read, message, err := h.readSchedule(ctx, &recirculationKind, false)
	if err != nil {
		return nil, err
	}
	return newTimetable(read, message), nil
}

// SetRecirculationSchedule puts a timetable in place of the heater's (docs/protocol.md
// §3 and §4): at most 20 entries, of which each window takes two. The heater's own is
// read before, and again when its answer does not confirm what was written; a write
// that was lost is ErrUnchanged with OutcomeUnknown. Two commands at once on one
// heater take turns. Every error is a *CommandError; a heater that lacks
// recircReservationUse is an *UnsupportedError.
func (h *Heater) SetRecirculationSchedule(ctx context.Context, timetable RecirculationTimetable) error {
	const name = "set recirculation schedule"
	timetable.Windows, timetable.Entries = slices.Clone(timetable.Windows), slices.Clone(timetable.Entries)
	if err := timetable.check(); err != nil {
		return refused(name, err, "")
	}
	return h.rewrite(ctx, rewrite{
		name: name, kind: &recirculationKind,
		check:  func(f *Features) error { return needs(f.RecirculationSchedule, "recircReservationUse") },
		change: func(have schedule) (schedule, error) { return timetable.schedule().keeping(have), nil },
	})
}

// EditRecirculationSchedule has a function make another timetable of the one that the
// heater has, and writes it, like EditReservations. Every error is a *CommandError.
func (h *Heater) EditRecirculationSchedule(ctx context.Context, edit func(have RecirculationTimetable) (RecirculationTimetable, error)) error {
	return h.rewrite(ctx, rewrite{
		name: "edit recirculation schedule", kind: &recirculationKind,
		check: func(f *Features) error { return needs(f.RecirculationSchedule, "recircReservationUse") },
		change: func(have schedule) (schedule, error) {
			wanted, err := edit(*newTimetable(have, have.from))
			if err == nil {
				err = wanted.check()
			}
			return wanted.schedule().keeping(have), err
		},
	})
}
