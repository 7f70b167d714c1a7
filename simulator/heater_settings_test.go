package simulator

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/nwp500/nwp500/internal/topic"
)

// Each command in its turn, and what it changes in the acknowledgement.
func TestCommandsChangeSettings(t *testing.T) {
	type changes = map[string][2]int
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{Heaters: 2, Start: time.Date(2026, 3, 2, 18, 0, 0, 0, time.UTC)}) // no TOU window
		h := b.dry(1)
		h.SetTank(49.4, 49.2)
		h.look(func() { h.Ledger.Work.FanTime += 30 * 3600 })
		h.RaiseFault(990, 0)
		before := b.status(h)
		for _, step := range []struct {
			code  topic.Code
			mode  string
			param []int
			want  changes
		}{
			{topic.SetWaterProgram, "reservation-mode", nil, changes{"programReservationUse": {1, 2}}},
			{topic.TOUOn, "tou-on", nil, changes{"touStatus": {0, 1}}},
			{topic.TOUOff, "tou-off", nil, changes{"touStatus": {1, 0}}},
			{topic.AntiLegionellaOn, "anti-leg-on", []int{14}, changes{"antiLegionellaUse": {1, 2}, "antiLegionellaPeriod": {7, 14}}},
			{topic.AntiLegionellaOff, "anti-leg-off", nil, changes{"antiLegionellaUse": {2, 1}}},
			{topic.SetAirFilterLife, "air-filter-life", []int{3}, changes{"airFilterAlarmPeriod": {1000, 1500}}},
			{topic.ResetAirFilter, "air-filter-reset", nil, changes{"airFilterAlarmElapsed": {30, 0}}},
			{topic.SetAirFilterLife, "air-filter-life", []int{0}, changes{"airFilterAlarmPeriod": {1500, 0}, "airFilterAlarmUse": {2, 1}}},
			{topic.SetFreezeProtectionTemperature, "frez-temp", []int{20}, changes{"freezeProtectionTemperature": {12, 20}}},
			{topic.ResetCondenserFault, "cond-fault-reset", nil, changes{"errorCode": {990, 0}}},
			{topic.SetRecirculationMode, "recirc-mode", []int{4}, changes{"recircOperationMode": {2, 4}}},
			{topic.PressHotButton, "recirc-hotbtn", []int{1}, changes{
				"recircDhwFlowRate":         {0, 20},
				"recircPumpOperationStatus": {0, 1}, "recircHotBtnReady": {1, 0}, "recircOperationBusy": {1, 2},
			}},
			{topic.IntelligentOn, "intelligent-on", nil, changes{}},
			{topic.IntelligentOff, "intelligent-off", nil, changes{}},
			{topic.DemandResponseOn, "dr-on", nil, changes{}},
			{topic.DemandResponseOff, "dr-off", nil, changes{}},
			{topic.FirmwareCheck, "ota-check", nil, changes{}},
			{topic.RunSmartDiagnostic, "smart-diagnostic", nil, changes{}},
		} {
			ack := b.command(h, step.code, step.mode, step.param...)
			if ack["command"] != int(step.code) {
				t.Errorf("%s: acknowledged as %d", step.mode, ack["command"])
			}
			equal(t, step.mode, step.want, changed(before, ack))
			before = ack
		}

		said := b.tell(h, "ctrl", payload(h, "ctrl", topic.WeeklyReservationWrite,
			`,"reservationUse":2,"reservation":[{"enable":2,"week":124,"hour":6,"min":30,"mode":3,"param":100}]`))
		if len(said) != 1 || len(changed(before, said[0].status())) != 0 {
			t.Errorf("the weekly reservation: %v", said)
		}
		h.look(func() { equal(t, "reservations", [][]int{{2, 124, 6, 30, 3, 100}}, h.Settings.Reservations.Entries) })

		// The hot button runs the pump once, and that is counted.
		time.Sleep(6 * time.Minute)
		if s := b.status(h); s["recircPumpOperationStatus"] != 0 || s["recircHotBtnReady"] != 1 {
			t.Error("the pump runs on")
		}
		b.command(h, topic.SetRecirculationMode, "recirc-mode", 1)
		time.Sleep(time.Hour)
		h.look(func() {
			if w := h.Ledger.Work; w.RecirculationStarts != 2 || hours(w.RecirculationTime) != 1 {
				t.Errorf("%d starts, %v s of the pump", w.RecirculationStarts, w.RecirculationTime)
			}
		})
	})
}

func TestSettingsThatADeviceIgnores(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{Heaters: 2})
		h := b.dry(1)
		before := b.status(h)
		n := 0
		for _, c := range []struct {
			code  topic.Code
			mode  string
			param []int
		}{
			{topic.TOUOn, "tou-off", nil},
			{topic.TOUOn, "tou-on", []int{1}},
			{topic.AntiLegionellaOn, "anti-leg-on", nil},
			{topic.AntiLegionellaOn, "anti-leg-on", []int{0}},
			{topic.AntiLegionellaOn, "anti-leg-on", []int{31}},
			{topic.SetAirFilterLife, "air-filter-life", []int{1}},
			{topic.SetAirFilterLife, "air-filter-life", []int{21}},
			{topic.SetFreezeProtectionTemperature, "frez-temp", []int{11}},
			{topic.SetFreezeProtectionTemperature, "frez-temp", []int{21}},
			{topic.SetRecirculationMode, "recirc-mode", []int{0}},
			{topic.SetRecirculationMode, "recirc-mode", []int{5}},
			{topic.PressHotButton, "recirc-hotbtn", []int{2}},
			{topic.WeeklyReservationWrite, "", nil},
		} {
			n++
			if said := b.tell(h, "ctrl", control(h, c.code, c.mode, c.param...)); len(said) != 0 {
				t.Errorf("%s %v: answered", c.mode, c.param)
			}
		}
		if c := h.Counters(); c.Ignored != n {
			t.Errorf("%+v", c)
		}
		equal(t, "settings", map[string][2]int{}, changed(before, b.status(h)))
	})
}

// The air filter is due for as many hours of the fan as its life has, unless it has
// none; intelligent scheduling is only kept. Both outlive a snapshot.
func TestWhatAHeaterKeepsInMind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{})
		h := b.dry(0)
		blow := func(hours float64) { h.change(func() { h.Ledger.Work.FanTime += hours * 3600 }) }
		b.command(h, topic.SetAirFilterLife, "air-filter-life", 2)
		blow(999)
		if h.FilterDue() || h.Intelligent() {
			t.Errorf("due %v, intelligent %v", h.FilterDue(), h.Intelligent())
		}
		blow(2.5)
		b.command(h, topic.IntelligentOn, "intelligent-on")
		text, err := b.fleet.snapshot()
		if err != nil {
			t.Fatal(err)
		}
		b = newBench(t, Config{Restore: text})
		h = b.dry(0)
		if s := b.status(h); !h.FilterDue() || !h.Intelligent() || s["airFilterAlarmElapsed"] != 1001 {
			t.Errorf("due %v after %d hours, intelligent %v", h.FilterDue(), s["airFilterAlarmElapsed"], h.Intelligent())
		}
		b.command(h, topic.SetAirFilterLife, "air-filter-life", 0)
		if h.FilterDue() {
			t.Error("due without an alarm")
		}
		b.command(h, topic.SetAirFilterLife, "air-filter-life", 2)
		b.command(h, topic.ResetAirFilter, "air-filter-reset")
		b.command(h, topic.IntelligentOff, "intelligent-off")
		if h.FilterDue() || h.Intelligent() {
			t.Errorf("after all due %v, intelligent %v", h.FilterDue(), h.Intelligent())
		}
	})
}

// A heater does nothing for what it lacks.
func TestCommandsForWhatIsNotFitted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{})
		h := b.dry(0)
		n := 0
		for needs, c := range map[string]struct {
			code  topic.Code
			mode  string
			param []int
		}{
			"recirculationUse":         {topic.PressHotButton, "recirc-hotbtn", []int{1}}, // it has no pump
			"drSettingUse":             {topic.DemandResponseOn, "dr-on", nil},
			"antiLegionellaSettingUse": {topic.AntiLegionellaOn, "anti-leg-on", []int{7}},
			"freezeProtectionUse":      {topic.SetFreezeProtectionTemperature, "frez-temp", []int{14}},
			"smartDiagnosticUse":       {topic.RunSmartDiagnostic, "smart-diagnostic", nil},
			"programReservationUse":    {topic.TOUOn, "tou-on", nil},
			"holidayUse":               {topic.SetVacationDays, "goout-day", []int{3}},
		} {
			n++
			if needs != "recirculationUse" {
				h.SetFeature(needs, absent)
			}
			if said := b.tell(h, "ctrl", control(h, c.code, c.mode, c.param...)); len(said) != 0 {
				t.Errorf("%s: answered", c.mode)
			}
		}
		if said := b.ask(h, topic.SuffixReservationWrite, topic.ReservationWrite, answers("x"), `,"reservationUse":1,"reservation":[]`); len(said) != 0 {
			t.Error("reservations were written")
		}
		h.SetFeature("energyUsageUse", absent)
		if said := b.ask(h, topic.SuffixEnergyMonthly, topic.EnergyMonthlyRead, answers("x"), `,"year":[2026]`); len(said) != 0 {
			t.Error("energy was read")
		}
		if c := h.Counters(); c.Unsupported != n+2 || c.Commands != 0 {
			t.Errorf("%+v", c)
		}
	})
}

// What is on the old heater's wire is what was captured, whatever is written.
func TestOldFirmwareHas87Keys(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{Heaters: 3})
		for i, want := range []int{87, 102, 102} {
			if n := len(b.status(b.fleet.heaters[i])); n != want {
				t.Errorf("heater %d: %d keys, not %d", i, n, want)
			}
		}
	})
}
