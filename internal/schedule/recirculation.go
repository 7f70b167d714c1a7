package schedule

import (
	"fmt"

	"github.com/nwp500/nwp500"
)

// Recirculation is a schedule of the pump as recirculation schedule -o json prints it, with entries, or as a person
// writes it, with windows.
type Recirculation struct {
	head
	Use     *bool                `json:"reservation_use"`
	Entries []recirculationEntry `json:"reservation"`
	Windows []pumpWindow         `json:"schedule"`
}

type recirculationEntry struct {
	Enable *bool    `json:"enable"`
	Days   *names   `json:"days"`
	Time   *string  `json:"time"`
	Mode   flexible `json:"mode"`

	Week   *int `json:"week"`
	Hour   *int `json:"hour"`
	Minute *int `json:"min"`
	Param  *int `json:"param"` // none has a meaning

	Unknown map[string]any `json:"unknown"` // the heater keeps its own
}

type pumpWindow struct {
	Enable *bool   `json:"enable"`
	Days   *names  `json:"days"`
	Start  *string `json:"start"`
	End    *string `json:"end"`

	Week        *int `json:"week"`
	StartHour   *int `json:"start_hour"`
	StartMinute *int `json:"start_min"`
	EndHour     *int `json:"end_hour"`
	EndMinute   *int `json:"end_min"`
}

// Timetable returns the schedule. Entries stay in their order, so that what was printed comes back as it was.
func (f Recirculation) Timetable() (t nwp500.RecirculationTimetable, err error) {
	if err := f.check("recirculation"); err != nil {
		return t, err
	}
	if f.Use == nil || f.Entries == nil && f.Windows == nil {
		return t, mistakef("a schedule of the pump has reservation_use (true or false), and reservation or schedule (lists)")
	}
	t.Enabled = *f.Use
	for i, text := range f.Entries {
		entry, err := text.entry()
		if err != nil {
			return t, fmt.Errorf("recirculation entry %d: %w", i+1, err)
		}
		t.Entries = append(t.Entries, entry)
	}
	for i, text := range f.Windows {
		window, err := text.window()
		if err != nil {
			return t, fmt.Errorf("recirculation window %d: %w", i+1, err)
		}
		t.Windows = append(t.Windows, window)
	}
	return t, nil
}

func (e recirculationEntry) entry() (entry nwp500.RecirculationEntry, err error) {
	entry.Enabled = e.Enable == nil || *e.Enable
	if entry.Days, err = entryDays(e.Days, e.Week); err != nil {
		return entry, err
	}
	at, err := entryTime("time", e.Time, "hour", e.Hour, "min", e.Minute)
	if err != nil {
		return entry, err
	}
	entry.Hour, entry.Minute = at.Hour, at.Minute
	switch e.Mode {
	case "pump_on", "2":
		entry.Pump = nwp500.On
	case "pump_off", "1":
		entry.Pump = nwp500.Off
	default:
		return entry, mistakef("mode %q is not known: it is pump_on or pump_off", string(e.Mode))
	}
	return entry, nil
}

func (w pumpWindow) window() (window nwp500.RecirculationWindow, err error) {
	window.Enabled = w.Enable == nil || *w.Enable
	if window.Days, err = entryDays(w.Days, w.Week); err != nil {
		return window, err
	}
	start, err := entryTime("start", w.Start, "start_hour", w.StartHour, "start_min", w.StartMinute)
	if err != nil {
		return window, err
	}
	end, err := entryTime("end", w.End, "end_hour", w.EndHour, "end_min", w.EndMinute)
	window.StartHour, window.StartMinute = start.Hour, start.Minute
	window.EndHour, window.EndMinute = end.Hour, end.Minute
	return window, err
}
