package homeassistant

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nwp500/nwp500/api"
	"github.com/nwp500/nwp500/internal/memnet"
	"github.com/nwp500/nwp500/simulator"
)

// A heater is told of completely before Home Assistant may show it: documents, states, then that it is there.
func TestAHeaterIsTold(t *testing.T) {
	inWorld(t, simulator.Config{}, nil, func(t *testing.T, w *world) {
		id := w.heater()
		retained := w.retained()
		v := newView(w.fleet.Heaters()[0].State())
		o := w.bridge
		for _, e := range o.table {
			if e.exists != nil && !e.exists(v) {
				continue
			}
			if retained[o.topics.discovery(e, id)] == "" {
				t.Errorf("%s is not announced", e.id)
			}
			for _, c := range e.channels {
				if want := c.state; want != nil && retained[o.topics.state(id, e.id, c.name)] != want(v) {
					t.Errorf("the state of %s is %q, want %q", e.id, retained[o.topics.state(id, e.id, c.name)], want(v))
				}
			}
			if e.attributes != nil && retained[o.topics.attributes(id, e.id)] != string(e.attributes(v)) {
				t.Errorf("the attributes of %s are %q", e.id, retained[o.topics.attributes(id, e.id)])
			}
		}
		messages := w.messages()
		at := func(topic, payload string) int {
			return slices.Index(messages, message{topic, payload, true})
		}
		there := at("nwp500/"+id+"/availability", online)
		if states := slices.IndexFunc(messages, func(m message) bool { return strings.HasSuffix(m.topic, "/dhw_temperature/state") }); states < 0 || states > there {
			t.Errorf("available as message %d, its state as message %d", there, states)
		}
		if !w.bridge.Connected() || w.bridge.Stats().Connections != 1 || w.bridge.Stats().Published == 0 {
			t.Errorf("stats: %+v", w.bridge.Stats())
		}
	})
}

// What comes to be known later is told later, completely.
func TestEntitiesThatComeLater(t *testing.T) {
	inWorld(t, simulator.Config{}, nil, func(t *testing.T, w *world) {
		id := w.heater()
		pass(settling)
		retained := w.retained()
		for _, id := range []string{id + "/lifetime_days", id + "/reservations"} {
			if retained["homeassistant/sensor/nwp500_"+id+"/config"] == "" || retained["nwp500/"+id+"/state"] == "" {
				t.Errorf("%s was not told completely", id)
			}
		}
	})
}

// Statuses that come change nothing by themselves.
func TestWhatDoesNotChangeIsNotPublished(t *testing.T) {
	inWorld(t, simulator.Config{}, nil, func(t *testing.T, w *world) {
		w.heater()
		pass(settling)
		last := w.retained()
		w.messages()
		for range 20 {
			pass(time.Minute)
			w.fleet.Heaters()[0].Do(t.Context(), "test", api.Command{Name: api.Refresh})
		}
		for _, m := range w.messages() {
			if m.retain && last[m.topic] == m.payload {
				t.Errorf("%s was published again as it was", m.topic)
			}
			if strings.HasSuffix(m.topic, "/config") {
				t.Errorf("%s was announced again", m.topic)
			}
			last[m.topic] = m.payload
		}
	})
}

// A bridge that starts again, killed or not, changes nothing of what is as it was.
func TestStartingAgainChangesNothing(t *testing.T) {
	for name, killed := range map[string]bool{"ended": false, "killed": true} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, simulator.Config{}, nil, func(t *testing.T, w *world) {
				id := w.heater()
				pass(settling)
				if killed {
					w.network.Refuse(true)
					w.network.Cut()
				}
				w.end()
				w.network.Refuse(false)
				pass(time.Second)
				if w.retained()["nwp500/bridge/availability"] != offline {
					t.Error("a bridge that is not there says that it is")
				}
				w.messages()
				w.begin()
				w.await("the bridge", time.Minute, func() bool { return w.retained()["nwp500/bridge/availability"] == online })
				for _, m := range w.messages() {
					if strings.HasPrefix(m.topic, "homeassistant/") || strings.HasPrefix(m.topic, "nwp500/"+id+"/dhw") {
						t.Errorf("%s was published again: %s", m.topic, m.payload)
					}
				}
			})
		})
	}
}

// Home Assistant that has started anew is told everything anew, but not by a message from before.
func TestHomeAssistantStarts(t *testing.T) {
	inWorld(t, simulator.Config{}, nil, func(t *testing.T, w *world) {
		id := w.heater()
		pass(time.Minute)
		count := func() (documents, states int) {
			for _, m := range w.messages() {
				switch {
				case strings.HasSuffix(m.topic, "/config"):
					documents++
				case strings.HasPrefix(m.topic, "nwp500/"+id+"/") && strings.HasSuffix(m.topic, "/state"):
					states++
				}
			}
			return documents, states
		}
		count()
		w.publish("homeassistant/status", offline, false)
		pass(10 * time.Second)
		if documents, _ := count(); documents != 0 {
			t.Errorf("%d documents for Home Assistant that goes", documents)
		}
		w.publish("homeassistant/status", online, true)
		pass(10 * time.Second)
		if documents, states := count(); documents < 100 || states < 100 {
			t.Errorf("%d documents and %d states for Home Assistant that comes", documents, states)
		}
		w.network.Cut()
		pass(10 * time.Second)
		if documents, _ := count(); documents != 0 {
			t.Errorf("%d documents for Home Assistant that came long ago", documents)
		}
	})
}

// What the broker still has of an earlier version is taken away, and nothing that is somebody else's.
func TestLeftovers(t *testing.T) {
	inWorld(t, simulator.Config{}, nil, func(t *testing.T, w *world) {
		id := w.heater()
		pass(time.Minute)
		w.end()
		gone := []string{
			"homeassistant/sensor/nwp500_" + id + "/no_field/config", "homeassistant/light/nwp500_" + id + "/lamp/config",
			"nwp500/" + id + "/no_field/state", "nwp500/" + id + "/no_field/part/state", "nwp500/" + id + "/no_field/attributes",
			"homeassistant/sensor/nwp500_00112233aa/dhw_temperature/config", "nwp500/00112233aa/dhw_temperature/state", "nwp500/00112233aa/availability",
		}
		others := []string{
			"homeassistant/sensor/nwp500_garage/x/config", "homeassistant/sensor/other/x/config", "nwp500/garage/availability",
			"nwp500x/" + id + "/availability", "homeassistant/sensor/nwp500_" + id + "/config", "nwp500/" + id + "/note",
		}
		for _, topic := range slices.Concat(gone, others) {
			w.publish(topic, "x", true)
		}
		before := len(w.retained())
		w.begin()
		w.await("the bridge", time.Minute, func() bool { return w.retained()["nwp500/bridge/availability"] == online })
		pass(time.Minute)
		retained := w.retained()
		for _, topic := range gone {
			if _, there := retained[topic]; there {
				t.Errorf("%s is still there", topic)
			}
		}
		for _, topic := range others {
			if _, there := retained[topic]; !there {
				t.Errorf("%s is somebody else's and gone", topic)
			}
		}
		if want := before - len(gone); len(retained) != want {
			t.Errorf("%d topics, want %d", len(retained), want)
		}
	})
}

// A cloud that cannot be reached when the bridge starts is no reason to take entities away.
func TestNothingIsForgottenWhileTheCloudIsAway(t *testing.T) {
	inWorld(t, simulator.Config{}, nil, func(t *testing.T, w *world) {
		w.heater()
		pass(time.Minute)
		w.end()
		before := w.retained()
		w.config.Fleet = w.unreachable()
		w.begin()
		pass(time.Hour)
		after := w.retained()
		for topic := range before {
			if _, there := after[topic]; !there {
				t.Errorf("%s is gone", topic)
			}
		}
		id := w.fleet.Heaters()[0].ID()
		if after["nwp500/"+id+"/availability"] != offline || after["nwp500/"+id+"/connection/state"] != string(api.Connecting) {
			t.Errorf("the heater is %s and %s", after["nwp500/"+id+"/availability"], after["nwp500/"+id+"/connection/state"])
		}
	})
}

// A heater that does not answer is not available, and is again when it answers.
func TestAHeaterIsSilent(t *testing.T) {
	inWorld(t, simulator.Config{}, nil, func(t *testing.T, w *world) {
		id := w.heater()
		w.simulated().SetSilent(true)
		w.await("offline", time.Hour, func() bool { return w.retained()["nwp500/"+id+"/availability"] == offline })
		w.awaitState("connection", string(api.Silent))
		w.simulated().SetSilent(false)
		w.await("online", time.Hour, func() bool { return w.retained()["nwp500/"+id+"/availability"] == online })
	})
}

// The broker is away for an hour: that is said once, and afterwards everything is as it is.
func TestTheBrokerIsAwayForAnHour(t *testing.T) {
	inWorld(t, simulator.Config{}, nil, func(t *testing.T, w *world) {
		w.heater()
		pass(time.Minute)
		w.network.Refuse(true)
		w.network.Cut()
		if pass(time.Second); w.retained()["nwp500/bridge/availability"] != offline {
			t.Error("the last will was not published")
		}
		if w.bridge.Connected() {
			t.Error("connected")
		}
		if result := w.fleet.Heaters()[0].Do(t.Context(), "test", api.Command{Name: api.SetTemperature, Celsius: new(51.0)}); result.End != api.Done {
			t.Fatal(result)
		}
		pass(time.Hour)
		w.messages()
		w.network.Refuse(false)
		w.await("the bridge", 2*time.Minute, func() bool { return w.retained()["nwp500/bridge/availability"] == online })
		w.awaitState("dhw_temperature_setting", "51")
		for _, m := range w.messages() {
			if strings.HasSuffix(m.topic, "_failed/state") || strings.HasSuffix(m.topic, "/config") {
				t.Errorf("%s was published", m.topic)
			}
		}
		if warned := strings.Count(w.log.String(), "level=WARN"); warned != 1 || strings.Count(w.log.String(), "again") != 1 {
			t.Errorf("%d warnings: %s", warned, w.log)
		}
		pass(2 * lasting)
		w.network.Refuse(true)
		w.network.Cut()
		pass(lasting)
		w.network.Refuse(false)
		w.await("the bridge again", 2*time.Minute, w.bridge.Connected)
		if warned := strings.Count(w.log.String(), "level=WARN"); warned != 2 || strings.Count(w.log.String(), "again") != 2 {
			t.Errorf("%d warnings after two times: %s", warned, w.log)
		}
		if got := w.bridge.Stats(); got.Connections != 3 {
			t.Errorf("%+v", got)
		}
	})
}

// A broker that has lost what it retained gets it back.
func TestTheBrokerForgets(t *testing.T) {
	inWorld(t, simulator.Config{}, nil, func(t *testing.T, w *world) {
		w.heater()
		pass(time.Minute)
		before := w.retained()
		w.broker.Forget()
		w.network.Cut()
		w.await("all that was retained", time.Minute, func() bool { return len(w.retained()) == len(before) })
	})
}

// The host of an earlier bridge went without a word, and the broker says so when another is long there.
func TestALateWill(t *testing.T) {
	inWorld(t, simulator.Config{}, nil, func(t *testing.T, w *world) {
		w.heater()
		w.publish("nwp500/bridge/availability", offline, true)
		w.await("the bridge", time.Second, func() bool { return w.retained()["nwp500/bridge/availability"] == online })
	})
}

// Packets vanish: the bridge finds out, and so does the broker.
func TestABlackHole(t *testing.T) {
	inWorld(t, simulator.Config{}, nil, func(t *testing.T, w *world) {
		w.heater()
		w.network.BlackHole(memnet.Both)
		w.await("the loss", 2*silence, func() bool { return !w.bridge.Connected() })
		pass(time.Minute)
		w.network.BlackHole(0)
		w.await("the bridge", 2*time.Minute, func() bool { return w.bridge.Connected() && w.retained()["nwp500/bridge/availability"] == online })
	})
}

// Two bridges with the same prefixes throw each other out. That is said once, and not each second.
func TestTwoBridgesOfOneName(t *testing.T) {
	inWorld(t, simulator.Config{}, nil, func(t *testing.T, w *world) {
		w.heater()
		other, err := New(w.config)
		if err != nil {
			t.Fatal(err)
		}
		end := w.run(other.Run)
		pass(time.Hour)
		if n := strings.Count(w.log.String(), "another bridge"); n < 1 || n > 2 {
			t.Errorf("said %d times: %s", n, w.log)
		}
		if lines := strings.Count(w.log.String(), "\n"); lines > 20 {
			t.Errorf("%d lines: %s", lines, w.log)
		}
		if n := w.bridge.Stats().Connections; n > 200 {
			t.Errorf("%d connections in an hour", n)
		}
		end()
		pass(2 * time.Minute)
		if !w.bridge.Connected() || w.retained()["nwp500/bridge/availability"] != online {
			t.Error("the other is gone, and this one not back")
		}
	})
}

// A heater that its account lists no more is taken away, and comes again as it was.
func TestAHeaterGoesAndComes(t *testing.T) {
	inWorld(t, simulator.Config{Heaters: 2}, nil, func(t *testing.T, w *world) {
		w.heater()
		pass(20 * time.Minute)
		stays, gone := w.fleet.Heaters()[0], w.fleet.Heaters()[1]
		before := w.retained()
		left := func() (n int) {
			for topic := range w.retained() {
				if strings.Contains(topic, gone.ID()) {
					n++
				}
			}
			return n
		}
		listing := w.cloud.Inject(simulator.Fault{Step: simulator.StepREST, Path: "/device/list", Action: simulator.Refuse, Answer: listOf(stays)})
		w.cloud.DropAll(simulator.DropServer)
		w.await("it to be forgotten", 15*time.Minute, func() bool { return left() == 0 })
		if got := w.retained()["nwp500/"+stays.ID()+"/availability"]; got != online {
			t.Errorf("the other heater is %s", got)
		}
		listing.Heal()
		w.cloud.DropAll(simulator.DropServer)
		pass(30 * time.Minute)
		after := w.retained()
		for topic := range before {
			if _, there := after[topic]; !there {
				t.Errorf("%s did not come again", topic)
			}
		}
	})
}
