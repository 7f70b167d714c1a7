package history

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/internal/fleet"
)

// exported is what a store exports, as CSV that Import reads.
func exported(t *testing.T, s *Store, query ExportQuery) string {
	t.Helper()
	var text bytes.Buffer
	out := csv.NewWriter(&text)
	if err := out.Write(append([]string{"time", "heater", "name", "units"}, s.Fields()...)); err != nil {
		t.Fatal(err)
	}
	err := s.Export(t.Context(), query, func(r Record) error {
		record := []string{r.At.Format(time.RFC3339), r.Heater.ID, r.Heater.Name, "metric"}
		for _, value := range r.Values {
			cell := ""
			switch {
			case !value.Known:
			case value.Kind == fleet.Flag:
				cell = strconv.FormatBool(value.Number != 0)
			case value.Kind == fleet.Enumeration:
				cell = value.Text
			default:
				cell = strconv.FormatFloat(value.Number, 'f', -1, 64)
			}
			record = append(record, cell)
		}
		return out.Write(record)
	})
	if err != nil {
		t.Fatal(err)
	}
	out.Flush()
	return text.String()
}

// imported imports a file.
func imported(t *testing.T, s *Store, file string, options ImportOptions) Imported {
	t.Helper()
	done, err := s.Import(t.Context(), strings.NewReader(file), options)
	if err != nil {
		t.Fatal(err)
	}
	return done
}

// What is exported can be imported elsewhere, and is the same there; imported again it changes nothing.
func TestExportAndImportAgree(t *testing.T) {
	onEach(t, func(t *testing.T, config Config) {
		s, clock := open(t, Config{Path: memory})
		heater := newImagined(s, 3)
		w := newWriter(t, s)
		clock.at = base.Add(2 * day)
		for at := int64(imaginedStep); at < 5*hour; at += imaginedStep {
			heater.step(at, nil)
			if at%7000 < 5500 { // and gaps
				w.write(true, observation{w.number, base.Unix() + at, append([]int64(nil), heater.values...)})
			}
		}
		rollUp(t, s)
		file := exported(t, s, ExportQuery{})

		other, otherClock := open(t, config)
		otherClock.at = clock.at
		done := imported(t, other, file, ImportOptions{})
		if done.Recorded != done.Statuses || done.Statuses < 300 || done.Unreadable != 0 {
			t.Errorf("%+v", done)
		}
		if again := exported(t, other, ExportQuery{}); again != file {
			t.Errorf("the other store has\n%s", firstDifference(again, file))
		}
		if done := imported(t, other, file, ImportOptions{}); done.Recorded != 0 || done.Statuses < 300 {
			t.Errorf("the second time: %+v", done)
		}
		for _, field := range []string{upper, "current_inst_power", "comp_use"} {
			got, step := curve(t, other, field, 0, 6*hour, 50)
			want, _ := curve(t, s, field, 0, 6*hour, 50)
			if step != 600 || fmt.Sprint(points(got)) != fmt.Sprint(points(want)) {
				t.Errorf("%s: %v, want %v", field, points(got), points(want))
			}
		}
	})
}

// What is exported is read again without gaps, however short these are.
func TestAnExportHasNoGaps(t *testing.T) {
	s, clock := open(t, Config{Path: memory, Gap: time.Minute})
	clock.at = base.Add(day)
	w := newWriter(t, s)
	for at := int64(0); at <= 3000; at += 30 {
		w.status(at, some{upper: 50})
	}
	other, otherClock := open(t, Config{Path: memory, Gap: time.Minute})
	otherClock.at = clock.at
	imported(t, other, exported(t, s, ExportQuery{}), ImportOptions{})
	if got, _ := curve(t, other, upper, 0, 3600, 0); fmt.Sprint(points(got)) != "[50 50]" {
		t.Errorf("%v at %v", points(got), after(got.Times))
	}
}

// firstDifference returns the lines in which two texts differ first.
func firstDifference(got, want string) string {
	a, b := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return fmt.Sprintf("line %d: %s\nwant    %s", i+1, a[i], b[i])
		}
	}
	return fmt.Sprintf("%d lines, want %d", len(a), len(b))
}

// A file that fills a gap joins what stands on both sides of it, in whatever parts it comes.
func TestAnImportFillsAGap(t *testing.T) {
	onEach(t, func(t *testing.T, config Config) {
		s, clock := open(t, config)
		clock.at = base.Add(day)
		w := newWriter(t, s)
		for _, at := range []int64{0, 600, 9000, 9600} {
			w.status(at, some{upper: 50})
		}
		rollUp(t, s)
		var file strings.Builder
		file.WriteString("time,heater,tank_upper_temperature\n")
		for at := int64(0); at <= 10200; at += 300 {
			fmt.Fprintf(&file, "%s,%s,40\n", base.Add(time.Duration(at)*time.Second).Format(time.RFC3339), heaterID)
		}
		part := file.String()[:len("time,heater,tank_upper_temperature\n")+4*len("2026-11-20T00:00:00Z,0a1b2c3d4e,40\n")]
		imported(t, s, part, ImportOptions{})
		if done := imported(t, s, file.String(), ImportOptions{}); done.Recorded != 28 {
			t.Errorf("%+v", done) // of 35 statuses 7 lie where something stands: 3 before the gap, 2 after it and 1 of the part
		}
		got, _ := curve(t, s, upper, 0, 10201, 0)
		if want := "[50 40 50 40 40]"; fmt.Sprint(points(got)) != want {
			t.Errorf("%v at %v, want %s", points(got), after(got.Times), want)
		}
		if want := "[0 900 9000 9900 10200]"; fmt.Sprint(after(got.Times)) != want {
			t.Errorf("at %v, want %s", after(got.Times), want)
		}
	})
}

// A file that ends just before something else begins leaves no gap, and one that ends long before does.
func TestAnImportThatEndsInAGap(t *testing.T) {
	onEach(t, func(t *testing.T, config Config) {
		s, clock := open(t, config)
		clock.at = base.Add(day)
		newWriter(t, s).status(4000, some{upper: 50})
		row := func(at int64) string {
			return "time,heater,tank_upper_temperature\n" + base.Add(time.Duration(at)*time.Second).Format(time.RFC3339) + "," + heaterID + ",40\n"
		}
		imported(t, s, row(3000), ImportOptions{})
		got, _ := curve(t, s, upper, 0, 7200, 0)
		if want := "[40 -1 50]"; fmt.Sprint(points(got)) != want {
			t.Errorf("%v, want %s", points(got), want)
		}
		imported(t, s, row(3300), ImportOptions{})
		got, _ = curve(t, s, upper, 0, 7200, 0)
		if want := "[40 50]"; fmt.Sprint(points(got)) != want {
			t.Errorf("%v, want %s", points(got), want)
		}
		// The hour that begins in the middle of what was held is complete by itself.
		got, step := curve(t, s, upper, 3600, 3960, 6)
		if fmt.Sprint(points(got)) != "[40 40 40 40 40 40]" || step != 60 {
			t.Errorf("step %d, %v", step, points(got))
		}
	})
}

const pythonHeader = "temperature_type,mac_address,error_code,wifi_rssi,tou_status,tou_override_status,total_energy_capacity,available_energy_capacity," +
	"comp_use,current_heat_use,operation_mode,dhw_operation_setting,dhw_temperature_raw,tank_upper_temperature_raw,current_super_heat_raw," +
	"current_dhw_flow_rate_raw,cumulated_dhw_flow_rate_raw,dhw_temperature,tank_upper_temperature,current_super_heat,current_dhw_flow_rate,timestamp"

// The Python client's numbers of the wire are taken, not what it made of them.
func TestAFileOfThePythonClient(t *testing.T) {
	s, clock := open(t, Config{Path: memory})
	clock.at = base.Add(day)
	file := pythonHeader + "\r\n" +
		"FAHRENHEIT,0a0b0c0d0e0f,E799_WATER_LEAK,59,True,False,18610.0,3790.0,True,HEATPUMP,HEAT_PUMP_MODE,ENERGY_SAVER,117,586,46," +
		"25,1234,137.3,137.5,40.3,0.66,2026-11-20T01:00:00.123456+01:00\r\n" +
		"FAHRENHEIT,0a0b0c0d0e0f,NO_ERROR,59,False,True,18610.0,3790.0,False,UNKNOWN,STANDBY,POWER_OFF,116,585,46," +
		"25,1234,136.4,137.3,40.3,0.66,2026-11-20T00:00:30\r\n" +
		"FAHRENHEIT,0a0b0c0d0e0f,NO_ERR" // the client was stopped
	done := imported(t, s, file, ImportOptions{Location: time.UTC})
	id := fleet.Identity(nwp500.NewMAC("0a0b0c0d0e0f"))
	if done.Recorded != 2 || done.Unreadable != 1 || done.Older || len(done.Heaters) != 1 || done.Heaters[0].ID != id {
		t.Fatalf("%+v", done)
	}
	if got := done.Problem.Error(); got != "line 4: it has another number of columns than the header: 3, not 22" {
		t.Error(got)
	}
	var records []Record
	if err := s.Export(t.Context(), ExportQuery{}, func(r Record) error { records = append(records, r); return nil }); err != nil || len(records) != 2 {
		t.Fatalf("%d records, %v", len(records), err)
	}
	for name, want := range map[string]float64{
		"error_code": 799, "wifi_rssi": 59, "tou_status": 1, "tou_override_status": 0, "full_recovery_energy": 7444, "energy_to_setpoint": 1516,
		"usable_energy": 5928, "comp_use": 1, "current_heat_use": 1, "operation_mode": 32, "dhw_operation_setting": 3, "dhw_temperature": 58.5,
		"tank_upper_temperature": 58.6, "current_super_heat": 4.6, "current_dhw_flow_rate": 2.5, "cumulated_dhw_flow_rate": 1234,
		"temperature_type": 2,
	} {
		if got := records[0].Values[s.places[name]]; !got.Known || got.Number != want {
			t.Errorf("%s: %+v, want %v", name, got, want)
		}
	}
	if got := records[1].Values[s.places["dhw_operation_setting"]]; got.Text != "power_off" || !records[1].At.Equal(base.Add(30*time.Second)) {
		t.Errorf("%+v at %v", got, records[1].At)
	}
}

// What older versions of the Python client misread is left out.
func TestAFileOfAnOlderPythonClient(t *testing.T) {
	s, clock := open(t, Config{Path: memory})
	clock.at = base.Add(day)
	file := "temperature_type,dhw_temperature,tank_upper_temperature,timestamp\n" +
		"FAHRENHEIT,137.3,242.96,2026-11-20T00:00:00Z\n"
	if _, err := s.Import(t.Context(), strings.NewReader(file), ImportOptions{}); !errors.Is(err, ErrWhichHeater) {
		t.Errorf("%v, want ErrWhichHeater", err)
	}
	done := imported(t, s, file, ImportOptions{Heater: Heater{ID: heaterID, Name: "cellar"}})
	if !done.Older || done.Recorded != 1 {
		t.Errorf("%+v", done)
	}
	if got, _ := curve(t, s, "dhw_temperature", 0, 10, 0); fmt.Sprint(points(got)) != "[58.5]" {
		t.Errorf("%v", points(got))
	}
	if got, _ := curve(t, s, upper, 0, 10, 0); fmt.Sprint(points(got)) != "[-1]" {
		t.Errorf("%v", points(got))
	}
}

func TestFilesThatAreNotImported(t *testing.T) {
	s, _ := open(t, Config{Path: memory})
	for _, file := range []string{"", "a,b\n1,2\n", "time,name\n", "\x00\x01"} {
		if _, err := s.Import(t.Context(), strings.NewReader(file), ImportOptions{}); err == nil || !strings.Contains(err.Error(), "header") {
			t.Errorf("%q: %v", file, err)
		}
	}
}

// Lines that cannot be read are left out, and the first is told of.
func TestLinesThatCannotBeRead(t *testing.T) {
	s, clock := open(t, Config{Path: memory})
	clock.at = base.Add(day)
	file := "\ufefftime,heater,tank_upper_temperature,dhw_operation_setting\n" +
		"yesterday,0a1b2c3d4e,50,\n" +
		"2026-11-20T00:00:00Z,0a1b2c3d4e,warm,\n" +
		"2026-11-20T00:00:00Z,0a1b2c3d4e,50,mode(17)\n" +
		"time,heater,tank_upper_temperature,dhw_operation_setting\n" +
		"2026-11-20T00:00:10Z,0a1b2c3d4e,51,heat_pump\n" +
		"2026-11-20T00:00:20Z,0a1b2c3d4e,1e300,\n"
	done := imported(t, s, file, ImportOptions{})
	if done.Recorded != 2 || done.Unreadable != 3 || done.Problem.Error() != `line 2: "yesterday" is no time` {
		t.Errorf("%+v", done)
	}
	if got, _ := curve(t, s, "dhw_operation_setting", 0, 11, 0); fmt.Sprint(points(got)) != "[17 1]" {
		t.Errorf("%v", points(got))
	}
}

// Whatever a file holds, reading it ends, and what it recorded can be exported.
func FuzzImport(f *testing.F) {
	f.Add("time,heater,tank_upper_temperature,dhw_operation_setting\n2026-11-20T00:00:00Z,0a1b2c3d4e,50,mode(17)\n")
	f.Add(pythonHeader + "\r\nFAHRENHEIT,0a0b0c0d0e0f,E799_WATER_LEAK,59,True,False,1,2,True,HEATPUMP,STANDBY,VACATION,1,2,3,4,5,6,7,8,9,2026-11-20T01:00:00.1+01:00\r\n")
	f.Add("\ufefftime,name,units,comp_use\n1999-12-31 23:59:59,\x00,us,true\n9999-12-31 23:59:59,x,us,\"\n")
	f.Fuzz(func(t *testing.T, file string) {
		s, clock := open(t, Config{Path: memory})
		clock.at = base.Add(day)
		done, err := s.Import(t.Context(), strings.NewReader(file), ImportOptions{Heater: Heater{ID: heaterID}})
		if err != nil {
			return
		}
		records := 0
		if err := s.Export(t.Context(), ExportQuery{}, func(Record) error { records++; return nil }); err != nil {
			t.Error(err)
		}
		if done.Recorded > 0 && !done.From.After(clock.at) && records == 0 {
			t.Errorf("%+v, and no records", done)
		}
	})
}
