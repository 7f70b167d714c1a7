package simulator

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/nwp500/nwp500/internal/topic"
)

// loop is a bench with one heater that has a recirculation pump.
func loop(t *testing.T, start time.Time) (*bench, *Heater) {
	t.Helper()
	b := newBench(t, Config{Start: start, Models: []Model{{Gallons: 50, NewFirmware: true, Recirculation: true}}})
	return b, b.dry(0)
}

// pumping writes when the pump is to go on and off, as weeks, hours and minutes.
func (b *bench) pumping(h *Heater, use int, entries ...[4]int) {
	b.t.Helper()
	list := ""
	for i, e := range entries {
		if i > 0 {
			list += ","
		}
		list += fmt.Sprintf(`{"enable":2,"week":%d,"hour":%d,"min":%d,"mode":%d,"param":-1}`, e[0], e[1], e[2], e[3])
	}
	if said := b.ask(h, topic.SuffixRecirculationWrite, topic.RecirculationWrite, answers(topic.AnswerRecirculation),
		fmt.Sprintf(`,"reservationUse":%d,"reservation":[%s]`, use, list)); len(said) != 2 {
		b.t.Fatalf("%d answers to a recirculation schedule", len(said))
	}
}

// runs are the times at which the pump goes on and off.
func (b *bench) runs(h *Heater, d time.Duration) (runs []string) {
	at, values := b.changesOf(h, "recircPumpOperationStatus", d)
	for i, t := range at {
		runs = append(runs, fmt.Sprint(t.In(h.location).Format("Mon 15:04 "), values[i]))
	}
	return runs
}

// By schedule the pump does what the last entry said, also one from before it was
// written or before a snapshot, and only while the schedule is in use.
func TestRecirculationBySchedule(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, h := loop(t, monday(t, 7))
		b.pumping(h, on, [4]int{124, 6, 30, 2}, [4]int{124, 8, 0, 1}, [4]int{64, 22, 0, 2}, [4]int{32, 1, 15, 1})
		if h.Status()["recircPumpOperationStatus"] != 0 {
			t.Error("the pump runs in another mode")
		}
		if s := b.command(h, topic.SetRecirculationMode, "recirc-mode", 3); s["recircPumpOperationStatus"] != 1 ||
			s["recircOperationBusy"] != on || s["recircHotBtnReady"] != 0 || s["recircReservationUse"] != on {
			t.Errorf("at 7:00 %v", s)
		}
		text, err := b.fleet.snapshot()
		if err != nil {
			t.Fatal(err)
		}
		want := []string{"Mon 08:00 0", "Mon 22:00 1", "Tue 01:15 0", "Tue 06:30 1"}
		equal(t, "runs", want, b.runs(h, 24*time.Hour))
		b.pumping(h, off, [4]int{124, 6, 30, 2})
		if h.Status()["recircPumpOperationStatus"] != 0 {
			t.Error("it runs though the schedule is off")
		}

		later := newBench(t, Config{Restore: text, Start: monday(t, 7), Models: []Model{h.model}})
		equal(t, "restored", want, later.runs(later.dry(0), 24*time.Hour))
	})
}

// By temperature the pump keeps the loop at about 40 °C, always never stops it, and
// the button runs it for five minutes.
func TestRecirculationModes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, h := loop(t, monday(t, 7))
		h.SetAir(20)
		b.command(h, topic.PressHotButton, "recirc-hotbtn", 1)
		equal(t, "the button", []string{"Mon 07:05 0"}, b.runs(h, time.Hour))
		if got := h.Status()["recircTemperature"]; got > 2*35 {
			t.Errorf("the loop is at %d after an hour", got)
		}

		b.command(h, topic.SetRecirculationMode, "recirc-mode", 4)
		_, said := b.pushes(12 * time.Hour)
		starts, before := 0, 0
		for _, s := range said {
			if s["recircPumpOperationStatus"] > before {
				starts++
			}
			before = s["recircPumpOperationStatus"]
			if s["recircTemperature"] < 2*34 && starts > 1 {
				t.Errorf("the loop is at %d", s["recircTemperature"])
			}
		}
		if starts < 10 || starts > 60 {
			t.Errorf("%d starts in twelve hours", starts)
		}

		b.command(h, topic.SetRecirculationMode, "recirc-mode", 1)
		before = h.Status()["recircPumpOperationStatus"]
		equal(t, "always", []string(nil), b.runs(h, 12*time.Hour))
		if s := h.Status(); before != 1 || s["recircOperationMode"] != 1 || s["recircDhwFlowRate"] != 20 || s["recircTemperature"] < 80 {
			t.Errorf("always: %v", s)
		}
		b.command(h, topic.SetRecirculationMode, "recirc-mode", 2)
		if h.Status()["recircPumpOperationStatus"] != 0 {
			t.Error("it runs on")
		}
	})
}

// What the loop loses is missing in the tank: 5 W per kelvin above the air, and the
// pump mixes the water.
func TestRecirculationTakesHeat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, h := loop(t, monday(t, 7))
		b.command(h, topic.PowerOff, "power-off")
		h.SetAir(20)
		h.SetTank(50, 30)
		time.Sleep(time.Minute)
		before, meter := h.Water(), h.Meter()
		b.command(h, topic.SetRecirculationMode, "recirc-mode", 1)
		expected := 0.0
		for range 5 * 60 {
			time.Sleep(time.Minute)
			layers := h.Water().Layers
			expected += 5 * (layers[0] - 20) / 60
			if slices.Reverse(layers); !slices.IsSorted(layers) {
				t.Fatalf("warmer below than above: %v", layers)
			}
		}
		after, used := h.Water(), h.Meter().Since(meter)
		if math.Abs(used.Circulated-expected) > 0.02*expected || expected < 300 {
			t.Errorf("the loop lost %.0f Wh, not %.0f", used.Circulated, expected)
		}
		gone := before.Heat(0) - after.Heat(0)
		if math.Abs(gone-used.Circulated-used.Lost) > 0.005*gone {
			t.Errorf("%.1f Wh are gone, %.1f in the loop and %.1f to the air", gone, used.Circulated, used.Lost)
		}
		if after.Upper-after.Lower > 2 {
			t.Errorf("not mixed: %.1f above %.1f °C", after.Upper, after.Lower)
		}
		if used.RecirculationStarts != 1 || math.Abs(used.RecirculationHours-5) > 0.02 {
			t.Errorf("%d starts, %.2f hours", used.RecirculationStarts, used.RecirculationHours)
		}
	})
}
