package nwp500

import (
	"context"
	"errors"
	"slices"

	"github.com/nwp500/nwp500/internal/topic"
	"github.com/nwp500/nwp500/internal/wire"
)

// Reservations asks the heater for its weekly program (docs/protocol.md §3 and §4). It
// does not wait for a connection that is down: ErrDisconnected. A heater that does not
// answer in time is ErrNoAnswer, one that lacks programReservationUse an
// *UnsupportedError.
func (h *Heater) Reservations(ctx context.Context) (*Reservations, error) {
	features, err := h.knownFeatures(ctx, false)
	if err != nil {
		return nil, err
	}
	if err := needs(features.Reservations, "programReservationUse"); err != nil {
		return nil, err
	}
	read, message, err := h.readSchedule(ctx, &reservationKind, false)
	if err != nil {
		return nil, err
	}
	return newReservations(read, message), nil
}

// SetReservations puts a weekly program in place of the heater's (docs/protocol.md §3
// and §4): at most 32 entries, each with at least one day, a time of day, a mode and
// a temperature within the heater's own limits. The heater's own is read before, and
// again when its answer does not confirm what was written; a write that was lost is
// ErrUnchanged with OutcomeUnknown. Two commands at once on one heater take turns.
// Every error is a *CommandError.
func (h *Heater) SetReservations(ctx context.Context, program Reservations) error {
	const name = "set reservations"
	program.Entries = slices.Clone(program.Entries)
	if err := program.check(); err != nil {
		return refused(name, err, "")
	}
	return h.rewrite(ctx, rewrite{
		name: name, kind: &reservationKind, check: program.checkFor,
		change: func(have schedule) (schedule, error) { return program.schedule().keeping(have), nil },
	})
}

// AddReservation adds an entry to the weekly program and leaves the others as they
// are. It reads, writes and confirms like SetReservations. Every error is a
// *CommandError.
func (h *Heater) AddReservation(ctx context.Context, entry Reservation) error {
	return h.editReservations(ctx, "add reservation", &entry, func(have schedule) ([]wire.Object, error) {
		return append(slices.Clone(have.entries), entry.entry()), nil
	})
}

// ChangeReservation puts an entry in the place of an old one, the first that equals
// it, and leaves the others as they are. It reads, writes and confirms like
// SetReservations. Every error is a *CommandError; an old entry that the heater does
// not have is Refused with a *RangeError.
func (h *Heater) ChangeReservation(ctx context.Context, old, entry Reservation) error {
	return h.editReservations(ctx, "change reservation", &entry, func(have schedule) ([]wire.Object, error) {
		i := have.find(old.entry())
		if i < 0 {
			return nil, noSuchReservation(old)
		}
		entries := slices.Clone(have.entries)
		entries[i] = replaced(entries[i], entry.entry())
		return entries, nil
	})
}

// RemoveReservation removes an entry, the first that equals it, and leaves the others
// as they are. It reads, writes and confirms like SetReservations. Every error is a
// *CommandError; an entry that the heater does not have is Refused with a *RangeError.
func (h *Heater) RemoveReservation(ctx context.Context, entry Reservation) error {
	return h.editReservations(ctx, "remove reservation", nil, func(have schedule) ([]wire.Object, error) {
		i := have.find(entry.entry())
		if i < 0 {
			return nil, noSuchReservation(entry)
		}
		return slices.Delete(slices.Clone(have.entries), i, i+1), nil
	})
}

// EditReservations has a function make another weekly program of the one that the heater
// has, and writes it. What edit is given was read in the turn in which its answer is
// written, so that no other command of the client's comes between; an error of edit
// refuses the command. Otherwise it is like SetReservations. Every error is a
// *CommandError.
func (h *Heater) EditReservations(ctx context.Context, edit func(have Reservations) (Reservations, error)) error {
	var limits *Features
	return h.rewrite(ctx, rewrite{
		name: "edit reservations", kind: &reservationKind,
		check: func(f *Features) error {
			limits = f
			return needs(f.Reservations, "programReservationUse")
		},
		change: func(have schedule) (schedule, error) {
			wanted, err := edit(*newReservations(have, have.from))
			if err == nil {
				err = wanted.check()
			}
			if err == nil {
				err = wanted.checkFor(limits)
			}
			return wanted.schedule().keeping(have), err
		},
	})
}

// EnableReservations turns the weekly program on or off and leaves its entries as they
// are, to the last member. It reads, writes and confirms like SetReservations: the
// wire has no command for it. Every error is a *CommandError.
func (h *Heater) EnableReservations(ctx context.Context, on bool) error {
	name := "reservations off"
	if on {
		name = "reservations on"
	}
	return h.rewrite(ctx, rewrite{
		name: name, kind: &reservationKind, check: Reservations{}.checkFor,
		change: func(have schedule) (schedule, error) {
			have.use = inUse(on)
			return have, nil
		},
	})
}

// editReservations rewrites the entries of the program and leaves it on or off. added
// is checked unless it is nil.
func (h *Heater) editReservations(ctx context.Context, name string, added *Reservation, edit func(have schedule) ([]wire.Object, error)) error {
	var fresh Reservations
	if added != nil {
		fresh.Entries = []Reservation{*added}
	}
	if err := fresh.check(); err != nil {
		return refused(name, err, "")
	}
	return h.rewrite(ctx, rewrite{
		name: name, kind: &reservationKind, check: fresh.checkFor,
		change: func(have schedule) (_ schedule, err error) {
			if have.use != On && have.use != Off { // it must be written, too
				return schedule{}, errors.New("the heater does not say whether its reservations are on: turn them on or off first")
			}
			have.entries, err = edit(have)
			return have, err
		},
	})
}

func noSuchReservation(entry Reservation) error {
	return &RangeError{"reservation", entry.String(), "one that the heater has"}
}

// replaced returns an entry with the members of another in place of its own.
func replaced(entry, by wire.Object) wire.Object {
	entry = slices.Clone(entry)
	for _, member := range by {
		entry = slices.DeleteFunc(entry, func(old wire.Member) bool { return old.Name == member.Name })
	}
	return slices.Concat(by, entry)
}

// SetWeeklyReservations sends entries with the command of the weekly reservation,
// which is unverified: see Unverified. A heater is not known to keep these entries
// anywhere or to tell them; SetReservations is the working way. Without an answer the
// outcome is unknown. Every error is a *CommandError.
func (h *Heater) SetWeeklyReservations(ctx context.Context, program Reservations, accept Unverified) error {
	const name = "set weekly reservations"
	if err := accept.check(name); err != nil {
		return err
	}
	if err := program.check(); err != nil {
		return refused(name, err, "")
	}
	features, err := h.awaitFeatures(ctx)
	if err != nil {
		return failed(name, NotSent, err)
	}
	if err := program.checkFor(features); err != nil {
		return failed(name, Refused, err)
	}
	return h.writeOnControl(ctx, name, topic.WeeklyReservationWrite, program.schedule().body())
}

// SetWaterProgram switches the heater to its water program, the mode in which its
// reservations run (docs/protocol.md §3). The heater's answer does not show it.
// Every error is a *CommandError.
func (h *Heater) SetWaterProgram(ctx context.Context) error {
	return h.control(ctx, command{
		name: "water program", kind: "water program", code: topic.SetWaterProgram, mode: "reservation-mode",
		param: func(f *Features) ([]int, error) { return []int{}, needs(f.Reservations, "programReservationUse") },
		shown: func(*Status) bool { return true },
	})
}
