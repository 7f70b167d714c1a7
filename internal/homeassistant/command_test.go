package homeassistant

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/eclipse/paho.mqtt.golang/packets"

	"github.com/nwp500/nwp500/api"
	"github.com/nwp500/nwp500/internal/mqtt"
	"github.com/nwp500/nwp500/simulator"
)

// What Home Assistant asks for is done and shown.
func TestCommandsAreCarriedOut(t *testing.T) {
	inWorld(t, simulator.Config{}, nil, func(t *testing.T, w *world) {
		at := "nwp500/" + w.heater()
		for _, c := range []struct{ command, payload, state, want string }{
			{"water_heater/temperature", "52.5", "water_heater/temperature", "52.5"},
			{"water_heater/mode", "electric", "water_heater/mode", "electric"},
			{"mode", "heat_pump", "water_heater/mode", "heat_pump"},
		} {
			w.publish(at+"/"+c.command+"/set", c.payload, false)
			w.awaitState(c.state, c.want)
		}
		if got := w.bridge.Stats(); got.Commands != 3 || got.Failed+got.Refused != 0 || got.Received != 3 {
			t.Errorf("%+v", got)
		}
		if told := failures(w.messages()); len(told) > 0 {
			t.Errorf("failures: %q", told)
		}
	})
}

// A command that the broker kept from before is not carried out, is told of, and goes.
func TestRetainedCommandsAreNotCarriedOut(t *testing.T) {
	inWorld(t, simulator.Config{}, nil, func(t *testing.T, w *world) {
		at := "nwp500/" + w.heater() + "/water_heater/temperature"
		before := w.retained()[at+"/state"]
		w.end()
		w.publish(at+"/set", "60", true)
		w.messages()
		w.begin()
		pass(5 * time.Minute)
		if got := w.retained(); got[at+"/state"] != before || got[at+"/set"] != "" {
			t.Errorf("the setpoint is %s, was %s; the broker retains %q", got[at+"/state"], before, got[at+"/set"])
		}
		messages := w.messages()
		if told := failures(messages); len(told) != 1 || !strings.Contains(told[0], "retained") {
			t.Errorf("told %q", told)
		}
		there := slices.Index(messages, message{"nwp500/bridge/availability", online, true})
		if told := slices.IndexFunc(messages, func(m message) bool { return strings.HasSuffix(m.topic, "/command_failed/state") }); told < there {
			t.Errorf("told as message %d, and Home Assistant takes the bridge for gone until message %d", told, there)
		}
		if got := w.bridge.Stats(); got.Commands != 0 || got.Refused != 1 {
			t.Errorf("%+v", got)
		}
	})
}

// Nonsense is refused with a reason, the state told again, and the connection stays.
func TestNonsenseFromTheBroker(t *testing.T) {
	inWorld(t, simulator.Config{}, nil, func(t *testing.T, w *world) {
		id := w.heater()
		pass(settling)
		w.messages()
		for name, payload := range map[string]string{
			"64 KiB and one": strings.Repeat("5", maxPayload+1),
			"2 MiB":          strings.Repeat("5", 2<<20),
			"binary":         "\xff\xfe\x00",
			"NUL":            "50\x00",
			"a word":         "warm",
			"a list":         "[50]",
			"an object":      `{"temperature":50}`,
			"not a number":   "NaN",
			"infinite":       "Infinity",
			"too hot":        "95",
			"too cold":       "-273",
			"huge":           "1e400",
		} {
			w.publish("nwp500/"+id+"/water_heater/temperature/set", payload, false)
			pass(2 * time.Second)
			messages := w.messages()
			told := failures(messages)
			if len(told) != 1 || !json.Valid([]byte(told[0])) {
				t.Errorf("%s: told %q", name, told)
			}
			restored := false
			for _, m := range messages {
				restored = restored || m.topic == "nwp500/"+id+"/water_heater/temperature/state"
			}
			if !restored {
				t.Errorf("%s: the state was not told again", name)
			}
		}
		for _, topic := range []string{
			"nwp500/" + id + "/set", "nwp500/" + id + "/no_field/set", "nwp500/" + id + "/dhw_temperature/set", "nwp500/" + id + "//set",
			"nwp500/" + id + "/water_heater/set", "nwp500/" + id + "/water_heater/temperature/x/set", "nwp500/bridge/x/set", "nwp500//x/set",
			"nwp500/0123456789/water_heater/temperature/set", "nwp500/ü/x/set",
		} {
			w.publish(topic, "50", false)
		}
		w.publish("nwp500/"+id+"/water_heater/temperature/set", "", false)
		pass(time.Second)
		if got := w.bridge.Stats(); got.Connections != 1 || got.Commands > 2 || !w.bridge.Connected() {
			t.Errorf("%+v", got)
		}
		if strings.Contains(w.log.String(), "warm") || strings.Count(w.log.String(), "level=WARN") > 2 {
			t.Errorf("log: %s", w.log)
		}
	})
}

// A command whose heater cannot be reached: its end is told, and the state as it is.
func TestACommandFails(t *testing.T) {
	inWorld(t, simulator.Config{}, nil, func(t *testing.T, w *world) {
		id := w.heater()
		pass(settling)
		w.simulated().SetSilent(true)
		w.messages()
		w.publish("nwp500/"+id+"/water_heater/temperature/set", "52", false)
		pass(90 * time.Second)
		messages := w.messages()
		if told := failures(messages); len(told) != 1 || !strings.Contains(told[0], `"outcome_unknown"`) || !strings.Contains(told[0], `"homeassistant"`) {
			t.Errorf("told %q", told)
		}
		restored := 0
		for _, m := range messages {
			if m.topic == "nwp500/"+id+"/water_heater/temperature/state" {
				restored++
			}
		}
		if restored != 1 {
			t.Errorf("the state was told %d times", restored)
		}
		if got := w.bridge.Stats(); got.Failed != 1 {
			t.Errorf("%+v", got)
		}
	})
}

// A command that fails because its heater cannot be reached is told by an event of which Home Assistant takes notice: not
// of one that is unavailable with the heater.
func TestACommandToAHeaterThatIsAway(t *testing.T) {
	inWorld(t, simulator.Config{}, nil, func(t *testing.T, w *world) {
		id := w.heater()
		w.simulated().SetSilent(true)
		w.await("offline", time.Hour, func() bool { return w.retained()["nwp500/"+id+"/availability"] == offline })
		w.messages()
		w.publish("nwp500/"+id+"/water_heater/temperature/set", "52", false)
		pass(90 * time.Second)
		if told := failures(w.messages()); len(told) != 1 {
			t.Errorf("told %q", told)
		}
		retained := w.retained()
		for _, e := range []string{"command_failed", "fault_event"} {
			var document struct{ Availability []struct{ Topic string } }
			if err := json.Unmarshal([]byte(retained["homeassistant/event/nwp500_"+id+"/"+e+"/config"]), &document); err != nil {
				t.Fatal(err)
			}
			for _, needs := range document.Availability {
				if retained[needs.Topic] != online {
					t.Errorf("%s is unavailable: %s is %s", e, needs.Topic, retained[needs.Topic])
				}
			}
		}
	})
}

// Many commands at once: the newest of a kind is carried out, others wait, and none blocks the bridge.
func TestAFloodOfCommands(t *testing.T) {
	inWorld(t, simulator.Config{}, nil, func(t *testing.T, w *world) {
		id := w.heater()
		w.simulated().SetDelay(2 * time.Second)
		for i := range 200 {
			w.publish("nwp500/"+id+"/water_heater/temperature/set", fmt.Sprint(45+float64(i%20)/2), false)
		}
		w.publish("nwp500/"+id+"/water_heater/mode/set", "electric", false)
		w.awaitState("water_heater/mode", "electric")
		w.awaitState("water_heater/temperature", "54.5")
		if got := w.bridge.Stats(); got.Commands != 3 || got.Refused != 0 || got.Received != 201 {
			t.Errorf("%+v", got)
		}
	})
}

// No more commands wait for a heater than somebody could mean, and none longer than somebody could remember.
func TestWaitingCommandsAreBounded(t *testing.T) {
	o, heater := tabled(time.Now(), entities())
	o.targets, o.cfg.Logger = targets(o.table), slog.New(slog.DiscardHandler)
	for _, at := range o.targets { // the first as if it were under way
		if next := (&order{twin: heater, target: at, since: o.now}); len(heater.orders) == 0 {
			heater.orders, o.running = []*order{next}, 1
		} else {
			o.order(next)
		}
	}
	if got := o.count.refused.Load(); len(heater.orders) != maxOrders || got != uint64(len(o.targets)-maxOrders) {
		t.Errorf("%d wait, %d refused", len(heater.orders), got)
	}
	o.now = o.now.Add(orderAge + time.Second)
	heater.orders[0].result.End = api.Done
	o.finish(heater.orders[0])
	if len(heater.orders) != 0 || o.running != 0 || o.count.commands.Load() != 0 {
		t.Errorf("%d wait and %d run after two minutes", len(heater.orders), o.running)
	}
}

// A bridge that ends begins nothing new.
func TestACommandWhileTheBridgeEnds(t *testing.T) {
	o, heater := tabled(time.Now(), entities())
	o.targets, o.cfg.Logger, o.closing = targets(o.table), slog.New(slog.DiscardHandler), o.now
	o.tell(heater)
	o.message(mqtt.Packet{Topic: "nwp500/0123456789/refresh/set", Payload: []byte("PRESS")})
	if o.running != 0 || o.count.refused.Load() != 1 {
		t.Errorf("%d run, %d refused", o.running, o.count.refused.Load())
	}
}

// Run ends soon, whatever is under way, and says that the bridge is gone.
func TestRunEnds(t *testing.T) {
	for name, prepare := range map[string]func(w *world){
		"idle":            func(*world) {},
		"a command":       func(w *world) { w.simulated().SetSilent(true); w.publish(w.command(), "52", false) },
		"everything anew": func(w *world) { w.publish("homeassistant/status", online, false); pass(2 * time.Second) },
		"connecting":      func(w *world) { w.network.Cut() },
		"no broker":       func(w *world) { w.network.Refuse(true); w.network.Cut(); pass(time.Minute) },
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, simulator.Config{}, nil, func(t *testing.T, w *world) {
				w.heater()
				prepare(w)
				began := time.Now()
				w.end()
				if took := time.Since(began); took > 3*time.Second {
					t.Errorf("took %v", took)
				}
				if got := w.retained()["nwp500/bridge/availability"]; got != offline {
					t.Errorf("the bridge is %s", got)
				}
				if w.bridge.Connected() {
					t.Error("connected")
				}
			})
		})
	}
}

// A bridge says goodbye to a broker that has heard that it goes. Any other has to hear nothing, and then publishes the will.
func TestFarewell(t *testing.T) {
	for name, acknowledges := range map[string]bool{"heard": true, "not heard": false} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, simulator.Config{}, nil, func(t *testing.T, w *world) {
				var goodbye atomic.Bool
				w.withPeers(t, func(_ int, p peer) {
					p.connack(0)
					p.serve(func(packet packets.ControlPacket) bool {
						_, is := packet.(*packets.DisconnectPacket)
						goodbye.Store(goodbye.Load() || is)
						_, publish := packet.(*packets.PublishPacket)
						return publish && !acknowledges
					})
				})
				pass(20 * time.Second)
				w.end()
				if synctest.Wait(); goodbye.Load() != acknowledges {
					t.Errorf("said goodbye: %v", goodbye.Load())
				}
			})
		})
	}
}

// command is where the setpoint of the first heater is commanded.
func (w *world) command() string {
	return "nwp500/" + w.fleet.Heaters()[0].ID() + "/water_heater/temperature/set"
}
