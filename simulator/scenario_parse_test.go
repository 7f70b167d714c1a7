package simulator

import (
	"errors"
	"strings"
	"testing"
	"time"
)

// scenarioHead is what every scenario needs.
const scenarioHead = "start 2026-01-12 00:00\nzone America/Denver\nlasts 7 days\n"

// What is wrong is told with its line, the value and what is allowed.
func TestAScenarioRefusesNonsense(t *testing.T) {
	for line, want := range map[string]string{
		"lunch at noon":                                 "a line's first word is not \"lunch\": it is one of title, start",
		"heather 65 gal":                                "did you mean heater?",
		"zone America/Dever":                            "zone stands in line 2 already",
		"heater 60 gal":                                 "the tank has 60 gallons, not 50, 65 or 80",
		"heater 65":                                     "the tank needs a unit, gal, to follow, and the line ends",
		"heater 10000000 x 65 gal":                      "10000000 heaters are not 1 to 10000",
		"heater 0 x 65 gal":                             "0 heaters are not 1 to 10000",
		"heater 65 gal new firmwear":                    "did you mean new-firmware?",
		"heater 65 gal setpoint 80 C":                   "the setpoint is 80 C, not 35 C to 65.5 C",
		"heater 65 gal setpoint 38 C new firmware":      "the setpoint is 38 C, not from 40.5 C on as with new firmware",
		"heater 65 gal mode vacation":                   "the mode is not \"vacation\": it is one of heat-pump, electric",
		"heater 65 gal named at":                        "\"at\" is a word of the format and no name",
		"heater 65 gal zone Mars/Olympus":               "no time zone is called \"Mars/Olympus\"",
		"heater 65 gal clock 4 s":                       "which way the clock is off is missing: ahead, behind",
		"heater 65 gal clock 2 days behind":             "how far the clock is off is 48h0m0s, more than a day",
		"heater 65 gal named 4":                         "\"4\" is no name",
		"speed 0":                                       "the speed is 0, not 1 to 100000",
		"speed 1.5":                                     "the speed is 1.5, not a whole number",
		"speed fast":                                    "the speed is not \"fast\": it is a number",
		"seed -1":                                       "the seed is -1, not 0 to",
		"draws much":                                    "who draws is not \"much\": it is one of household, none",
		"weather air 10":                                "the air needs a unit, C or F, to follow, and the line ends",
		"weather air 100 C":                             "the air is 100 C, not -30 C to 60 C",
		"weather air 10 C swing 99 F":                   "the swing is 99 F, not 0 F to 72 F",
		"tariff jan-dec day 16:00-15:00 0.4":            "\"16:00-15:00\" ends before it begins",
		"tariff jan-dec day 16:00 0.4":                  "the time is not \"16:00\"",
		"tariff jan-dec day 16:00-21:00 40":             "the price of a kWh is 40, not 0 to 10",
		"at day 8 06:30 draw 60 l":                      "the day of the scenario is 8, not 1 to 7",
		"at day 0 06:30 draw 60 l":                      "the day of the scenario is 0, not 1 to 7",
		"at 2026-01-11 23:59 draw 60 l":                 "2026-01-11 23:59 is before the start, 2026-01-12 00:00",
		"at 2026-01-19 00:01 draw 60 l":                 "2026-01-19 00:01 is after the end, 2026-01-19 00:00",
		"at 2026-02-30 00:01 draw 60 l":                 "the date is not \"2026-02-30\"",
		"at noon draw 60 l":                             "a time is to follow, such as day 2 06:30",
		"at day 2 25:00 draw 60 l":                      "the time is not \"25:00\": it is 00:00 to 23:59",
		"at day 2 06:30":                                "what happens is missing",
		"at day 2 06:30 drwa 60 l":                      "did you mean draw?",
		"at day 2 06:30 draw 60":                        "the draw needs a unit, l or gal, to follow, and the line ends",
		"at day 2 06:30 draw -6 l":                      "the draw is -6 l, not 0.1 l to 5000 l",
		"at day 2 06:30 draw 60 l now":                  "\"now\" is too much",
		"at day 2 06:30 for 5 min draw 60 l":            "draw has no end: it cannot be for a time",
		"at day 7 20:00 for 5 h offline":                "it would end on 2026-01-19 01:00, after the end of the scenario",
		"at day 2 06:30 for 0 h offline":                "how long it takes is nothing",
		"at day 2 06:30 for 5 offline":                  "how long it takes needs a unit, s or min or h or days or weeks, to follow, not \"offline\"",
		"at day 2 06:30 fault 1000":                     "the error code is 1000, not 1 to 999",
		"at day 2 06:30 fault 480 sub 7":                "does not come with sub-code 07 but with 01, 02",
		"at day 2 06:30 cloud half-opne":                "no fault is called \"half-opne\": did you mean half-open?",
		"at day 2 06:30 cloud nothing-of-the-kind":      "no fault is called \"nothing-of-the-kind\"",
		"heater 1 at day 2 06:30 cloud half-open":       "the cloud is that of all heaters",
		"at day 2 06:30 owner setpoint 160 F":           "the setpoint is 160 F, not 95 F to 149.9 F",
		"at day 2 06:30 owner mode heatpump":            "did you mean heat-pump?",
		"at day 2 06:30 owner vacation 31 days":         "the vacation is 31, not 1 to 30",
		"at day 2 06:30 owner recirculation always":     "heater 1 has no recirculation pump",
		"at day 2 06:30 owner reservations mon 6:00":    "the mode is missing",
		"at day 2 06:30 expect uper > 45 C":             "did you mean upper?",
		"at day 2 06:30 expect upper > 45":              "upper needs a unit, C or F",
		"at day 2 06:30 expect upper 45 C":              "the comparison is not \"45\": it is one of <, <=",
		"at day 2 06:30 expect mode > electric":         "it is compared by = or !=",
		"at day 2 06:30 expect energy < 5 kg":           "energy needs a unit, kWh or Wh, to follow, not \"kg\"",
		"at day 2 06:30 expect status wifiRsi = 5":      "the status of heater 1 has no field \"wifiRsi\": did you mean wifiRssi?",
		"at day 2 06:30 expect status":                  "the name of a field of the status is to follow",
		"at end expect status recircErrorStatus":        "the status of heater 1 has no field \"recircErrorStatus\"",
		"heater 2 at day 2 06:30 draw 60 l":             "there is no heater 2: they are 1 to 1",
		"heater attic at day 2 06:30 draw 60 l":         "no heater is called \"attic\"",
		"every someday at 07:00 draw 40 l":              "the day is not \"someday\"",
		"every mon 07:00 draw 40 l":                     "at is to follow, not \"07:00\"",
		"every day from day 5 to day 3 at 7:00 draw 4l": "that is never during the scenario",
		"title " + strings.Repeat("x", 600):             "the line has 606 bytes, more than 500",
		"title a\x00b":                                  "the line has a control character, U+0000",
		"title \xff":                                    "the line is not UTF-8",
		"title":                                         "the title is missing",
	} {
		_, err := ParseScenario("test.txt", []byte(scenarioHead+line+"\n"))
		var all *ScenarioError
		if !errors.As(err, &all) {
			t.Errorf("%s: not refused", line)
			continue
		}
		if len(all.Problems) != 1 || all.Problems[0].Line != 4 || !strings.Contains(all.Problems[0].Text, want) {
			t.Errorf("%s:\n%v\nnot: %s", line, err, want)
		}
		if text := err.Error(); !strings.HasPrefix(text, "test.txt:4: ") || strings.Contains(text, "\n") {
			t.Errorf("%s: %q", line, text)
		}
	}
}

func TestAScenarioTellsAllProblems(t *testing.T) {
	_, err := ParseScenario("all.txt", []byte("lasts 0 days\nstart 2026-13-01\n\nheater 1 gal\nspeed 0\nspeed 5\n"))
	want := `all.txt:1: how long it lasts is nothing
all.txt:2: the start is not "2026-13-01": it is a date such as 2026-01-12
all.txt:4: the tank has 1 gallons, not 50, 65 or 80
all.txt:5: the speed is 0, not 1 to 100000
all.txt:6: speed stands in line 5 already`
	if err == nil || err.Error() != want {
		t.Errorf("%v", err)
	}
	_, err = ParseScenario("many.txt", []byte(scenarioHead+strings.Repeat("nonsense\n", 100)))
	if err == nil || strings.Count(err.Error(), "\n") != 20 || !strings.HasSuffix(err.Error(), "many.txt: and 80 more") {
		t.Errorf("%v", err)
	}
	_, err = ParseScenario("once.txt", []byte("start 2026-13-01\nlasts 2 days\nat day 9 1:00 draw\n"))
	if err == nil || err.Error() != `once.txt:1: the start is not "2026-13-01": it is a date such as 2026-01-12` {
		t.Errorf("%v", err)
	}
	for text, want := range map[string]string{
		"":                          "e.txt: start is missing\ne.txt: lasts is missing",
		strings.Repeat("#", 10<<20): "the file has more than 262144 bytes",
		strings.Repeat("\n", 6000):  "the file has 6000 lines, more than 2000",
		"start 2026-03-08 02:30\nzone america/denver\nlasts 1 day\n": "e.txt:1: there is no 02:30 on that day: the clocks go forward",
	} {
		if _, err := ParseScenario("e.txt", []byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.20q: %v", text, err)
		}
	}
}

func TestAScenarioIsLenient(t *testing.T) {
	s, err := ParseScenario("x", []byte("\ufeffTITLE  Two  heaters # of them\r\nStart 2026-01-12 6:00\r\nZone america/denver\n"+
		"lasts 1 week 12h30min\nseed 7\nspeed 3600\nHEATER 65gal\n heater 2 x 50 GAL, new-firmware, Recirculation, draws very small, mode heat pump, setpoint 120F, named Attic\n"+
		"heater 80 gal draws none\ndraws medium\nweather air 50°F swing 7.2 F, inlet 6 °C\n"+
		"tariff jun-sep mon-fri 16:00-24:00 0.4\ntariff oct,nov weekend 0:00-24:00 0.35\n"+
		"Every Weekdays from day 2 to day 4 at 7:00   Draw 10 Gal at 2.5 gpm\nheaters 1,attic at end expect Upper>=45 C;fault is none;mode is not vacation;status WIFIRSSI>1\n"))
	if err != nil {
		t.Fatal(err)
	}
	location, err := time.LoadLocation("America/Denver")
	if err != nil {
		t.Fatal(err)
	}
	if s, err := ParseScenario("x", []byte("zone utc\nstart 2026-01-12\nlasts 1 day")); err != nil || s.Location() != time.UTC {
		t.Errorf("%v, %v", s, err)
	}
	start := time.Date(2026, 1, 12, 6, 0, 0, 0, location)
	if s.Title != "Two heaters" || !s.Start.Equal(start) || s.Location().String() != "America/Denver" ||
		!s.End().Equal(start.AddDate(0, 0, 7).Add(12*time.Hour+30*time.Minute)) || s.Seed != 7 || s.Speed != 3600 || s.Heaters() != 4 {
		t.Errorf("%+v", s)
	}
	config := s.Config()
	small := Model{Gallons: 50, NewFirmware: true, Recirculation: true, Draws: 2}
	for i, want := range []Model{{Gallons: 65, Draws: 4}, small, small, {Gallons: 80, Draws: 1}} {
		if config.Models[i] != want {
			t.Errorf("heater %d: %+v", i+1, config.Models[i])
		}
	}
	if !config.Paused || config.Heaters != 4 || config.Speed != 3600 || config.Seed != 7 || !config.Start.Equal(start) {
		t.Errorf("%+v", config)
	}
	last := s.cues[len(s.cues)-1]
	if len(last.expect) != 4 || last.expect[3].name != "status wifiRssi" || len(last.heaters) != 3 || last.text != "expect Upper >= 45 C; fault is none; mode is not vacation; status WIFIRSSI > 1" {
		t.Errorf("%+v", last)
	}
	weekdays := s.cues[len(s.cues)-2].when
	var days []int
	for at, ok := weekdays.next(start); ok; at, ok = weekdays.next(at.Add(1)) {
		days = append(days, at.Day())
	}
	if len(days) != 3 || days[0] != 13 || days[2] != 15 {
		t.Errorf("draws on %v", days)
	}
}

func FuzzParseScenario(f *testing.F) {
	f.Add([]byte(scenarioHead + "heater 2 x 50 gal, recirculation\nevery sat,sun at 07:00 draw 40 l\n"))
	f.Add([]byte(scenarioHead + "tariff jan-dec mon-fri 16:00-21:00 0.4\nat day 2 06:30 for 1h30min expect upper > 45 C; fault = none\n"))
	f.Add([]byte("start 2026-10-31\nzone Europe/Berlin\nlasts 36 h\nat start owner reservations mon-fri 05:30 high demand 60 C, sat 7:00 off\n"))
	for _, shipped := range Scenarios() {
		text, err := ScenarioText(shipped)
		if err != nil {
			f.Fatal(err)
		}
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := ParseScenario("fuzz", text)
		if err != nil {
			var all *ScenarioError
			if s != nil || !errors.As(err, &all) || len(all.Problems) == 0 || len(all.Problems) > mostProblems {
				t.Fatalf("%v with %v", err, s)
			}
			return
		}
		config := s.Config()
		if err := config.complete(); err != nil {
			t.Error(err)
		}
		for _, c := range s.cues {
			if at, ever := c.when.next(s.Start); !ever || at.Before(s.Start) || at.After(s.End()) {
				t.Errorf("line %d: %v, %v", c.line, at, ever)
			}
		}
	})
}
