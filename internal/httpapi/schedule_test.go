package httpapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"testing"

	"github.com/nwp500/nwp500/api"
)

// A schedule that somebody has changed since the page was opened is not overwritten.
func TestStaleSchedule(t *testing.T) {
	inHome(t, home{}, func(h *house) {
		id := h.heater().ID()
		read := func() api.Schedule {
			h.Helper()
			schedule, err := h.client.Schedule(h.Context(), id, "reservations")
			if err != nil {
				h.Fatal(err)
			}
			return schedule
		}
		page := read()
		others := page
		others.Schedule = json.RawMessage(`{"reservation_use":true,"reservation":[{"days":["mon"],"time":"06:30","mode":"high_demand","temperature":55}],"units":"metric"}`)
		if _, err := h.client.SetSchedule(h.Context(), id, others); err != nil {
			h.Fatal(err)
		}
		written := read()
		result, err := h.client.SetSchedule(h.Context(), id, page)
		var failed *api.CommandError
		if !result.Stale || result.End != api.Refusal || !errors.As(err, &failed) {
			h.Errorf("%+v, %v", result, err)
		}
		now := read()
		if now.Version != written.Version || now.Version == page.Version || !bytes.Equal(now.Schedule, written.Schedule) {
			h.Errorf("the heater has %s", now.Schedule)
		}
		if result, err = h.client.SetSchedule(h.Context(), id, now); err != nil || result.End != api.Done {
			h.Errorf("over the one that it has: %+v, %v", result, err)
		}
		page.Version = "*"
		if _, err = h.client.SetSchedule(h.Context(), id, page); err != nil {
			h.Errorf("over whatever is there: %v", err)
		}
		if now := read(); !bytes.Equal(now.Schedule, page.Schedule) {
			h.Errorf("the heater has %s", now.Schedule)
		}
	})
}

// What a schedule is to replace must be said, and in one way.
func TestIfMatch(t *testing.T) {
	inHome(t, home{}, func(h *house) {
		answer := h.do("GET", h.path("/schedules/reservations"), "")
		var read api.Schedule
		decode(h, answer.body, &read)
		if tag := answer.header.Get("ETag"); tag != `"`+read.Version+`"` || read.Version == "" || read.Kind != "reservations" {
			h.Errorf("ETag %s of %+v", tag, read)
		}
		for _, test := range []struct {
			name, body string
			header     []string
			want       int
			field      string
		}{
			{"none", h.reservations(), nil, http.StatusPreconditionRequired, "If-Match"},
			{"no quotation marks", h.reservations(), []string{"If-Match", read.Version}, http.StatusBadRequest, "If-Match"},
			{"weak", h.reservations(), []string{"If-Match", `W/"` + read.Version + `"`}, http.StatusBadRequest, "If-Match"},
			{"two", h.reservations(), []string{"If-Match", `"a", "b"`}, http.StatusBadRequest, "If-Match"},
			{"two headers", h.reservations(), []string{"If-Match", `"a"`, "If-Match", `"b"`}, http.StatusBadRequest, "If-Match"},
			{"another", h.reservations(), []string{"If-Match", `"a"`}, http.StatusPreconditionFailed, ""},
			{"of another kind", `{"kind":"tou",` + h.reservations()[1:], []string{"If-Match", "*"}, http.StatusBadRequest, "kind"},
			{"nothing", `{}`, []string{"If-Match", "*"}, http.StatusBadRequest, "schedule"},
			{"no schedule", `{"schedule":[]}`, []string{"If-Match", "*"}, http.StatusConflict, "schedule"},
			{"the right one", h.reservations(), []string{"If-Match", answer.header.Get("ETag")}, http.StatusOK, ""},
		} {
			answer := h.write("PUT", "/schedules/reservations", test.body, test.header...)
			var told struct {
				Field string `json:"field"`
			}
			if err := json.Unmarshal([]byte(answer.body), &told); err != nil || answer.status != test.want || told.Field != test.field {
				h.Errorf("%s: %d %s", test.name, answer.status, answer.body)
			}
		}
	})
}
