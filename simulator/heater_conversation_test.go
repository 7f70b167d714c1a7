//go:build integration

package simulator

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/nwp500/nwp500/internal/topic"
)

// unseenWrites are the mode writes that were not captured, by the line before which
// they were made, with how long before it (chosen). That there were two before line 8
// the numbers tell that the heater counts its pushes with.
var unseenWrites = map[int][]struct {
	before time.Duration
	mode   int
}{
	8:  {{20 * time.Second, modeEnergySaver}, {12 * time.Second, modeHeatPump}},
	13: {{12 * time.Second, modeHeatPump}},
	21: {{12 * time.Second, modeHeatPump}},
}

// TestTheCapturedConversation has the captured conversation again, at the times that
// its session ids tell, with a heater that comes into its states by what a client and
// the simulator's own methods do to it. The heater answers and pushes the same, no
// more and no less, and counts its pushes likewise.
func TestTheCapturedConversation(t *testing.T) {
	window := func(b *bench, h *Heater) { // from noon to six
		b.tariff(h, on, touPeriod{allMonths, 254, 0, 1159, 40, 2}, touPeriod{allMonths, 254, 1200, 1759, 20, 2}, touPeriod{allMonths, 254, 1800, 2359, 40, 2})
	}
	mode := func(b *bench, h *Heater) { b.command(h, topic.SetMode, "dhw-mode", modeHeatPump) }
	// A mode written after the window has begun would be held.
	setpoint := func(b *bench, h *Heater) { b.command(h, topic.SetTemperature, "dhw-temperature", 121) }

	type preparation = func(*bench, *Heater)
	for name, prepare := range map[string][]preparation{
		"setpoint, mode, window": {setpoint, mode, window},
		"mode, setpoint, window": {mode, setpoint, window},
		"mode, window, setpoint": {mode, window, setpoint},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, Config{Start: time.Date(2025, 9, 26, 15, 0, 0, 0, time.UTC)})
				h := b.Accounts()[0].Heaters[0]
				h.SetDraws(NoDraws)
				h.SetAir(25.8)
				h.SetTank(50, 45)
				for _, do := range prepare {
					do(b, h)
					time.Sleep(10 * time.Second)
				}
				time.Sleep(10 * time.Minute)
				(&conversation{bench: b, h: h, lines: captures(t)}).converse()
			})
		})
	}
}

// conversation is what is told to a heater again.
type conversation struct {
	*bench
	h     *Heater
	lines []captured
	ahead int // of the captured count of pushes
}

// converse says what the captured client said, and compares what it hears.
func (c *conversation) converse() {
	var began time.Time // of the run, here
	var first captured
	for i, line := range c.lines {
		s := line.Response.Status
		like := func() { c.h.SetTank(float64(s["tankUpperTemperature"])/10, float64(s["tankLowerTemperature"])/10) }
		at := func(before time.Duration) {
			time.Sleep(time.Until(began.Add(line.asked().Sub(first.asked()) - before)))
		}
		switch {
		case line.command() == topic.StatusRequest:
			if i > 0 {
				at(0)
			}
			like()
			time.Sleep(2 * time.Minute)
			began, first = time.Now(), line
			c.same(i, c.status(c.h))
		case line.isCommand():
			for n, write := range unseenWrites[i+1] {
				at(write.before)
				if n == 0 {
					c.pushed(i)
				}
				like()
				c.command(c.h, topic.SetMode, "dhw-mode", write.mode)
			}
			at(0)
			if unseenWrites[i+1] == nil {
				c.pushed(i)
			}
			like()
			how, param := sameCommand(line)
			c.same(i, c.command(c.h, line.command(), how, param...))
		}
	}
	time.Sleep(10 * time.Second)
	c.pushed(len(c.lines))
}

// pushed compares what was pushed since the request before a line.
func (c *conversation) pushed(i int) {
	c.t.Helper()
	from := i
	for from > 0 && !c.lines[from-1].isCommand() && c.lines[from-1].command() != topic.StatusRequest {
		from--
	}
	want := c.lines[from:i]
	if from == 1 {
		want = nil // the plain push in line 2, which nothing led to
	}
	said := c.heard()
	for n := range max(len(want), len(said)) {
		switch {
		case n >= len(want):
			c.t.Errorf("before line %d: push %d more", i+1, said[n].status()["command"])
			continue
		case n >= len(said):
			c.t.Errorf("line %d: no push", from+n+1)
			continue
		}
		c.same(from+n, said[n].status())
		c.counts(from+n+1, want[n].SessionID, said[n].body.SessionID)
	}
}

// counts compares how the pushes are counted, in the two runs in which no number is
// missing that the unseen writes do not account for: from line 4 on, and from 14 on.
func (c *conversation) counts(line int, want string, got any) {
	c.t.Helper()
	ahead := 0
	if _, err := fmt.Sscan(fmt.Sprint(got), &ahead); err != nil {
		c.t.Fatalf("line %d: session id %v", line, got)
	}
	number := 0
	if _, err := fmt.Sscan(want, &number); err != nil {
		c.t.Fatalf("line %d: session id %s", line, want)
	}
	ahead = (ahead - number + 10) % 10
	if line == 4 || line == 11 || line == 14 {
		c.ahead = ahead
	}
	if ahead != c.ahead {
		c.t.Errorf("line %d: %d pushes more than captured", line, (ahead-c.ahead+10)%10)
	}
}

func (c *conversation) same(i int, got map[string]int) {
	c.t.Helper()
	want := c.lines[i].Response.Status
	want["airFilterAlarmElapsed"] = got["airFilterAlarmElapsed"] // a counter
	before := c.t.Failed()
	same(c.t, want, got)
	if !before && c.t.Failed() {
		c.t.Logf("in line %d", i+1)
	}
}
