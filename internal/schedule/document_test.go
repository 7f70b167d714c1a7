package schedule

import (
	"strings"
	"testing"

	"github.com/nwp500/nwp500"
)

// program reads a weekly program whose temperatures are in °C unless they say otherwise.
func program(data []byte) (nwp500.Reservations, error) {
	var document Reservations
	if err := Decode(data, &document); err != nil {
		return nwp500.Reservations{}, err
	}
	enabled, drafts, err := document.Drafts()
	read := nwp500.Reservations{Enabled: enabled}
	for _, draft := range drafts {
		entry := draft.Reservation
		if entry.Temperature, err = draft.TemperatureIn(nwp500.Metric); err != nil {
			return read, err
		}
		read.Entries = append(read.Entries, entry)
	}
	return read, err
}

func timetable(data []byte) (nwp500.RecirculationTimetable, error) {
	var document Recirculation
	if err := Decode(data, &document); err != nil {
		return nwp500.RecirculationTimetable{}, err
	}
	return document.Timetable()
}

func tariff(data []byte) (nwp500.TOUSchedule, error) {
	var document TOU
	if err := Decode(data, &document); err != nil {
		return nwp500.TOUSchedule{}, err
	}
	return document.Schedule()
}

const (
	aProgram = `{"reservation_use": true, "reservation": [
		{"days": "mon-fri", "time": "06:30", "mode": "energy-saver", "temperature": "131F"},
		{"enable": false, "days": ["sat", "sun"], "time": "9:00", "mode": 4, "temperature": 60.5},
		{"week": 2, "hour": 22, "min": 5, "mode": "power_off", "param": 98}]}`
	aTimetable = `{"reservation_use": true, "schedule": [{"days": "daily", "start": "22:00", "end": "01:30"}],
		"reservation": [{"days": "mon", "time": "07:00", "mode": "pump_on"}]}`
	aTariff = `{"name": "E-TOU-C", "utility": "PG&E", "reservation_use": true, "reservation": [
		{"months": "jun-sep", "days": "all", "start": "00:00", "end": "15:59", "price_min": 0.36261, "price_max": "0.4"}]}`
)

// What is read is what the library prints, in either system of units, and comes back.
func TestDocumentsComeBack(t *testing.T) {
	read, err := program([]byte(aProgram))
	if err != nil || len(read.Entries) != 3 {
		t.Fatalf("got %v, %v", read, err)
	}
	for i, want := range []string{
		"mon tue wed thu fri 06:30 energy saver 55 °C (131 °F)",
		"sat sun 09:00 high demand 60.5 °C (140.9 °F), off",
		"sat 22:05 power off 49 °C (120.2 °F)",
	} {
		if got := read.Entries[i].String(); got != want {
			t.Errorf("entry %d is %s, want %s", i, got, want)
		}
	}
	for _, units := range []nwp500.Units{nwp500.Metric, nwp500.US} {
		if again, err := program(read.AppendJSON(nil, units)); err != nil || !again.Equal(read) {
			t.Errorf("in %v it comes back as %v, %v", units, again, err)
		}
	}
	pump, err := timetable([]byte(aTimetable))
	if err != nil || len(pump.Windows) != 1 || len(pump.Entries) != 1 {
		t.Fatalf("got %v, %v", pump, err)
	}
	if again, err := timetable(pump.AppendJSON(nil, nwp500.Metric)); err != nil || !again.Equal(pump) {
		t.Errorf("it comes back as %v, %v", again, err)
	}
	prices, err := tariff([]byte(aTariff))
	if err != nil || len(prices.Periods) != 1 || prices.Periods[0].Max.String() != "0.40000" {
		t.Fatalf("got %v, %v", prices, err)
	}
	if again, err := tariff(prices.AppendJSON(nil, nwp500.Metric)); err != nil || !again.Equal(prices) {
		t.Errorf("it comes back as %v, %v", again, err)
	}
}

// What is no schedule is a mistake, in words that a person can act on.
func TestMistakes(t *testing.T) {
	for data, want := range map[string]string{
		"":                            "not a JSON object",
		"[]":                          "not a JSON object",
		"{":                           "ends too early",
		"{} {}":                       "more than one document",
		`{"reservations": []}`:        `unknown field "reservations"`,
		`{"kind": "tou"}`:             `"tou" is no schedule of kind "reservations"`,
		`{"units": "kelvin"}`:         "they are metric or us",
		`{"reservation_use": 2}`:      "cannot be a number",
		strings.Repeat(" ", 1<<20+1):  "longer than any schedule",
		`{"reservation": [{"days":7}`: "ends too early",
	} {
		if _, err := program([]byte(data)); !mistaken(err) || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: got %v, want %s", data, err, want)
		}
	}
}

// Whatever is read can be printed and read again, and means the same.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{aProgram, aTimetable, aTariff, "{}", `{"tou_info": {"schedule": [{"season": 1, "interval": [{}]}]}}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if read, err := program(data); err == nil && allowed(read) {
			if again, err := program(read.AppendJSON(nil, nwp500.Metric)); err != nil || !again.Equal(read) {
				t.Errorf("%v comes back as %v, %v", read, again, err)
			}
		}
		if read, err := timetable(data); err == nil {
			if again, err := timetable(read.AppendJSON(nil, nwp500.Metric)); err != nil || !again.Equal(read) {
				t.Errorf("%v comes back as %v, %v", read, again, err)
			}
		}
		if read, err := tariff(data); err == nil {
			if again, err := tariff(read.AppendJSON(nil, nwp500.Metric)); err != nil && !strings.Contains(err.Error(), "either tou_info") || err == nil && !again.Equal(read) {
				t.Errorf("%v comes back as %v, %v", read, again, err)
			}
		}
	})
}

// allowed tells programs that some heater may have: their temperatures fit a byte, their
// modes are known, and they have days.
func allowed(program nwp500.Reservations) bool {
	for _, entry := range program.Entries {
		c := entry.Temperature.Celsius()
		if !(c >= 0 && c <= 127.5) || entry.Mode < nwp500.HeatPump || entry.Mode > nwp500.PowerOff || entry.Days.Names() == nil {
			return false
		}
	}
	return true
}

// Where both forms of a value stand side by side and disagree, somebody has forgotten one.
func TestBothFormsDisagree(t *testing.T) {
	for document, want := range map[string]string{
		`{"days":["mon"],"week":2,"hour":6,"min":0,"mode":"electric","param":98}`:                "disagree",
		`{"week":2,"time":"06:30","hour":6,"min":0,"mode":"electric","param":98}`:                "disagree",
		`{"week":2,"hour":6,"min":0,"mode":"electric","param":98,"temperature":"50C"}`:           "disagree",
		`{"days":["sat"],"week":2,"time":"06:00","hour":6,"min":0,"mode":"electric","param":98}`: "",
	} {
		var program Reservations
		err := Decode([]byte(`{"reservation_use":true,"reservation":[`+document+`]}`), &program)
		var drafts []Draft
		if err == nil {
			_, drafts, err = program.Drafts()
		}
		if err == nil {
			_, err = drafts[0].TemperatureIn(nwp500.Metric)
		}
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", document, err, want)
		}
	}
}
