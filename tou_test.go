package nwp500

import (
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// capturedTOU reads the captured answer of GET /device/tou: PG&E's tariff E-TOU-C.
func capturedTOU(t *testing.T) (*TOU, []byte) {
	t.Helper()
	captured, err := os.ReadFile("testdata/captures/tou.json")
	if err != nil {
		t.Fatal(err)
	}
	data, err := openEnvelope("GET /device/tou", 200, captured)
	if err != nil {
		t.Fatal(err)
	}
	tariff, err := parseTOU("GET /device/tou", data)
	if err != nil {
		t.Fatal(err)
	}
	return tariff, captured
}

// priceAt returns the price of the one period that a minute belongs to.
func priceAt(t *testing.T, periods []TOUPeriod, month time.Month, day time.Weekday, minute int) Price {
	t.Helper()
	var found []TOUPeriod
	for _, p := range periods {
		if p.Months.Has(month) && p.Days.Has(day) && minute >= 60*p.StartHour+p.StartMinute && minute <= 60*p.EndHour+p.EndMinute {
			found = append(found, p)
		}
	}
	if len(found) != 1 {
		t.Fatalf("%v, %v, minute %d: belongs to %d periods, want 1", month, day, minute, len(found))
	}
	return found[0].Min
}

// Summer and the rest of the year are dearer from 16:00 to 20:59, on every day.
func TestCapturedTariffHasPGEHours(t *testing.T) {
	tariff, captured := capturedTOU(t)
	if len(tariff.Periods) != 12 || tariff.Utility != "Pacific Gas & Electric Co" || tariff.ZIP != "94500" || tariff.RegisterPath != "bt" {
		t.Errorf("got %+v", tariff)
	}
	if tariff.ControllerID.Reveal() != "00000000BT00000000" || tariff.ManufactureID.Reveal() != "0000E0000000000" || len(tariff.Unknown) > 0 {
		t.Errorf("got %q, %q, unknown %v", tariff.ControllerID.Reveal(), tariff.ManufactureID.Reveal(), tariff.Unknown)
	}
	if err := checkPeriods(tariff.Periods); err != nil {
		t.Errorf("the captured tariff cannot be written: %v", err)
	}
	for month := time.January; month <= time.December; month++ {
		off, peak := "0.36261", "0.39261"
		if month >= time.June && month <= time.September {
			off, peak = "0.40378", "0.50678"
		}
		for day := range time.Weekday(7) {
			for minute := range minutesADay {
				want := off
				if minute >= 16*60 && minute < 21*60 {
					want = peak
				}
				if got := priceAt(t, tariff.Periods, month, day, minute); got.String() != want {
					t.Fatalf("%v, %v, %02d:%02d: got %v, want %s", month, day, minute/60, minute%60, got, want)
				}
			}
		}
	}
	want, err := Decode(captured, Auto)
	if got := tariff.AppendJSON(nil, Auto); err != nil || string(got) != string(want) {
		t.Errorf("got %s, %v, want %s", got, err, want)
	}
	if got := (&TOU{}).AppendJSON(nil, Auto); string(got) != "null" {
		t.Errorf("not read from an answer: got %s", got)
	}
}

// What REST is told of a tariff is what it said.
func TestSeasonsAreTheWires(t *testing.T) {
	tariff, captured := capturedTOU(t)
	var answer struct {
		Data struct {
			TOUInfo struct {
				Schedule any `json:"schedule"`
			} `json:"touInfo"`
		} `json:"data"`
	}
	if err := json.Unmarshal(captured, &answer); err != nil {
		t.Fatal(err)
	}
	written, err := json.Marshal(seasons(tariff.Periods))
	if err != nil {
		t.Fatal(err)
	}
	var got any
	if err := json.Unmarshal(written, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(answer.Data.TOUInfo.Schedule, got); diff != "" {
		t.Errorf("(-captured +written):\n%s", diff)
	}
}

// What nobody knows, or cannot be read, costs nothing else.
func TestOddTariff(t *testing.T) {
	tariff, err := parseTOU("GET /device/tou", []byte(`{"registerPath":7,"sourceType":null,"colour":"red","touInfo":{"name":"T","zipCode":"02134","flavour":1,
		"schedule":[5,{"season":99999,"interval":[1,{"week":300,"startHour":1.0,"priceMin":true}]},{"season":1}]}}`))
	if err != nil {
		t.Fatal(err)
	}
	if tariff.RegisterPath != "7" || tariff.ZIP != "02134" || len(tariff.Periods) != 1 || tariff.Periods[0] != (TOUPeriod{StartHour: 1}) {
		t.Errorf("got %+v", tariff)
	}
	for _, member := range []string{"colour", "flavour"} {
		if _, ok := tariff.Unknown[member]; !ok {
			t.Errorf("%s is lost", member)
		}
	}
	if _, err := parseTOU("GET /device/tou", []byte(`[]`)); err == nil {
		t.Error("a list passes for a tariff")
	}
}

func anyPeriod(t *rapid.T) TOUPeriod {
	start := rapid.IntRange(0, minutesADay-1).Draw(t, "start")
	end := rapid.IntRange(start, minutesADay-1).Draw(t, "end")
	decimals := rapid.IntRange(0, 10).Draw(t, "decimals")
	low := rapid.IntRange(0, 1<<30).Draw(t, "low")
	return TOUPeriod{
		Months: Months(rapid.IntRange(1, 4095).Draw(t, "months")), Days: Days(rapid.IntRange(1, 127).Draw(t, "days") << 1),
		StartHour: start / 60, StartMinute: start % 60, EndHour: end / 60, EndMinute: end % 60,
		Min: Price{low, decimals}, Max: Price{rapid.IntRange(low, 1<<31-1).Draw(t, "high"), decimals},
	}
}

func TestTariffsSurviveTheWire(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tariff := TOUSchedule{
			Enabled: rapid.Bool().Draw(t, "on"),
			Periods: rapid.SliceOfN(rapid.Custom(anyPeriod), 1, 16).Draw(t, "periods"),
		}
		if err := checkPeriods(tariff.Periods); err != nil {
			t.Fatal(err)
		}
		read := TOUSchedule{Enabled: tariff.Enabled}
		for _, entry := range sent(t, tariff.schedule()).entries {
			member := entryReader(entry)
			read.Periods = append(read.Periods, newPeriod(member("season").Or(0), member))
		}
		if diff := cmp.Diff(tariff.Periods, read.Periods); diff != "" || !read.Equal(tariff) {
			t.Errorf("equal %v, (-written +read):\n%s", read.Equal(tariff), diff)
		}
		read.Periods[0].Max.Value++
		if read.Equal(tariff) {
			t.Error("another price is the same")
		}
	})
}

func TestWhatIsNoTariff(t *testing.T) {
	good := TOUPeriod{AllMonths, EveryDay, 0, 0, 23, 59, Price{1, 5}, Price{2, 5}}
	if err := checkPeriods([]TOUPeriod{good}); err != nil {
		t.Fatal(err)
	}
	for says, change := range map[string]func(*TOUPeriod){
		"TOU period 1: months 4096":         func(p *TOUPeriod) { p.Months = 1 << 12 }, // month 13
		"TOU period 1: months 0":            func(p *TOUPeriod) { p.Months = 0 },
		"TOU period 1: days no day":         func(p *TOUPeriod) { p.Days = 1 },
		"TOU period 1: start hour 25":       func(p *TOUPeriod) { p.StartHour = 25 },
		"TOU period 1: end hour -1":         func(p *TOUPeriod) { p.EndHour = -1 },
		"TOU period 1: start minute 60":     func(p *TOUPeriod) { p.StartMinute = 60 },
		"TOU period 1: end minute 60":       func(p *TOUPeriod) { p.EndMinute = 60 },
		"TOU period 1: end 15:59":           func(p *TOUPeriod) { p.StartHour, p.EndHour = 16, 15 },
		"TOU period 1: decimals of the":     func(p *TOUPeriod) { p.Min.Decimals, p.Max.Decimals = 11, 11 },
		"TOU period 1: price -1":            func(p *TOUPeriod) { p.Min.Value = -1 },
		"TOU period 1: highest price 0.02 ": func(p *TOUPeriod) { p.Max.Decimals = 2 },
		"TOU period 1: highest price 0.000": func(p *TOUPeriod) { p.Max.Value = 0 },
	} {
		p := good
		change(&p)
		var wrong *RangeError
		if err := checkPeriods([]TOUPeriod{p}); !errors.As(err, &wrong) || !strings.HasPrefix(err.Error(), says) {
			t.Errorf("got %v, want a *RangeError that begins with %q", err, says)
		}
	}
	for _, n := range []int{0, 17} {
		var wrong *RangeError
		if err := checkPeriods(make([]TOUPeriod, n)); !errors.As(err, &wrong) || wrong.Allowed != "1 to 16" {
			t.Errorf("%d periods: got %v", n, err)
		}
	}
}
