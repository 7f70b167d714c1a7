package simulator

import (
	"container/heap"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/nwp500/nwp500/internal/topic"
)

// handFleet is a fleet whose turns are made by hand.
func handFleet(t *testing.T, config Config) *fleet {
	t.Helper()
	if err := config.complete(); err != nil {
		t.Fatal(err)
	}
	f := newFleet(config)
	newDirectory(config, f)
	for _, h := range f.heaters {
		h.wake = h.wakeAt()
		heap.Push(&f.queue, h)
	}
	f.anchor()
	return f
}

// slowFleet is one on a machine that needs so long for every minute of the heaters.
func slowFleet(t *testing.T, config Config, minute time.Duration) *fleet {
	t.Helper()
	f := handFleet(t, config)
	var work func()
	work = func() {
		time.Sleep(minute)
		f.plan(f.date.Add(time.Minute), work)
	}
	f.plan(f.date, work)
	return f
}

// A clock that is too fast for the machine goes as fast as the machine can, however
// long that lasts, and requests are answered in between.
func TestTheClockFallsBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := slowFleet(t, Config{Heaters: 2, Start: newYear, Speed: MostSpeed}, 4*time.Millisecond)
		const reached = 15_000 // a minute in 4 ms
		h := f.heaters[1]
		began := time.Now()
		for n := 1; time.Since(began) < 5*time.Minute; n++ {
			r := request{heater: h, suffix: "st"}
			r.body.Request.Command = topic.StatusRequest
			r.body.ResponseTopic = "answers"
			f.requests <- r
			before := time.Now()
			_, pause := f.turn(nil)
			if took := time.Since(before); took > 2*shift || pause != 0 {
				t.Fatalf("a turn took %v, and %v remain", took, pause)
			}
			if h.counters.Requests != n {
				t.Fatalf("%d requests answered of %d", h.counters.Requests, n)
			}
			if behind := f.clock.now().Sub(f.date); behind > 2*MostSpeed*patience {
				t.Fatalf("the heaters are %v behind", behind)
			}
		}
		f.advance()
		if lived := f.date.Sub(newYear); lived < reached*295*time.Second || lived > reached*5*time.Minute {
			t.Errorf("lived %v", lived)
		}
		if r := f.progress.reached; r < reached*0.99 || r > reached*1.01 {
			t.Errorf("reached %v times", r)
		}
		f.clock.speed = 1
		f.anchor()
		paid := f.date
		time.Sleep(time.Minute)
		if now := f.clock.now(); now != paid.Add(time.Minute) {
			t.Errorf("slow again, the clock owes %v", now.Sub(paid)-time.Minute)
		}
	})
}

// A short breath is caught up with.
func TestTheClockIsPatient(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := slowFleet(t, Config{Start: newYear}, patience/2)
		for range 1000 {
			_, pause := f.turn(nil)
			time.Sleep(pause)
		}
		f.advance()
		if lived := f.date.Sub(newYear); lived != time.Since(f.clock.at) || !f.clock.date.Equal(newYear) {
			t.Errorf("lived %v in %v", lived, time.Since(f.clock.at))
		}
	})
}

// No heater gets far ahead of another.
func TestHeatersLiveTogether(t *testing.T) {
	f := handFleet(t, Config{Heaters: 7, Start: newYear, Speed: 20_000})
	f.clock.at = f.clock.at.Add(-time.Second) // more than a day is due
	f.advance()
	for f.happen() {
		oldest, youngest := f.heaters[0].At, f.heaters[0].At
		for _, h := range f.heaters {
			if h.At.Before(oldest) {
				oldest = h.At
			}
			if h.At.After(youngest) {
				youngest = h.At
			}
		}
		if apart := youngest.Sub(oldest); apart > slice+idleStep {
			t.Fatalf("%v apart", apart)
		}
		if f.date.Sub(newYear) > 48*time.Hour {
			return
		}
	}
}

// A fast clock thins plain pushes: clients live in their own time. What switches is
// told every time, and the last word is what has become of the heater.
func TestFastHeatersSayLess(t *testing.T) {
	at := func(speed int, lasting time.Duration) (plain, switches int, last map[string]int) {
		synctest.Test(t, func(t *testing.T) {
			b := newBench(t, Config{Start: newYear, Speed: speed})
			h := b.fleet.heaters[0]
			b.status(h)
			codes, statuses := b.pushes(lasting)
			b.Pause()
			more, latest := b.pushes(time.Second)
			for _, code := range append(codes, more...) {
				if code == int(topic.PushPlain) {
					plain++
				} else {
					switches++
				}
			}
			last = append(statuses, latest...)[len(statuses)+len(latest)-1]
			if c := changed(last, h.Status()); len(c) != 0 || last["dhwTemperature"] != h.Status()["dhwTemperature"] {
				t.Errorf("speed %d: the last push is old: %v", speed, c)
			}
		})
		return plain, switches, last
	}
	slowly, switches, _ := at(1, 24*time.Hour)
	plain, fast, _ := at(8640, 10*time.Second)
	if slowly < 50 || switches < 4 {
		t.Fatalf("%d and %d pushes on a day", slowly, switches)
	}
	if limit := int(10*time.Second/pushGap) + 1; plain < limit/4 || plain > limit || fast != switches {
		t.Errorf("a day in ten seconds: %d plain pushes and %d others, not up to %d and %d", plain, fast, limit, switches)
	}
}

// However fast the clock is, the heaters of an account leave the connection that listens
// to all of them most of what it may hear, and each has its turn.
func TestAFastAccountLeavesRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const lasting = 20
		b := newBench(t, Config{Heaters: 40, Start: newYear, Speed: 20_000})
		for _, h := range b.fleet.heaters {
			b.status(h)
		}
		time.Sleep(lasting * time.Second)
		pushed := make(map[string]int)
		all := b.heard()
		for _, m := range all {
			pushed[m.topic]++
		}
		if len(all) < lasting*pushRate*3/4 || len(all) > (lasting+1)*pushRate || len(pushed) < 40 {
			t.Errorf("%d pushes of %d heaters in %d s", len(all), len(pushed), lasting)
		}
	})
}

// The cloud's time is not the heaters': a slow network is slow for clients, and so is
// the gap between commands.
func TestTheNetworkKeepsItsTime(t *testing.T) {
	for _, speed := range []int{1, 3600} {
		t.Run(fmt.Sprint(speed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, Config{Start: newYear, Speed: speed, CommandGap: 10 * time.Second})
				h := b.fleet.heaters[0]
				h.SetDelay(5 * time.Second)
				b.tell(h, "ctrl", control(h, topic.TOUOn, "tou-on"))
				time.Sleep(5*time.Second - time.Nanosecond)
				b.heard()
				if h.Counters().Commands != 0 {
					t.Error("early")
				}
				time.Sleep(time.Nanosecond)
				if b.heard(); h.Counters().Commands != 1 {
					t.Error("late")
				}
				h.SetDelay(0)
				time.Sleep(9 * time.Second)
				b.tell(h, "ctrl", control(h, topic.TOUOff, "tou-off"))
				time.Sleep(time.Second)
				b.tell(h, "ctrl", control(h, topic.TOUOff, "tou-off"))
				if c := h.Counters(); c.Commands != 2 || c.Refused != 1 {
					t.Errorf("%+v", c)
				}
			})
		})
	}
}

// Off the network the heater counts its own time: a step brings it back.
func TestAnOutageIsTheHeaters(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{Start: newYear, Paused: true})
		h := b.fleet.heaters[0]
		b.command(h, topic.WiFiReset, "wifi-reset")
		time.Sleep(time.Hour)
		b.status(h)
		if err := b.Step(2 * time.Second); err != nil {
			t.Fatal(err)
		}
		if said := b.tell(h, "st", payload(h, "st", topic.StatusRequest, "")); len(said) > 1 {
			t.Errorf("answers off the network: %v", said)
		}
		if err := b.Step(wifiSetUp); err != nil {
			t.Fatal(err)
		}
		b.heard()
		b.status(h)
	})
}
