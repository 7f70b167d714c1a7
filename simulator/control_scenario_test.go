package simulator

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/go-json-experiment/json"
)

func TestControlScenario(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		scenario := parsed(t, `
title a morning
start 2026-01-15 06:00
lasts 2 hours
zone UTC
heater 65 gallons, draws none
at day 1 06:10 draw 40 litres
at day 1 06:20 owner setpoint 52 C
at day 1 07:00 expect setpoint = 52 C
at day 1 07:10 expect setpoint = 60 C
heater 1 at day 1 07:30 draw 10 litres
at end expect energy < 9 kWh
`)
		config := scenario.Config()
		config.Control = true
		s, err := New(config)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		d := &desk{t, s}
		if page := d.get("/_sim/"); strings.Contains(page, "/_sim/scenario") {
			t.Error("the page tells of a scenario that is not played")
		}
		if page := d.get("/_sim/scenario"); !strings.Contains(page, "No scenario is played.") {
			t.Errorf("without a scenario: %s", page)
		}
		if _, err := s.Play(scenario); err != nil {
			t.Fatal(err)
		}
		d.post("/_sim/api/clock", `{"jump":"2026-01-15T07:20"}`)
		var got struct {
			Scenarios []scenarioView `json:"scenarios"`
		}
		if err := json.Unmarshal([]byte(d.get("/_sim/api/scenarios")), &got); err != nil {
			t.Fatal(err)
		}
		if len(got.Scenarios) != 1 {
			t.Fatalf("%d scenarios", len(got.Scenarios))
		}
		v := got.Scenarios[0]
		if v.Title != "a morning" || v.Done || v.Met || v.Elapsed != 66 || len(v.ToCome) != 2 || len(v.Log) != 4 {
			t.Errorf("%+v", v)
		}
		if latest := v.Log[0]; !latest.Expected || latest.Met || latest.Line != 10 {
			t.Errorf("the latest is %+v", latest)
		}
		page := d.get("/_sim/scenario")
		for _, want := range []string{"a morning", "not as expected", "66 % of it lived", "heater 1: draw 10 litres", "expect energy &lt; 9 kWh"} {
			if !strings.Contains(page, want) {
				t.Errorf("no %q on the page", want)
			}
		}
		d.post("/_sim/api/clock", `{"step":"1h"}`)
		if page := d.get("/_sim/scenario"); !strings.Contains(page, ">over<") || strings.Contains(page, "To come") {
			t.Error("the page does not say that it is over")
		}
		if w := d.do(controlRequest("POST", "/_sim/api/scenarios", `{}`)); w.Code != http.StatusMethodNotAllowed {
			t.Errorf("a post: %d", w.Code)
		}
	})
}
