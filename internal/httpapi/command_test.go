package httpapi

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/nwp500/nwp500/api"
	"github.com/nwp500/nwp500/internal/fleet"
	"github.com/nwp500/nwp500/simulator"
)

// Each end of a command has its status code and is, to a Go program, a result or an error that holds one.
func TestEndsOfCommands(t *testing.T) {
	celsius := func(value float64) api.Command { return api.Command{Name: api.SetTemperature, Celsius: &value} }
	for _, test := range []struct {
		name    string
		command api.Command
		faults  []simulator.Fault
		status  int
		want    api.End
		field   string
	}{
		{name: "done", command: celsius(52), status: http.StatusOK, want: api.Done},
		{name: "too hot", command: celsius(99), status: http.StatusConflict, want: api.Refusal, field: "celsius"},
		{name: "no such command", command: api.Command{Name: "explode"}, status: http.StatusConflict, want: api.Refusal, field: "command"},
		{
			name: "no answer", command: celsius(52), status: http.StatusGatewayTimeout, want: api.OutcomeUnknown,
			faults: []simulator.Fault{{Step: simulator.StepHeater, Action: simulator.Lose}},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			inHome(t, home{}, func(h *house) {
				h.sim.Inject(test.faults...)
				result, err := h.client.Do(h.Context(), h.heater().ID(), test.command)
				if result.End != test.want || result.Field != test.field || result.Command != test.command.Name {
					h.Errorf("%+v, want the end %q and the field %q", result, test.want, test.field)
				}
				var failed *api.CommandError
				if errors.As(err, &failed) != (test.want != api.Done) || failed != nil && failed.Result != result {
					h.Errorf("error %v", err)
				}
				if got := statusOf(result); got != test.status {
					h.Errorf("status %d, want %d", got, test.status)
				}
			})
		})
	}
}

// A client that hangs up does not take back what it has asked for.
func TestCommandOutlivesItsClient(t *testing.T) {
	inHome(t, home{}, func(h *house) {
		feed := h.fleet.Listen()
		defer feed.Close()
		h.sim.Inject(simulator.Fault{Step: simulator.StepDeliver, Delay: 2 * time.Second})
		ctx, cancel := context.WithTimeout(h.Context(), time.Second)
		defer cancel()
		celsius := 51.0
		result, err := h.client.Do(ctx, h.heater().ID(), api.Command{Name: api.SetTemperature, Celsius: &celsius})
		if result.End != api.OutcomeUnknown || !errors.Is(err, context.DeadlineExceeded) {
			h.Errorf("the client is told %+v, %v", result, err)
		}
		if told := h.awaitEvent(feed, api.CommandEvent); told.Result.End != api.Done || told.By != "api" {
			h.Errorf("the event says %+v", told)
		}
	})
}

// What never left is known not to have been sent.
func TestCommandWithoutServer(t *testing.T) {
	inHouse(t, Config{Loopback: true}, func(h *house) {
		h.network.Refuse(true)
		result, err := h.client.Do(h.Context(), "0123456789", api.Command{Name: api.Refresh})
		var failed *api.CommandError
		if result.End != api.NotSent || !errors.As(err, &failed) {
			h.Errorf("%+v, %v", result, err)
		}
	})
}

// A heater that is not there has refused nothing, and has done nothing either.
func TestCommandForNobody(t *testing.T) {
	inHouse(t, Config{Loopback: true}, func(h *house) {
		result, err := h.client.Do(h.Context(), "0123456789", api.Command{Name: api.Refresh})
		var answer *api.Error
		if result.End != api.Refusal || !errors.As(err, &answer) || answer.Status != http.StatusNotFound || answer.Field != "heater" {
			h.Errorf("%+v, %v", result, err)
		}
	})
}

func TestMalformedCommands(t *testing.T) {
	inHome(t, home{}, func(h *house) {
		for _, test := range []struct {
			name, body string
			want       int
			field      string
		}{
			{"nothing", ``, 400, ""},
			{"no document", `power on`, 400, ""},
			{"half a document", `{"command":"power"`, 400, ""},
			{"a list", `[]`, 400, ""},
			{"null", `null`, 400, "command"},
			{"no command", `{"on":true}`, 400, "command"},
			{"two documents", `{"command":"power","on":true}{}`, 400, ""},
			{"a member that there is not", `{"command":"power","on":true,"force":1}`, 400, "force"},
			{"a member twice", `{"command":"power","on":true,"on":false}`, 400, "on"},
			{"a member in another case", `{"Command":"power"}`, 400, "Command"},
			{"a text for a flag", `{"command":"power","on":"yes"}`, 400, "on"},
			{"a fraction of a day", `{"command":"vacation-days","days":1.5}`, 400, "days"},
			{"more days than an int holds", `{"command":"vacation-days","days":1e99}`, 400, "days"},
			{"no UTF-8", "{\"command\":\"\xff\"}", 400, ""},
			{"a null character", `{"command":"power\u0000"}`, 400, "command"},
			{"a long name", `{"command":"` + strings.Repeat("p", 4000) + `"}`, 400, "command"},
			{"a long name of a member", `{"` + strings.Repeat("p", 4000) + `":1}`, 400, ""},
			{"deep", strings.Repeat(`{"schedule":`, 200000), 413, ""},
			{"deeper than a decoder goes", `{"schedule":` + strings.Repeat("[", 100000), 400, ""},
		} {
			answer := h.do("POST", "/api/v1/heaters/"+h.heater().ID()+"/commands", test.body, "X-Nwp500", "1", "Content-Type", "application/json")
			var told api.Error
			decode(h, answer.body, &told)
			if answer.status != test.want || told.Field != test.field || told.Text == "" {
				h.Errorf("%s: %d %s", test.name, answer.status, answer.body)
			}
			if len(answer.body) > 500 {
				h.Errorf("%s: the answer repeats what was sent: %d bytes", test.name, len(answer.body))
			}
		}
	})
}

// awaitEvent returns the next event of a class.
func (h *house) awaitEvent(feed *fleet.Feed, class api.EventClass) *api.Event {
	h.Helper()
	ctx, cancel := context.WithTimeout(h.Context(), 2*time.Minute)
	defer cancel()
	for {
		notices, _, err := feed.Next(ctx)
		if err != nil {
			h.Fatalf("no event %s: %v", class, err)
		}
		for _, notice := range notices {
			if notice.Event != nil && notice.Event.Class == class {
				synctest.Wait()
				return notice.Event
			}
		}
	}
}
