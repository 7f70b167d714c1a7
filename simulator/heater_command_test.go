package simulator

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/nwp500/nwp500/internal/topic"
)

// exchange is a step of a conversation with one heater: a command, the fields that change in
// its acknowledgement, and the pushes of the eight seconds after, each with the
// fields that change in it. The rules are those of docs/protocol.md §5.
type exchange struct {
	name   string
	code   topic.Code
	mode   string
	param  []int
	ack    map[string][2]int
	pushes []pushed
}

type pushed struct {
	code    topic.Code
	changed map[string][2]int
}

func TestCommandsAreAcknowledgedAsCaptured(t *testing.T) {
	type changes = map[string][2]int
	tests := []struct {
		name  string
		tank  [2]float64
		steps []exchange
	}{
		{"idle and warm", [2]float64{49.4, 49.2}, []exchange{
			{"nothing to heat", topic.SetMode, "dhw-mode", []int{1}, changes{
				"dhwOperationSetting": {3, 1}, "hpUpperOnDiffTempSetting": {4, 0}, "hpLowerOffDiffTempSetting": {0, 2},
				"heUpperOnDiffTempSetting": {4, 0},
			}, nil},
			{"power off", topic.PowerOff, "power-off", nil, changes{"dhwOperationSetting": {1, 6}}, nil},
			{"power on", topic.PowerOn, "power-on", nil, changes{"dhwOperationSetting": {6, 1}}, nil},
			{"electric", topic.SetMode, "dhw-mode", []int{2}, changes{
				"dhwOperationSetting": {1, 2}, "hpLowerOffDiffTempSetting": {2, 0}, "heUpperOnDiffTempSetting": {0, 4},
			}, nil},
			{"mode 6 ends in energy saver", topic.SetMode, "dhw-mode", []int{6}, changes{
				"dhwOperationSetting": {2, 3}, "hpUpperOnDiffTempSetting": {0, 4},
			}, nil},
			{"days do not change the mode", topic.SetVacationDays, "goout-day", []int{9}, changes{
				"vacationDaySetting": {0, 9}, "vacationDayElapsed": {0, 9},
			}, nil},
			{"vacation", topic.SetMode, "dhw-mode", []int{5, 2}, changes{
				"dhwOperationSetting": {3, 5}, "vacationDaySetting": {9, 2}, "vacationDayElapsed": {9, 2},
			}, nil},
		}},
		{"heat sources are added one by one and taken away at once", [2]float64{45, 44}, []exchange{
			{"heat pump", topic.SetMode, "dhw-mode", []int{1}, changes{
				"dhwOperationSetting": {3, 1}, "hpUpperOnDiffTempSetting": {4, 0}, "hpLowerOffDiffTempSetting": {0, 2},
				"heUpperOnDiffTempSetting": {4, 0},
			}, []pushed{
				{topic.PushHeating, changes{"operationBusy": {1, 2}, "currentHeatUse": {0, 1}}},
				{topic.PushMode, changes{
					"operationMode": {0, 32}, "currentStatenum": {20, 30}, "eevUse": {1, 2}, "evaFanUse": {1, 2},
				}},
			}},
			{"high demand", topic.SetMode, "dhw-mode", []int{4}, changes{
				"dhwOperationSetting": {1, 4}, "currentHeatUse": {1, 3}, "heUpperOnDiffTempSetting": {0, 4},
			}, []pushed{
				{topic.PushMode, changes{"operationMode": {32, 96}}},
				{topic.PushComponent, changes{"heatUpperUse": {1, 2}}},
			}},
			{"heat pump again", topic.SetMode, "dhw-mode", []int{1}, changes{
				"dhwOperationSetting": {4, 1}, "currentHeatUse": {3, 1}, "operationMode": {96, 32}, "heUpperOnDiffTempSetting": {4, 0},
			}, []pushed{{topic.PushComponent, changes{"heatUpperUse": {2, 1}}}}},
			{"power off", topic.PowerOff, "power-off", nil, changes{
				"dhwOperationSetting": {1, 6}, "operationBusy": {2, 1}, "currentHeatUse": {1, 0},
			}, []pushed{{topic.PushMode, changes{
				"operationMode": {32, 0}, "currentStatenum": {30, 20}, "eevUse": {2, 1}, "evaFanUse": {2, 1},
			}}}},
			{"power on", topic.PowerOn, "power-on", nil, changes{
				"dhwOperationSetting": {6, 1}, "operationBusy": {1, 2}, "currentHeatUse": {0, 1},
			}, []pushed{{topic.PushMode, changes{
				"operationMode": {0, 32}, "currentStatenum": {20, 30}, "eevUse": {1, 2}, "evaFanUse": {1, 2},
			}}}},
			{"vacation", topic.SetMode, "dhw-mode", []int{5, 3}, changes{
				"dhwOperationSetting": {1, 5}, "operationBusy": {2, 1}, "currentHeatUse": {1, 0}, "operationMode": {32, 0},
				"vacationDaySetting": {0, 3}, "vacationDayElapsed": {0, 3},
			}, nil},
		}},
		{"a setpoint", [2]float64{48, 47}, []exchange{
			{"above the tank", topic.SetTemperature, "dhw-temperature", []int{110}, changes{
				"dhwTemperatureSetting": {98, 110}, "dhwTargetTemperatureSetting": {98, 110},
				"hpUpperOffTempSetting": {98, 110}, "hpLowerOffTempSetting": {98, 110},
				"heUpperOnTempSetting": {98, 110}, "heUpperOffTempSetting": {98, 110}, "heLowerOffTempSetting": {98, 110},
			}, []pushed{
				{topic.PushHeating, changes{"operationBusy": {1, 2}, "currentHeatUse": {0, 3}}},
				{topic.PushMode, changes{
					"operationMode": {0, 96}, "currentStatenum": {20, 30}, "eevUse": {1, 2}, "evaFanUse": {1, 2},
				}},
				{topic.PushComponent, changes{"heatUpperUse": {1, 2}}},
			}},
			{"below the tank", topic.SetTemperature, "dhw-temperature", []int{90}, changes{
				"dhwTemperatureSetting": {110, 90}, "dhwTargetTemperatureSetting": {110, 90},
				"hpUpperOffTempSetting": {110, 90}, "hpLowerOffTempSetting": {110, 90},
				"heUpperOnTempSetting": {110, 90}, "heUpperOffTempSetting": {110, 90}, "heLowerOffTempSetting": {110, 90},
			}, []pushed{
				{topic.PushHeating, changes{"operationBusy": {2, 1}, "currentHeatUse": {3, 0}}},
				{topic.PushMode, changes{
					"operationMode": {96, 0}, "currentStatenum": {30, 20}, "eevUse": {2, 1}, "evaFanUse": {2, 1}, "heatUpperUse": {2, 1},
				}},
			}},
			{"again below: only the energy counts follow", topic.SetTemperature, "dhw-temperature", []int{80}, changes{
				"dhwTemperatureSetting": {90, 80}, "dhwTargetTemperatureSetting": {90, 80},
				"hpUpperOffTempSetting": {90, 80}, "hpLowerOffTempSetting": {90, 80},
				"heUpperOnTempSetting": {90, 80}, "heUpperOffTempSetting": {90, 80}, "heLowerOffTempSetting": {90, 80},
			}, []pushed{{topic.PushPlain, changes{}}}},
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, Config{})
				h := b.dry(0)
				h.SetTank(test.tank[0], test.tank[1])
				h.look(func() { h.Thresholds.elements(h.Setpoint) })
				before := b.status(h)
				for _, step := range test.steps {
					ack := b.command(h, step.code, step.mode, step.param...)
					if ack["command"] != int(step.code) {
						t.Errorf("%s: acknowledged as %d", step.name, ack["command"])
					}
					if diff := cmp.Diff(step.ack, changed(before, ack)); diff != "" {
						t.Errorf("%s: changes in the acknowledgement (-want +got):\n%s", step.name, diff)
					}
					if step.code == topic.SetTemperature && ack["totalEnergyCapacity"] != before["totalEnergyCapacity"] {
						t.Errorf("%s: the energy counts changed in the acknowledgement", step.name)
					}
					before = ack
					codes, statuses := b.pushes(8 * time.Second)
					var want []int
					for _, p := range step.pushes {
						want = append(want, int(p.code))
					}
					if !slices.Equal(codes, want) {
						t.Fatalf("%s: pushes %v, not %v", step.name, codes, want)
					}
					for i, p := range step.pushes {
						if diff := cmp.Diff(p.changed, changed(before, statuses[i])); diff != "" {
							t.Errorf("%s: changes in push %d (-want +got):\n%s", step.name, p.code, diff)
						}
						before = statuses[i]
					}
				}
			})
		})
	}
}

func TestCommandsThatADeviceIgnores(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{Heaters: 3, Accounts: 2})
		h, foreign := b.dry(0), b.fleet.heaters[3]
		body := func(s string) string { return payload(h, "ctrl", topic.SetMode, s) }
		for name, text := range map[string]string{
			"no JSON":             "hello",
			"half a document":     body(`,"mode":"dhw-mode","param":[1]`)[:100],
			"no mode":             body(`,"param":[1]`),
			"another mode":        body(`,"mode":"power-off","param":[1]`),
			"no parameter":        body(`,"mode":"dhw-mode"`),
			"a fraction":          body(`,"mode":"dhw-mode","param":[1.5]`),
			"mode 0":              control(h, topic.SetMode, "dhw-mode", 0),
			"mode 7":              control(h, topic.SetMode, "dhw-mode", 7),
			"vacation, no days":   control(h, topic.SetMode, "dhw-mode", 5),
			"vacation, 0 days":    control(h, topic.SetMode, "dhw-mode", 5, 0),
			"vacation, 31 days":   control(h, topic.SetMode, "dhw-mode", 5, 31),
			"34.5 °C":             control(h, topic.SetTemperature, "dhw-temperature", 69),
			"66 °C":               control(h, topic.SetTemperature, "dhw-temperature", 132),
			"two temperatures":    control(h, topic.SetTemperature, "dhw-temperature", 100, 100),
			"power with a number": control(h, topic.PowerOff, "power-off", 1),
			"unknown code":        control(h, 33550000, "dhw-mode", 1),
			"another heater":      control(b.fleet.heaters[1], topic.SetMode, "dhw-mode", 1),
			"client id as topic":  payload(h, "ctrl", topic.SetMode, "")[:0] + `{"clientID":"a/b","request":{}}`,
		} {
			before := h.Counters()
			said := b.tell(h, "ctrl", text)
			after := h.Counters()
			if len(said) != 0 || after.Ignored != before.Ignored+1 || after.Commands != before.Commands {
				t.Errorf("%s: %d messages, counters %+v", name, len(said), after)
			}
		}
		b.handle(b.owner(foreign), topic.Request(52, h.mac, "ctrl"), []byte(`{}`))
		b.heard()
		if got := b.status(h)["dhwOperationSetting"]; got != 3 {
			t.Errorf("mode %d after all that", got)
		}
	})
}

// An answer must not be sent to where another account listens.
func TestAResponseTopicOfAnotherAccountIsIgnored(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{Accounts: 2})
		h, foreign := b.fleet.heaters[0], b.fleet.heaters[1]
		text := payload(h, "st", topic.StatusRequest, "")
		text = text[:len(text)-1] + `}`
		bad := `{"clientID":"c","sessionID":"1","responseTopic":"` + topic.Response(52, foreign.mac, "c") +
			`","request":{"command":16777219,"deviceType":52,"macAddress":"` + h.mac + `"}}`
		if said := b.tell(h, "st", bad); len(said) != 0 {
			t.Errorf("said %d", len(said))
		}
		if said := b.tell(h, "st", text); len(said) != 1 {
			t.Errorf("said %d to a good request", len(said))
		}
	})
}

func TestAHeaterIgnoresWhatItLacks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{})
		h := b.dry(0)
		h.SetFeature("electricUse", 1)
		h.SetFeature("dhwTemperatureSettingUse", 1)
		h.SetFeature("powerUse", 0)
		b.tell(h, "ctrl", control(h, topic.SetMode, "dhw-mode", 2))
		b.tell(h, "ctrl", control(h, topic.SetTemperature, "dhw-temperature", 100))
		b.tell(h, "ctrl", control(h, topic.PowerOff, "power-off"))
		if c := h.Counters(); c.Unsupported != 3 || c.Ignored != 0 {
			t.Errorf("%+v", c)
		}
		h.SetFeature("dhwTemperatureSettingUse", 3)
		h.SetFeature("dhwTemperatureMax", 99)
		b.tell(h, "ctrl", control(h, topic.SetTemperature, "dhw-temperature", 100))
		if got := b.command(h, topic.SetTemperature, "dhw-temperature", 99)["dhwTemperatureSetting"]; got != 99 {
			t.Errorf("setpoint %d", got)
		}
	})
}

func TestCommandsTooCloseTogetherAreRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{CommandGap: 2 * time.Second})
		h := b.dry(0)
		b.command(h, topic.SetMode, "dhw-mode", 1)
		said := b.tell(h, "ctrl", control(h, topic.SetMode, "dhw-mode", 3))
		if len(said) != 1 || said[0].topic != "cmd/52/navilink-"+h.mac+"/ctrl-fail" || said[0].body.Response.FailCode != 2 ||
			said[0].body.ClientID != benchClient || said[0].body.Response.MACAddress != h.mac {
			t.Fatalf("refusal: %+v", said)
		}
		time.Sleep(2 * time.Second)
		if got := b.command(h, topic.SetMode, "dhw-mode", 2)["dhwOperationSetting"]; got != 2 {
			t.Errorf("mode %d", got)
		}
		if c := h.Counters(); c.Refused != 1 || c.Commands != 2 {
			t.Errorf("%+v", c)
		}
	})
}
