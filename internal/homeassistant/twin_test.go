package homeassistant

import (
	"bytes"
	"fmt"
	"hash/maphash"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/api"
	"github.com/nwp500/nwp500/internal/fleet"
	"github.com/nwp500/nwp500/internal/mqtt"
)

// tabled is an owner with a table of its own, and a heater that the broker has something of.
func tabled(now time.Time, table []*entity, found ...string) (*owner, *twin) {
	o := &owner{
		Bridge: &Bridge{table: table, topics: topics{base: "nwp500", prefix: "homeassistant"}, seed: maphash.MakeSeed()},
		now:    now, twins: make(map[string]*twin),
	}
	v := handMade()
	v.state.Connection.State = api.Up
	t := &twin{id: v.state.ID, state: v.state, known: true, found: found, retained: make(map[uint64]uint64), had: make([]bool, len(table))}
	for _, topic := range found {
		t.retained[o.hash(topic)] = 1
	}
	o.twins[t.id] = t
	return o, t
}

// cleared returns the topics that the broker is to forget.
func (o *owner) cleared() (topics []string) {
	for _, p := range o.pending {
		if len(p.Payload) == 0 {
			topics = append(topics, p.Topic)
		}
	}
	o.pending = nil
	return topics
}

// What is known only minutes after the first status, such as a schedule, must not cost the owner the name of its entity.
func TestEntitiesOfAnEarlierRunStayUntilAllIsKnown(t *testing.T) {
	there, known := true, false
	table := []*entity{
		{component: "sensor", id: "one", channels: []channel{{state: func(*view) string { return "1" }}}},
		{component: "sensor", id: "late", exists: func(*view) bool { return known }, channels: []channel{{state: func(*view) string { return "2" }}}},
		{component: "sensor", id: "never", exists: func(*view) bool { return false }, attributes: func(*view) []byte { return []byte("{}") }},
		{component: "sensor", id: "once", exists: func(*view) bool { return there }},
	}
	late := "homeassistant/sensor/nwp500_0123456789/late/config"
	never := []string{"homeassistant/sensor/nwp500_0123456789/never/config", "nwp500/0123456789/never/attributes"}
	old := []string{"homeassistant/light/nwp500_0123456789/never/config", "nwp500/0123456789/old/state"}
	now := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	o, heater := tabled(now, table, slices.Concat([]string{late}, never, old)...)
	o.tell(heater)
	if got := o.cleared(); !slices.Equal(got, old) {
		t.Errorf("cleared at first: %q", got)
	}
	known, there = true, false
	o.tell(heater)
	if !slices.ContainsFunc(o.pending, func(p mqtt.Publish) bool { return p.Topic == late && len(p.Payload) > 0 }) {
		t.Errorf("what came to be known is not announced")
	}
	if got := o.cleared(); len(got) != 0 {
		t.Errorf("cleared before all is known, or what has existed: %q", got)
	}
	o.now = now.Add(settling)
	o.tell(heater)
	if got := o.cleared(); !slices.Equal(got, never) {
		t.Errorf("cleared in the end: %q", got)
	}
	if len(heater.found) != 0 {
		t.Errorf("left: %q", heater.found)
	}
}

// A heater that goes silent right after the bridge began does not lose what could not be asked meanwhile.
func TestEntitiesStayWhileTheHeaterIsAway(t *testing.T) {
	known := false
	table := []*entity{{component: "sensor", id: "late", exists: func(*view) bool { return known }}}
	now := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	o, heater := tabled(now, table, "homeassistant/sensor/nwp500_0123456789/late/config")
	up, away := heater.state, *heater.state
	away.Connection.State = api.Silent
	for at, state := range []*fleet.State{up, &away, &away, up} {
		o.now, heater.state = now.Add(time.Duration(at)*(settling-time.Second)), state
		o.tell(heater)
		if got := o.cleared(); len(got) != 0 {
			t.Errorf("cleared %q after %v", got, o.now.Sub(now))
		}
	}
	o.now = o.now.Add(settling)
	if o.tell(heater); len(o.cleared()) != 1 {
		t.Error("what it lacks for good stays")
	}
}

// A broker that sends what it retains when it suits it, EMQX for one, may do so after its answer. That is no reason to take
// an entity away which is to come, and Home Assistant would forget with it what its owner called it.
func TestEntitiesStayThatTheBrokerTellsOfLate(t *testing.T) {
	known := false
	table := []*entity{
		{component: "sensor", id: "one", channels: []channel{{state: func(*view) string { return "1" }}}},
		{component: "sensor", id: "late", exists: func(*view) bool { return known }, channels: []channel{{state: func(*view) string { return "2" }}}},
	}
	now := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	o, heater := tabled(now, table)
	o.tell(heater)
	o.pending = nil
	for _, topic := range []string{
		"homeassistant/sensor/nwp500_0123456789/late/config", "nwp500/0123456789/late/state",
		"homeassistant/sensor/nwp500_0123456789/old/config", "nwp500/0123456789/one/state",
	} {
		o.message(mqtt.Packet{Topic: topic, Payload: []byte("from before"), Retain: true})
	}
	o.tell(heater)
	if got, want := o.cleared(), []string{"homeassistant/sensor/nwp500_0123456789/old/config"}; !slices.Equal(got, want) {
		t.Errorf("cleared %q, want %q", got, want)
	}
	o.message(mqtt.Packet{Topic: "homeassistant/sensor/nwp500_0123456789/old/config", Payload: []byte("once more"), Retain: true})
	if o.tell(heater); len(o.cleared()) != 1 {
		t.Error("what somebody puts there again stays")
	}
	known = true
	o.tell(heater)
	if len(o.pending) != 2 || len(o.pending[0].Payload) == 0 || len(o.pending[1].Payload) == 0 {
		t.Errorf("told of what came to be known: %v", o.pending)
	}
	if len(heater.found) != 0 {
		t.Errorf("left: %q", heater.found)
	}
}

// Of a heater that was silent when the bridge began, Connection says why and what to do, and Last heard what it said before.
func TestAHeaterThatIsNotKnownYet(t *testing.T) {
	o, heater := tabled(time.Now(), entities(), "nwp500/0123456789/connection/attributes", "nwp500/0123456789/status_at/state")
	heater.state = &fleet.State{ID: heater.id, Connection: api.Connection{State: api.Silent, Advice: "look at its panel"}}
	o.tell(heater)
	told := make(map[string]string)
	for _, p := range o.pending {
		told[p.Topic] = string(p.Payload)
	}
	if len(told) != 3 || told["nwp500/0123456789/availability"] != offline || told["nwp500/0123456789/connection/state"] != "silent" ||
		!strings.Contains(told["nwp500/0123456789/connection/attributes"], "look at its panel") {
		t.Errorf("told %q", told)
	}
}

// Events are for who listens now: none is stored for later, and no more wait than somebody could read.
func TestEventsAreBounded(t *testing.T) {
	table := []*entity{{component: "event", id: "e", channels: []channel{{}}, event: func(e *api.Event) []byte { return []byte(e.Text) }}}
	o, heater := tabled(time.Now(), table)
	heater.had[0] = true
	for range 2 * maxNotes {
		o.happened(heater, &api.Event{Text: "x"})
	}
	if len(o.notes) != maxNotes || o.notes[0].Retain || o.count.missed.Load() != maxNotes {
		t.Errorf("%d wait, %d missed", len(o.notes), o.count.missed.Load())
	}
	heater.known = false
	o.notes = nil
	if o.happened(heater, &api.Event{Text: "x"}); len(o.notes) != 0 {
		t.Error("told before the heater was announced")
	}
}

// A refusal that nobody could hear at the time is told once somebody can, unless that is too late.
func TestRefusalsWaitForHomeAssistant(t *testing.T) {
	o, heater := tabled(time.Now(), entities())
	o.cfg.Logger = slog.New(slog.DiscardHandler)
	at := targets(o.table)["power"]
	o.refuse(heater, at, "first")
	o.now = o.now.Add(orderAge + time.Second)
	for range maxOrders {
		o.refuse(heater, at, "then")
	}
	if o.tell(heater); len(o.notes) != 0 {
		t.Error("told before the bridge is there")
	}
	o.phase, o.pending = serving, nil
	if o.advance(); len(o.notes) != maxOrders || string(o.notes[0].Payload) != online || !strings.Contains(string(o.notes[1].Payload), "then") {
		t.Errorf("told: %d", len(o.notes))
	}
	if missed := o.count.missed.Load(); missed != 2 || len(heater.untold) != 0 {
		t.Errorf("%d missed, %d wait", missed, len(heater.untold))
	}
}

// What anybody can leave at the broker does not fill the bridge's memory, and what is not of its making stays there.
func TestWhatOthersLeaveIsBounded(t *testing.T) {
	o, _ := tabled(time.Now(), entities())
	o.targets, o.strange, o.cfg.Logger = targets(o.table), make(map[string]bool), slog.New(slog.DiscardHandler)
	for i := range 2 * maxFound {
		o.message(mqtt.Packet{Topic: fmt.Sprintf("nwp500/%010x/availability", i), Payload: []byte(offline), Retain: true})
	}
	if len(o.strange) != maxFound {
		t.Errorf("%d heaters that nobody knows", len(o.strange))
	}
	o.notes = nil
	o.message(mqtt.Packet{Topic: "nwp500/kitchen/lamp/set", Payload: []byte("ON"), Retain: true})
	if len(o.notes) != 0 {
		t.Errorf("%q is taken away", o.notes[0].Topic)
	}
	for range 2 * maxFound {
		o.message(mqtt.Packet{Topic: "nwp500/00000000ff/power/set", Payload: []byte("ON"), Retain: true})
	}
	if len(o.notes) != maxFound {
		t.Errorf("%d messages wait", len(o.notes))
	}
	o.notes, o.phase, o.present = nil, serving, true
	for range 100 {
		o.message(mqtt.Packet{Topic: "nwp500/bridge/availability", Payload: []byte(offline)})
	}
	o.advance()
	if len(o.notes) != 1 || string(o.notes[0].Payload) != online {
		t.Errorf("%d messages contradict", len(o.notes))
	}
}

// A heater that moved to another account is told of as come there before it is told of as gone from the first.
func TestAHeaterMovesToAnotherAccount(t *testing.T) {
	o, heater := tabled(time.Now(), nil)
	delete(o.twins, heater.id)
	before, now := new(fleet.Heater), new(fleet.Heater)
	heater.id, heater.heater = now.ID(), now
	o.twins[heater.id] = heater
	o.hear(news{notices: []fleet.Notice{{Heater: before, Removed: true}}})
	if len(o.twins) != 1 {
		t.Error("it is forgotten")
	}
	o.hear(news{notices: []fleet.Notice{{Heater: now, Removed: true}}})
	if len(o.twins) != 0 {
		t.Error("it stays")
	}
}

// One that moved while it waited to be looked at waits no more: the broker would be asked about it again and again, since
// what it retains is noted of the heater that is there now.
func TestAHeaterMovesWhileItWaits(t *testing.T) {
	o, heater := tabled(time.Now(), nil)
	delete(o.twins, heater.id)
	before, now := new(fleet.Heater), new(fleet.Heater)
	heater.id, heater.heater, heater.known = now.ID(), before, false
	o.twins[heater.id] = heater
	o.conn = &connection{session: newSession(o.now)}
	o.enqueue(heater)
	if o.know(now, heater.state); len(o.queue) != 1 || o.queue[0].heater != now {
		t.Errorf("%d wait", len(o.queue))
	}
}

// Whoever heard too slowly that a heater went sees it by itself.
func TestAHeaterIsMissedToGo(t *testing.T) {
	empty, err := fleet.New(fleet.Config{})
	if err != nil {
		t.Fatal(err)
	}
	o, _ := tabled(time.Now(), nil)
	o.cfg.Fleet = empty
	if o.hear(news{missed: 1}); len(o.twins) != 0 {
		t.Error("it stays")
	}
}

// A broker that does not tell what it has of a heater is told to forget all that there may be.
func TestAHeaterIsForgottenByADeafBridge(t *testing.T) {
	o, _ := tabled(time.Now(), entities())
	o.deaf, o.forgot, o.asking = true, make(map[string]bool), &inventory{heater: "00000000ff"}
	o.conclude()
	if got := o.cleared(); len(got) != len(o.topics.all(o.table, "00000000ff"))+1 || got[len(got)-1] != "nwp500/00000000ff/availability" {
		t.Errorf("%d topics are cleared", len(got))
	}
}

// Home Assistant that says again and again that it has started does not put off that it is told everything.
func TestHomeAssistantStartsOverAndOver(t *testing.T) {
	o, _ := tabled(time.Now(), nil)
	started := mqtt.Packet{Topic: "homeassistant/status", Payload: []byte(online)}
	o.message(started)
	due := o.rebirth
	o.now = o.now.Add(900 * time.Millisecond)
	if o.message(started); due.IsZero() || o.rebirth != due {
		t.Errorf("due at %v, then at %v", due, o.rebirth)
	}
}

// Heaters that nobody knows are forgotten once each account has said which it has, and not when none has any: that is
// rather a cloud that fails.
func TestHeatersAreForgottenOnceAllAccountsAreKnown(t *testing.T) {
	cloud := nwp500.Config{Email: "a@example.org", Password: nwp500.NewSecret("x")}
	accounts, err := fleet.New(fleet.Config{Accounts: []fleet.Account{{Name: "a", Cloud: cloud}, {Name: "b", Cloud: cloud}}})
	if err != nil {
		t.Fatal(err)
	}
	o, heater := tabled(time.Now(), nil)
	o.cfg.Fleet, o.strange, o.listed = accounts, map[string]bool{"00000000ff": true}, map[string]bool{"a": true}
	if o.leftovers(); len(o.leaving) != 0 {
		t.Error("forgotten before an account was reached")
	}
	o.listed["b"] = true
	delete(o.twins, heater.id)
	if o.leftovers(); len(o.leaving) != 0 {
		t.Error("forgotten because no account has any heater")
	}
	o.twins[heater.id] = heater
	if o.leftovers(); !slices.Equal(o.leaving, []string{"00000000ff"}) || len(o.strange) != 0 {
		t.Errorf("to be forgotten: %q", o.leaving)
	}
}

// A broker that sends at QoS 1, though nobody asked for it, is answered: it would send again.
func TestAMessageAtQoS1IsAcknowledged(t *testing.T) {
	o, _ := tabled(time.Now(), nil)
	o.conn = &connection{session: newSession(o.now)}
	if err := o.receive(mqtt.Packet{Type: mqtt.TypePublish, QoS: 1, ID: 7, Topic: "homeassistant/status"}); err != nil {
		t.Fatal(err)
	}
	if want := mqtt.AppendPuback(nil, 7); !bytes.Equal(o.conn.control, want) {
		t.Errorf("answered % x, want % x", o.conn.control, want)
	}
}
