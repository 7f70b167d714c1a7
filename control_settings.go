package nwp500

import (
	"context"
	"fmt"

	"github.com/nwp500/nwp500/internal/topic"
)

// SetVacationDays changes for how many days a vacation lasts, 1 to 30. It does not
// begin one: SetVacation does (docs/protocol.md §3, goout-day). The heater needs
// holidayUse. Its answer shows the number of days.
func (h *Heater) SetVacationDays(ctx context.Context, days int) error {
	const name = "set vacation days"
	if err := daysAllowed(name, days); err != nil {
		return err
	}
	return h.control(ctx, command{
		name: name, kind: "vacation days", code: topic.SetVacationDays, mode: "goout-day",
		param: parameters(func(f *Features) error { return needs(f.VacationMode, "holidayUse") }, days),
		shown: func(s *Status) bool { return s.VacationDays.Or(days) == days },
	})
}

// EnableAntiLegionella turns on the cycle that heats the tank against Legionella,
// every 1 to 30 days (docs/protocol.md §3, anti-leg-on). The heater needs
// antiLegionellaSettingUse. It also changes the period of a cycle that is on.
//
// Nil says that the heater has acknowledged it. Whether the acknowledgement shows
// AntiLegionella and AntiLegionellaPeriod already is unconfirmed, so neither is waited
// for; a later status has both.
func (h *Heater) EnableAntiLegionella(ctx context.Context, days int) error {
	const name = "anti-legionella on"
	if err := daysAllowed(name, days); err != nil {
		return err
	}
	return h.control(ctx, command{
		name: name, kind: "anti-legionella", code: topic.AntiLegionellaOn, mode: "anti-leg-on",
		param: parameters(antiLegionellaSupported, days), shown: acknowledged,
	})
}

// DisableAntiLegionella turns the cycle off (docs/protocol.md §3, anti-leg-off). The
// heater needs antiLegionellaSettingUse. Nil says that the heater has acknowledged it,
// as with EnableAntiLegionella.
func (h *Heater) DisableAntiLegionella(ctx context.Context) error {
	return h.control(ctx, command{
		name: "anti-legionella off", kind: "anti-legionella", code: topic.AntiLegionellaOff, mode: "anti-leg-off",
		param: parameters(antiLegionellaSupported), shown: acknowledged,
	})
}

func antiLegionellaSupported(f *Features) error {
	return needs(f.AntiLegionella, "antiLegionellaSettingUse")
}

// EnableDemandResponse lets the utility ask the heater for less or more, or not any
// longer (docs/protocol.md §3, dr-on and dr-off). The heater needs drSettingUse. Nil
// says that the heater has acknowledged it: no field of a status is known to show the
// setting; DemandResponse shows the utility's events.
func (h *Heater) EnableDemandResponse(ctx context.Context, on bool) error {
	c := command{
		name: "demand response off", kind: "demand response", code: topic.DemandResponseOff, mode: "dr-off",
		param: parameters(func(f *Features) error { return needs(f.DemandResponse, "drSettingUse") }),
		shown: acknowledged,
	}
	if on {
		c.name, c.code, c.mode = "demand response on", topic.DemandResponseOn, "dr-on"
	}
	return h.control(ctx, c)
}

// EnableIntelligent turns the heater's own learning schedule on or off
// (docs/protocol.md §3, intelligent-on and intelligent-off). No feature tells whether a
// heater has it. Nil says that the heater has acknowledged it: no field of a status is
// known to show it.
func (h *Heater) EnableIntelligent(ctx context.Context, on bool) error {
	c := command{
		name: "intelligent scheduling off", kind: "intelligent scheduling", code: topic.IntelligentOff, mode: "intelligent-off",
		param: parameters(anyHeater), shown: acknowledged,
	}
	if on {
		c.name, c.code, c.mode = "intelligent scheduling on", topic.IntelligentOn, "intelligent-on"
	}
	return h.control(ctx, c)
}

// SetFreezeProtection sets the temperature below which freeze protection heats, to the
// nearest half degree Celsius and within the heater's own limits: those of its features,
// or 6 to 10 °C when it does not tell them (docs/protocol.md §3, frez-temp). The heater
// needs freezeProtectionUse.
//
// It is unverified: the vendor's app never sends it and no heater is known to act on
// it, so it takes AcceptUnverified. Nil says that the heater has acknowledged it, and
// not more.
func (h *Heater) SetFreezeProtection(ctx context.Context, threshold Temperature, accept Unverified) error {
	const name = "set freeze protection"
	if err := accept.check(name); err != nil {
		return err
	}
	if !threshold.Known() {
		return refused(name, &RangeError{"temperature", "unknown", "a number of degrees"}, "")
	}
	return h.control(ctx, command{
		name: name, kind: "freeze protection", code: topic.SetFreezeProtectionTemperature, mode: "frez-temp",
		param: func(f *Features) ([]int, error) {
			raw := threshold.raw()
			return []int{raw}, freezeProtectionAllowed(f, threshold, raw)
		},
		shown: acknowledged,
	})
}

func freezeProtectionAllowed(f *Features, threshold Temperature, raw int) error {
	if err := needs(f.FreezeProtection, "freezeProtectionUse"); err != nil {
		return err
	}
	// What a heater that does not tell its limits is taken to have (docs/protocol.md §4).
	lowest, highest := f.FreezeProtectionMin, f.FreezeProtectionMax
	if !lowest.Known() {
		lowest = Celsius(6)
	}
	if !highest.Known() {
		highest = Celsius(10)
	}
	if raw < lowest.raw() || raw > highest.raw() {
		return &RangeError{"temperature", threshold.String(), lowest.String() + " to " + highest.String()}
	}
	return nil
}

// parameters returns what a command says that fits a heater, or does not, whatever it
// says.
func parameters(fits func(*Features) error, param ...int) func(*Features) ([]int, error) {
	if param == nil {
		param = []int{}
	}
	return func(f *Features) ([]int, error) { return param, fits(f) }
}

// anyHeater fits a command for which no feature is known.
func anyHeater(*Features) error { return nil }

// acknowledged is for a command of which the heater's answer is not known to show
// more than that it has come.
func acknowledged(*Status) bool { return true }

func daysAllowed(name string, days int) error {
	if days < 1 || days > 30 {
		return refused(name, &RangeError{"days", fmt.Sprint(days), "1 to 30"}, "")
	}
	return nil
}
