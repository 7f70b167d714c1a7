package simulator

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/nwp500/nwp500/internal/topic"
)

var newYear = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// says checks the date on the heaters' clock.
func (b *bench) says(what string, want time.Time) {
	b.t.Helper()
	if got := b.Date(); !got.Equal(want) {
		b.t.Errorf("%s: the clock says %v, not %v", what, got, want)
	}
}

func TestTheClockGoesAsFastAsAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{Start: newYear, Speed: 3600})
		h := b.fleet.heaters[0]
		time.Sleep(2 * time.Second)
		b.says("two hours", newYear.Add(2*time.Hour))
		b.Pause()
		time.Sleep(time.Hour)
		b.says("paused", newYear.Add(2*time.Hour))
		if s := b.status(h); s["dhwTemperature"] == 0 || !b.Paused() || b.SpeedReached() != 0 {
			t.Error("paused, it shall answer")
		}
		if err := b.SetSpeed(60); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Hour)
		b.says("still paused", newYear.Add(2*time.Hour))
		b.Resume()
		time.Sleep(time.Minute)
		b.says("resumed", newYear.Add(3*time.Hour))
		if n, reached := b.Speed(), b.SpeedReached(); n != 60 || reached != 60 || b.Paused() {
			t.Errorf("speed %d, reached %v", n, reached)
		}
		if h.Date() != b.Date() {
			t.Errorf("%v on a heater", h.Date())
		}
	})
}

func TestSpeedsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{Speed: MostSpeed})
		for _, n := range []int{0, -1, MostSpeed + 1} {
			if err := b.SetSpeed(n); err == nil || !strings.Contains(err.Error(), "not 1 to 100000") {
				t.Errorf("%d: %v", n, err)
			}
		}
		for _, n := range []int{-1, MostSpeed + 1} {
			if s, err := New(Config{Speed: n}); err == nil {
				s.Close()
				t.Errorf("a simulator of speed %d", n)
			}
		}
		if b.Speed() != MostSpeed {
			t.Errorf("the speed is %d", b.Speed())
		}
	})
}

func TestStepAndJump(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{Heaters: 3, Start: newYear, Paused: true})
		for what, leap := range map[string]func() error{
			"none":     func() error { return b.Step(0) },
			"to now":   func() error { return b.Jump(b.Date()) },
			"an hour":  func() error { return b.Step(time.Hour) },
			"ten days": func() error { return b.Jump(b.Date().AddDate(0, 0, 10)) },
		} {
			if err := leap(); err != nil {
				t.Errorf("%s: %v", what, err)
			}
		}
		b.says("at last", newYear.AddDate(0, 0, 10).Add(time.Hour))
		b.Resume()
		time.Sleep(time.Minute)
		b.says("going on", newYear.AddDate(0, 0, 10).Add(time.Hour+time.Minute))
		for _, h := range b.fleet.heaters {
			h.look(func() {
				if !h.At.Equal(b.fleet.date) || h.At.Sub(h.Lived) > time.Minute {
					t.Errorf("a heater is at %v and has lived to %v", h.At, h.Lived)
				}
			})
		}
		for says, leap := range map[string]func() error{
			"does not go back":                                  func() error { return b.Step(-time.Second) },
			"does not go back to 2026-01":                       func() error { return b.Jump(newYear) },
			"of 3 heaters are more than the 100000 heater-days": func() error { return b.Jump(newYear.AddDate(95, 0, 0)) },
			"to 2190-01-01":                                     func() error { return b.Jump(newYear.AddDate(200, 0, 0)) },
		} {
			if err := leap(); err == nil || !strings.Contains(err.Error(), says) {
				t.Errorf("%v, not %s", err, says)
			}
		}
		if err := b.Jump(time.Time{}); err == nil {
			t.Error("a jump to no date")
		}
		b.fleet.close()
		if err := b.Step(time.Hour); err == nil {
			t.Error("a step of a closed simulator")
		}
	})
}

// Leaps at the same time are made one after the other.
func TestStepsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{Start: newYear, Paused: true})
		for range 10 {
			go func() {
				if err := b.Step(time.Hour); err != nil {
					t.Error(err)
				}
			}()
		}
		synctest.Wait()
		b.says("ten hours", newYear.Add(10*time.Hour))
	})
}

// While a heater lives at once it says nothing, and what has become of it at the end.
func TestALeapIsQuiet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{Heaters: 2, Start: newYear})
		h := b.fleet.heaters[0]
		b.status(h)
		if err := b.Step(24 * time.Hour); err != nil {
			t.Fatal(err)
		}
		said := b.heard()
		if len(said) != 1 || said[0].status()["command"] != int(topic.PushPlain) {
			t.Fatalf("%d messages after a day", len(said))
		}
		if changed := changed(said[0].status(), h.Status()); len(changed) != 0 {
			t.Errorf("what was pushed is not what has become of it: %v", changed)
		}
		b.command(h, topic.WiFiReset, "wifi-reset")
		if err := b.Step(time.Minute); err != nil {
			t.Fatal(err)
		}
		equal(t, "after a minute off the network", []int{0}, b.connections(h))
		if err := b.Step(time.Hour); err != nil {
			t.Fatal(err)
		}
		if said := b.events(); len(said) != 1 || *said[0].Event.Connection.Status != 1 {
			t.Errorf("%+v", said)
		}
		time.Sleep(time.Hour)
		if len(b.heard()) == 0 {
			t.Error("quiet for ever")
		}
	})
}

// A plan is carried out at its date, whatever way the clock gets there.
func TestPlans(t *testing.T) {
	for what, get := range map[string]func(*bench){
		"slowly":  func(*bench) { time.Sleep(3 * time.Hour) },
		"fast":    func(b *bench) { _ = b.SetSpeed(10800); time.Sleep(time.Second) },
		"at once": func(b *bench) { _ = b.Step(3 * time.Hour) },
	} {
		synctest.Test(t, func(t *testing.T) {
			b := newBench(t, Config{Heaters: 3, Start: newYear})
			f := b.fleet
			var done []time.Duration
			plan := func(after time.Duration, then func()) {
				f.plan(newYear.Add(after), func() {
					for _, h := range f.heaters {
						if h.wakeAt().Before(f.date) {
							t.Errorf("%s: a heater has only lived to %v", what, h.At)
						}
						f.visit(h, func() {
							if !h.At.Equal(newYear.Add(after)) {
								t.Errorf("%s: a heater has lived to %v", what, h.At)
							}
						})
					}
					done = append(done, after)
					then()
				})
			}
			f.mu.Lock()
			plan(2*time.Hour, func() {})
			plan(time.Hour+time.Nanosecond, func() { plan(90*time.Minute, func() {}) })
			plan(2*time.Hour+time.Second, func() {})
			plan(4*time.Hour, func() {})
			f.mu.Unlock()
			get(b)
			synctest.Wait()
			equal(t, what, []time.Duration{time.Hour + 1, 90 * time.Minute, 2 * time.Hour, 2*time.Hour + time.Second}, done)
			b.says(what, newYear.Add(3*time.Hour))
		})
	}
}
