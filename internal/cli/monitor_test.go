package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/nwp500/nwp500"
)

func TestChanges(t *testing.T) {
	source := nwp500.Source{
		Device: nwp500.Device{Name: "Basement", MAC: nwp500.NewMAC("0a0000000001")},
		Time:   time.Date(2026, 1, 2, 3, 4, 5, 6e6, time.UTC),
	}
	head := `{"time":"2026-01-02T03:04:05.006Z","name":"Basement","mac_address":"0a0000000001","event":`
	for _, c := range []struct {
		event    nwp500.Event
		text     string
		document string
	}{
		{
			nwp500.TemperatureChanged{Source: source, Old: nwp500.Celsius(58), New: nwp500.Celsius(58.5)},
			"hot water 137.3 °F, was 136.4 °F", `"temperature_changed","old":136.4,"new":137.3,"units":"us"}`,
		},
		{
			nwp500.SetpointChanged{Source: source, Old: nwp500.Celsius(50), New: nwp500.Celsius(0)},
			"setpoint 32 °F, was 122 °F", `"setpoint_changed","old":122,"new":32,"units":"us"}`,
		},
		{
			nwp500.ModeChanged{Source: source, Old: nwp500.ValueOf(nwp500.HeatPump), New: nwp500.ValueOf(nwp500.Mode(17))},
			"mode mode(17), was heat pump", `"mode_changed","old":"heat_pump","new":"mode(17)","units":"us"}`,
		},
		{
			nwp500.PowerChanged{Source: source, Old: nwp500.ValueOf(1.0), New: nwp500.ValueOf(432.0)},
			"power 432 W, was 1 W", `"power_changed","old":1,"new":432,"units":"us"}`,
		},
		{nwp500.HeatingStarted{Source: source}, "heating started", `"heating_started","units":"us"}`},
		{nwp500.HeatingStopped{Source: source}, "heating stopped", `"heating_stopped","units":"us"}`},
		{
			nwp500.FaultDetected{Source: source, Code: 799},
			"fault E799 water leak", `"fault_detected","new":"E799 water leak","units":"us"}`,
		},
		{
			nwp500.FaultCleared{Source: source, Code: 799},
			"fault E799 water leak is over", `"fault_cleared","old":"E799 water leak","units":"us"}`,
		},
		{
			nwp500.ConnectionLost{Source: source, Err: errors.New("it\nrains")},
			"connection lost: it rains", `"connection_lost","units":"us"}`,
		},
		{nwp500.ConnectionLost{Source: source, Err: nwp500.ErrDisconnected}, "connection lost", `"connection_lost","units":"us"}`},
		{
			nwp500.ConnectionLost{Source: source, Err: fmt.Errorf("%w: %w", nwp500.ErrDisconnected, nwp500.ErrClientIDTaken)},
			"connection lost: the broker ends each connection soon: possibly another client uses the same client id", `"connection_lost","units":"us"}`,
		},
		{nwp500.ConnectionLost{Source: source}, "connection is being replaced", `"connection_lost","units":"us"}`},
		{nwp500.ConnectionResumed{Source: source}, "connection resumed", `"connection_resumed","units":"us"}`},
		{nwp500.HeaterSilent{Source: source}, "the heater does not answer", `"heater_silent","units":"us"}`},
		{nwp500.HeaterHeard{Source: source}, "the heater is heard again", `"heater_heard","units":"us"}`},
		{nwp500.Missed{Source: source, Count: 2}, "2 events missed", `"events_missed","new":2,"units":"us"}`},
		{nwp500.StatusReceived{Source: source}, "", ""},
		{nwp500.FeaturesReceived{Source: source}, "", ""},
	} {
		in := scale{us: true}
		got := newChange(c.event, in)
		if got.text != c.text {
			t.Errorf("%T: %q, want %q", c.event, got.text, c.text)
		}
		if c.document == "" {
			continue
		}
		document, err := json.Marshal(got.document(source, in))
		if err != nil || string(document) != head+c.document {
			t.Errorf("%T: %s, %v\nwant %s", c.event, document, err, head+c.document)
		}
	}
}

// Without credentials that serve nothing comes any more: monitor ends and says so.
func TestMonitorEndsWhenASignInIsNeeded(t *testing.T) {
	w := watcher{p: new(program), scales: make(map[nwp500.MAC]scale)}
	if err := w.see(t.Context(), nwp500.SignInNeeded{Err: nwp500.ErrPasswordNeeded}); !errors.Is(err, nwp500.ErrPasswordNeeded) {
		t.Errorf("got %v, want ErrPasswordNeeded", err)
	}
}
