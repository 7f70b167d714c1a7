//go:build integration

package simulator

import (
	"bufio"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/google/go-cmp/cmp"

	"github.com/nwp500/nwp500/internal/topic"
)

// captured is one line of statuses.jsonl.
type captured struct {
	SessionID string `json:"sessionID"`
	Response  struct {
		Status map[string]int `json:"status"`
	} `json:"response"`
}

func (c captured) command() topic.Code { return topic.Code(c.Response.Status["command"]) }

// asked is when the client sent the request that a line answers.
func (c captured) asked() time.Time {
	milliseconds, _ := strconv.ParseInt(c.SessionID, 10, 64)
	return time.UnixMilli(milliseconds)
}

func (c captured) isCommand() bool { return c.command()>>16 == 512 }

func captures(t *testing.T) []captured {
	t.Helper()
	file, err := os.Open("../../shared/captures/statuses.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var lines []captured
	scanner := bufio.NewScanner(file)
	scanner.Buffer(nil, 1<<20)
	for scanner.Scan() {
		var c captured
		if err := json.Unmarshal(scanner.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, c)
	}
	if err := scanner.Err(); err != nil || len(lines) != 23 {
		t.Fatalf("%d lines: %v", len(lines), err)
	}
	return lines
}

// become puts a heater into the state that a captured status shows.
func (h *Heater) become(s map[string]int) {
	is := func(name string) bool { return s[name] == on }
	celsius := func(name string) float64 { return float64(s[name]) / 10 }
	h.look(func() {
		h.Tank.set(celsius("tankUpperTemperature"), celsius("tankLowerTemperature"))
		h.Weather = Weather{Room: celsius("ambientTemperature"), Inlet: 15}
		h.Circuit = circuit{celsius("dischargeTemperature"), celsius("suctionTemperature"), celsius("evaporatorTemperature")}
		h.Pump = pump{State: s["currentStatenum"]}
		switch h.Pump.State {
		case pumpStopping, pumpStopped:
			h.Pump.Until = h.At.Add(30 * time.Second)
		case pumpFan:
			h.Pump.Until = h.At.Add(fanStarts)
		}
		h.Upper, h.Lower = is("heatUpperUse"), is("heatLowerUse")
		h.UpperFrom = h.Tank.upper()
		h.Mode, h.Setpoint, h.Busy = s["dhwOperationSetting"], s["dhwTemperatureSetting"], is("operationBusy")
		h.OperationMode, h.Window = s["operationMode"], s["touStatus"] == 3
		h.Settings.TOU.Use = on
		h.Settings.FilterSince = h.Ledger.Work.FanTime - 3600*float64(s["airFilterAlarmElapsed"])
		if h.Mode == modePowerOff { // the captured heater heated until it was switched off
			h.PoweredMode, h.PoweredBusy = modeHeatPump, true
		}
		h.Energy = energy{Setpoint: h.Setpoint, SinceWrite: h.At}
		h.VacationDays = s["vacationDaySetting"]
		h.VacationEnds = h.At.Add(daysLong(h.VacationDays) - endsEarly)
		h.Thresholds = thresholds{
			s["hpUpperOnTempSetting"], s["hpUpperOffTempSetting"], s["hpLowerOnTempSetting"], s["hpLowerOffTempSetting"],
			s["heUpperOnTempSetting"], s["heUpperOffTempSetting"], s["heLowerOnTempSetting"], s["heLowerOffTempSetting"],
			s["hpUpperOnDiffTempSetting"], s["hpLowerOnDiffTempSetting"], s["hpLowerOffDiffTempSetting"], s["heUpperOnDiffTempSetting"],
		}
		h.RegulateAt = h.At
		h.news = h.latest()
	})
}

// sameCommand is the command that a captured acknowledgement answers.
func sameCommand(c captured) (mode string, param []int) {
	s := c.Response.Status
	switch c.command() {
	case topic.PowerOff:
		return "power-off", nil
	case topic.PowerOn:
		return "power-on", nil
	case topic.SetTemperature:
		return "dhw-temperature", []int{s["dhwTemperatureSetting"]}
	}
	if s["dhwOperationSetting"] == modeVacation {
		return "dhw-mode", []int{modeVacation, s["vacationDaySetting"]}
	}
	return "dhw-mode", []int{s["dhwOperationSetting"]}
}

// unseen are writes that were not captured, by the line of the next acknowledgement,
// and how long before that they were made. They show in it: the fan has begun to run
// in line 13, and the vacation is over in line 21. (One more pair, before line 8, led
// back to where the heater was.)
var unseen = map[int]struct {
	mode   int
	before time.Duration
}{
	13: {modeHeatPump, 12 * time.Second},
	21: {modeHeatPump, 12 * time.Second},
}

// gap is how long before an acknowledgement the line before it came: that was at most
// five seconds after the request before.
func gap(lines []captured, i int) time.Duration {
	for n := i - 1; n >= 0; n-- {
		if lines[n].isCommand() || lines[n].command() == topic.StatusRequest {
			return lines[i].asked().Sub(lines[n].asked()) - 5*time.Second
		}
	}
	return 0
}

// quiet is for how long after the acknowledgement in a line nothing was captured but
// the pushes that follow it: up to the next request where none is missing in between,
// by the times in their session ids, else ten seconds.
func quiet(lines []captured, i int) time.Duration {
	for n := i + 1; n < len(lines); n++ {
		if lines[n].isCommand() && n != 7 && unseen[n+1].mode == 0 {
			return lines[n].asked().Sub(lines[i].asked())
		}
		if lines[n].isCommand() || lines[n].command() == topic.StatusRequest {
			break
		}
	}
	return 10 * time.Second
}

// TestCapturedAcknowledgements goes through the captured control commands: from
// the state that the line before implies, the same command leads to the same
// acknowledgement and the same pushes, plain ones included. All fields are compared
// but those measured.
func TestCapturedAcknowledgements(t *testing.T) {
	lines := captures(t)
	replayed := 0
	for i, line := range lines {
		if !line.isCommand() {
			continue
		}
		replayed++
		t.Run(fmt.Sprintf("line %d", i+1), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, Config{})
				h := b.dry(0)
				before := lines[i-1].Response.Status
				h.become(before)
				start := h.Status()
				start["command"] = before["command"]
				same(t, before, start)
				if write, missing := unseen[i+1]; missing {
					b.command(h, topic.SetMode, "dhw-mode", write.mode)
					time.Sleep(write.before)
				} else {
					time.Sleep(gap(lines, i))
				}
				b.heard()
				mode, param := sameCommand(line)
				got := b.command(h, line.command(), mode, param...)
				same(t, line.Response.Status, got)
				if line.command() == topic.SetTemperature && got["totalEnergyCapacity"] != line.Response.Status["totalEnergyCapacity"] {
					t.Error("the energy counts are those of the new setpoint already")
				}
				_, statuses := b.pushes(quiet(lines, i))
				var want []captured
				for _, push := range lines[i+1:] {
					if push.isCommand() || push.command() == topic.StatusRequest {
						break
					}
					want = append(want, push)
				}
				for n := range max(len(want), len(statuses)) {
					switch {
					case n >= len(want):
						t.Errorf("push %d more", statuses[n]["command"])
					case n >= len(statuses):
						t.Errorf("no push %d", want[n].command())
					default:
						same(t, want[n].Response.Status, statuses[n])
					}
				}
			})
		})
	}
	if replayed != 8 {
		t.Errorf("%d commands replayed", replayed)
	}
}

// same compares all fields but those measured.
func same(t *testing.T, want, got map[string]int) {
	t.Helper()
	drop := func(s map[string]int) map[string]int {
		kept := maps.Clone(s)
		maps.DeleteFunc(kept, func(name string, _ int) bool { return measured[name] })
		return kept
	}
	if diff := cmp.Diff(drop(want), drop(got)); diff != "" {
		t.Errorf("command %d (-captured +simulated):\n%s", want["command"], diff)
	}
}

// TestCapturedStatusHasTheSameKeys compares the document key by key, in order.
func TestCapturedStatusHasTheSameKeys(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		file, err := os.ReadFile("../../shared/captures/statuses.jsonl")
		if err != nil {
			t.Fatal(err)
		}
		b := newBench(t, Config{})
		h := b.fleet.heaters[0]
		said := b.tell(h, "st", payload(h, "st", topic.StatusRequest, ""))
		first := file[:slices.Index(file, '\n')]
		if diff := cmp.Diff(keys(t, string(first)), keys(t, said[0].text)); diff != "" {
			t.Errorf("keys (-captured +simulated):\n%s", diff)
		}
	})
}
