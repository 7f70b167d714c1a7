package main

import (
	"bytes"
	"context"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/simulator"
)

// output is what was printed, readable while more is.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// monitor runs the program in a bubble beside what the test does to the heater, and returns what it printed.
func monitor(t *testing.T, units nwp500.Units, meanwhile func(cloud *simulator.Simulator, heater *simulator.Heater)) string {
	var out output
	synctest.Test(t, func(t *testing.T) {
		cloud, err := simulator.New(simulator.Config{Start: time.Date(2026, time.January, 15, 23, 0, 0, 0, time.UTC)}) // everybody sleeps
		if err != nil {
			t.Fatal(err)
		}
		defer cloud.Close()
		server, err := cloud.Memory()
		if err != nil {
			t.Fatal(err)
		}
		defer server.Close()
		account := cloud.Accounts()[0]
		client := nwp500.New(nwp500.Config{
			Email: account.Email, Password: nwp500.NewSecret(account.Password),
			RESTURL: server.RESTURL, MQTTEndpoint: server.MQTTEndpoint, Dial: server.Dial,
		})
		defer client.Close()

		ctx, interrupt := context.WithCancel(context.Background())
		ended := make(chan error)
		go func() { ended <- run(ctx, client, &out, units) }()
		meanwhile(cloud, account.Heaters[0])
		interrupt()
		if err := <-ended; err != nil {
			t.Errorf("interrupted: %v", err)
		}
	})
	return out.String()
}

func TestHoursOfARecovery(t *testing.T) {
	text := monitor(t, nwp500.Metric, func(cloud *simulator.Simulator, heater *simulator.Heater) {
		heater.SetTank(49, 47)
		time.Sleep(time.Hour)
		heater.Draw(170)
		time.Sleep(2 * time.Hour)
		cloud.DropAll(simulator.DropServer)
		time.Sleep(time.Hour)
		heater.RaiseFault(799, 0)
		time.Sleep(time.Minute)
		heater.ClearFault()
		time.Sleep(2 * time.Hour)
	})
	for _, want := range []string{
		`Temperature: 4\d\.\d °C \(target: 49\.0 °C\)`, `Power: 1 W`, `Power: 3\d\d W`,
		`Heating: nothing`, `Heating: heat pump`, `Heating: .*element`,
		`Connection lost; .*`, `Connection is back`, `Fault: E799 water leak`, `Fault is over: E799 water leak`,
	} {
		if !regexp.MustCompile(`(?m)^\[\d\d:\d\d:\d\d\] ` + want + `$`).MatchString(text) {
			t.Errorf("no line %q", want)
		}
	}
	last := map[string]string{}
	for line := range strings.Lines(text) {
		_, line, _ = strings.Cut(strings.TrimSpace(line), "] ")
		kind, now, _ := strings.Cut(line, ": ")
		if last[kind] == now && !strings.HasPrefix(kind, "Connection") {
			t.Errorf("printed without a change: %s", line)
		}
		last[kind] = now
	}
	if t.Failed() {
		t.Log("\n" + text)
	}
}

// The unit is the reader's, a value that no document knows is no error, 0 is a temperature, and what the heater leaves open
// is unknown.
func TestValuesThatNobodyExpects(t *testing.T) {
	text := monitor(t, nwp500.US, func(_ *simulator.Simulator, heater *simulator.Heater) {
		heater.SetStatus("dhwTemperature", 0)
		heater.SetStatus("dhwOperationSetting", 17)
		for _, component := range []string{"compUse", "heatUpperUse", "heatLowerUse"} {
			heater.SetStatus(component, 0)
		}
		time.Sleep(time.Hour)
	})
	for _, want := range []string{"Temperature: 32.0 °F (target: 120.2 °F)", "Heating: unknown"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in:\n%s", want, text)
		}
	}
}
