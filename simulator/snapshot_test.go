package simulator

import (
	"fmt"
	"math"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/nwp500/nwp500/internal/topic"
)

// A heater that was put away for a month is where one is that lived it.
func TestARestoredHeaterHasLivedOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		config := Config{Heaters: 5, Start: time.Date(2026, 3, 1, 7, 0, 0, 0, time.UTC)}
		b := newBench(t, config)
		h := b.fleet.heaters[0]
		b.command(h, topic.SetMode, "dhw-mode", 1)
		b.command(h, topic.SetTemperature, "dhw-temperature", 110)
		h.RaiseFault(96, 0)
		time.Sleep(10 * time.Minute)
		text, err := b.fleet.snapshot()
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(30 * 24 * time.Hour)
		lived, err := b.fleet.snapshot()
		if err != nil {
			t.Fatal(err)
		}

		config.Restore, config.Start = text, h.Date()
		later := newBench(t, config)
		restored, err := later.fleet.snapshot()
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(lived), string(restored)); diff != "" {
			t.Errorf("(-lived +restored):\n%s", diff)
		}
		if s := later.fleet.heaters[0].Status(); s["dhwTemperatureSetting"] != 110 || s["dhwOperationSetting"] != 1 || s["errorCode"] != 96 {
			t.Errorf("settings were lost: %v", s)
		}
	})
}

// The same moments lived in one go or with a pause in between are the same.
func TestASnapshotIsExact(t *testing.T) {
	start := time.Date(2026, 3, 1, 7, 0, 0, 0, time.UTC)
	whole, pieces := "", ""
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{Start: start})
		time.Sleep(26 * time.Hour)
		text, err := b.fleet.snapshot()
		if err != nil {
			t.Fatal(err)
		}
		whole = string(text)
	})
	synctest.Test(t, func(t *testing.T) {
		config := Config{Start: start}
		for range 26 {
			b := newBench(t, config)
			time.Sleep(time.Hour)
			text, err := b.fleet.snapshot()
			if err != nil {
				t.Fatal(err)
			}
			config.Restore, pieces = text, string(text)
			config.Start = config.Start.Add(time.Hour)
		}
	})
	if diff := cmp.Diff(whole, pieces); diff != "" {
		t.Error(diff)
	}
}

func TestRestoreWhenTheClockIsOff(t *testing.T) {
	start := time.Date(2026, 3, 1, 7, 0, 0, 0, time.UTC)
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{Start: start})
		b.command(b.fleet.heaters[0], topic.WiFiReset, "wifi-reset")
		time.Sleep(2 * time.Second) // it is off the network
		text, err := b.fleet.snapshot()
		if err != nil {
			t.Fatal(err)
		}
		for _, now := range []time.Time{start.AddDate(0, -2, 0), start.AddDate(40, 0, 0)} {
			b := newBench(t, Config{Start: now, Restore: text})
			h := b.fleet.heaters[0]
			h.look(func() {
				if !h.At.Equal(now) {
					t.Errorf("it is %v, not %v", h.At, now)
				}
			})
			time.Sleep(time.Hour)
			b.status(h) // has come back to the network
		}
	})
}

func TestRestoreRefuses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{})
		good, err := b.fleet.snapshot()
		if err != nil {
			t.Fatal(err)
		}
		first := regexp.MustCompile(`"first":[0-9]+,"until":[0-9]+`).FindString(string(good))
		replace := func(old, by string) string {
			text := strings.Replace(string(good), old, by, 1)
			if text == string(good) {
				t.Fatalf("no %s in %s", old, good)
			}
			return text
		}
		for name, test := range map[string]struct{ text, says string }{
			"empty object":    {`{}`, "version 0"},
			"no JSON":         {`hello`, "no snapshot"},
			"half":            {string(good[:len(good)/2]), "no snapshot"},
			"another version": {replace(`"version":3`, `"version":4`), "version 4"},
			"another seed":    {replace(`"seed":0`, `"seed":9`), "seed 9"},
			"unknown member":  {replace(`"version":3`, `"version":3,"more":1`), "no snapshot"},
			"mode 9":          {replace(`"mode":3`, `"mode":9`), "mode is 9"},
			"boiling":         {replace(`"nodes":[48.7`, `"nodes":[1e300`), "node is"},
			"impossible pump": {replace(`"state":20`, `"state":21`), "state 21"},
			"year 1":          {replace(`"at":"2000`, `"at":"0001`), "not from 1900"},
			"25 o'clock":      {replace(`[3615,124,16,`, `[3615,124,25,`), "schedule"},
			"half a period":   {replace(`[3615,124,16,`, `[3615,124],[16,`), "schedule"},
			"no firmware":     {replace(`"firmware":[`, `"firmware":[],"more":[`), "no snapshot"},
			"a long past":     {replace(`"first":`, `"first":-9`), "a past of"},
			"a boiling loop":  {replace(`"loop":`, `"loop":1`), "loop is"},
			"a new event":     {replace(`"demand":{"event":0`, `"demand":{"event":6`), "demand event 6"},
			"a cycle to come": {replace(`"last":"0001`, `"last":"2100`), "to come"},
			"a lake's past":   {replace(`"litres":246,"draws"`, `"litres":1e9,"draws"`), "a past with a tank"},
			"no such draws":   {replace(`"litres":246,"draws":0`, `"litres":246,"draws":17`), "17"},
			"lost recovery":   {replace(`"recoveryTime":`, `"recoveryTime":-`), "ledger"},
			"an endless past": {replace(first, `"first":-9223372036854775808,"until":9223372036854775807`), "a past of"},
			"a heap of rest":  {replace(`"rest":{"heatPump":0`, `"rest":{"heatPump":9`), "a rest of"},
			"a valve outside": {replace(`"valve":0},"draw"`, `"valve":481},"draw"`), "a valve at 481"},
			"never regulated": {replace(`"regulateAt":"0001`, `"regulateAt":"2100`), "regulateAt"},
			"a stuck pump":    {replace(`"until":"0001`, `"until":"2100`), "pump.until"},
			"away for good":   {replace(`"vacationEnds":"0001`, `"vacationEnds":"2100`), "vacationEnds"},
			"negative fan":    {replace(`"fanTime":`, `"fanTime":-`), "ledger"},
		} {
			s, err := New(Config{Restore: []byte(test.text)})
			if err == nil {
				s.Close()
				t.Errorf("%s: restored", name)
			} else if !strings.Contains(err.Error(), test.says) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

// What is no number would spread through the water, and no snapshot can hold it.
func TestASnapshotAfterNoNumber(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{})
		h := b.fleet.heaters[0]
		before := h.Status()
		h.SetAir(math.NaN())
		h.SetTank(math.NaN(), 40)
		h.SetTank(40, math.NaN())
		if diff := cmp.Diff(before, h.Status()); diff != "" {
			t.Error(diff)
		}
		if _, err := b.fleet.snapshot(); err != nil {
			t.Error(err)
		}
	})
}

// Whatever is done to a heater, what it has come to is restored.
func TestEverySnapshotIsRestored(t *testing.T) {
	for name, do := range map[string]func(*bench, *Heater){
		"a lake drawn": func(_ *bench, h *Heater) { h.Draw(2e6) },
		"limits moved": func(b *bench, h *Heater) {
			h.SetFeature("dhwTemperatureMax", 250)
			h.SetFeature("freezeProtectionTempMax", 400)
			for _, half := range []int{190, 240} {
				b.tell(h, "ctrl", control(h, topic.SetTemperature, "dhw-temperature", half))
				b.tell(h, "ctrl", control(h, topic.SetFreezeProtectionTemperature, "frez-temp", half+60))
			}
		},
		"a cold house": func(b *bench, h *Heater) {
			h.SetAir(-30)
			b.command(h, topic.PowerOff, "power-off")
			time.Sleep(30 * 24 * time.Hour)
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, Config{})
				do(b, b.fleet.heaters[0])
				text, err := b.fleet.snapshot()
				if err != nil {
					t.Fatal(err)
				}
				s, err := New(Config{Restore: text})
				if err != nil {
					t.Fatal(err)
				}
				s.Close()
			})
		})
	}
}

// The first and the last day of the heaters' clock are restored in any time zone.
func TestTheEndsOfTimeAreRestored(t *testing.T) {
	for _, hours := range []int{-12, 14} {
		for _, date := range []time.Time{FirstDate(), LastDate()} {
			config := Config{Start: date.In(time.FixedZone("", hours*3600)), Past: longestPast}
			for range 2 {
				s, err := New(config)
				if err != nil {
					t.Fatalf("%v: %v", config.Start, err)
				}
				config.Restore, err = s.Snapshot()
				s.Close()
				if err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}

// What programs wrote is there after a restart.
func TestSettingsAreRestored(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		config := Config{Heaters: 2, Start: time.Date(2026, 3, 1, 7, 0, 0, 0, time.UTC)}
		b := newBench(t, config)
		h := b.dry(1)
		b.ask(h, topic.SuffixReservationWrite, topic.ReservationWrite, answers("x"), fields(t, vector(t, "reservations", 0)))
		b.ask(h, topic.SuffixRecirculationWrite, topic.RecirculationWrite, answers("x"), fields(t, vector(t, "recirculation", 0)))
		b.ask(h, topic.SuffixTOUWrite, topic.TOUWrite, answers("x"), fields(t, vector(t, "tou", 0))+`,"controllerSerialNumber":"`+h.serial+`"`)
		b.command(h, topic.AntiLegionellaOn, "anti-leg-on", 12)
		b.command(h, topic.SetFreezeProtectionTemperature, "frez-temp", 16)
		b.command(h, topic.SetRecirculationMode, "recirc-mode", 3)
		b.command(h, topic.WiFiReset, "wifi-reset")
		if err := h.OfferFirmware(33556241, 5); err != nil {
			t.Fatal(err)
		}
		if h.Counters().Commands != 7 {
			t.Fatalf("%+v", h.Counters())
		}
		text, err := b.fleet.snapshot()
		if err != nil {
			t.Fatal(err)
		}
		config.Restore = text
		config.Start = config.Start.Add(time.Hour)
		later := newBench(t, config)
		restored := later.dry(1)
		equal(t, "settings", h.Settings, restored.Settings)
		equal(t, "plan", h.Plan, restored.Plan)
		later.status(restored) // it has come back to the network in the meantime
	})
}

// Snapshots of older versions are of two heaters that lived 49 hours, the first in high
// demand at 55 °C. Version 1 had neither settings nor ledger: those are made.
func TestOldSnapshotsAreRestored(t *testing.T) {
	for version := snapshotOldest; version < snapshotVersion; version++ {
		synctest.Test(t, func(t *testing.T) {
			text, err := os.ReadFile(fmt.Sprintf("testdata/snapshot-%d.json", version))
			if err != nil {
				t.Fatal(err)
			}
			b := newBench(t, Config{
				Heaters: 2, Seed: 7, Restore: text, Start: time.Date(2026, 3, 4, 7, 20, 0, 0, time.UTC),
				Models: []Model{{HourlyEnergy: true}, {Gallons: 50, NewFirmware: true, Recirculation: true, HourlyEnergy: true}},
			})
			h := b.dry(0)
			if s := b.status(h); s["dhwTemperatureSetting"] != 110 || s["dhwOperationSetting"] != modeHighDemand ||
				s["antiLegionellaPeriod"] != 7 || s["airFilterAlarmElapsed"] < 3 || s["airFilterAlarmElapsed"] > 80 {
				t.Errorf("version %d: %v", version, s)
			}
			f := b.figures(h)
			if days := f["daysSinceInstallation"]; days < pastDays+3 || days > pastDays+pastDaysMore+5 ||
				f["cumulatedPwrHp"] < 400_000 || f["cumulatedOpTimeEvaFan"] < f["cumulatedOpTimeComp"] || f["avrageRecoveryTime"] == 0 {
				t.Errorf("version %d: %v", version, f)
			}
			for _, h := range b.fleet.heaters {
				if problems := b.contradictions(h); len(problems) > 0 {
					t.Errorf("version %d: %q", version, problems)
				}
				if version > 1 {
					hours := b.energy(h, topic.SuffixEnergyHourly, topic.EnergyHourlyRead, topic.AnswerEnergyHourly, `,"year":2026,"month":2,"day":[27,28]`)
					if took := hours.sum("hpUsage"); took < 1000 {
						t.Errorf("version %d: %d Wh in what it had recorded", version, took)
					}
				}
			}
			equal(t, "TOU", h.Plan.TOUInfo.Schedule, seasons(h.Settings.TOU.Entries))
		})
	}
}

// BenchmarkMonth is a month that a restored heater lives at once.
func BenchmarkMonth(b *testing.B) {
	config := Config{Start: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	if err := config.complete(); err != nil {
		b.Fatal(err)
	}
	f := newFleet(config)
	newDirectory(config, f)
	h := f.heaters[0]
	for b.Loop() {
		h.live(h.At.AddDate(0, 1, 0))
	}
}
