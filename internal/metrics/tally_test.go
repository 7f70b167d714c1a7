package metrics

import (
	"testing"

	"github.com/nwp500/nwp500/api"
	"github.com/nwp500/nwp500/internal/fleet"
)

func TestTally(t *testing.T) {
	h := many(2, garage())
	m := h.metrics(Config{})
	ended := func(heater int, end api.End) fleet.Notice {
		return fleet.Notice{State: h.states[heater], Event: &api.Event{Class: api.CommandEvent, Result: &api.Result{End: end}}}
	}
	m.tally.count([]fleet.Notice{
		ended(0, api.Done), ended(1, api.NotSent), ended(0, api.Done), ended(0, api.OutcomeUnknown),
		{State: h.states[0], Event: &api.Event{Class: api.ModeEvent}},
		{State: h.states[1], Removed: true}, // it comes back with nothing counted
	}, 3)
	m.tally.count(nil, 4)
	text := scraped(t, m)
	for series, want := range map[string]string{
		`nwp500_commands_total{heater="0000000000",name="Heater 0",end="done"}`:            "2",
		`nwp500_commands_total{heater="0000000000",name="Heater 0",end="outcome unknown"}`: "1",
		`nwp500_commands_total{heater="0000000001",name="Heater 1",end="not sent"}`:        "0",
		`nwp500_notices_missed_total`: "7",
	} {
		if got := seriesOf(text, series); got != want {
			t.Errorf("%s is %q, want %s", series, got, want)
		}
	}
}
