package homeassistant

import (
	"hash/maphash"
	"slices"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/api"
	"github.com/nwp500/nwp500/internal/fleet"
	"github.com/nwp500/nwp500/internal/mqtt"
)

// A twin is a heater as the broker has it.
type twin struct {
	id     string
	heater *fleet.Heater
	state  *fleet.State // the newest
	queued bool         // it may have something to say

	// known tells that the broker was asked what it retains of the heater. retained is that: the hash of a payload by
	// the hash of its topic, which takes a tenth of the room.
	known    bool
	retained map[uint64]uint64
	// found are the topics that the broker had and that are not known to be wanted: those of entities that are no more,
	// and until settled those of which it may come to be known that the heater has them.
	found   []string
	settled time.Time
	// announced is what the discovery documents were made of.
	announced shape
	// had tells which entities were announced: they stay.
	had []bool
	// again has everything told once more, though the broker has it.
	again bool

	orders []*order     // commands that wait, and before them the one under way
	untold []*api.Event // commands that were refused and that Home Assistant has not heard of (catchUp)
}

// A shape is what discovery documents are made of (entity.config): as long as it stays, they stay.
type shape struct {
	name     string
	features *nwp500.Features
	firmware *api.Firmware // the first of a list that is made anew when it changes
	known    uint64        // which fields of the status there are
}

func (b *Bridge) shape(v *view) shape {
	s := shape{name: v.state.Name, features: v.state.Features}
	if len(v.state.Firmware) > 0 {
		s.firmware = &v.state.Firmware[0]
	}
	for name, value := range v.values {
		if value.Known {
			s.known += maphash.String(b.seed, name) // in any order
		}
	}
	return s
}

// forget forgets what the broker retains.
func (t *twin) forget() {
	t.queued, t.known, t.retained, t.found, t.again = false, false, nil, nil, false
	t.announced, t.settled = shape{}, time.Time{}
}

// enqueue has a heater looked at.
func (o *owner) enqueue(t *twin) {
	if o.conn != nil && !t.queued && o.twins[t.id] == t {
		t.queued = true
		o.queue = append(o.queue, t)
	}
}

// dequeue has a heater that is no more looked at no more.
func (o *owner) dequeue(t *twin) {
	o.queue = slices.DeleteFunc(o.queue, func(other *twin) bool { return other == t })
}

// tell publishes what differs between a heater's state and what the broker retains of it.
func (o *owner) tell(t *twin) {
	v := newView(t.state)
	reachable := v.complete() && t.state.Connection.State == api.Up
	at := o.topics.availability(t.id)
	if !reachable { // before the states, which then are those from before
		o.retain(t, at, []byte(offline))
	}
	if v.complete() {
		o.describe(t, v)
	} else {
		o.unreachable(v, func(topic string, payload []byte) { o.retain(t, topic, payload) })
	}
	if reachable {
		o.retain(t, at, []byte(online))
	}
	t.again = false
	o.catchUp(t)
}

// catchUp tells of commands that were refused before Home Assistant could hear of it: it shows no event of a heater that
// is not announced, nor of a bridge that is not there. One of long ago is told no more.
func (o *owner) catchUp(t *twin) {
	if !o.present || t.announced == (shape{}) {
		return
	}
	for _, event := range t.untold {
		if o.now.Sub(event.At) > orderAge {
			o.count.missed.Add(1)
			continue
		}
		o.happened(t, event)
	}
	t.untold = nil
}

// describe publishes documents, states and attributes, and takes away what the heater has no more.
func (o *owner) describe(t *twin, v *view) {
	shape := o.shape(v)
	announce := t.again || shape != t.announced
	t.announced = shape
	wanted := make(map[string]bool)
	want := func(topic string) string {
		if len(t.found) > 0 {
			wanted[topic] = true
		}
		return topic
	}
	if t.settled.IsZero() || t.state.Connection.State != api.Up {
		t.settled = o.now.Add(settling)
	}
	for i, e := range o.table {
		if !t.had[i] && e.exists != nil && !e.exists(v) {
			continue
		}
		first := !t.had[i]
		t.had[i] = true
		at := want(o.topics.discovery(e, t.id))
		if announce || first {
			document, err := o.topics.document(e, v)
			if err != nil {
				o.cfg.Logger.Error("an entity cannot be described", "entity", e.id, "err", err)
				continue
			}
			o.retain(t, at, document)
		}
		for _, c := range e.channels {
			if c.state != nil {
				o.retain(t, want(o.topics.state(t.id, e.id, c.name)), []byte(c.state(v)))
			}
		}
		if e.attributes != nil {
			o.retain(t, want(o.topics.attributes(t.id, e.id)), e.attributes(v))
		}
	}
	t.found = slices.DeleteFunc(t.found, func(topic string) bool { return wanted[topic] })
	if len(t.found) > 0 && o.now.Before(t.settled) {
		for _, topic := range o.topics.all(o.table, t.id) {
			wanted[topic] = true
		}
	}
	t.found = slices.DeleteFunc(t.found, func(topic string) bool {
		if !wanted[topic] {
			o.retain(t, topic, nil)
		}
		return !wanted[topic]
	})
}

// settling is how long a heater that answers may take until all is known that tells which entities it has: its schedules,
// its record.
const settling = 15 * time.Minute

// unreachable publishes, of a heater that is not known yet, what Home Assistant shows also while it cannot be reached: what
// an earlier run left there is not so any more. What is unknown stays: when that run heard the heater is as it was.
func (o *owner) unreachable(v *view, publish func(topic string, payload []byte)) {
	for _, e := range o.table {
		if !e.unreachable {
			continue
		}
		for _, c := range e.channels {
			if c.state == nil {
				continue
			}
			if state := c.state(v); state != unknown {
				publish(o.topics.state(v.state.ID, e.id, c.name), []byte(state))
			}
		}
		if e.attributes != nil {
			publish(o.topics.attributes(v.state.ID, e.id), e.attributes(v))
		}
	}
}

// retain has the broker retain a payload, unless it does already. An empty one has it forget the topic.
func (o *owner) retain(t *twin, topic string, payload []byte) {
	at, hash := o.hash(topic), maphash.Bytes(o.seed, payload)
	before, there := t.retained[at]
	switch {
	case len(payload) == 0 && !there, there && before == hash && !t.again:
		return
	case len(payload) == 0:
		delete(t.retained, at)
	default:
		t.retained[at] = hash
	}
	o.pending = append(o.pending, mqtt.Publish{Topic: topic, Payload: payload, Retain: true})
}

func (o *owner) hash(text string) uint64 { return maphash.String(o.seed, text) }

// restore has the states of an entity told again: a command for it did not end as its sender may already show.
func (o *owner) restore(t *twin, e *entity) {
	for _, c := range e.channels {
		if c.state != nil {
			delete(t.retained, o.hash(o.topics.state(t.id, e.id, c.name)))
		}
	}
	o.enqueue(t)
}

// happened tells of an event, now or never: who hears it later would take it for new. Nor is there anybody to hear it
// before the heater was announced.
func (o *owner) happened(t *twin, event *api.Event) {
	for i, e := range o.table {
		if e.event == nil {
			continue
		}
		payload := e.event(event)
		switch {
		case payload == nil:
		case !t.known || !t.had[i] || len(o.notes) >= maxNotes:
			o.count.missed.Add(1)
		default:
			o.notes = append(o.notes, mqtt.Publish{Topic: o.topics.state(t.id, e.id, e.channels[0].name), Payload: payload})
		}
	}
}

// maxNotes is how many events may wait for a broker that is slow.
const maxNotes = 256

// nextMessage returns what is to be published next.
func (o *owner) nextMessage() (mqtt.Publish, bool) {
	for _, from := range []*[]mqtt.Publish{&o.notes, &o.pending} {
		if len(*from) > 0 {
			p := (*from)[0]
			(*from)[0] = mqtt.Publish{}
			if *from = (*from)[1:]; len(*from) == 0 {
				*from = nil // let go of the array
			}
			return p, true
		}
	}
	return mqtt.Publish{}, false
}

// advance takes up the next heater, if there is one to be taken up now.
func (o *owner) advance() bool {
	switch {
	case o.phase != serving || o.farewell || o.asking != nil:
		return false
	case len(o.queue) > 0:
		t := o.queue[0]
		if !t.known {
			o.ask(t.id)
			return false
		}
		o.queue = slices.Delete(o.queue, 0, 1)
		t.queued = false
		o.tell(t)
	case len(o.leaving) > 0:
		o.ask(o.leaving[0])
		return false
	case !o.present:
		// Not before: what the broker retains is now what is, and not what was when the bridge went.
		o.present = true
		o.notes = append(o.notes, mqtt.Publish{Topic: o.topics.bridge(), Payload: []byte(online), Retain: true})
		for _, t := range o.twins {
			o.catchUp(t)
		}
	default:
		return false
	}
	return true
}
