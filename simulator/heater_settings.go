package simulator

import (
	"errors"
	"fmt"
	"time"
)

// settings are what programs write to a heater besides mode and temperature. A
// snapshot holds them.
type settings struct {
	Reservations  schedule `json:"reservations"`
	Recirculation schedule `json:"recirculation"`
	TOU           schedule `json:"tou"`

	AntiLegionella     bool    `json:"antiLegionella"`
	AntiLegionellaDays int     `json:"antiLegionellaDays"`
	Freeze             int     `json:"freeze"`      // half °C
	FilterHours        int     `json:"filterHours"` // 0: no alarm
	FilterSince        float64 `json:"filterSince"` // s of the fan, when the filter was cleaned

	DemandResponse bool `json:"demandResponse"`
	Intelligent    bool `json:"intelligent"`

	RecirculationMode  int         `json:"recirculationMode"`
	RecirculationUntil time.Time   `json:"recirculationUntil"` // after the hot button
	Firmware           []component `json:"firmware"`
}

// Limits of the freeze protection temperature (docs/protocol.md §4), half °C.
const (
	lowestFreeze  = 12
	highestFreeze = 20
)

// delivered are the settings of a new heater: those of the captured one, with its
// tariff and no reservations.
func (h *Heater) delivered() settings {
	s := settings{
		Reservations: schedule{Use: off}, Recirculation: schedule{Use: off},
		TOU:                schedule{Use: off, Entries: h.Plan.TOUInfo.periods()},
		AntiLegionellaDays: 7,
		DemandResponse:     true,
		Freeze:             lowestFreeze,
		FilterHours:        1000,
		FilterSince:        h.Ledger.Work.FanTime,
		Firmware:           factoryFirmware(),
	}
	if h.model.Recirculation {
		s.RecirculationMode = recirculationButton
	}
	return s
}

// filterElapsed is how many hours the fan has blown through the filter.
func (h *Heater) filterElapsed() int {
	return hours(h.Ledger.Work.FanTime - h.Settings.FilterSince)
}

// FilterDue says whether the air filter has been in use for longer than its life, so
// that the heater's own panel asks to clean it. In a status the period and the hours
// elapsed show it; no field is known to say so by itself.
func (h *Heater) FilterDue() (due bool) {
	h.look(func() {
		s := &h.Settings
		due = s.FilterHours > 0 && h.filterElapsed() >= s.FilterHours
	})
	return due
}

func (h *Heater) resetFilter() { h.Settings.FilterSince = h.Ledger.Work.FanTime }

// setFilterLife takes the filter's life in units of 500 hours, as its command
// does: 0 is no alarm, else 2 to 20.
func (h *Heater) setFilterLife(units int) bool {
	if units != 0 && (units < 2 || units > 20) {
		return false
	}
	h.Settings.FilterHours = 500 * units
	return true
}

// Intelligent says whether the heater was told to schedule by itself
// (intelligent-on, docs/protocol.md §3). It keeps that and does nothing else: what
// the real one does is not known, and no status shows it.
func (h *Heater) Intelligent() (on bool) {
	h.look(func() { on = h.Settings.Intelligent })
	return on
}

func (h *Heater) intelligentOn()  { h.Settings.Intelligent = true }
func (h *Heater) intelligentOff() { h.Settings.Intelligent = false }

// check refuses what cannot have been written.
func (s *settings) check() error {
	for _, v := range []struct {
		name             string
		value, low, high int
	}{
		{"antiLegionellaDays", s.AntiLegionellaDays, 1, 30},
		{"freeze", s.Freeze, 0, 255},
		{"filterHours", s.FilterHours, 0, 10_000},
		{"recirculationMode", s.RecirculationMode, 0, recirculationTemperature},
		{"firmware", len(s.Firmware), len(factoryFirmware()), len(factoryFirmware())},
	} {
		if v.value < v.low || v.value > v.high {
			return fmt.Errorf("%s is %d, not %d to %d", v.name, v.value, v.low, v.high)
		}
	}
	if !reservationTable.check(s.Reservations) || !recirculationTable.check(s.Recirculation) || !touTable.check(s.TOU) {
		return errors.New("a schedule that cannot be written")
	}
	return nil
}
