package fleet

import (
	"context"
	"errors"
	"fmt"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/api"
	"github.com/nwp500/nwp500/internal/schedule"
)

// decodeSchedule reads the schedule of a command into one of package schedule.
func decodeSchedule(c api.Command, into any) error {
	if c.Schedule == nil {
		return &FieldError{"schedule", "it is missing: what GET of it gives, changed"}
	}
	return wrong(schedule.Decode(c.Schedule, into))
}

// wrong is a schedule that cannot be understood, or has a value that no heater takes.
func wrong(err error) error {
	if err == nil {
		return nil
	}
	return &FieldError{"schedule", err.Error()}
}

// match refuses a schedule that is to replace another than what is there.
func match(c api.Command, kind scheduleKind, have []byte) error {
	if c.IfMatch != "" && c.IfMatch != newSchedule(kind, have).Version {
		return &staleError{}
	}
	return nil
}

func parseReservations(c api.Command) (run, error) {
	var document schedule.Reservations
	if err := decodeSchedule(c, &document); err != nil {
		return nil, err
	}
	enabled, drafts, err := document.Drafts()
	if err != nil {
		return nil, wrong(err)
	}
	entries := make([]nwp500.Reservation, len(drafts))
	for i, draft := range drafts {
		entries[i] = draft.Reservation
		if entries[i].Temperature, err = draft.TemperatureIn(nwp500.Metric); err == nil &&
			!entries[i].Temperature.Known() && schedule.Heats(draft.Mode) {
			err = fmt.Errorf("a temperature is missing: mode %v has a setpoint", draft.Mode)
		}
		if err != nil {
			return nil, wrong(fmt.Errorf("reservation %d: %w", i+1, err))
		}
	}
	return func(ctx context.Context, h *Heater, live *nwp500.Heater) error {
		h.fillTemperatures(entries)
		return live.EditReservations(ctx, func(have nwp500.Reservations) (nwp500.Reservations, error) {
			if err := match(c, reservations, have.AppendJSON(nil, nwp500.Metric)); err != nil {
				return have, err
			}
			have.Enabled, have.Entries = enabled, entries
			return have, nil
		})
	}, nil
}

// fillTemperatures gives entries that heat nothing the setpoint of now, which does no harm
// if a heater should take it for one.
func (h *Heater) fillTemperatures(entries []nwp500.Reservation) {
	status := h.State().Status
	for i := range entries {
		if !entries[i].Temperature.Known() && status != nil {
			entries[i].Temperature = status.Setpoint
		}
	}
}

func parseRecirculation(c api.Command) (run, error) {
	var document schedule.Recirculation
	if err := decodeSchedule(c, &document); err != nil {
		return nil, err
	}
	timetable, err := document.Timetable()
	if err != nil {
		return nil, wrong(err)
	}
	return func(ctx context.Context, _ *Heater, live *nwp500.Heater) error {
		return live.EditRecirculationSchedule(ctx, func(have nwp500.RecirculationTimetable) (nwp500.RecirculationTimetable, error) {
			if err := match(c, recirculation, have.AppendJSON(nil, nwp500.Metric)); err != nil {
				return have, err
			}
			have.Enabled, have.Windows, have.Entries = timetable.Enabled, timetable.Windows, timetable.Entries
			return have, nil
		})
	}, nil
}

func parseTariff(c api.Command) (run, error) {
	var document schedule.TOU
	if err := decodeSchedule(c, &document); err != nil {
		return nil, err
	}
	wanted, err := document.Schedule()
	if err != nil {
		return nil, wrong(err)
	}
	return func(ctx context.Context, h *Heater, live *nwp500.Heater) error {
		if document.Use == nil { // it stays on or off
			wanted.Enabled = h.goesByTariff()
		}
		return h.writeTariff(ctx, live, c, wanted)
	}, nil
}

// writtenTariff is a tariff that the heater was told here, and what the cloud kept then.
// The cloud's own copy is not changed by that, and cannot be: the cloud takes a tariff only
// together with the plan of OpenEI that it was made of (docs/protocol.md §2). A heater does
// not tell its tariff, so this is what it goes by as long as the cloud's copy is the same.
type writtenTariff struct {
	periods []nwp500.TOUPeriod
	cloud   nwp500.TOUSchedule
}

// writeTariff tells the heater a tariff. Those who write take turns from reading on.
func (h *Heater) writeTariff(ctx context.Context, live *nwp500.Heater, c api.Command, wanted nwp500.TOUSchedule) error {
	select {
	case h.turn <- struct{}{}:
		defer func() { <-h.turn }()
	case <-ctx.Done():
		return notSent(context.Cause(ctx))
	}
	plan, err := live.TOU(ctx)
	if err != nil {
		var lacks *nwp500.UnsupportedError
		if errors.As(err, &lacks) {
			return refusal(err)
		}
		return notSent(fmt.Errorf("the tariff that is there could not be read: %w", err))
	}
	if err := match(c, tariff, h.tariffDocument(plan)); err != nil {
		return refusal(err)
	}
	if err := live.SetTOU(ctx, wanted); err != nil {
		return err
	}
	h.mu.Lock()
	h.tariff = &writtenTariff{periods: wanted.Periods, cloud: nwp500.TOUSchedule{Periods: plan.Periods}}
	h.mu.Unlock()
	// Whether it goes by the tariff is in its status, which a heater does not send here by
	// itself. The tariff is written whatever becomes of this question.
	if _, err := live.Status(ctx); err != nil {
		h.account.fleet.log.Debug("the status after a tariff was written is not known", "heater", h.id, "err", err)
	}
	return nil
}

// goesByTariff reports whether TOU is on, as the last status says.
func (h *Heater) goesByTariff() bool {
	status := h.State().Status
	return status != nil && status.TOU.Or(0) != 0
}

// periodsOf returns the periods that the heater goes by, given what the cloud keeps.
func (h *Heater) periodsOf(plan *nwp500.TOU) []nwp500.TOUPeriod {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.tariff != nil && h.tariff.cloud.Equal(nwp500.TOUSchedule{Periods: plan.Periods}) {
		return h.tariff.periods
	}
	return plan.Periods
}
