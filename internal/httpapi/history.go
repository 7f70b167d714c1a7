package httpapi

import (
	"errors"
	"net/http"
	"regexp"
	"slices"
	"time"

	"github.com/nwp500/nwp500/api"
	"github.com/nwp500/nwp500/internal/history"
)

const (
	mostFields = 64
	mostPoints = 10_000
	mostEvents = 1000
)

// classes are what events are about.
var classes = []api.EventClass{
	api.FaultEvent, api.FaultClearedEvent, api.ModeEvent, api.SetpointEvent,
	api.HeatingEvent, api.CommandEvent, api.ConnectionEvent, api.ScheduleEvent,
}

// identifier is the ID of a heater, or nothing. One that is there no more has a past all the same.
var identifier = regexp.MustCompile(`^([0-9a-f]{10})?$`)

// past returns the history, if one is kept.
func (a *API) past() (*history.Store, error) {
	if a.history == nil {
		return nil, &api.Error{Status: http.StatusServiceUnavailable, Text: "there is no history, or it cannot be opened at present: the log says why"}
	}
	return a.history, nil
}

// lost is why the history did not answer. While nothing can be written, either, the log has said so, and it is not for each
// request to say it again.
func lost(store *history.Store, err error) error {
	var question *history.QueryError
	if errors.As(err, &question) || store.Health() == nil {
		return err
	}
	return &api.Error{Status: http.StatusServiceUnavailable, Text: "the history cannot be read at present: the log says why"}
}

// getHistory answers with curves: of the last day, when no time is named.
func (a *API) getHistory(w http.ResponseWriter, r *http.Request) error {
	heater, err := a.heater(r)
	if err != nil {
		return err
	}
	q := newQuery(r)
	to := q.time("to", time.Now())
	asked := api.SeriesQuery{
		Heater: heater.ID(), From: q.time("from", to.Add(-24*time.Hour)), To: to,
		Fields: q.list("fields", mostFields), Points: int(q.number("points", 1, mostPoints, 0)),
	}
	if len(asked.Fields) == 0 {
		q.refuse("fields", "name the fields that are wanted, such as tank_upper_temperature")
	}
	if !asked.From.Before(asked.To) {
		q.refuse("from", "it is not before to")
	}
	if err := q.end(); err != nil {
		return err
	}
	store, err := a.past()
	if err != nil {
		return err
	}
	series, err := store.Series(r.Context(), asked)
	if err != nil {
		return lost(store, err)
	}
	return writeLarge(w, r, series)
}

// getEnergy answers with the electricity used: in the last thirty days by day, when nothing else is named.
func (a *API) getEnergy(w http.ResponseWriter, r *http.Request) error {
	heater, err := a.heater(r)
	if err != nil {
		return err
	}
	q := newQuery(r)
	now := a.fleet.Calendar()
	asked := api.EnergyQuery{
		Heater: heater.ID(), By: q.word("by", "day", "hour", "month", "year"),
		From: q.day("from", now.AddDate(0, 0, -29)), To: q.day("to", now),
	}
	if asked.From > asked.To {
		q.refuse("from", "it is after to")
	}
	if err := q.end(); err != nil {
		return err
	}
	store, err := a.past()
	if err != nil {
		return err
	}
	use, err := store.Energy(r.Context(), asked)
	if err != nil {
		return lost(store, err)
	}
	if err := a.price(r.Context(), store, heater.State(), asked, &use); err != nil {
		return lost(store, err)
	}
	return writeLarge(w, r, use)
}

// getEvents answers with what happened, the newest first.
func (a *API) getEvents(w http.ResponseWriter, r *http.Request) error {
	q := newQuery(r)
	asked := api.EventQuery{
		Heater: q.text("heater"), From: q.time("from", time.Time{}), To: q.time("to", time.Time{}),
		Before: q.number("before", 1, 1<<53-1, 0), Limit: int(q.number("limit", 1, mostEvents, 0)),
	}
	for _, class := range q.list("class", len(classes)) {
		if !slices.Contains(classes, api.EventClass(class)) {
			q.refuse("class", "there is no such class")
		}
		asked.Classes = append(asked.Classes, api.EventClass(class))
	}
	if !identifier.MatchString(asked.Heater) {
		q.refuse("heater", "the ID of a heater is ten hexadecimal digits")
	}
	if err := q.end(); err != nil {
		return err
	}
	store, err := a.past()
	if err != nil {
		return err
	}
	events, err := store.Events(r.Context(), asked)
	if err != nil {
		return lost(store, err)
	}
	return writeLarge(w, r, events)
}
