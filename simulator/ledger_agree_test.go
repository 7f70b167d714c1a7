package simulator

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/nwp500/nwp500/internal/topic"
)

// Whatever happens to a heater, its meter gains what its statuses told meanwhile, and
// all that it says of its life is of one piece.
func TestTheCountersAgree(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		location, err := time.LoadLocation(rapid.SampledFrom([]string{
			"UTC", "America/Los_Angeles", "Asia/Kolkata", "Australia/Lord_Howe",
		}).Draw(r, "zone"))
		if err != nil {
			r.Fatal(err)
		}
		config := Config{
			Seed:  rapid.Uint64Range(0, 1000).Draw(r, "seed"),
			Start: time.Date(2026, 1, rapid.IntRange(1, 365).Draw(r, "day"), 0, 0, 0, 0, location),
			Models: []Model{rapid.SampledFrom([]Model{
				{HourlyEnergy: true},
				{Gallons: 50, NewFirmware: true, Recirculation: true, HourlyEnergy: true},
				{Gallons: 80, NewFirmware: true, HourlyEnergy: true, Draws: MediumUse},
			}).Draw(r, "model")},
		}
		deeds := rapid.SliceOfN(rapid.Custom(anyDeed), 1, 24).Draw(r, "deeds")
		var problems []string
		synctest.Test(t, func(t *testing.T) { // nothing of rapid's may fail in a bubble
			b := newBench(t, config)
			h := b.fleet.heaters[0]
			s := seen{at: time.Now(), status: b.status(h)}
			began := h.Meter()
			for _, deed := range deeds {
				b, h = deed.do(b, h)
				time.Sleep(deed.then)
				s.follow(b.heard())
			}
			h.change(func() {}) // the water flows up to now
			problems = append(s.compare(h.Meter().Since(began)), b.contradictions(h)...)
		})
		if len(problems) > 0 {
			r.Fatal(strings.Join(problems, "\n"))
		}
	})
}

// deed is what is done to a heater, and for how long it is then left alone.
type deed struct {
	what string
	n    int
	then time.Duration
}

func anyDeed(t *rapid.T) deed {
	d := deed{
		what: rapid.SampledFrom([]string{
			"mode", "mode", "setpoint", "power", "draw", "cold", "vacation", "recirculation", "restart",
		}).Draw(t, "what"),
		then: time.Duration(rapid.IntRange(1, 18*3600).Draw(t, "then")) * time.Second,
	}
	switch d.what {
	case "mode":
		d.n = rapid.IntRange(modeHeatPump, modeHighDemand).Draw(t, "mode")
	case "setpoint":
		d.n = rapid.IntRange(81, highestSetpoint).Draw(t, "setpoint")
	case "draw":
		d.n = rapid.IntRange(1, 200).Draw(t, "litres")
	}
	return d
}

// do goes on with the same heater, or with what a snapshot makes of it.
func (d deed) do(b *bench, h *Heater) (*bench, *Heater) {
	var text string
	switch d.what {
	case "mode":
		text = control(h, topic.SetMode, "dhw-mode", d.n)
	case "setpoint":
		text = control(h, topic.SetTemperature, "dhw-temperature", d.n)
	case "power":
		text = control(h, topic.PowerOff, "power-off")
		if h.Status()["dhwOperationSetting"] == modePowerOff {
			text = control(h, topic.PowerOn, "power-on")
		}
	case "vacation":
		text = control(h, topic.SetMode, "dhw-mode", modeVacation, 1)
	case "recirculation":
		text = control(h, topic.PressHotButton, "recirc-hotbtn", 1)
	case "draw":
		h.Draw(float64(d.n))
	case "cold":
		h.SetTank(30, 20)
	case "restart":
		return b.restarted(h)
	}
	if text != "" {
		b.handle(b.owner(h), topic.Request(52, h.mac, "ctrl"), []byte(text))
	}
	return b, h
}

// restarted goes on from a snapshot, with the same client.
func (b *bench) restarted(h *Heater) (*bench, *Heater) {
	b.t.Helper()
	text, err := b.fleet.snapshot()
	if err != nil {
		b.t.Fatal(err)
	}
	config := b.config
	config.Restore, config.Start = text, h.Date()
	b.fleet.close()
	next := newBench(b.t, config)
	h = next.fleet.heaters[0]
	next.status(h)
	return next, h
}

// seen is what somebody who listens to a heater reckons from its statuses.
type seen struct {
	at                                      time.Time
	status, before                          map[string]int // the latest, and the one that lasted before it
	compressor, upper, lower, recirculation time.Duration
	starts, upperStarts, lowerStarts, draws int
}

// follow takes the statuses that came, and what the last one said until now.
func (s *seen) follow(messages []heard) {
	for _, m := range messages {
		if m.status() != nil {
			s.until(m.at)
			s.status = m.status()
		}
	}
	s.until(time.Now())
}

// until counts what the last status said as long as it lasted.
func (s *seen) until(now time.Time) {
	passed := now.Sub(s.at)
	if passed == 0 {
		return
	}
	for _, part := range []struct {
		name  string
		time  *time.Duration
		count *int
	}{
		{"compUse", &s.compressor, &s.starts},
		{"heatUpperUse", &s.upper, &s.upperStarts},
		{"heatLowerUse", &s.lower, &s.lowerStarts},
		{"recircOperationBusy", &s.recirculation, new(int)},
		{"dhwUse", new(time.Duration), &s.draws},
	} {
		if s.status[part.name] != on {
			continue
		}
		*part.time += passed
		if s.before[part.name] != on {
			*part.count++
		}
	}
	s.at, s.before = now, s.status
}

// compare says where what is counted is not what was seen.
func (s *seen) compare(m Meter) (problems []string) {
	const second = 1.0 / 3600
	for _, figure := range []struct {
		name         string
		counted, saw float64
		within       float64
	}{
		{"compressor h", m.HeatPumpHours, s.compressor.Hours(), second},
		{"upper h", m.UpperHours, s.upper.Hours(), second},
		{"lower h", m.LowerHours, s.lower.Hours(), second},
		{"recirculation h", m.RecirculationHours, s.recirculation.Hours(), second},
		{"elements Wh", m.Elements, elementWatts * (s.upper + s.lower).Hours(), 1},
		{"starts", float64(m.HeatPumpStarts), float64(s.starts), 0},
		{"upper starts", float64(m.UpperStarts), float64(s.upperStarts), 0},
		{"lower starts", float64(m.LowerStarts), float64(s.lowerStarts), 0},
		{"draws", float64(m.Draws), float64(s.draws), 0},
	} {
		if math.Abs(figure.counted-figure.saw) > figure.within {
			problems = append(problems, fmt.Sprintf("%s: %.4f counted, %.4f seen", figure.name, figure.counted, figure.saw))
		}
	}
	return problems
}

// contradictions compares all that a heater says of its life: hours with days, those
// with months, those with the lifetime, that with diagnostics and status.
func (b *bench) contradictions(h *Heater) (problems []string) {
	b.t.Helper()
	same := func(name string, got, want int) {
		if got != want {
			problems = append(problems, fmt.Sprintf("%s: %d, not %d", name, got, want))
		}
	}
	months := b.energy(h, topic.SuffixEnergyMonthly, topic.EnergyMonthlyRead, topic.AnswerEnergyMonthly, `,"year":[2024,2025,2026,2027]`)
	total := months.Response.Total
	for _, name := range energyNames {
		same(name+" of all months", months.sum(name), total[name])
	}
	at := h.wall()
	year, month := at.Year(), int(at.Month())
	days := b.energy(h, topic.SuffixEnergyDaily, topic.EnergyDailyRead, topic.AnswerEnergyDaily, fmt.Sprintf(`,"year":%d,"month":[%d]`, year, month))
	var list []string
	for day := range days.Response.Usage[0].Data {
		list = append(list, fmt.Sprint(day+1))
	}
	hours := b.energy(h, topic.SuffixEnergyHourly, topic.EnergyHourlyRead, topic.AnswerEnergyHourly,
		fmt.Sprintf(`,"year":%d,"month":%d,"day":[%s]`, year, month, strings.Join(list, ",")))
	for _, name := range energyNames {
		same(name+" of all days", days.sum(name), months.Response.Usage[year-2024].Data[month-1][name])
		for day, item := range days.Response.Usage[0].Data {
			sum := 0
			for _, hour := range hours.Response.Usage[day].Data {
				sum += hour[name]
			}
			same(fmt.Sprintf("%s of all hours on the %d.", name, day+1), sum, item[name])
		}
	}

	figures, status, m := b.figures(h), b.status(h), h.Meter()
	same("diagnostics hp Wh", figures["cumulatedPwrHp"], total["hpUsage"])
	same("diagnostics he Wh", figures["cumulatedPwrHe"], total["heUsage"])
	same("diagnostics hp h", figures["cumulatedOpTimeComp"], total["hpTime"])
	same("diagnostics he h", figures["cumulatedOpTimeUhe"]+figures["cumulatedOpTimeLhe"], total["heTime"])
	same("fan h", status["cumulatedOpTimeEvaFan"], figures["cumulatedOpTimeEvaFan"])
	same("litres", status["cumulatedDhwFlowRate"], figures["dhwUseTotalFlow"])
	same("draws", figures["numOfdhwUse"], figures["numOfLongDhwUse"]+figures["numOfShortDhwUse"])
	same("starts", figures["cumulatedOpNumComp"], m.HeatPumpStarts)
	for _, figure := range []struct {
		name   string
		meter  float64
		answer string
	}{{"hp Wh", m.HeatPump, "hpUsage"}, {"he Wh", m.Elements, "heUsage"}, {"hp h", m.HeatPumpHours, "hpTime"}} {
		if rest := figure.meter - float64(total[figure.answer]); rest < 0 || rest > 1+1e-6 {
			problems = append(problems, fmt.Sprintf("%s: the meter has %.3f, the answer %d", figure.name, figure.meter, total[figure.answer]))
		}
	}
	return problems
}

// Watts as the heater shows them, times hours, are the Wh that it counts.
func TestHoursTimesPower(t *testing.T) {
	for _, mode := range []int{modeHeatPump, modeElectric, modeHighDemand} {
		synctest.Test(t, func(t *testing.T) {
			b := newBench(t, Config{Start: time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)})
			h := b.fleet.heaters[0]
			b.command(h, topic.SetMode, "dhw-mode", mode)
			const look = 30 * time.Second
			began, wattHours := h.Meter(), 0.0
			for range 3 * 24 * time.Hour / look {
				time.Sleep(look)
				if watts := b.status(h)["currentInstPower"]; watts > idleWatts {
					wattHours += float64(watts) * look.Hours()
				}
			}
			h.change(func() {})
			m := h.Meter().Since(began)
			if took := m.HeatPump + m.Elements; math.Abs(took-wattHours) > 0.02*took || took < 4000 {
				t.Errorf("mode %d: %.0f Wh counted, %.0f seen", mode, took, wattHours)
			}
		})
	}
}
