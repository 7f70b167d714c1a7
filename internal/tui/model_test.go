package tui

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/nwp500/nwp500/api"
)

func TestHeaterThatIsWanted(t *testing.T) {
	s := newScreen(t, 80, 24)
	s.wanted = "utility ROOM"
	s.heard(garage(), cellar())
	if s.heater().Name != "Utility room" {
		t.Errorf("%s is shown", s.heater().Name)
	}
}

func TestHeaterGoes(t *testing.T) {
	s := newScreen(t, 80, 24)
	s.heard(garage(), cellar())
	s.press("tab", "up")
	s.send(told{Removed: garage().ID})
	if s.heater().Name != "Utility room" || s.choice == nil {
		t.Error("another heater went, and not this one")
	}
	s.send(told{Removed: cellar().ID})
	if s.heater() != nil || s.choice != nil {
		t.Error("the heater is gone, and still shown or chosen for")
	}
	if text := s.plain(); !strings.Contains(text, "no heater is known yet") {
		t.Errorf("the screen does not say so:\n%s", text)
	}
}

func TestConnectionLostAndBack(t *testing.T) {
	s := newScreen(t, 80, 24)
	s.heard(garage())
	s.send(told{Interrupted: errors.New("connection refused")}, tick(seven.Add(5*time.Second)), told{Interrupted: errors.New("no route")})
	if text := s.plain(); !strings.Contains(text, "connection lost for 5 s") || !strings.Contains(text, "no route") {
		t.Errorf("the screen does not say so:\n%s", text)
	}
	s.heard(garage())
	if text := s.plain(); strings.Contains(text, "lost") {
		t.Errorf("it is back, and the screen does not say so:\n%s", text)
	}
}

func TestChartIsReadAgain(t *testing.T) {
	s := newScreen(t, 80, 24)
	s.heard(garage())
	s.tasks = nil
	s.send(tick(seven.Add(chartEvery - time.Second)))
	if len(s.tasks) != 0 {
		t.Error("the chart is read too early")
	}
	s.send(tick(seven.Add(chartEvery)))
	if len(s.tasks) != 1 {
		t.Errorf("%d readings", len(s.tasks))
	}
}

func TestWhyThereIsNoHeater(t *testing.T) {
	s := newScreen(t, 80, 24)
	s.client.HTTP = &http.Client{Transport: &server{status: http.StatusOK, body: `{"accounts":[{"name":"home","connection":{"state":"connecting","error":"no route"}}]}`}}
	s.heard()
	s.send(tick(seven.Add(5 * time.Second)))
	s.wait()
	if text := s.plain(); !strings.Contains(text, "home: connecting: no route") {
		t.Errorf("the screen does not say why:\n%s", text)
	}
}

func TestHelpGoes(t *testing.T) {
	s := newScreen(t, 80, 24)
	s.heard(garage())
	before := s.plain()
	s.press("?", "x")
	if after := s.plain(); after != before {
		t.Errorf("a key does not go back:\n%s", after)
	}
}

func TestChartOfAnotherHeaterIsNotShown(t *testing.T) {
	s := newScreen(t, 80, 24)
	s.heard(garage(), cellar())
	s.press("tab")
	s.send(curves{heater: garage().ID, hours: 6, series: past()})
	if s.chart.of != "" {
		t.Error("the chart of the heater before is shown")
	}
	s.press("h")
	s.send(curves{heater: cellar().ID, hours: 6, series: past()})
	if s.chart.of != "" || s.chart.hours != 24 {
		t.Error("a chart of other hours is shown")
	}
}

func TestChangesHoldUntilTheNext(t *testing.T) {
	at := func(value float64) *float64 { return &value }
	c := chart{series: api.Series{
		From: time.Unix(1000, 0), To: time.Unix(1100, 0),
		Fields: []api.Curve{{Field: "x", Times: []int64{1020, 1060, 1080}, Mean: []*float64{at(1), nil, at(3)}}},
	}}
	var got []float64
	for _, value := range c.curve("x", 11) {
		if value == nil {
			got = append(got, 0)
			continue
		}
		got = append(got, *value)
	}
	want := []float64{0, 0, 1, 1, 1, 1, 0, 0, 3, 3, 3}
	for i := range want {
		if got[i] != want[i] {
			t.Fatalf("got %v, want %v", got, want)
		}
	}
}

func TestRefusedByTheServer(t *testing.T) {
	client := api.New("http://127.0.0.1:1", "wrong")
	client.HTTP = &http.Client{Transport: &server{status: http.StatusUnauthorized, body: `{"error":"the token is not that of the server"}`}}
	err := run(t.Context(), Config{Client: client, Output: &strings.Builder{}}, quiet()...)
	var refused *api.Error
	if !errors.As(err, &refused) || refused.Status != http.StatusUnauthorized {
		t.Errorf("got %v", err)
	}
}

// The times below a chart are those at which a clock strikes, wherever it hangs.
func TestHourMarks(t *testing.T) {
	for _, test := range []struct {
		zone  *time.Location
		hours int
		want  string
	}{
		{time.UTC, 6, "01:00 02:00 03:00 04:00 05:00 06:00"},
		{time.FixedZone("half an hour", 5*3600+1800), 6, "07:00 08:00 09:00 10:00 11:00 12:00"},
		{time.UTC, 24, "09:00 12:00 15:00 18:00 21:00 00:00 03:00 06:00"},
		{time.UTC, 72, "12:00 00:00 12:00 00:00 12:00 00:00"},
	} {
		got := hourMarks(seven.Add(-time.Duration(test.hours)*time.Hour), seven, 100, test.zone)
		if marks := strings.Join(strings.Fields(strings.ReplaceAll(got, "└", " ")), " "); marks != test.want {
			t.Errorf("%d hours in %v: %s, want %s", test.hours, test.zone, marks, test.want)
		}
	}
}
