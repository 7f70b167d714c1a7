package simulator

import (
	"fmt"
	"slices"
	"time"

	"github.com/go-json-experiment/json"
)

// snapshotVersion changes with the meaning of anything in a snapshot. Version 1
// had neither settings nor ledger, version 2 a tank of two zones.
const (
	snapshotVersion = 3
	snapshotOldest  = 1
)

// longestAbsence is the most that a restored heater lives through. What was
// before has no effect on its water any more.
const longestAbsence = 366 * 24 * time.Hour

type snapshot struct {
	Version int             `json:"version"`
	Seed    uint64          `json:"seed"`
	Date    time.Time       `json:"date"` // on the heaters' clock
	Heaters []heaterHistory `json:"heaters"`
}

type heaterHistory struct {
	MAC string `json:"mac"`
	state
}

// snapshot writes down all heaters at one moment.
func (f *fleet) snapshot() ([]byte, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.advance()
	f.poke() // living may have caused pushes
	return f.write()
}

// write writes down all heaters at the fleet's date. mu is held.
func (f *fleet) write() ([]byte, error) {
	s := snapshot{Version: snapshotVersion, Seed: f.config.Seed, Date: f.date}
	for _, h := range f.heaters {
		f.visit(h, func() { s.Heaters = append(s.Heaters, heaterHistory{h.mac, h.state}) })
	}
	text, err := json.Marshal(s)
	if err != nil {
		return nil, fmt.Errorf("simulator: snapshot: %w", err)
	}
	return text, nil
}

// restore puts heaters into the state of a snapshot and lets them live until
// now. Heaters that the snapshot does not have stay new, those that the
// configuration does not have are left out. Nothing changes on an error.
func (f *fleet) restore(text []byte) error {
	s, err := decodeSnapshot(text)
	if err != nil {
		return fmt.Errorf("simulator: restore: %w", err)
	}
	if s.Seed != f.config.Seed {
		return fmt.Errorf("simulator: restore: the snapshot is of seed %d, not %d", s.Seed, f.config.Seed)
	}
	for i, saved := range s.Heaters {
		h := f.byMAC[saved.MAC]
		if h == nil {
			continue
		}
		if s.Version < snapshotVersion {
			saved.upgrade(h, s.Version)
			s.Heaters[i] = saved
		}
		if err := saved.check(h.model); err != nil {
			return fmt.Errorf("simulator: restore: heater %d: %w", i+1, err)
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.quiet = true
	defer func() { f.quiet = false }()
	for _, saved := range s.Heaters {
		if h := f.byMAC[saved.MAC]; h != nil {
			h.resume(saved.state, f.date)
		}
	}
	return nil
}

// decodeSnapshot reads a snapshot of any version.
func decodeSnapshot(text []byte) (s snapshot, err error) {
	var is struct {
		Version int `json:"version"`
	}
	if err := json.Unmarshal(text, &is); err != nil {
		return s, fmt.Errorf("this is no snapshot: %w", err)
	}
	if is.Version < snapshotOldest || is.Version > snapshotVersion {
		return s, fmt.Errorf("version %d of the snapshot is not %d to %d", is.Version, snapshotOldest, snapshotVersion)
	}
	strict := json.RejectUnknownMembers(is.Version == snapshotVersion)
	if err := json.Unmarshal(text, &s, strict); err != nil {
		return s, fmt.Errorf("this is no snapshot: %w", err)
	}
	if is.Version == snapshotVersion {
		return s, nil
	}
	var old struct {
		Heaters []struct {
			Tank struct {
				Upper float64 `json:"upper"`
				Lower float64 `json:"lower"`
			} `json:"tank"`
		} `json:"heaters"`
	}
	if err := json.Unmarshal(text, &old); err != nil {
		return s, fmt.Errorf("this is no snapshot: %w", err)
	}
	for i, h := range old.Heaters {
		s.Heaters[i].Tank.set(h.Tank.Upper, h.Tank.Lower)
	}
	return s, nil
}

// upgrade gives a state of an older version what a new heater has: with version 1
// delivered settings, and a past up to its date.
func (s *state) upgrade(h *Heater, version int) {
	s.Lived = s.At
	s.TapFlow = tapFlow
	s.Away, s.RSSI = !s.Online, usualRSSI
	if s.ErrorCode > 0 {
		s.Standing = []StandingFault{{s.ErrorCode, s.SubErrorCode, s.ErrorTime}}
	}
	s.Reported = reported{s.ErrorCode, s.ErrorTime}
	s.Draws, s.Weather = h.model.Draws, h.climate
	s.Programs.Loop = h.climate.Room
	s.Settings.DemandResponse = true
	if version > snapshotOldest {
		fan := s.Ledger.Work.FanTime
		s.Ledger.upgrade(h.Ledger.Past)
		s.Settings.FilterSince += s.Ledger.Work.FanTime - fan
		return
	}
	s.Settings = h.Settings
	s.Settings.TOU = schedule{off, s.Plan.TOUInfo.periods()}
	s.Ledger = newLedger(s.At.In(h.location), h.fleet.config.Past, h.home[1], h.model, h.climate)
	s.Settings.FilterSince = s.Ledger.Work.FanTime
}

// resume goes on from a saved state. A clock that was set back in the meantime
// leaves the water as it was.
func (h *Heater) resume(saved state, now time.Time) {
	h.state = saved
	h.At, h.Lived = saved.At.In(h.location), saved.Lived.In(h.location)
	if h.At.After(now) || now.Sub(h.At) > longestAbsence {
		shift := now.Sub(h.At)
		if shift > 0 {
			shift -= longestAbsence
		}
		h.shift(shift)
	}
	h.reschedule()
	h.nextDraw = h.drawAfter(h.At)
	h.news = h.latest()
	h.live(now)
	h.power = h.watts()
	h.told, h.unsaid = h.Online, false
}

// shift moves the heater and all that it waits for in time.
func (h *Heater) shift(by time.Duration) {
	for _, t := range []*time.Time{
		&h.At, &h.Lived, &h.TapSince, &h.Pump.Since, &h.Pump.Until, &h.VacationEnds, &h.RegulateAt, &h.RecoverySince, &h.Energy.SinceWrite,
		&h.LeavesAt, &h.ReturnsAt, &h.Settings.RecirculationUntil,
	} {
		if !t.IsZero() {
			*t = t.Add(by)
		}
	}
	h.Programs.shift(by)
}

// check refuses what no heater of the model can have come to, so that a snapshot
// that was written to by hand cannot send one astray.
func (s *state) check(m Model) error {
	for _, v := range []struct {
		name      string
		value     float64
		low, high float64
	}{
		{"node", slices.Min(s.Tank.Nodes[:]), -40, 110},
		{"node", slices.Max(s.Tank.Nodes[:]), -40, 110},
		{"litres", s.Tank.Litres, m.litres(), m.litres()},
		{"weather.room", s.Weather.Room, -100, 100},
		{"weather.roomSeason", s.Weather.RoomSeason, -100, 100},
		{"weather.roomDay", s.Weather.RoomDay, -100, 100},
		{"weather.inlet", s.Weather.Inlet, -100, 100},
		{"weather.inletSeason", s.Weather.InletSeason, -100, 100},
		{"weather.warmestDay", float64(s.Weather.WarmestDay), 0, 366},
		{"discharge", s.Circuit.Discharge, -100, 200},
		{"suction", s.Circuit.Suction, -100, 200},
		{"evaporator", s.Circuit.Evaporator, -100, 200},
		{"upperFrom", s.UpperFrom, -100, 200},
		{"tap", s.Tap, 0, mostTap},
		{"tapFlow", s.TapFlow, 0, mostFlow},
		{"leak", s.Leak, 0, mostFlow},
		{"rssi", float64(s.RSSI), 0, highestRSSI},
		{"clockOffset", time.Duration(s.ClockOffset).Hours(), -24, 24},
		{"mode", float64(s.Mode), modeHeatPump, modePowerOff},
		{"poweredMode", float64(s.PoweredMode), modeHeatPump, modeVacation},
		{"held", float64(s.Held), 0, modeHighDemand},
		{"kept", float64(s.Kept), 0, modeHighDemand},
		{"homeMode", float64(s.HomeMode), modeHeatPump, modeHighDemand},
		{"setpoint", float64(s.Setpoint), 1, boiling},
		{"energy.setpoint", float64(s.Energy.Setpoint), 1, boiling},
		{"vacationDays", float64(s.VacationDays), 0, 30},
	} {
		if !(v.value >= v.low && v.value <= v.high) {
			return fmt.Errorf("%s is %v, not %v to %v", v.name, v.value, v.low, v.high)
		}
	}
	for _, v := range []struct {
		name string
		date time.Time
		most time.Duration // from the state's own date on
	}{ // nothing would happen to the heater before they come
		{"regulateAt", s.RegulateAt, time.Minute},
		{"pump.until", s.Pump.Until, 5 * time.Minute},
		{"vacationEnds", s.VacationEnds, 31 * 24 * time.Hour},
	} {
		if v.date.Sub(s.At) > v.most {
			return fmt.Errorf("%s is %s, too far from %s", v.name, shown(v.date), shown(s.At))
		}
	}
	if err := s.Settings.check(); err != nil {
		return err
	}
	if err := s.checkFaults(); err != nil {
		return err
	}
	if err := s.Ledger.check(); err != nil {
		return err
	}
	if err := s.Programs.check(s.At); err != nil {
		return err
	}
	switch s.OperationMode {
	case 0, sourceHeatPump, sourceElements, sourceHeatPump | sourceElements:
	default:
		return fmt.Errorf("operationMode is %d", s.OperationMode)
	}
	switch s.Pump.State {
	case pumpIdle, pumpFan, pumpStarting, pumpRunning, pumpStopping, pumpStopped:
	default:
		return fmt.Errorf("the heat pump is in state %d", s.Pump.State)
	}
	if err := checkDate(s.At); err != nil {
		return fmt.Errorf("its date: %w", err)
	}
	if behind := s.At.Sub(s.Lived); behind < 0 || behind > idleStep {
		return fmt.Errorf("its water is %v behind", behind)
	}
	return nil
}
