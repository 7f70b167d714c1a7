package main

import (
	"bytes"
	"context"
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

// about returns the lines about one heater, times left out.
func (o *output) about(name string) []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	var lines []string
	for line := range strings.Lines(o.text.String()) {
		if _, line, ok := strings.Cut(strings.TrimSpace(line), "["+name+"] "); ok {
			lines = append(lines, line)
		}
	}
	return lines
}

// Three heaters for hours: each is shown under its own name, and one that is silent delays no other and is shown when it
// speaks again.
func TestHoursOfThreeHeaters(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cloud, err := simulator.New(simulator.Config{Heaters: 3, Start: time.Date(2026, time.January, 15, 23, 0, 0, 0, time.UTC)})
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

		used, silent, unheard := account.Heaters[0], account.Heaters[1], account.Heaters[2]
		silent.SetSilent(true)
		unheard.SetStatus("dhwOperationSetting", 17)
		unheard.SetStatus("dhwTemperature", 0)
		var out output
		ctx, interrupt := context.WithCancel(context.Background())
		ended := make(chan error)
		go func() { ended <- run(ctx, client, &out, nwp500.US) }()

		time.Sleep(2 * time.Second)
		for _, heater := range []*simulator.Heater{used, unheard} {
			if len(out.about(heater.Name())) != 1 {
				t.Errorf("%s was not shown within two seconds", heater.Name())
			}
		}
		time.Sleep(30 * time.Second)
		if lines := out.about(silent.Name()); len(lines) != 1 || !strings.Contains(lines[0], "did not answer") {
			t.Errorf("of the silent heater it said %q", lines)
		}
		used.Draw(150)
		time.Sleep(time.Hour)
		silent.SetSilent(false)
		time.Sleep(time.Hour)
		interrupt()
		if err := <-ended; err != nil {
			t.Errorf("interrupted: %v", err)
		}

		if lines := out.about(silent.Name()); len(lines) < 2 || !strings.HasPrefix(lines[1], "water 1") {
			t.Errorf("of the heater that spoke again it said %q", lines)
		}
		if lines := out.about(unheard.Name()); !strings.HasPrefix(lines[0], "water 32.0 °F, ") || !strings.HasSuffix(lines[0], ", mode(17)") {
			t.Errorf("of a mode that no document knows, at 0 °C, it said %q", lines[0])
		}
		lines := out.about(used.Name())
		if !strings.Contains(strings.Join(lines, "\n"), "power 3") {
			t.Errorf("of the heater in use it said %q, and nothing of the heat pump", lines)
		}
		for i := 1; i < len(lines); i++ {
			if lines[i] == lines[i-1] {
				t.Errorf("printed without a change: %s", lines[i])
			}
		}
	})
}
