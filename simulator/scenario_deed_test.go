package simulator

import (
	"slices"
	"testing"
	"time"
)

// What a line says reaches the heater that it is about.
func TestDeedsReachTheHeater(t *testing.T) {
	const head = "start 2026-01-12 00:00\nlasts 1 h\nheater 65 gal\nheater 50 gal, recirculation, new firmware, named attic\n"
	for line, reached := range map[string]func(h *Heater) bool{
		"at start draws none":                                func(h *Heater) bool { return h.Draws == NoDraws && h.nextDraw.at.IsZero() },
		"at start leak 6 gal/h":                              func(h *Heater) bool { return int(1000*h.Leak) == 378 },
		"at start weather air -4 F, inlet 41 F":              func(h *Heater) bool { return h.air() == -20 && h.inlet() == 5 },
		"at start weather air 10 C swing 9 F":                func(h *Heater) bool { return h.Weather.Room == 10 && h.Weather.RoomDay == 5 },
		"at start fault E480 sub 2":                          func(h *Heater) bool { return h.stands(480) && h.SubErrorCode == 2 },
		"at start for 30 min fault 480":                      func(h *Heater) bool { return !h.stands(480) && h.ErrorCode == 0 },
		"at start for 59 min offline":                        func(h *Heater) bool { return h.Online && !h.Away },
		"at start offline":                                   func(h *Heater) bool { return !h.Online && h.Away },
		"at start wifi 5":                                    func(h *Heater) bool { return !h.Online && h.RSSI == 5 },
		"at start grid peak":                                 func(h *Heater) bool { return h.Programs.Demand.Event == DemandCriticalPeak },
		"at start for 10 min grid load-up":                   func(h *Heater) bool { return h.Programs.Demand.Event == DemandNone },
		"at start owner mode high demand":                    func(h *Heater) bool { return h.Mode == modeHighDemand },
		"at start owner setpoint 122 F":                      func(h *Heater) bool { return h.Setpoint == 100 },
		"at start owner power off":                           func(h *Heater) bool { return h.Mode == modePowerOff },
		"at start owner vacation 5 days":                     func(h *Heater) bool { return h.Mode == modeVacation && h.VacationDays == 5 },
		"at start owner tou on":                              func(h *Heater) bool { return h.Settings.TOU.Use == on },
		"at start owner anti-legionella 14 days":             func(h *Heater) bool { return h.Settings.AntiLegionella && h.Settings.AntiLegionellaDays == 14 },
		"at start owner freeze protection 46.4 F":            func(h *Heater) bool { return h.Settings.Freeze == 16 },
		"at start owner air filter reset":                    func(h *Heater) bool { return h.filterElapsed() == 0 },
		"heater attic at start owner recirculation schedule": func(h *Heater) bool { return h.Settings.RecirculationMode == 3 },
		"at start owner reservations mon-fri,sun 05:30 electric 60 C, sat 23:45 off": func(h *Heater) bool {
			r := h.Settings.Reservations
			return r.Use == on && len(r.Entries) == 2 &&
				slices.Equal(r.Entries[0], []int{on, 128 + 124, 5, 30, modeElectric, 120}) &&
				slices.Equal(r.Entries[1], []int{on, 2, 23, 45, modePowerOff, 0})
		},
		"at start owner reservations sun 05:30 vacation; reservations off": func(h *Heater) bool {
			r := h.Settings.Reservations
			return r.Use == off && len(r.Entries) == 1 && r.Entries[0][4] == modeVacation
		},
		"tariff jun-aug,dec sat,sun 16:30-24:00 0.12345": func(h *Heater) bool {
			s := h.Settings.TOU
			return s.Use == on && len(s.Entries) == 1 &&
				slices.Equal(s.Entries[0], []int{0b100011100000, 130, 16, 30, 23, 59, 12345, 12345, 5})
		},
	} {
		scenario := parsed(t, head+line+"\n")
		s := cloudFor(t, scenario)
		p := play(t, s, scenario)
		if !p.Met() {
			t.Errorf("%s: %v", line, p.Results())
		}
		for n, h := range s.fleet.heaters {
			concerned := n == 1 || scenario.cues[0].heaters == nil
			h.look(func() {
				if reached(h) != concerned {
					t.Errorf("%s: heater %d: %v", line, n+1, !concerned)
				}
			})
		}
	}
}

// Faults of the cloud are in place for as long as their line says, or until the end.
func TestFailuresOfTheCloud(t *testing.T) {
	scenario := parsed(t, scenarioHead+"at day 1 01:00 for 1 h cloud half-open\nat day 1 01:30 cloud upgrade-unavailable\n")
	s := cloudFor(t, scenario)
	p, err := s.Play(scenario)
	if err != nil {
		t.Fatal(err)
	}
	for _, is := range []struct {
		at     time.Duration
		placed int
	}{{59 * time.Minute, 0}, {time.Hour, 1}, {119 * time.Minute, 2}, {2 * time.Hour, 1}, {scenario.Lasts, 0}} {
		if err := s.Jump(scenario.Start.Add(is.at)); err != nil {
			t.Fatal(err)
		}
		s.faults.mu.Lock()
		if placed := len(s.faults.list); placed != is.placed {
			t.Errorf("after %v: %d faults in place, not %d", is.at, placed, is.placed)
		}
		s.faults.mu.Unlock()
	}
	<-p.Done()
}
