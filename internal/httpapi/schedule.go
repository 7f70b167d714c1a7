package httpapi

import (
	"context"
	"net/http"
	"strings"

	"github.com/nwp500/nwp500/api"
)

// schedules are the commands that write a schedule, by its kind.
var schedules = map[string]string{
	"reservations":  api.SetReservations,
	"tou":           api.SetTOU,
	"recirculation": api.SetRecirculation,
}

// getSchedule reads a schedule from the heater: it may have been changed at its panel a moment ago.
func (a *API) getSchedule(w http.ResponseWriter, r *http.Request) error {
	heater, err := a.heater(r)
	if err != nil {
		return err
	}
	kind := r.PathValue("kind")
	if schedules[kind] == "" {
		return errNothing
	}
	ctx, cancel := context.WithTimeout(r.Context(), answerTime)
	defer cancel()
	schedule, err := heater.Schedule(ctx, kind)
	if err != nil {
		return err
	}
	w.Header().Set("ETag", `"`+schedule.Version+`"`)
	return write(w, http.StatusOK, schedule)
}

// putSchedule writes a schedule over the one that the client has seen.
func (a *API) putSchedule(w http.ResponseWriter, r *http.Request) error {
	heater, err := a.heater(r)
	if err != nil {
		return err
	}
	kind := r.PathValue("kind")
	command := api.Command{Name: schedules[kind]}
	if command.Name == "" {
		return errNothing
	}
	if command.IfMatch, err = ifMatch(r); err != nil {
		return err
	}
	var schedule api.Schedule
	if err := readBody(w, r, &schedule); err != nil {
		return err
	}
	switch {
	case schedule.Kind != "" && schedule.Kind != kind:
		return &api.Error{Status: http.StatusBadRequest, Text: "the path names another kind", Field: "kind"}
	case len(schedule.Schedule) == 0:
		return &api.Error{Status: http.StatusBadRequest, Text: "a schedule is wanted, as GET gives it", Field: "schedule"}
	}
	command.Schedule = schedule.Schedule
	return a.do(w, r, heater, command)
}

// ifMatch returns the version that a schedule is to replace, "" for any.
func ifMatch(r *http.Request) (string, error) {
	tag := r.Header.Get("If-Match")
	switch tag {
	case "":
		return "", &api.Error{
			Status: http.StatusPreconditionRequired, Field: "If-Match",
			Text: "name the version that this replaces, the ETag of GET, or * for whatever is there",
		}
	case "*":
		return "", nil
	}
	version, opens := strings.CutPrefix(tag, `"`)
	version, closes := strings.CutSuffix(version, `"`)
	if !opens || !closes || version == "" || strings.Contains(version, `"`) || !tame(version) || len(r.Header.Values("If-Match")) > 1 {
		return "", &api.Error{Status: http.StatusBadRequest, Text: "one version in quotation marks is wanted, the ETag of GET", Field: "If-Match"}
	}
	return version, nil
}
