package history

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nwp500/nwp500/api"
)

// Lines that would make a heater, or a time, that there is not are left out.
func TestLinesThatTellOfNothingReal(t *testing.T) {
	for name, c := range map[string]struct{ file, problem string }{
		"ID":     {"time,heater,comp_use\n2026-11-20T00:00:00Z,cellar,true\n", `line 2: "cellar" is no heater's ID, which has ten hexadecimal digits`},
		"MAC":    {"time,mac_address,comp_use\n2026-11-20T00:00:00Z,0a:0b:0c,true\n", "line 2: its mac_address is none: one has twelve hexadecimal digits"},
		"units":  {"time,heater,units,dhw_temperature\n2026-11-20T00:00:00Z,0a1b2c3d4e,imperial,122\n", `line 2: "imperial" are no units: metric and us are`},
		"length": {"time,heater,comp_use\n2026-11-20T00:00:00Z,0a1b2c3d4e," + strings.Repeat("true", 1000), `line 2: "` + strings.Repeat("true", 10) + `" is no value of comp_use`},
		"future": {"time,heater,comp_use\n2026-11-21T00:00:01Z,0a1b2c3d4e,true\n", `line 2: "2026-11-21T00:00:01Z" is in the future`},
	} {
		t.Run(name, func(t *testing.T) {
			s, clock := open(t, Config{Path: memory})
			clock.at = base.Add(day)
			done := imported(t, s, c.file, ImportOptions{})
			if done.Unreadable != 1 || done.Recorded != 0 || done.Problem.Error() != c.problem {
				t.Errorf("%+v, want %s", done, c.problem)
			}
			if heaters := count(t, s, "heater"); heaters != 0 {
				t.Errorf("%d heaters", heaters)
			}
		})
	}
	s, clock := open(t, Config{Path: memory})
	clock.at = base.Add(day)
	done := imported(t, s, "time,heater,units,dhw_temperature\n2026-11-20T00:00:00Z,0A1B2C3D4E, us,122\n", ImportOptions{})
	if got, _ := curve(t, s, "dhw_temperature", 0, 10, 0); done.Recorded != 1 || fmt.Sprint(points(got)) != "[50]" {
		t.Errorf("%+v, %v", done, points(got))
	}
}

// A heater that was renamed since keeps its name; one without a name gets it.
func TestAnImportRenamesNobody(t *testing.T) {
	onEach(t, func(t *testing.T, config Config) {
		s, clock := open(t, config)
		clock.at = base.Add(day)
		newWriter(t, s) // "cellar"
		file := "time,heater,name,comp_use\n2026-11-20T00:00:00Z,0a1b2c3d4e,garage,true\n" + "2026-11-20T00:00:00Z,0a0a0a0a0a,attic,true\n"
		if _, err := s.numbered(t.Context(), Heater{ID: "0a0a0a0a0a"}); err != nil {
			t.Fatal(err)
		}
		imported(t, s, file, ImportOptions{})
		heaters, err := s.Heaters(t.Context())
		if want := "[{0a1b2c3d4e cellar} {0a0a0a0a0a attic}]"; err != nil || fmt.Sprint(heaters) != want {
			t.Errorf("%v, %v; want %s", heaters, err, want)
		}
	})
}

// A name in another encoding does not keep its heater out.
func TestANameThatIsNoUTF8(t *testing.T) {
	onEach(t, func(t *testing.T, config Config) {
		s, clock := open(t, config)
		clock.at = base.Add(day)
		done := imported(t, s, "time,heater,name,comp_use\n2026-11-20T00:00:00Z,0a1b2c3d4e,K\xfcche\x00,true\n", ImportOptions{})
		if heaters, err := s.Heaters(t.Context()); done.Recorded != 1 || err != nil || heaters[0].Name != "K\ufffdche" {
			t.Errorf("%+v; %q, %v", done, heaters, err)
		}
	})
}

// A quotation mark that none ends does not take the rest of the file into memory.
func TestALineWithoutAnEnd(t *testing.T) {
	s, clock := open(t, Config{Path: memory})
	clock.at = base.Add(day)
	begin := "time,heater,comp_use\n2026-11-20T00:00:00Z,0a1b2c3d4e,true\n2026-11-20T00:00:10Z,\"0a1b2c3d4e,true\n"
	endless := &zeros{}
	done, err := s.Import(t.Context(), io.MultiReader(strings.NewReader(begin), io.LimitReader(endless, 64<<20)), ImportOptions{})
	if err == nil || !strings.Contains(err.Error(), "after line 2: a line has more than a megabyte") || endless.read > 2<<20 {
		t.Errorf("%+v, %v; %d bytes were read", done, err, endless.read)
	}
}

// zeros are bytes of zero without an end.
type zeros struct{ read int }

func (z *zeros) Read(p []byte) (int, error) {
	z.read += len(p)
	clear(p)
	return len(p), nil
}

// The hour that a clock shows twice when summer time ends is two hours in a file without time zones.
func TestTheHourThatAClockShowsTwice(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	s, clock := open(t, Config{Path: memory})
	clock.at = base
	begin := time.Date(2026, 10, 25, 0, 0, 0, 0, time.UTC) // 2 o'clock there, and an hour later it is so again
	var file strings.Builder
	file.WriteString("timestamp,comp_use\n")
	const lines = 12 * 4
	for i := range lines {
		at := begin.Add(time.Duration(i-12) * 5 * time.Minute).In(berlin)
		fmt.Fprintf(&file, "%s,%d\n", at.Format("2006-01-02T15:04:05.000001"), i%2)
	}
	options := ImportOptions{Heater: Heater{ID: heaterID}, Location: berlin}
	if done := imported(t, s, file.String(), options); done.Recorded != lines || done.To.Unix() != begin.Add(3*time.Hour-5*time.Minute).Unix() {
		t.Errorf("%+v", done)
	}
	series, err := s.Series(t.Context(), api.SeriesQuery{
		Heater: heaterID, Fields: []string{"comp_use"}, From: begin.Add(-time.Hour), To: begin.Add(3 * time.Hour), Points: 4,
	})
	if err != nil || len(series.Fields[0].Mean) != 4 || slices.Contains(series.Fields[0].Mean, nil) {
		t.Errorf("%v, %v; want every hour", points(series.Fields[0]), err)
	}
	if done := imported(t, s, file.String(), options); done.Recorded != 0 || done.Statuses != lines {
		t.Errorf("the second time: %+v", done)
	}
}
