package tui

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/api"
	"github.com/nwp500/nwp500/internal/fleet"
	"github.com/nwp500/nwp500/internal/httpapi"
	"github.com/nwp500/nwp500/internal/memnet"
	"github.com/nwp500/nwp500/simulator"
)

// quiet are options of a program without a terminal.
func quiet() []tea.ProgramOption {
	return []tea.ProgramOption{tea.WithInput(nil), tea.WithOutput(io.Discard), tea.WithWindowSize(80, 24), tea.WithEnvironment([]string{"TERM=xterm"})}
}

// TestTopOfASimulatedHeater types keys on a terminal of 80 by 24, through an interface in
// memory, to a heater that is simulated.
func TestTopOfASimulatedHeater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim, err := simulator.New(simulator.Config{})
		if err != nil {
			t.Fatal(err)
		}
		defer sim.Close()
		cloud, err := sim.Memory()
		if err != nil {
			t.Fatal(err)
		}
		defer cloud.Close()
		account := sim.Accounts()[0]
		f, err := fleet.New(fleet.Config{Accounts: []fleet.Account{{Name: "home", Cloud: nwp500.Config{
			Email: account.Email, Password: nwp500.NewSecret(account.Password),
			RESTURL: cloud.RESTURL, MQTTEndpoint: cloud.MQTTEndpoint, Dial: cloud.Dial,
		}}}})
		if err != nil {
			t.Fatal(err)
		}
		network := memnet.New()
		listener, err := network.Listen("127.0.0.1:8500")
		if err != nil {
			t.Fatal(err)
		}
		transport := &http.Transport{DialContext: network.Dial}
		client := api.New("http://127.0.0.1:8500", "")
		client.HTTP, client.By = &http.Client{Transport: transport}, "top"

		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 2)
		go func() { ended <- f.Run(ctx) }()
		go func() {
			ended <- httpapi.Serve(ctx, listener, httpapi.New(httpapi.Config{Fleet: f, Loopback: true}), time.Second, nil)
		}()
		defer func() {
			stop()
			transport.CloseIdleConnections()
			for range 2 {
				if err := <-ended; err != nil {
					t.Errorf("a part of the server: %v", err)
				}
			}
		}()

		input, keys := io.Pipe()
		defer keys.Close()
		var output bytes.Buffer
		shown := make(chan error, 1)
		go func() {
			shown <- run(ctx, Config{Client: client, Units: nwp500.Metric},
				tea.WithInput(input), tea.WithOutput(&output), tea.WithWindowSize(80, 24), tea.WithEnvironment([]string{"TERM=xterm-256color"}))
		}()
		for _, key := range []string{"\x1b[A", "+", "\r"} { // up and enter
			time.Sleep(time.Minute)
			if _, err := io.WriteString(keys, key); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(10 * time.Second)
		if _, err := io.WriteString(keys, "q"); err != nil {
			t.Fatal(err)
		}
		if err := <-shown; err != nil {
			t.Errorf("Run: %v", err)
		}
		for _, want := range []string{f.Heaters()[0].Name(), "done: setpoint 50.0 °C", "standing by"} {
			if !bytes.Contains(output.Bytes(), []byte(want)) {
				t.Errorf("the terminal has not shown %q", want)
			}
		}
		if got := f.Heaters()[0].State().Status.Setpoint; got != nwp500.Celsius(50) {
			t.Errorf("the setpoint is %v", got)
		}
	})
}
