package nwp500

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/nwp500/nwp500/internal/wire"
)

func TestWindowsAndEntries(t *testing.T) {
	on := func(days Days, hour, minute int) RecirculationEntry {
		return RecirculationEntry{true, days, hour, minute, On}
	}
	off := func(days Days, hour, minute int) RecirculationEntry {
		return RecirculationEntry{true, days, hour, minute, Off}
	}
	for name, test := range map[string]struct {
		entries []RecirculationEntry
		windows []RecirculationWindow
		rest    []RecirculationEntry
	}{
		"one": {
			entries: []RecirculationEntry{on(Weekdays, 6, 0), off(Weekdays, 8, 30)},
			windows: []RecirculationWindow{{true, Weekdays, 6, 0, 8, 30}},
		},
		"two on the same days, the nearest pair up": {
			entries: []RecirculationEntry{on(Weekdays, 17, 0), off(Weekdays, 8, 30), on(Weekdays, 6, 0), off(Weekdays, 19, 0)},
			windows: []RecirculationWindow{{true, Weekdays, 17, 0, 19, 0}, {true, Weekdays, 6, 0, 8, 30}},
		},
		"over midnight, into Sunday and Monday": {
			entries: []RecirculationEntry{on(Weekend, 22, 0), off(Sunday|Monday, 1, 0)},
			windows: []RecirculationWindow{{true, Weekend, 22, 0, 1, 0}},
		},
		"over midnight every day beside the morning": {
			entries: []RecirculationEntry{on(EveryDay, 22, 0), off(EveryDay, 8, 0), on(EveryDay, 6, 0), off(EveryDay, 1, 0)},
			windows: []RecirculationWindow{{true, EveryDay, 22, 0, 1, 0}, {true, EveryDay, 6, 0, 8, 0}},
		},
		"what does not pair survives": {
			entries: []RecirculationEntry{on(Monday, 6, 0), off(Tuesday, 8, 0), {false, Monday, 9, 0, Off}, {true, Monday, 7, 0, 77}, off(Monday, 25, 0)},
			rest:    []RecirculationEntry{on(Monday, 6, 0), off(Tuesday, 8, 0), {false, Monday, 9, 0, Off}, {true, Monday, 7, 0, 77}, off(Monday, 25, 0)},
		},
		"a start too many": {
			entries: []RecirculationEntry{on(Monday, 5, 0), on(Monday, 6, 0), off(Monday, 8, 0)},
			windows: []RecirculationWindow{{true, Monday, 6, 0, 8, 0}},
			rest:    []RecirculationEntry{on(Monday, 5, 0)},
		},
		"a day is no window": {
			entries: []RecirculationEntry{on(EveryDay, 6, 0), off(EveryDay, 6, 0)},
			rest:    []RecirculationEntry{on(EveryDay, 6, 0), off(EveryDay, 6, 0)},
		},
	} {
		windows, rest := pairEntries(test.entries)
		if diff := cmp.Diff(test.windows, windows, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s: windows (-want +got):\n%s", name, diff)
		}
		if diff := cmp.Diff(test.rest, rest, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s: entries (-want +got):\n%s", name, diff)
		}
	}
}

func anyEntry(t *rapid.T) RecirculationEntry {
	return RecirculationEntry{
		Enabled: rapid.Bool().Draw(t, "enabled"), Days: Days(rapid.IntRange(1, 127).Draw(t, "days") << 1),
		Hour: rapid.IntRange(0, 23).Draw(t, "hour"), Minute: rapid.IntRange(0, 59).Draw(t, "minute"),
		Pump: OnOff(rapid.IntRange(1, 2).Draw(t, "pump")),
	}
}

// Whatever entries a heater has, making windows of them and writing those back gives
// the same entries.
func TestTimetablesSurviveTheWire(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		entries := rapid.SliceOfN(rapid.Custom(anyEntry), 0, 20).Draw(t, "entries")
		program := RecirculationTimetable{Enabled: rapid.Bool().Draw(t, "program"), Entries: entries}
		read := newTimetable(sent(t, program.schedule()), nil)
		if !read.Equal(program) || read.Enabled != program.Enabled {
			t.Errorf("wrote %v, read %v", program, read)
		}
		if len(read.all()) != len(entries) {
			t.Errorf("%d entries became %d", len(entries), len(read.all()))
		}
		again := newTimetable(sent(t, read.schedule()), nil)
		if !again.Equal(*read) {
			t.Errorf("wrote %v, read %v", read, again)
		}
		if err := read.check(); err != nil {
			t.Errorf("what was read cannot be written: %v", err)
		}
	})
}

// Windows that do not overlap come back as they were.
func TestWindowsSurviveTheWire(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var program RecirculationTimetable
		times := rapid.SliceOfNDistinct(rapid.IntRange(0, minutesADay-1), 2, 20, rapid.ID[int]).Draw(t, "times")
		slices.Sort(times)
		for len(times) >= 2 {
			program.Windows = append(program.Windows, RecirculationWindow{true, Weekdays, times[0] / 60, times[0] % 60, times[1] / 60, times[1] % 60})
			times = times[2:]
		}
		read := newTimetable(sent(t, program.schedule()), nil)
		if !read.Equal(program) || len(read.Entries) > 0 {
			t.Errorf("wrote %v, read %v", program, read)
		}
	})
}

// 255, which is −1 in hex, is no parameter in either form.
func TestPumpHasNoParameter(t *testing.T) {
	entry := RecirculationEntry{true, Weekdays, 6, 0, On}
	if got, want := string(entry.entry().Append(nil)), `{"enable":2,"week":124,"hour":6,"min":0,"mode":2,"param":-1}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	want := RecirculationTimetable{Enabled: true, Entries: []RecirculationEntry{entry}}.schedule()
	for _, body := range []string{
		`{"reservationUse":2,"reservation":"027c060002ff000000000000"}`,
		`{"reservationUse":2,"reservation":[{"enable":2,"week":124,"hour":6,"min":0,"mode":2,"param":255}]}`,
	} {
		object, err := wire.ParseObject([]byte(body))
		if err != nil {
			t.Fatal(err)
		}
		if got, _, err := recirculationKind.readFrom(object); err != nil || !got.equal(want) {
			t.Errorf("%s: got %v, %v", body, got, err)
		}
	}
}

func TestTimetablePrintsLikeItsMessage(t *testing.T) {
	const payload = `{"requestTopic":"cmd/52/navilink-0a0b0c0d0e0f/st/recirc-rsv/rd","response":{"macAddress":"0a0b0c0d0e0f","reservationUse":2,"reservation":"027c060002ff027c080001ff000000000000"}}`
	message, err := wire.ParseEnvelope([]byte(payload))
	if err != nil {
		t.Fatal(err)
	}
	read, _ := recirculationKind.said(message)
	timetable := newTimetable(read, message)
	want, err := Decode([]byte(payload), Auto)
	if got := timetable.AppendJSON(nil, Auto); err != nil || string(got) != string(want) {
		t.Errorf("got %s, %v, want %s", got, err, want)
	}
	timetable.Windows[0].EndHour = 9
	const changed = `{"kind":"recirculation","reservation_use":true,"reservation":[` +
		`{"enable":true,"week":124,"hour":6,"min":0,"mode":"pump_on","param":-1,"days":["mon","tue","wed","thu","fri"],"time":"06:00"},` +
		`{"enable":true,"week":124,"hour":9,"min":0,"mode":"pump_off","param":-1,"days":["mon","tue","wed","thu","fri"],"time":"09:00"}],"unknown":{}}`
	if got := timetable.AppendJSON(nil, Auto); string(got) != changed {
		t.Errorf("changed: got %s, want %s", got, changed)
	}
}

func TestParseRecirculationMode(t *testing.T) {
	for text, want := range map[string]RecirculationMode{"always": RecirculationAlways, " Temperature": RecirculationTemperature} {
		if got, err := ParseRecirculationMode(text); err != nil || got != want {
			t.Errorf("%q: got %v, %v", text, got, err)
		}
	}
	var wrong *RangeError
	if _, err := ParseRecirculationMode("unknown"); !errors.As(err, &wrong) {
		t.Errorf("unknown: got %v", err)
	}
}
