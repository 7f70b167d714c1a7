package metrics

import (
	"errors"
	"flag"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus/testutil/promlint"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/api"
	"github.com/nwp500/nwp500/internal/fleet"
)

var update = flag.Bool("update", false, "write the golden files")

var (
	// ofRuntime is what the Go runtime and the operating system say, which is no concern of ours.
	ofRuntime = regexp.MustCompile(`(?m)^(# (HELP|TYPE) )?(go|process)_.*\n`)
	goVersion = regexp.MustCompile(`go_version="[^"]*"`)
)

// scraped is what Prometheus gets, without what the runtime adds.
func scraped(t *testing.T, m *Metrics) string {
	t.Helper()
	answer := httptest.NewRecorder()
	m.ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil))
	if answer.Code != http.StatusOK {
		t.Fatalf("status %d: %s", answer.Code, answer.Body)
	}
	return goVersion.ReplaceAllString(ofRuntime.ReplaceAllString(answer.Body.String(), ""), `go_version="go"`)
}

// seriesOf returns the value of a series, "" when there is none.
func seriesOf(text, series string) string {
	for line := range strings.Lines(text) {
		if value, found := strings.CutPrefix(line, series+" "); found {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

func TestScrape(t *testing.T) {
	fault := &fleet.State{
		ID: "0123456789", Name: "Cellar", Account: "home",
		Connection: api.Connection{State: api.Silent, Fresh: true}, StatusAt: instant,
		Status: &nwp500.Status{Fault: nwp500.ValueOf(nwp500.FaultCode(799)), Mode: nwp500.ValueOf(nwp500.Mode(17))},
	}
	h := &household{
		states: []*fleet.State{garage(), fault},
		accounts: []fleet.AccountState{{
			Name: "home", Connection: api.Connection{State: api.Up}, Heaters: 2,
			Diagnostics: &nwp500.Diagnostics{LateAnswers: 3, Connections: []nwp500.ConnectionDiagnostics{
				{Up: true, Made: 2, Received: 7, Drops: map[string]int{"end of its day": 1}},
				{Up: false, Made: 1, Received: 5, Drops: map[string]int{"end of its day": 2, "other": 1}},
			}},
		}},
	}
	got := scraped(t, h.metrics(Config{
		Version: "1.2.3", Bridge: func() Bridge { return Bridge{Connected: true, Connections: 1, Sent: 400, Received: 3} },
		HistoryHealth: func() error { return errors.New("disk full") },
	}))
	golden := filepath.Join("testdata", "scrape.txt")
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("scrape (-want +got):\n%s", diff)
	}
}

func TestUnknownIsAbsent(t *testing.T) {
	h := &household{states: []*fleet.State{{ID: "a1b2c3d4e5", Name: "Garage", Connection: api.Connection{State: api.Connecting}}}}
	text := scraped(t, h.metrics(Config{}))
	for _, series := range []string{
		"nwp500_heater_info", "nwp500_heater_connection", "nwp500_status_fresh", "nwp500_commands_total",
		"nwp500_build_info", "nwp500_notices_missed_total",
	} {
		if !strings.Contains(text, "\n"+series+"{") && !strings.Contains(text, "\n"+series+" ") {
			t.Errorf("%s is missing", series)
		}
		text = regexp.MustCompile(`(?m)^(# (HELP|TYPE) )?`+series+`[{ ].*\n`).ReplaceAllString(text, "")
	}
	if text != "" {
		t.Errorf("a heater that has said nothing has\n%s", text)
	}
}

func TestStaleStatusIsAbsent(t *testing.T) {
	h := &household{states: []*fleet.State{garage()}}
	m := h.metrics(Config{})
	const water = `nwp500_hot_water_temperature_celsius{heater="a1b2c3d4e5",name="Garage \"left\""}`
	if got := seriesOf(scraped(t, m), water); got != "51.5" {
		t.Errorf("a fresh temperature is %q, want 51.5", got)
	}
	stale := garage()
	stale.Connection = api.Connection{State: api.Silent}
	h.states[0] = stale
	text := scraped(t, m)
	if got := seriesOf(text, water); got != "" {
		t.Errorf("a stale temperature is %q, want none", got)
	}
	for series, want := range map[string]string{
		`nwp500_status_timestamp_seconds{heater="a1b2c3d4e5",name="Garage \"left\""}`:               "1.7953308e+09",
		`nwp500_energy_joules_total{heater="a1b2c3d4e5",name="Garage \"left\"",source="heat_pump"}`: "5.4e+06",
		`nwp500_hot_water_drawn_litres_total{heater="a1b2c3d4e5",name="Garage \"left\""}`:           "12345",
	} {
		if got := seriesOf(text, series); got != want {
			t.Errorf("%s is %q, want %s", series, got, want)
		}
	}
}

// A counter that falls looks like one that began anew, and increase() would add all of it.
func TestEnergyDoesNotFall(t *testing.T) {
	h := &household{states: []*fleet.State{garage()}}
	m := h.metrics(Config{})
	const used = `nwp500_energy_joules_total{heater="a1b2c3d4e5",name="Garage \"left\"",source="heat_pump"}`
	for _, step := range []struct {
		lifetime, record int
		want             string
	}{{1000, 1500, "5.4e+06"}, {1400, 1500, "5.4e+06"}, {2000, 1500, "7.2e+06"}} {
		heater := garage()
		heater.Lifetime.Totals.HeatPumpEnergy = nwp500.ValueOf(step.lifetime)
		heater.Energy.Total.HeatPump = nwp500.ValueOf(step.record)
		h.states[0] = heater
		if got := seriesOf(scraped(t, m), used); got != step.want {
			t.Errorf("%d Wh in the diagnostics and %d in the record: %s, want %s", step.lifetime, step.record, got, step.want)
		}
	}
}

func TestHeaterThatGoesDisappears(t *testing.T) {
	h := many(3, garage())
	m := h.metrics(Config{})
	scraped(t, m)
	h.states = h.states[1:]
	text := scraped(t, m)
	if strings.Contains(text, `name="Heater 0"`) {
		t.Error("the heater is still there")
	}
	if n := strings.Count(text, "\nnwp500_heater_info{"); n != 2 {
		t.Errorf("%d heaters, want 2", n)
	}
}

func TestScrapesUseTheirMemoryAgain(t *testing.T) {
	h := many(3, garage())
	families := h.metrics(Config{}).families
	s := newScrape(families)
	s.fill(families, h.states)
	samples, chunks := s.used, len(s.chunks)
	for range 10 {
		s.fill(families, h.states)
	}
	if s.used != samples || len(s.chunks) != chunks {
		t.Errorf("%d samples in %d chunks, then %d in %d", samples, chunks, s.used, len(s.chunks))
	}
}

func TestNameThatIsNoText(t *testing.T) {
	h := &household{states: []*fleet.State{{ID: "a1b2c3d4e5", Name: "Gara\xffge\n"}}}
	if text := scraped(t, h.metrics(Config{})); !strings.Contains(text, `name="Gara�ge\n"`) {
		t.Errorf("the name is not made a text:\n%s", text)
	}
}

func TestNamesFollowConventions(t *testing.T) {
	h := &household{states: []*fleet.State{garage()}, accounts: []fleet.AccountState{{Name: "home", Diagnostics: &nwp500.Diagnostics{}}}}
	families, done, err := h.metrics(Config{Bridge: func() Bridge { return Bridge{Connected: true, Connections: 1, Sent: 400, Received: 3} }}).Gather()
	if err != nil {
		t.Fatal(err)
	}
	defer done()
	problems, err := promlint.NewWithMetricFamilies(families).Lint()
	if err != nil {
		t.Fatal(err)
	}
	for _, problem := range problems {
		t.Errorf("%s: %s", problem.Metric, problem.Text)
	}
}

func TestScrapesAtOnce(t *testing.T) {
	m := many(50, garage()).metrics(Config{})
	want := scraped(t, m)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			families, done, err := m.Gather()
			if err != nil || len(families) == 0 {
				t.Errorf("%d families, %v", len(families), err)
			}
			done()
			if got := scraped(t, m); got != want {
				t.Error("a scrape beside others says something else")
			}
		})
	}
	all.Wait()
}

func BenchmarkScrapeOfAThousand(b *testing.B) {
	m := many(1000, talkative(b)).metrics(Config{})
	request := httptest.NewRequestWithContext(b.Context(), http.MethodGet, "/metrics", nil)
	request.Header.Set("Accept-Encoding", "gzip")
	b.ReportAllocs()
	for b.Loop() {
		answer := httptest.NewRecorder()
		m.ServeHTTP(answer, request)
		b.ReportMetric(float64(answer.Body.Len()), "B/scrape")
	}
}

func BenchmarkGatherAThousand(b *testing.B) {
	m := many(1000, talkative(b)).metrics(Config{})
	b.ReportAllocs()
	for b.Loop() {
		_, done, _ := m.Gather()
		done()
	}
}
