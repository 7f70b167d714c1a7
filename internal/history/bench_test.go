package history

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/nwp500/nwp500/api"
)

// chartFields are what a page of charts asks for at once.
var chartFields = []string{
	"tank_upper_temperature", "tank_lower_temperature", "dhw_temperature_setting", "current_inst_power", "comp_use", "ambient_temperature",
}

// imagined is a heater that says something every ten seconds: it heats for three hours twice a day, and some of its sensors
// are never still.
type imagined struct {
	random *rand.Rand
	values []int64
	at     map[string]int // place by name
}

const imaginedStep = 10

func newImagined(s *Store, seed uint64) *imagined {
	i := &imagined{random: rand.New(rand.NewPCG(seed, 5)), values: make([]int64, len(s.fields)), at: s.places}
	for place := range i.values {
		i.values[place] = int64(place) * hundred
	}
	for name, value := range map[string]int64{
		"tank_upper_temperature": 5500, "tank_lower_temperature": 4800, "dhw_temperature": 5500, "ambient_temperature": 2000,
		"wifi_rssi": 6000, "comp_use": 0, "current_inst_power": 100,
	} {
		i.values[i.at[name]] = value
	}
	return i
}

// step lets ten seconds pass up to a time, and returns the places that changed.
func (i *imagined) step(at int64, changed []int) []int {
	set := func(name string, value int64) {
		if place := i.at[name]; i.values[place] != value {
			i.values[place] = value
			changed = append(changed, place)
		}
	}
	add := func(name string, chance float64, by int64) {
		if i.random.Float64() < chance {
			set(name, i.values[i.at[name]]+by)
		}
	}
	noise := func(name string, chance float64, about, by int64) {
		if i.random.Float64() < chance {
			set(name, about+by*(i.random.Int64N(5)-2))
		}
	}
	noise("wifi_rssi", 0.2, 6000, hundred)
	noise("ambient_temperature", 0.05, 2000, 10)
	if heats := at%(12*hour) < 3*hour; heats {
		if i.values[i.at["comp_use"]] == 0 {
			for _, name := range []string{"comp_use", "eva_fan_use", "operation_busy"} {
				set(name, hundred)
			}
			set("current_heat_use", hundred)
			set("operation_mode", 3200)
		}
		add("tank_lower_temperature", 0.2, 10)
		add("tank_upper_temperature", 0.1, 10)
		add("energy_to_setpoint", 0.2, -400)
		noise("current_inst_power", 0.8, 43200, hundred)
		noise("current_fan_rpm", 0.8, 55000, 2*hundred)
		noise("discharge_temperature", 0.6, 6900, 10)
		noise("suction_temperature", 0.5, 1350, 10)
		noise("evaporator_temperature", 0.5, 1110, 10)
		noise("current_super_heat", 0.5, 460, 10)
		noise("eev_step", 0.3, 14000, hundred)
		noise("fan_pwm", 0.3, 146200, hundred)
		return changed
	}
	if i.values[i.at["comp_use"]] != 0 {
		for _, name := range []string{"comp_use", "eva_fan_use", "operation_busy", "current_heat_use", "operation_mode", "current_fan_rpm"} {
			set(name, 0)
		}
		set("current_inst_power", hundred)
		set("tank_upper_temperature", 6000)
		set("tank_lower_temperature", 5800)
	}
	add("tank_upper_temperature", 0.01, -10)
	add("tank_lower_temperature", 0.02, -10)
	add("energy_to_setpoint", 0.02, 400)
	add("discharge_temperature", 0.05, -10)
	return changed
}

// page returns the page of an hour, which begins with all values.
func (i *imagined) page(at int64) *page {
	p := &page{at: at, fields: len(i.values), spans: []span{{at - hour, at + hour}}}
	for place, value := range i.values {
		p.changes = append(p.changes, change{at, place, value})
	}
	var changed []int
	for second := at + imaginedStep; second < at+hour; second += imaginedStep {
		changed = i.step(second, changed[:0])
		slices.Sort(changed)
		for _, place := range slices.Compact(changed) {
			p.changes = append(p.changes, change{second, place, i.values[place]})
		}
	}
	return p
}

// imagine writes days of an imagined heater up to the store's clock, with their changes as long as these are kept.
func imagine(b *testing.B, s *Store, days int) {
	b.Helper()
	number, err := s.numbered(b.Context(), Heater{ID: heaterID})
	if err != nil {
		b.Fatal(err)
	}
	heater := newImagined(s, 1)
	end := hourOf(s.now().Unix())
	raw := s.cutoff(s.keep.Raw, hour)
	carry := s.values(nil)
	for day := end - int64(days)*secondsADay; day < end; day += secondsADay {
		err := s.transaction(b.Context(), func(tx *sql.Tx) error {
			for at := day; at < day+secondsADay; at += hour {
				p := heater.page(at)
				if at%secondsADay == 0 {
					carry = s.values(nil)
				}
				changes := rows{into: "change (heater, at, field, value)", columns: 4}
				if at >= raw {
					for _, c := range p.changes {
						changes.values = append(changes.values, number, c.at, s.fields[c.place].number, nullable(c.value))
					}
				}
				hours, minutes := s.rollUpRows(number, p, carry)
				for place, c := range p.rollUp().hours {
					carry[place] = c.last
				}
				for _, r := range []*rows{&changes, &hours, &minutes} {
					if err := s.insert(b.Context(), tx, r); err != nil {
						return err
					}
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	spans := rows{into: "span (heater, start, until)", columns: 3, values: []any{number, end - int64(days)*secondsADay, end}}
	if err := s.transaction(b.Context(), func(tx *sql.Tx) error { return s.insert(b.Context(), tx, &spans) }); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkCharts asks for six fields of a heater that has said something every ten seconds for a year.
func BenchmarkCharts(b *testing.B) {
	s, clock := open(b, Config{Path: filepath.Join(b.TempDir(), "history.db")})
	clock.at = base
	began := time.Now()
	imagine(b, s, 365)
	b.Logf("a year was made in %v", time.Since(began).Round(time.Second))
	logSizes(b, s)
	for _, c := range []struct {
		name   string
		length time.Duration
	}{{"6h", 6 * time.Hour}, {"day", day}, {"week", 7 * day}, {"month", 30 * day}, {"year", year}} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				series, err := s.Series(context.Background(), api.SeriesQuery{Heater: heaterID, Fields: chartFields, From: base.Add(-c.length), To: base})
				if err != nil || len(series.Fields[0].Mean) < 100 {
					b.Fatal(len(series.Fields[0].Mean), err)
				}
			}
		})
	}
}

// logSizes says how large each table is.
func logSizes(b *testing.B, s *Store) {
	b.Helper()
	err := each(b.Context(), s.read, `SELECT name, sum(pgsize), sum(ncell) FROM dbstat GROUP BY name ORDER BY 2 DESC LIMIT 4`, nil, func(rows *sql.Rows) error {
		var name string
		var bytes, cells int64
		err := rows.Scan(&name, &bytes, &cells)
		b.Logf("%-8s %7.1f MB, %8d rows", name, float64(bytes)/1e6, cells)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
}

// BenchmarkThousandHeaters writes what a thousand heaters say in ten seconds, in batches of half a second each.
func BenchmarkThousandHeaters(b *testing.B) {
	s, clock := open(b, Config{Path: filepath.Join(b.TempDir(), "history.db")})
	const heaters, batches = 1000, 20
	var numbers [heaters]int64
	var imagined [heaters]*imagined
	for i := range heaters {
		number, err := s.numbered(b.Context(), Heater{ID: fmt.Sprintf("%010x", i)})
		if err != nil {
			b.Fatal(err)
		}
		numbers[i], imagined[i] = number, newImagined(s, uint64(i))
	}
	var tracks map[int64]*track
	tenSeconds := func() {
		for turn := range batches {
			clock.at = clock.at.Add(flushEvery)
			after, err := s.batch(b.Context(), tracks, true, func(out *batch) error {
				for i := turn; i < heaters; i += batches {
					imagined[i].step(clock.at.Unix(), nil)
					if _, err := out.observe(b.Context(), observation{numbers[i], clock.at.Unix(), slices.Clone(imagined[i].values)}); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				b.Fatal(err)
			}
			tracks = after
		}
	}
	tenSeconds() // with all values of each
	for b.Loop() {
		tenSeconds()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1e10*100, "%core")
}
