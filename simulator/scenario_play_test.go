package simulator

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// play plays a scenario to its end, at once.
func play(t *testing.T, s *Simulator, scenario *Scenario) *Performance {
	t.Helper()
	p, err := s.Play(scenario)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Jump(scenario.End()); err != nil {
		t.Fatal(err)
	}
	<-p.Done()
	return p
}

func parsed(t *testing.T, text string) *Scenario {
	t.Helper()
	scenario, err := ParseScenario("test.txt", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return scenario
}

func cloudFor(t *testing.T, scenario *Scenario) *Simulator {
	t.Helper()
	s, err := New(scenario.Config())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// told is the log in short.
func told(t *testing.T, p *Performance) string {
	var text strings.Builder
	for o := range p.Follow(t.Context()) {
		fmt.Fprintf(&text, "%s %d %s", o.At.Format("02 15:04:05"), o.Line, o.Text)
		if o.Expected || !o.Met {
			fmt.Fprintf(&text, ": %v, %s", o.Met, o.Seen)
		}
		text.WriteByte('\n')
	}
	return text.String()
}

func TestAPlayInOrder(t *testing.T) {
	scenario := parsed(t, `start 2026-03-08 00:00
zone  America/Denver
lasts 1 day
heater 65 gal, draws none, named garage
heater 50 gal, new firmware, draws none, mode heat pump
at day 1 01:00 expect setpoint = 49 C; mode = heat pump
heater garage at day 1 01:30 expect mode is energy saver
heater 2 at day 1 03:00 owner setpoint 55 C; power off
at day 1 03:00 expect setpoint = 55 C
heater 2 at day 1 03:00 expect mode = off; setpoint = 131 F
every sun at 04:00 for 30 min offline
every mon at 00:00 expect online = yes
at day 1 04:00 for 1 h expect online = yes
at day 1 05:00 for 1 h fault 96
at day 1 05:00 for 1 h expect fault = 96
at day 1 06:00 expect fault = none
at day 1 10:00 draw 40 l at 10 l/min
at day 1 10:00 for 2 min expect drawn < 21 l; drawn > 19 l
at day 1 10:00 for 10 min expect drawn < 50 l
at end expect drawn = 40 l; status wifiRssi = 59
heater 1 at day 1 10:00 for 10 min expect status dhwUse < 3
`)
	got := told(t, play(t, cloudFor(t, scenario), scenario))
	want := `08 00:00:00 5 heater 2: heater 50 gal, new firmware, draws none, mode heat pump
08 01:00:00 6 expect setpoint = 49 C; mode = heat pump: false, setpoint 49 C (heater 1); mode energy saver (heater 1)
08 01:30:00 7 heater 1: expect mode is energy saver: true, mode energy saver
08 03:00:00 8 heater 2: owner setpoint 55 C; power off
08 03:00:00 9 expect setpoint = 55 C: false, setpoint 49 C (heater 1)
08 03:00:00 10 heater 2: expect mode = off; setpoint = 131 F: true, mode off; setpoint 131 F
08 04:00:00 11 offline
08 04:01:00 13 expect online = yes: false, online no (heater 1)
08 04:30:00 11 ends: offline
08 05:00:00 14 fault 96
08 06:00:00 15 expect fault = 96: true, fault 96 (heater 1)
08 06:00:00 14 ends: fault 96
08 06:00:00 16 expect fault = none: true, fault none (heater 1)
08 10:00:00 17 draw 40 l at 10 l/min
08 10:02:00 18 expect drawn < 21 l; drawn > 19 l: true, drawn 20 l (heater 1); drawn 20 l (heater 1)
08 10:10:00 19 expect drawn < 50 l: true, drawn 40 l (heater 1)
08 10:10:00 21 heater 1: expect status dhwUse < 3: true, status dhwUse 2
09 00:00:00 12 expect online = yes: true, online yes (heater 1)
09 00:00:00 20 expect drawn = 40 l; status wifiRssi = 59: true, drawn 40 l (heater 1); status wifiRssi 59 (heater 1)
`
	if got != want {
		t.Errorf("\n%s", got)
	}
}

// eventful is a day with something of everything that befalls a heater.
const eventful = `start 2026-07-12 00:00
zone  Europe/Berlin
lasts 1 day
heater 2 x 65 gal
heater 50 gal, recirculation, new firmware, draws high, setpoint 120 F
weather air 15 C swing 3 C, inlet 10 C
tariff jan-dec day 00:00-17:00 0.2
tariff jan-dec day 17:00-21:00 0.4
tariff jan-dec day 21:00-24:00 0.2
every day at 01:17 draw 33 l at 6 l/min
at day 1 02:00 for 2 h draws high
at day 1 02:30 for 30 min leak 20 l/h
at day 1 04:00 for 1 h wifi 20
at day 1 05:00 for 1 h cloud half-open
at day 1 05:30 for 1 h cloud mix every 1 min lasting 30 s seed 3
at day 1 06:00 owner reservations mon-fri 05:30 high demand 60 C, sun 07:00 electric 55 C; anti-legionella 7 days; tou on
heater 3 at day 1 06:30 owner hot-button; recirculation schedule; freeze-protection 8 C
at day 1 08:00 owner reservations off; demand-response on; intelligent on; air-filter reset
at day 1 09:00 for 90 min grid shed
at day 1 11:00 for 1 h fault E480
at day 1 12:00 fault 908
at day 1 12:30 clear 908
at day 1 12:45 clear all
at day 1 13:00 weather by season
at day 1 13:30 owner vacation 2 days
at day 1 14:00 owner mode electric
at day 1 15:00 for 2 h expect upper > 10 C; power < 100 kW; energy < 100 kWh
at end expect fault = none; charge > 1 %; heat pump starts > 0
`

// The same seed gives the same history to the byte, at any speed, and whoever looks.
func TestAPlayAtAnySpeed(t *testing.T) {
	scenario := parsed(t, strings.Replace(eventful, "for 2 h draws", "draws", 1))
	history := func(pass func(*Simulator)) (text string) {
		synctest.Test(t, func(t *testing.T) {
			s, err := New(scenario.Config())
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			time.Sleep(time.Second) // the clock waits for Play
			p, err := s.Play(scenario)
			if err != nil {
				t.Fatal(err)
			}
			pass(s)
			if err := s.Jump(scenario.End().Add(time.Hour)); err != nil {
				t.Fatal(err)
			}
			<-p.Done()
			s.Pause()
			snapshot, err := s.Snapshot()
			if err != nil {
				t.Fatal(err)
			}
			text = told(t, p) + string(snapshot)
		})
		return text
	}
	want := history(func(*Simulator) {})
	if strings.Contains(want, "false") && strings.Contains(strings.SplitN(want, "{", 2)[0], "false") {
		t.Errorf("\n%s", strings.SplitN(want, "{", 2)[0])
	}
	for what, pass := range map[string]func(*Simulator){
		"fast": func(s *Simulator) {
			if err := s.SetSpeed(30_000); err != nil {
				t.Fatal(err)
			}
			time.Sleep(2 * time.Second)
		},
		"with looks": func(s *Simulator) {
			for range 100 {
				if err := s.Step(7*time.Minute + 13*time.Second); err != nil {
					t.Fatal(err)
				}
				for _, h := range s.Accounts()[0].Heaters {
					h.Status()
				}
			}
		},
	} {
		if got := history(pass); got != want {
			t.Errorf("%s: another history:\n%.3000s\n\n%.3000s", what, got, want)
		}
	}
}

// A player waits for its date, and refuses what it cannot play.
func TestAPlayRefused(t *testing.T) {
	scenario := parsed(t, scenarioHead+"heater 2 x 65 gal\nat day 1 01:00 offline\n")
	for want, config := range map[string]Config{
		"the scenario has 2 heaters, the simulator 1": {Start: scenario.Start, Paused: true},
		"the heaters' clock is at 2026-01-12 00:00:01, after the start of the scenario, 2026-01-12 00:00:00": {
			Heaters: 2, Start: scenario.Start.Add(time.Second), Paused: true,
		},
	} {
		s, err := New(config)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Play(scenario); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, not: %s", err, want)
		}
		s.Close()
	}
	s, err := New(Config{Heaters: 2, Start: scenario.Start.Add(-time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if got := told(t, play(t, s, scenario)); got != "12 01:00:00 5 offline\n" {
		t.Errorf("\n%s", got)
	}
}

// What an owner asks of a heater that has it not is told.
func TestAPlayTellsWhatIsNotObeyed(t *testing.T) {
	scenario := parsed(t, scenarioHead+"at day 1 01:00 owner setpoint 50 C; power off\nat day 1 02:00 expect mode is off\n")
	s := cloudFor(t, scenario)
	s.Accounts()[0].Heaters[0].SetFeature("dhwTemperatureSettingUse", 1)
	p := play(t, s, scenario)
	if got, want := told(t, p), "12 01:00:00 4 owner setpoint 50 C; power off: false, ignored: it is for what is not fitted\n"+
		"12 02:00:00 5 expect mode is off: true, mode off\n"; got != want {
		t.Errorf("\n%s", got)
	}
	if p.Met() || len(p.Results()) != 2 {
		t.Errorf("%v", p.Results())
	}
}

// Follow ends with its context, and Close does not wait for a player.
func TestAPlayLeftAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		scenario := parsed(t, scenarioHead+"at day 2 01:00 cloud mix\n")
		s, err := New(scenario.Config())
		if err != nil {
			t.Fatal(err)
		}
		p, err := s.Play(scenario)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 26*time.Hour)
		defer cancel()
		n := 0
		for range p.Follow(ctx) {
			n++
		}
		if n != 1 || ctx.Err() == nil {
			t.Errorf("%d happenings", n)
		}
		s.Close()
	})
}

// A heater's programs go by its own zone and its own clock.
func TestScenarioHeatersHaveClocksOfTheirOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, err := ParseScenario("x", []byte("start 2026-01-12 00:00\nzone UTC\nlasts 2 h\nheater 65 gal\nheater 65 gal, zone Europe/Berlin, clock 5 min ahead\n"+
			"at start owner reservations day 01:30 heat pump 55 C\n"+
			"heater 2 at 2026-01-12 00:24 expect mode = energy saver\nheater 2 at 2026-01-12 00:26 expect mode = heat pump\n"+
			"heater 1 at 2026-01-12 01:29 expect mode = energy saver\nheater 1 at 2026-01-12 01:31 expect mode = heat pump\n"))
		if err != nil {
			t.Fatal(err)
		}
		cloud, err := New(s.Config())
		if err != nil {
			t.Fatal(err)
		}
		defer cloud.Close()
		played, err := cloud.Play(s)
		if err != nil {
			t.Fatal(err)
		}
		<-played.Done()
		if results := played.Results(); !played.Met() || len(results) != 4 {
			t.Errorf("%+v", results)
		}
	})
}
