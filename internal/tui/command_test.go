package tui

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/api"
)

// server is what answers a client in these tests: with a status and a body, or not at all.
type server struct {
	status   int
	body     string
	err      error
	commands []api.Command
	by       string
}

func (s *server) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method == http.MethodPost {
		var command api.Command
		if err := json.NewDecoder(r.Body).Decode(&command); err != nil {
			return nil, err
		}
		s.commands = append(s.commands, command)
		s.by = r.Header.Get(api.WriteHeader)
	}
	if s.err != nil {
		return nil, s.err
	}
	return &http.Response{StatusCode: s.status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(s.body)), Request: r}, nil
}

// served is a screen whose client that server answers.
func served(t *testing.T, by *server) *screen {
	s := newScreen(t, 80, 24)
	s.client.HTTP, s.client.By = &http.Client{Transport: by}, "top"
	s.heard(garage(), cellar())
	s.tasks = nil
	return s
}

// wait does what waits, and sends what it comes to.
func (s *screen) wait() {
	tasks := s.tasks
	s.tasks = nil
	for _, do := range tasks {
		if message := do(context.Background()); message != nil {
			s.send(message)
		}
	}
}

func TestCommandsOfKeys(t *testing.T) {
	for _, test := range []struct {
		name  string
		units nwp500.Units
		keys  string
		want  string // "" for no command
		says  string
	}{
		{"setpoint", nwp500.Metric, "up up enter", `{"command":"temperature","celsius":56}`, "✓ done: setpoint 56.0 °C of Garage"},
		{"setpoint in °F", nwp500.US, "down enter", `{"command":"temperature","fahrenheit":130}`, "✓ done: setpoint 130 °F of Garage"},
		{"the highest setpoint", nwp500.Metric, "up" + strings.Repeat(" up", 40) + " enter", `{"command":"temperature","celsius":65.5}`, "done"},
		{"the highest setpoint in °F", nwp500.US, "up" + strings.Repeat(" up", 40) + " enter", `{"command":"temperature","fahrenheit":150}`, "done"},
		{"a heater of whole degrees", nwp500.Metric, "tab up enter", `{"command":"temperature","celsius":51}`, "✓ done: setpoint 51.0 °C of Utility room"},
		{"its highest setpoint", nwp500.Metric, "tab" + strings.Repeat(" up", 40) + " enter", `{"command":"temperature","celsius":65}`, "done"},
		{"setpoint, left", nwp500.Metric, "up up esc", "", ""},
		{"mode", nwp500.Metric, "m right enter", `{"command":"mode","mode":"high_demand"}`, "✓ done: mode high demand of Garage"},
		{"vacation", nwp500.Metric, "m left left + enter", `{"command":"mode","mode":"vacation","days":8}`, "✓ done: vacation of 8 days of Garage"},
		{"the longest vacation", nwp500.Metric, "m left left" + strings.Repeat(" +", 40) + " enter", `{"command":"mode","mode":"vacation","days":30}`, "30 days"},
		{"the shortest vacation", nwp500.Metric, "m left left" + strings.Repeat(" -", 40) + " enter", `{"command":"mode","mode":"vacation","days":1}`, "vacation of 1 day of"},
		{"power", nwp500.Metric, "p enter", `{"command":"power","on":false}`, "✓ done: power off of Garage"},
		{"power, left", nwp500.Metric, "p q", "", ""},
		{"the other heater", nwp500.Metric, "tab down enter", `{"command":"temperature","celsius":49}`, "✓ done: setpoint 49.0 °C of Utility room"},
		{"another heater while choosing", nwp500.Metric, "up esc tab enter", "", ""},
		{"refresh", nwp500.Metric, "r", `{"command":"refresh"}`, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			answers := &server{status: http.StatusOK, body: `{"command":"any","end":"done","at":"2026-11-22T07:00:00Z"}`}
			s := served(t, answers)
			s.units = test.units
			s.press(strings.Fields(test.keys)...)
			s.wait()
			got := ""
			if len(answers.commands) > 0 {
				text, err := json.Marshal(answers.commands[0])
				if err != nil {
					t.Fatal(err)
				}
				got = string(text)
			}
			if got != test.want || len(answers.commands) > 1 {
				t.Errorf("%d commands, the first %s, want %s", len(answers.commands), got, test.want)
			}
			if got != "" && answers.by != "top" {
				t.Errorf("given by %q", answers.by)
			}
			if text := s.plain(); !strings.Contains(text, test.says) || test.says == "" && strings.Contains(text, "done") {
				t.Errorf("the screen does not say %q:\n%s", test.says, text)
			}
		})
	}
}

func TestEndsOfCommands(t *testing.T) {
	for _, test := range []struct {
		name   string
		server server
		says   string
	}{
		{"refused", server{status: http.StatusConflict, body: `{"end":"refused","error":"the heater has no such mode."}`}, "✗ refused: setpoint 55.5 °C of Garage: the heater has no such mode"},
		{"not sent", server{status: http.StatusServiceUnavailable, body: `{"end":"not sent","error":"not connected"}`}, "✗ not sent: setpoint 55.5 °C of Garage: not connected"},
		{"unknown", server{status: http.StatusGatewayTimeout, body: `{"end":"outcome unknown","error":"no answer"}`}, "? outcome unknown: setpoint 55.5 °C of Garage was sent: no answer. Look"},
		{"server away", server{err: errors.New("connection refused")}, "✗ not sent: setpoint 55.5 °C of Garage: "},
		{"malformed", server{status: http.StatusBadRequest, body: `{"error":"too hot","field":"celsius"}`}, "✗ refused: setpoint 55.5 °C of Garage: celsius: too hot"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := served(t, &test.server)
			s.width = 200
			s.press("up", "enter")
			s.wait()
			if text := s.plain(); !strings.Contains(text, test.says) {
				t.Errorf("the screen does not say %q:\n%s", test.says, text)
			}
			s.press("x") // seen
			if text := s.plain(); strings.Contains(text, test.says) {
				t.Error("the end stays after a key")
			}
		})
	}
}

func TestOneCommandAtATime(t *testing.T) {
	answers := &server{status: http.StatusOK, body: `{"end":"done"}`}
	s := served(t, answers)
	s.press("up", "enter", "m", "right", "enter", "p", "enter")
	if command := s.press("q"); command != nil || !strings.Contains(s.plain(), "q quits without its end") {
		t.Errorf("q quits at once while a command is on its way:\n%s", s.plain())
	}
	s.wait()
	if len(answers.commands) != 1 {
		t.Errorf("%d commands, want the first alone", len(answers.commands))
	}
	if strings.Contains(s.plain(), "quits without") {
		t.Error("the command is over, and its end is still warned of")
	}
	if command := s.press("q"); command == nil {
		t.Error("q does not quit when the command is over")
	}
}
