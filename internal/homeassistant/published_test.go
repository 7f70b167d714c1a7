package homeassistant

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nwp500/nwp500/simulator"
)

// pumped is the most that a simulated heater has: newer firmware and a recirculation pump.
var pumped = simulator.Config{Models: []simulator.Model{{NewFirmware: true, Recirculation: true}}}

// What the broker retains of a heater as the library sees it is valid, whole, and names neither heater nor owner.
func TestWhatIsPublishedIsValid(t *testing.T) {
	known := readSchema(t)
	for name, config := range map[string]simulator.Config{"captured": {}, "newer": pumped} {
		inWorld(t, config, nil, func(t *testing.T, w *world) {
			w.heater()
			pass(settling)
			retained, announced := w.retained(), 0
			for topic, payload := range retained {
				levels := strings.Split(topic, "/")
				if levels[0] != "homeassistant" {
					continue
				}
				announced++
				var document map[string]any
				if err := json.Unmarshal([]byte(payload), &document); err != nil {
					t.Fatal(err)
				}
				for _, wrong := range known.check(levels[1], document) {
					t.Errorf("%s %s: %s", name, topic, wrong)
				}
				for member, value := range document {
					state, is := value.(string)
					if !is || levels[1] == "event" || !strings.HasSuffix(member, "state_topic") && member != "json_attributes_topic" {
						continue
					}
					if _, there := retained[state]; !there {
						t.Errorf("%s %s: the broker has no %s", name, topic, member)
					}
				}
			}
			missing := len(entities()) - announced
			if name == "newer" && missing > 0 || missing > 20 {
				t.Errorf("%s: %d entities are missing", name, missing)
			}
			device := w.fleet.Heaters()[0].State().Device
			for topic, payload := range retained {
				for _, secret := range []string{device.MAC.Reveal(), device.AdditionalValue, w.cloud.Accounts()[0].Email} {
					if secret != "" && strings.Contains(strings.ToLower(topic+payload), strings.ToLower(secret)) {
						t.Errorf("%s: %s names the heater or its owner", name, topic)
					}
				}
			}
		})
	}
}

// Every control that Home Assistant shows does to the heater what it says, and shows that it did.
func TestEveryControlWorks(t *testing.T) {
	inWorld(t, pumped, nil, func(t *testing.T, w *world) {
		at := "nwp500/" + w.heater()
		pass(settling)
		for _, test := range []struct{ command, payload, state, want string }{
			{"water_heater/temperature", "52.5", "water_heater/temperature", "52.5"},
			{"water_heater/mode", "high_demand", "water_heater/mode", "high_demand"},
			{"water_heater/mode", "heat_pump", "water_heater/mode", "heat_pump"},
			{"water_heater/mode", "electric", "water_heater/mode", "electric"},
			{"water_heater/mode", "off", "power", "OFF"},
			{"water_heater/mode", "eco", "power", "ON"}, // a mode powers on
			{"water_heater/power", "OFF", "water_heater/mode", "off"},
			{"power", "ON", "water_heater/mode", "eco"}, // the mode from before
			{"vacation_days", "5", "vacation_days", "5"},
			{"vacation", "ON", "mode", "vacation"},
			{"vacation", "OFF", "mode", "energy_saver"},
			{"mode", "vacation", "vacation", "ON"},
			{"mode", "off", "power", "OFF"},
			{"mode", "heat_pump", "water_heater/mode", "heat_pump"},
			{"anti_legionella", "ON", "anti_legionella", "ON"},
			{"anti_legionella_days", "14", "anti_legionella_days", "14"},
			{"anti_legionella", "OFF", "anti_legionella", "OFF"},
			{"tou_enabled", "ON", "tou_enabled", "ON"},
			{"tou_enabled", "OFF", "tou_enabled", "OFF"},
			{"reservations_enabled", "ON", "reservations_enabled", "ON"},
			{"reservations_enabled", "OFF", "reservations_enabled", "OFF"},
			{"filter_interval", "1500", "filter_interval", "1500"},
			{"recirculation_mode", "schedule", "recirculation_mode", "schedule"},
			{"recirculation_mode", "button", "recirculation_mode", "button"},
			{"demand_response", "OFF", "demand_response", unknown},
			{"intelligent", "ON", "intelligent", unknown},
			{"hot_button", "PRESS", "connection", "up"},
			{"filter_reset", "PRESS", "air_filter_alarm_elapsed", "0"},
			{"condenser_reset", "PRESS", "connection", "up"},
			{"refresh", "PRESS", "connection", "up"},
		} {
			before := w.bridge.Stats().Commands
			w.publish(at+"/"+test.command+"/set", test.payload, false)
			w.await(test.command, time.Minute, func() bool { return w.bridge.Stats().Commands > before })
			w.awaitState(test.state, test.want)
			if told := failures(w.messages()); len(told) > 0 {
				t.Errorf("%s %s: %s", test.command, test.payload, told)
			}
		}
	})
}

// A schedule is taken whole, and refused when it was made of one that has changed meanwhile.
func TestSchedulesFromHomeAssistant(t *testing.T) {
	inWorld(t, pumped, nil, func(t *testing.T, w *world) {
		at := "nwp500/" + w.heater()
		pass(settling)
		for _, test := range []struct{ entity, entry string }{
			{"reservations", `{"enable": true, "days": ["mon", "tue"], "time": "06:30", "mode": "energy_saver", "temperature": 52}`},
			{"recirculation", `{"enable": true, "days": ["mon", "tue"], "time": "06:30", "mode": "pump_on"}`},
			{"tou", `{"season": 4095, "week": 254, "start": "00:00", "end": "23:59", "price_min": 0.25, "price_max": 0.25, "decimal_point": 5}`},
		} {
			read := func() (version string) {
				var attributes struct{ Version string }
				if err := json.Unmarshal([]byte(w.retained()[at+"/"+test.entity+"/attributes"]), &attributes); err != nil {
					t.Fatal(test.entity, err)
				}
				return attributes.Version
			}
			version := read()
			w.messages()
			w.publish(at+"/"+test.entity+"/set", `{"version": "`+version+`", "schedule": {"reservation_use": true, "reservation": [`+test.entry+`]}}`, false)
			pass(settling)
			if told := failures(w.messages()); len(told) > 0 {
				t.Errorf("%s: %s", test.entity, told)
				continue
			}
			w.awaitState(test.entity, "1")
			if read() == version {
				t.Errorf("the version of %s is still %s", test.entity, version)
			}
			w.publish(at+"/"+test.entity+"/set", `{"version": "`+version+`", "schedule": {"reservation_use": false, "reservation": []}}`, false)
			pass(settling)
			if told := failures(w.messages()); len(told) != 1 || !strings.Contains(told[0], `"stale":true`) {
				t.Errorf("%s made of an old one: %s", test.entity, told)
			}
			w.awaitState(test.entity, "1")
		}
	})
}

// Firmware that the heater has downloaded is offered, and installed when Home Assistant says so.
func TestFirmwareFromHomeAssistant(t *testing.T) {
	inWorld(t, simulator.Config{}, nil, func(t *testing.T, w *world) {
		at := "nwp500/" + w.heater()
		if err := w.simulated().OfferFirmware(268435985, 34013185); err != nil {
			t.Fatal(err)
		}
		w.publish(at+"/refresh/set", "PRESS", false) // else it is looked at once a day
		w.awaitState("firmware", `{"installed_version":"34013184","latest_version":"34013185"}`)
		w.publish(at+"/firmware/set", "install", false)
		w.awaitState("firmware", `{"installed_version":"167837696","latest_version":"167837696"}`)
		if told := failures(w.messages()); len(told) > 0 {
			t.Error(told)
		}
	})
}

// A fault is told once when it comes and once when it has gone, and stands in between.
func TestFaultsInHomeAssistant(t *testing.T) {
	inWorld(t, simulator.Config{}, nil, func(t *testing.T, w *world) {
		at := "nwp500/" + w.heater()
		w.messages()
		told := func() (kinds []string) {
			for _, m := range w.messages() {
				if m.topic == at+"/fault_event/state" {
					var event struct {
						Kind string `json:"event_type"`
						Code int    `json:"code"`
					}
					if err := json.Unmarshal([]byte(m.payload), &event); err != nil || m.retain || event.Code != 799 {
						t.Errorf("%+v, %v", m, err)
					}
					kinds = append(kinds, event.Kind)
				}
			}
			return kinds
		}
		w.simulated().RaiseFault(799, 0)
		w.awaitState("fault", "ON")
		if got := told(); !slices.Equal(got, []string{"fault"}) {
			t.Errorf("told %v", got)
		}
		w.simulated().ClearFault()
		w.awaitState("fault", "OFF")
		if got := told(); !slices.Equal(got, []string{"fault_cleared"}) {
			t.Errorf("told %v", got)
		}
	})
}
