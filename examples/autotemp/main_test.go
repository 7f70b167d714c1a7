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

// lines returns the lines printed, times left out.
func (o *output) lines() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	var lines []string
	for line := range strings.Lines(o.text.String()) {
		_, line, _ = strings.Cut(strings.TrimSpace(line), "] ")
		lines = append(lines, line)
	}
	return lines
}

// The modes as the wire has them (docs/protocol.md §4).
const (
	heatPump    = 1
	energySaver = 3
	highDemand  = 4
)

// house is a simulated heater that the program controls. It is eleven at night, so that nobody draws water but the test.
type house struct {
	*simulator.Heater
	t     *testing.T
	cloud *simulator.Simulator
	out   *output
}

func inHouse(t *testing.T, config simulator.Config, live func(h *house)) {
	synctest.Test(t, func(t *testing.T) {
		config.Start = time.Date(2026, time.January, 15, 23, 0, 0, 0, time.UTC)
		cloud, err := simulator.New(config)
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
		h := &house{account.Heaters[0], t, cloud, new(output)}
		h.SetTank(48, 46) // 118 °F
		go func() { ended <- run(ctx, client, h.out) }()
		time.Sleep(time.Minute)
		live(h)
		interrupt()
		if err := <-ended; err != nil {
			t.Errorf("interrupted: %v", err)
		}
		if t.Failed() {
			t.Log(strings.Join(h.out.lines(), "\n"))
		}
	})
}

// expect lets time pass and looks at the mode and at how many commands have ever come.
func (h *house) expect(after time.Duration, when string, mode, commands int) {
	h.t.Helper()
	time.Sleep(after)
	if got := h.Status()["dhwOperationSetting"]; got != mode {
		h.t.Errorf("%s: mode %d, want %d", when, got, mode)
	}
	if got := h.Counters().Commands; got != commands {
		h.t.Errorf("%s: %d commands, want %d", when, got, commands)
	}
}

func TestBoostAndBack(t *testing.T) {
	inHouse(t, simulator.Config{}, func(h *house) {
		h.expect(time.Hour, "unused", energySaver, 0)
		h.Draw(40)
		h.expect(2*time.Minute, "in use", highDemand, 1)
		h.expect(100*time.Minute, "100 minutes later", highDemand, 1)
		h.Draw(5)
		h.expect(110*time.Minute, "used again, 110 minutes later", highDemand, 1)
		h.expect(20*time.Minute, "two hours without use", energySaver, 2)
		h.expect(2*time.Hour, "still without", energySaver, 2)
	})
}

// A day and a night of an ordinary house: each command changes the mode, and there are few.
func TestNeverTheSameModeTwice(t *testing.T) {
	inHouse(t, simulator.Config{Seed: 3}, func(h *house) {
		time.Sleep(48 * time.Hour)
		lines := h.out.lines()
		if len(lines) < 4 || len(lines) > 24 {
			h.t.Errorf("%d commands in two days", len(lines))
		}
		for i, line := range lines {
			want := []string{", to high demand: done", ", to energy saver: done"}[i%2]
			if !strings.HasSuffix(line, want) {
				h.t.Errorf("command %d is %q, want it to end in %q", i, line, want)
			}
		}
		if got := h.Counters().Commands; got != len(lines) {
			h.t.Errorf("%d commands came, %d were told", got, len(lines))
		}
	})
}

// Water that is hot enough is left alone, and so is a mode that somebody chose.
func TestLeftAlone(t *testing.T) {
	inHouse(t, simulator.Config{}, func(h *house) {
		h.SetTank(60, 58)
		h.Draw(40)
		h.expect(10*time.Minute, "hot enough", energySaver, 0)
		h.SetTank(48, 46)
		h.SetStatus("dhwOperationSetting", heatPump)
		h.Draw(40)
		h.expect(3*time.Hour, "heat pump alone", heatPump, 0)
	})
}

// A command that got no answer may have arrived: it is not sent again.
func TestSilenceIsNotAnsweredWithCommands(t *testing.T) {
	inHouse(t, simulator.Config{}, func(h *house) {
		h.LoseWrites(1)
		h.Draw(100)
		h.expect(time.Hour, "lost", energySaver, 0)
		if got := h.Counters().LostWrites; got != 1 {
			h.t.Errorf("%d commands were sent, want 1", got)
		}
		if lines := h.out.lines(); len(lines) != 1 || !strings.Contains(lines[0], "outcome unknown") {
			h.t.Errorf("it said %q, want the outcome unknown", lines)
		}
	})
}
