//go:build integration

package simulator

import (
	"bufio"
	"fmt"
	"os"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/google/go-cmp/cmp"

	"github.com/nwp500/nwp500/internal/topic"
)

// captured is one line of statuses.jsonl.
type captured struct {
	Response struct {
		Status map[string]int `json:"status"`
	} `json:"response"`
}

func (c captured) command() topic.Code { return topic.Code(c.Response.Status["command"]) }

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
		h.Mode, h.Setpoint, h.Busy = s["dhwOperationSetting"], s["dhwTemperatureSetting"], is("operationBusy")
		h.OperationMode, h.Window = s["operationMode"], s["touStatus"] == 3
		if h.Mode == modePowerOff { // the captured heater heated until it was switched off
			h.PoweredMode, h.PoweredBusy = modeHeatPump, true
		}
		h.Energy = energy{Setpoint: h.Setpoint, SinceWrite: h.At}
		h.VacationDays = s["vacationDaySetting"]
		h.Thresholds = thresholds{
			s["hpUpperOnTempSetting"], s["hpUpperOffTempSetting"], s["hpLowerOnTempSetting"], s["hpLowerOffTempSetting"],
			s["heUpperOnTempSetting"], s["heUpperOffTempSetting"], s["heLowerOnTempSetting"], s["heLowerOffTempSetting"],
			s["hpUpperOnDiffTempSetting"], s["hpLowerOnDiffTempSetting"], s["hpLowerOffDiffTempSetting"], s["heUpperOnDiffTempSetting"],
		}
		h.RegulateAt = h.At
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

// TestCapturedAcknowledgements goes through the captured control commands: from
// the state that the line before implies, the same command changes the same
// fields, and the same kinds of push follow with the same fields.
func TestCapturedAcknowledgements(t *testing.T) {
	// What a push before has done in the capture and not here, or the other way:
	// the fan had begun to run for a write that was not captured (line 13), and
	// how soon it stops is not the same each time.
	except := map[string]bool{"evaFanUse": true, "eevUse": true, "currentStatenum": true, "touStatus": true}

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
				h.become(lines[i-1].Response.Status)
				if line.command() == topic.SetTemperature { // a mode write before it was not captured
					b.command(h, topic.SetMode, "dhw-mode", modeHeatPump)
					b.pushes(6 * time.Second)
				}
				mode, param := sameCommand(line)
				got := b.command(h, line.command(), mode, param...)
				same(t, except, line.Response.Status, got)
				if line.command() == topic.SetTemperature && got["totalEnergyCapacity"] != line.Response.Status["totalEnergyCapacity"] {
					t.Error("the energy counts are those of the new setpoint already")
				}

				codes, statuses := b.pushes(8 * time.Second)
				codes, statuses = kinds(codes, statuses)
				var want []int
				var wanted []map[string]int
				for _, push := range lines[i+1:] {
					if push.isCommand() || push.command() == topic.StatusRequest {
						break
					}
					want, wanted = append(want, int(push.command())), append(wanted, push.Response.Status)
				}
				if !slices.Equal(codes, want) {
					t.Fatalf("pushes %v, not %v", codes, want)
				}
				for n := range wanted {
					same(t, except, wanted[n], statuses[n])
				}
			})
		})
	}
	if replayed != 8 {
		t.Errorf("%d commands replayed", replayed)
	}
}

// kinds leaves out plain pushes.
func kinds(codes []int, statuses []map[string]int) (kept []int, of []map[string]int) {
	for i, code := range codes {
		if code != int(topic.PushPlain) {
			kept, of = append(kept, code), append(of, statuses[i])
		}
	}
	return kept, of
}

// same compares all fields but those measured.
func same(t *testing.T, except map[string]bool, want, got map[string]int) {
	t.Helper()
	drop := func(s map[string]int) map[string]int {
		kept := make(map[string]int)
		for name, v := range s {
			if !measured[name] && !except[name] {
				kept[name] = v
			}
		}
		return kept
	}
	if diff := cmp.Diff(drop(want), drop(got)); diff != "" {
		t.Errorf("command %d (-captured +simulated):\n%s", got["command"], diff)
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
