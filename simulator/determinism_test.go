package simulator

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/nwp500/nwp500/internal/topic"
)

// intent is what somebody will do to a heater at a date.
type intent struct {
	after  time.Duration // from the start
	heater int
	name   string
	do     func(*Heater)
}

// commanded has a heater get a control command as from a client.
func commanded(code topic.Code, mode string, param ...int) func(*Heater) {
	return func(h *Heater) {
		r := request{heater: h, topic: topic.Request(52, h.mac, "ctrl"), suffix: "ctrl"}
		if err := json.Unmarshal([]byte(control(h, code, mode, param...)), &r.body); err != nil {
			panic(err)
		}
		h.receive(r)
	}
}

// flowing has the heater flow before something is done to it, as change does.
func flowing(do func(*Heater)) func(*Heater) {
	return func(h *Heater) {
		h.flow()
		do(h)
	}
}

func drawIntent(t *rapid.T, heaters int, within time.Duration) intent {
	d := intent{
		after:  time.Duration(rapid.Int64Range(0, int64(within)).Draw(t, "after")),
		heater: rapid.IntRange(0, heaters-1).Draw(t, "heater"),
	}
	if rapid.Bool().Draw(t, "whole minute") {
		d.after = d.after.Truncate(time.Minute) // meets the grid on which heaters step
	}
	n := rapid.IntRange(0, 1000).Draw(t, "n")
	kinds := []struct {
		name string
		do   func(*Heater)
	}{
		{"mode", commanded(topic.SetMode, "dhw-mode", 1+n%4)},
		{"vacation", commanded(topic.SetMode, "dhw-mode", 5, 1+n%2)},
		{"setpoint", commanded(topic.SetTemperature, "dhw-temperature", 80+n%52)},
		{"off", commanded(topic.PowerOff, "power-off")},
		{"on", commanded(topic.PowerOn, "power-on")},
		{"TOU", commanded(topic.TOUOn, "tou-on")},
		{"reservation", flowing(func(h *Heater) {
			h.Settings.Reservations = schedule{on, [][]int{{on, everyDay, n % 24, n % 60, 1 + n%6, 100}}}
			h.reschedule()
		})},
		{"anti-Legionella", commanded(topic.AntiLegionellaOn, "anti-leg-on", 1+n%2)},
		{"demand", flowing(func(h *Heater) { h.hearGrid(DemandEvent(n%6), time.Duration(n)*time.Minute) })},
		{"clock", flowing(func(h *Heater) { h.setClock(time.Duration(n-500) * 7 * time.Second) })},
		{"pump", commanded(topic.SetRecirculationMode, "recirc-mode", 1+n%4)},
		{"hot button", commanded(topic.PressHotButton, "recirc-hotbtn", 1)},
		{"WiFi", commanded(topic.WiFiReset, "wifi-reset")},
		{"draw", flowing(func(h *Heater) { h.openTap(float64(n)/4, tapFlow) })},
		{"air", flowing(func(h *Heater) { h.Weather.Room = float64(n%40) - 5 })},
		{"tank", flowing(func(h *Heater) { h.Tank.set(float64(n%90), float64(n%50)) })},
		{"fault", flowing(func(h *Heater) { h.raise(515+n%4, n%3) })},
		{"whole", flowing(func(h *Heater) { h.mend(func(StandingFault) bool { return true }) })},
	}
	kind := rapid.SampledFrom(kinds).Draw(t, "kind")
	d.name, d.do = fmt.Sprint(kind.name, " ", n), kind.do
	return d
}

// intend has the intents done, and the heaters written down at the end.
func (b *bench) intend(start time.Time, intents []intent, end time.Duration) (written *string) {
	written = new(string)
	b.fleet.mu.Lock()
	defer b.fleet.mu.Unlock()
	for _, d := range intents {
		b.fleet.plan(start.Add(d.after), func() {
			h := b.fleet.heaters[d.heater]
			b.fleet.visit(h, func() { d.do(h) })
		})
	}
	b.fleet.plan(start.Add(end), func() {
		text, err := b.fleet.write()
		if err != nil {
			b.t.Error(err)
		}
		*written = string(text)
	})
	return written
}

// The same seed and what is done at the same dates make the same history, to the byte:
// however fast it was lived, however often it was looked at, and whoever was asleep in
// between.
func TestTheSameHistoryHoweverItIsLived(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		const heaters = 3
		start := newYear.Add(time.Duration(rapid.Int64Range(0, int64(300*24*time.Hour)).Draw(r, "start")))
		if rapid.Bool().Draw(r, "whole") {
			start = start.Truncate(time.Hour)
		}
		start = start.In(time.FixedZone("", 3600*rapid.IntRange(-11, 13).Draw(r, "zone")))
		end := time.Duration(rapid.Int64Range(int64(time.Second), int64(50*time.Hour)).Draw(r, "end"))
		config := Config{Heaters: heaters, Seed: rapid.Uint64().Draw(r, "seed"), Start: start, LostWrites: 0.2}
		var intents []intent
		for range rapid.IntRange(0, 12).Draw(r, "intents") {
			intents = append(intents, drawIntent(r, heaters, end))
		}
		slices.SortStableFunc(intents, func(a, b intent) int { return int(a.after - b.after) })
		pieces := rapid.SliceOfN(rapid.Int64Range(0, int64(end)), 1, 20).Draw(r, "pieces")
		slices.Sort(pieces)
		nap := time.Duration(pieces[0])

		lived := func(config Config, intents []intent, live func(*bench)) (history string) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, config)
				written := b.intend(start, intents, end)
				live(b)
				synctest.Wait()
				history = *written
			})
			return history
		}
		look := func(b *bench) {
			for _, h := range b.fleet.heaters {
				h.Status()
				h.Features()
			}
			if _, err := b.Snapshot(); err != nil {
				b.t.Error(err)
			}
		}
		want := lived(config, intents, func(*bench) { time.Sleep(end) })
		ways := []struct {
			name string
			live func(*bench)
		}{
			{"looked at all the time", func(b *bench) {
				for b.Date().Before(start.Add(end)) {
					look(b)
					time.Sleep(97 * time.Second)
				}
			}},
			{"fast", func(b *bench) { _ = b.SetSpeed(MostSpeed); time.Sleep(end/MostSpeed + 1) }},
			{"at once", func(b *bench) { _ = b.Jump(start.Add(end)) }},
			{"in pieces", func(b *bench) {
				b.Pause()
				for _, to := range append(pieces, int64(end)) {
					if err := b.Jump(start.Add(time.Duration(to))); err != nil {
						b.t.Error(err)
					}
					look(b)
				}
			}},
			{"now fast, now slow", func(b *bench) {
				for i := 0; b.Date().Before(start.Add(end)); i++ {
					_ = b.SetSpeed(1000 + int(pieces[i%len(pieces)])%(MostSpeed-999)) // slower, a look would follow another for days
					time.Sleep(100 * time.Millisecond)
					look(b)
				}
			}},
		}
		way := ways[rapid.IntRange(0, len(ways)-1).Draw(r, "way")]
		if diff := cmp.Diff(want, lived(config, intents, way.live)); diff != "" {
			r.Errorf("%s: %s", way.name, diff)
		}

		// A night's sleep: written down, and restored at the moment or later.
		first := slices.IndexFunc(intents, func(d intent) bool { return d.after > nap })
		if first < 0 {
			first = len(intents)
		}
		config.Restore = nil
		synctest.Test(t, func(t *testing.T) {
			b := newBench(t, config)
			b.intend(start, intents[:first], end)
			if err := b.Step(nap); err != nil {
				t.Error(err)
			}
			text, err := b.Snapshot()
			if err != nil {
				t.Error(err)
			}
			config.Restore = text
		})
		config.Start = start.Add(nap)
		if first < len(intents) && rapid.Bool().Draw(r, "restored later") {
			config.Start = start.Add(intents[first].after)
		}
		again := lived(config, intents[first:], func(b *bench) { _ = b.Step(start.Add(end).Sub(config.Start)) })
		if diff := cmp.Diff(want, again); diff != "" {
			r.Errorf("restored after %v: %s", nap, diff)
		}
		if want == "" {
			r.Error("nothing was written down")
		}
	})
}
