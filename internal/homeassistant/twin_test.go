package homeassistant

import (
	"hash/maphash"
	"slices"
	"testing"
	"time"

	"github.com/nwp500/nwp500/api"
	"github.com/nwp500/nwp500/internal/mqtt"
)

// tabled is an owner with a table of its own, and a heater that the broker has something of.
func tabled(now time.Time, table []*entity, found ...string) (*owner, *twin) {
	o := &owner{
		Bridge: &Bridge{table: table, topics: topics{base: "nwp500", prefix: "homeassistant"}, seed: maphash.MakeSeed()},
		now:    now, twins: make(map[string]*twin),
	}
	v := handMade()
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
