package httpapi

import (
	"compress/gzip"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/nwp500/nwp500/api"
	"github.com/nwp500/nwp500/internal/history"
)

func TestHistory(t *testing.T) {
	inHome(t, home{past: true}, func(h *house) {
		began := time.Now()
		celsius := 46.0
		if _, err := h.client.Do(h.Context(), h.heater().ID(), api.Command{Name: api.SetTemperature, Celsius: &celsius}); err != nil {
			h.Fatal(err)
		}
		time.Sleep(2 * time.Hour)
		series, err := h.client.Series(h.Context(), api.SeriesQuery{
			Heater: h.heater().ID(), From: began, To: time.Now(), Fields: []string{"tank_upper_temperature", "dhw_temperature_setting"}, Points: 50,
		})
		if err != nil {
			h.Fatal(err)
		}
		if len(series.Fields) != 2 || series.Fields[0].Unit != "°C" || len(series.Fields[0].Times) == 0 || len(series.Fields[0].Times) > 50 {
			h.Errorf("%+v", series)
		}
		last := series.Fields[1].Mean[len(series.Fields[1].Mean)-1]
		if last == nil || *last != celsius {
			h.Errorf("the setpoint is %v", last)
		}
		events, err := h.client.Events(h.Context(), api.EventQuery{Heater: h.heater().ID(), Classes: []api.EventClass{api.CommandEvent, api.SetpointEvent}})
		if err != nil || len(events) != 2 || events[0].ID <= events[1].ID || events[0].By != "api" {
			h.Errorf("%+v, %v", events, err)
		}
		older, err := h.client.Events(h.Context(), api.EventQuery{Before: events[0].ID, Limit: 1})
		if err != nil || len(older) != 1 || older[0].ID != events[0].ID-1 {
			h.Errorf("before it: %+v, %v", older, err)
		}
	})
}

// Parameters that are wrong are named, whoever finds them out.
func TestWrongParameters(t *testing.T) {
	inHome(t, home{past: true}, func(h *house) {
		for request, field := range map[string]string{
			h.path("/history"):                                                                          "fields",
			h.path("/history?fields="):                                                                  "fields",
			h.path("/history?fields=tank%00"):                                                           "fields",
			h.path("/history?fields=no_such_field"):                                                     "fields",
			h.path("/history?fields=Robert%27);DROP"):                                                   "",
			h.path("/history?fields=" + strings.Repeat("a,", 100)):                                      "fields",
			h.path("/history?fields=dhw_temperature&fields=dhw_temperature"):                            "fields",
			h.path("/history?fields=dhw_temperature&points=0"):                                          "points",
			h.path("/history?fields=dhw_temperature&points=1e3"):                                        "points",
			h.path("/history?fields=dhw_temperature&points=99999999999999999999"):                       "points",
			h.path("/history?fields=dhw_temperature&from=yesterday"):                                    "from",
			h.path("/history?fields=dhw_temperature&from=0000-01-01T00:00:00Z"):                         "from",
			h.path("/history?fields=dhw_temperature&to=2026-13-01T00:00:00Z"):                           "to",
			h.path("/history?fields=dhw_temperature&from=2026-11-22T07:00:00Z&to=2026-11-22T07:00:00Z"): "from",
			h.path("/history?fields=dhw_temperature&field=x"):                                           "field",
			h.path("/history?fields=dhw_temperature&a=%zz"):                                             "",
			h.path("/history?fields=dhw_temperature&" + strings.Repeat("p", 4000)):                      "",
			h.path("/energy?by=week"):                                                                   "by",
			h.path("/energy?from=2026-02-30"):                                                           "from",
			h.path("/energy?from=2026-03-02&to=2026-03-01"):                                             "from",
			h.path("/energy?to=2026-3-1"):                                                               "to",
			"/api/v1/events?class=storm":                                                                "class",
			"/api/v1/events?heater=x":                                                                   "heater",
			"/api/v1/events/stream?heaters=0123456789":                                                  "heaters",
			"/api/v1/events?limit=1001":                                                                 "limit",
			"/api/v1/events?before=-1":                                                                  "before",
			"/api/v1/events?from=2026-11-22T07:00:00Z&to=2026-11-21T07:00:00Z":                          "to",
		} {
			answer := h.do("GET", request, "")
			var told api.Error
			decode(h, answer.body, &told)
			if answer.status != http.StatusBadRequest || told.Field != field || len(answer.body) > 400 {
				h.Errorf("%.100s: %d %.400s", request, answer.status, answer.body)
			}
		}
	})
}

// Long answers are packed for who can unpack them.
func TestPackedAnswers(t *testing.T) {
	inHome(t, home{past: true}, func(h *house) {
		time.Sleep(12 * time.Hour)
		path := h.path("/history?fields=tank_upper_temperature,tank_lower_temperature,current_inst_power&points=2000&to=" + time.Now().UTC().Format(time.RFC3339))
		whole := h.do("GET", path, "", "Accept-Encoding", "identity, gzip;q=0")
		packed := h.do("GET", path, "", "Accept-Encoding", "br, gzip;q=0.5")
		if whole.header.Get("Content-Encoding") != "" || packed.header.Get("Content-Encoding") != "gzip" || packed.header.Get("Vary") != "Accept-Encoding" {
			h.Fatalf("%v and %v", whole.header, packed.header)
		}
		reader, err := gzip.NewReader(strings.NewReader(packed.body))
		if err != nil {
			h.Fatal(err)
		}
		text, err := io.ReadAll(reader)
		if err != nil || string(text) != whole.body || len(packed.body)*3 > len(whole.body) {
			h.Errorf("%d bytes are packed into %d: %v", len(whole.body), len(packed.body), err)
		}
		var series api.Series
		if err := json.Unmarshal(text, &series); err != nil {
			h.Error(err)
		}
	})
}

// A page that comes again, as after the laptop has slept, is told what happened meanwhile, once and in order.
func TestStreamResumes(t *testing.T) {
	inHome(t, home{past: true}, func(h *house) {
		set := func(celsius float64) {
			h.Helper()
			if result := h.heater().Do(h.Context(), "test", api.Command{Name: api.SetTemperature, Celsius: &celsius}); result.End != api.Done {
				h.Fatalf("%+v", result)
			}
		}
		var heard []string
		next, stop := h.watch()
		defer stop()
		hear := func(u api.Update) bool {
			if u.Event != nil && u.Event.Class == api.SetpointEvent {
				heard = append(heard, u.Event.Text)
			}
			return u.Ready || u.Event != nil && u.Event.Class == api.SetpointEvent
		}
		until(next, hear)
		set(45)
		until(next, hear)
		for len(h.api.streams) > 0 { // the connection breaks, and cannot be made for a while
			h.network.Refuse(true)
			h.network.Cut()
			time.Sleep(time.Second)
		}
		time.Sleep(10 * time.Second)
		set(46)
		time.Sleep(time.Hour)
		set(47)
		h.network.Refuse(false)
		until(next, isReady)
		set(48) // at the very moment at which the feed was opened
		for range 3 {
			until(next, hear)
		}
		want := []string{"45", "48", "46", "47"}
		if !slices.EqualFunc(heard, want, func(text, setpoint string) bool { return strings.Contains(text, "to "+setpoint) }) {
			h.Errorf("heard %q", heard)
		}
	})
}

func TestMissedEvents(t *testing.T) {
	after := time.UnixMilli(1000)
	missed := resumption{after: after, until: after.Add(time.Second), heard: map[eventKey]bool{}}
	event := func(ms int64, text string) *api.Event {
		return &api.Event{At: time.UnixMilli(ms), Heater: "000000000a", Class: api.ModeEvent, Text: text}
	}
	missed.note(event(2000, "told"))
	for text, test := range map[string]struct {
		ms   int64
		want bool
	}{"before": {999, false}, "heard last": {1000, false}, "missed": {1001, true}, "in the same moment": {2000, true}, "told": {2000, false}, "since": {2001, false}} {
		if got := missed.wants(event(test.ms, text)); got != test.want {
			t.Errorf("%s: %v", text, got)
		}
	}
}

// A stream that breaks before it has told what was missed names no moment, so that the reader asks for it again.
func TestStreamResumesTwice(t *testing.T) {
	inHome(t, home{past: true}, func(h *house) {
		before := time.Now()
		time.Sleep(time.Second)
		celsius := 47.0
		h.heater().Do(h.Context(), "test", api.Command{Name: api.SetTemperature, Celsius: &celsius})
		time.Sleep(time.Minute)
		answer := h.do("HEAD", "/api/v1/events/stream", "")
		if answer.status != http.StatusOK || answer.header.Get("Content-Type") != "text/event-stream" {
			h.Errorf("HEAD: %+v", answer)
		}
		var text []byte
		for _, wait := range []time.Duration{settling - time.Second, settling + time.Second} {
			text = h.listen("/api/v1/events/stream", before, wait)
			told := strings.Contains(string(text), `"class":"setpoint"`)
			if named := strings.Contains(string(text), "id: "); told != (wait > settling) || named != told {
				h.Errorf("within %v what was missed was told: %v, and a moment named: %v", wait, told, named)
			}
		}
	})
}

// While the history can be neither written nor read its own log line says so, and not another one for each request.
func TestHistoryThatIsLostForAWhile(t *testing.T) {
	inHome(t, home{}, func(h *house) {
		store, err := history.Open(h.Context(), history.Config{Path: ":memory:"})
		if err != nil {
			h.Fatal(err)
		}
		if err := store.Close(); err != nil {
			h.Fatal(err)
		}
		var log strings.Builder
		inside := New(Config{Fleet: h.fleet, History: store, Loopback: true, Logger: slog.New(slog.NewTextHandler(&log, nil))})
		ask := func(path string) int {
			answer := httptest.NewRecorder()
			request := httptest.NewRequestWithContext(h.Context(), http.MethodGet, path, nil)
			request.Host = "localhost"
			inside.ServeHTTP(answer, request)
			return answer.Code
		}
		if status := ask("/api/v1/events"); status != http.StatusInternalServerError || !strings.Contains(log.String(), "a request failed") {
			h.Errorf("before it is known: %d, and the log: %s", status, &log)
		}
		log.Reset()
		ctx, cancel := context.WithCancel(h.Context())
		recorded := make(chan error, 1)
		go func() { recorded <- store.Record(ctx, history.Hear(h.fleet)) }()
		time.Sleep(10 * time.Minute)
		for _, path := range []string{"/api/v1/events", h.path("/history?fields=comp_use"), h.path("/energy")} {
			if status := ask(path); status != http.StatusServiceUnavailable {
				h.Errorf("%s: %d", path, status)
			}
		}
		if status := ask("/api/v1/events?limit=0"); status != http.StatusBadRequest {
			h.Errorf("a wrong question: %d", status)
		}
		if log.Len() != 0 {
			h.Errorf("the log: %s", &log)
		}
		cancel()
		if err := <-recorded; err == nil {
			h.Error("what was not written is not told at the end")
		}
	})
}
