package simulator

import (
	"reflect"
	"slices"
	"testing"
	"time"
)

// dates calls do with all dates in a value, by name.
func dates(name string, v reflect.Value, do func(name string, date *time.Time)) {
	if date, is := v.Addr().Interface().(*time.Time); is {
		do(name, date)
		return
	}
	if v.Kind() == reflect.Struct {
		for i := range v.NumField() {
			if field := v.Type().Field(i); field.IsExported() {
				dates(name+"."+field.Name, v.Field(i), do)
			}
		}
	}
}

// All that a heater waits for moves with it when its clock is set, and what happened
// stays.
func TestShiftMovesWhatWaits(t *testing.T) {
	h := alone(t, Config{})
	set := h.At.Add(time.Second)
	dates("", reflect.ValueOf(&h.state).Elem(), func(_ string, date *time.Time) { *date = set })
	h.shift(time.Hour)
	var stay []string
	dates("", reflect.ValueOf(&h.state).Elem(), func(name string, date *time.Time) {
		switch date.Sub(set) {
		case 0:
			stay = append(stay, name)
		case time.Hour:
		default:
			t.Errorf("%s is %v", name, date)
		}
	})
	want := []string{".ErrorTime", ".Reported.Time", ".Programs.Next"} // the last one follows from the rest
	slices.Sort(stay)
	slices.Sort(want)
	if !slices.Equal(stay, want) {
		t.Errorf("%v stay, not %v", stay, want)
	}
}

// Of a long absence a heater lives the last year, and no more.
func TestALongAbsenceIsOneYear(t *testing.T) {
	config := Config{Start: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	f := fresh(t, config)
	text, err := f.write()
	if err != nil {
		t.Fatal(err)
	}
	began := f.heaters[0].Ledger.meter()
	config.Start = config.Start.AddDate(40, 0, 0)
	later := fresh(t, config)
	if err := later.restore(text); err != nil {
		t.Fatal(err)
	}
	m := later.heaters[0].Ledger.meter().Since(began)
	if !later.heaters[0].At.Equal(config.Start) || m.Litres < 50_000 || m.Litres > 80_000 {
		t.Errorf("%v litres until %v", m.Litres, later.heaters[0].At)
	}
}

// What states of older versions do not have is what a new heater has, or follows from
// the rest.
func TestUpgradedStatesAreWhole(t *testing.T) {
	for version := snapshotOldest; version < snapshotVersion; version++ {
		h := alone(t, Config{Models: []Model{{Draws: HighUse}}})
		s := state{At: h.At, ErrorCode: 480, SubErrorCode: 2, ErrorTime: h.At.Add(-time.Hour)}
		s.Ledger.Past = h.Ledger.Past
		s.Ledger.Work.FanTime = 5000
		s.Settings.FilterSince = 3000
		s.upgrade(h, version)
		equal(t, "faults", []StandingFault{{480, 2, s.ErrorTime}}, s.Standing)
		equal(t, "what the cloud knows", reported{480, s.ErrorTime}, s.Reported)
		if !s.Away || s.RSSI != usualRSSI || !s.Lived.Equal(s.At) || s.TapFlow != tapFlow {
			t.Errorf("version %d: away %v, signal %d, lived until %v, %v l/min", version, s.Away, s.RSSI, s.Lived, s.TapFlow)
		}
		if s.Draws != HighUse || s.Weather != h.climate || s.Programs.Loop != h.climate.Room || !s.Settings.DemandResponse {
			t.Errorf("version %d: draws %v, weather %+v, loop %v, demand response %v",
				version, s.Draws, s.Weather, s.Programs.Loop, s.Settings.DemandResponse)
		}
		if ran := s.Ledger.Work.FanTime - s.Settings.FilterSince; ran != 2000 && version > snapshotOldest || ran != 0 && version == snapshotOldest {
			t.Errorf("version %d: the filter has served %v s", version, ran)
		}
	}
}
