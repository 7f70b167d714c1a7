package homeassistant

import (
	"bytes"
	"hash/maphash"
	"slices"
	"strconv"
	"time"

	"github.com/nwp500/nwp500/api"
	"github.com/nwp500/nwp500/internal/fleet"
	"github.com/nwp500/nwp500/internal/mqtt"
)

const (
	// answerTime is how long a broker may take to tell what it retains of a heater.
	answerTime = 5 * time.Second
	// linger is how long after its answer what a broker retains is still listened for: some send it when it suits them.
	linger = 2 * time.Second
	// maxFound bounds what is taken in of a heater, whose entities have a few hundred topics, and of heaters and commands
	// that the broker retains and nobody knows: anybody at the broker can leave some there.
	maxFound = 4096
	// leftoversEvery is how often it is looked whether the fleet knows all heaters, while the broker has others.
	leftoversEvery = 10 * time.Second
	// sweepEvery is how often heaters are looked at of which the broker has more than is wanted.
	sweepEvery = time.Minute
)

// An inventory is the question what a broker retains: it is subscribed, and a message to ourselves sent behind that, which
// comes back after all that is retained.
type inventory struct {
	heater  string // "" of the list of heaters
	filters []string
	echo    string
	found   []string // topics
	hashes  []uint64 // of their payloads
	until   time.Time
}

// inventories are the questions of a connection.
type inventories struct {
	echoes    int
	asking    *inventory   // at most one at a time
	lingering []*inventory // answered, and still subscribed
	deaf      bool         // the broker did not let us hear ourselves: answers are not waited for
	looked    time.Time    // when it was last looked for heaters that no account has any more
	swept     time.Time    // when it was last looked for entities that are no more
}

// list asks which heaters the broker remembers, and begins to listen for commands and for Home Assistant.
func (o *owner) list() {
	o.strange, o.forgot = make(map[string]bool), make(map[string]bool)
	o.request(&inventory{filters: o.topics.heard()})
}

// ask asks what the broker retains of a heater.
func (o *owner) ask(heater string) {
	o.lingering = slices.DeleteFunc(o.lingering, func(i *inventory) bool { return i.heater == heater })
	o.request(&inventory{heater: heater, filters: o.topics.retained(heater)})
}

func (o *owner) request(i *inventory) {
	o.echoes++
	i.echo, i.until = strconv.Itoa(o.echoes), o.now.Add(answerTime)
	if o.deaf {
		i.until = o.now
	}
	o.asking = i
	o.conn.subscribe(o.unheard, i.filters...)
	o.conn.control = mqtt.Publish{Topic: o.topics.echo(), Payload: []byte(i.echo)}.Append(o.conn.control)
	o.wake = o.now
}

// unheard takes in that the broker refused filters.
func (o *owner) unheard(refused int) {
	o.deafened("the MQTT broker does not let the bridge hear all that it has to: commands may be lost, and old entities stay", "filters", refused)
}

// deafened goes on without hearing what the broker retains, and says so once.
func (o *owner) deafened(why string, args ...any) {
	o.deaf = true
	if !o.toldDeaf {
		o.toldDeaf = true
		o.cfg.Logger.Warn(why, args...)
	}
}

// tidy ends inventories that are due.
func (o *owner) tidy() {
	if o.asking != nil && o.due(o.asking.until) {
		o.deafened("the MQTT broker does not tell in time what it retains: it is told everything, and old entities may stay")
		o.conclude()
	}
	for len(o.lingering) > 0 && o.due(o.lingering[0].until) {
		o.conn.unsubscribe(o.lingering[0].filters...)
		o.lingering = o.lingering[1:]
	}
	if len(o.strange) > 0 && o.phase == serving && o.due(o.looked.Add(leftoversEvery)) {
		o.looked = o.now
		o.due(o.looked.Add(leftoversEvery))
		o.leftovers()
	}
	if o.phase == serving && o.due(o.swept.Add(sweepEvery)) {
		o.swept = o.now
		o.due(o.swept.Add(sweepEvery))
		for _, t := range o.twins {
			if len(t.found) > 0 {
				o.enqueue(t)
			}
		}
	}
	o.held()
}

// echoed takes in a message to ourselves.
func (o *owner) echoed(payload []byte) {
	if o.asking != nil && o.asking.echo == string(payload) {
		o.toldDeaf = o.toldDeaf && o.deaf
		o.conclude()
	}
}

// conclude takes in the answer to the question that was asked.
func (o *owner) conclude() {
	i := o.asking
	o.asking = nil
	if i.heater == "" {
		o.phase = serving
		for _, t := range o.twins {
			o.enqueue(t)
		}
		return
	}
	o.stay(i.heater)
	i.until = o.now.Add(linger)
	o.lingering = append(o.lingering, i)
	if t, known := o.twins[i.heater]; known {
		t.known, t.found, t.retained = true, i.found, make(map[uint64]uint64, len(i.found))
		for n, topic := range i.found {
			t.retained[o.hash(topic)] = i.hashes[n]
		}
		return
	}
	o.forgot[i.heater] = true
	for _, topic := range i.found {
		o.clear(topic)
	}
	if o.deaf {
		for _, topic := range o.topics.all(o.table, i.heater) {
			o.clear(topic)
		}
	}
	o.clear(o.topics.availability(i.heater)) // the last: as long as it is there, the rest is found
}

// clear has the broker forget a topic.
func (o *owner) clear(topic string) {
	o.pending = append(o.pending, mqtt.Publish{Topic: topic, Retain: true})
}

// remembered takes in a message that the broker retains, of a heater.
func (o *owner) remembered(heater string, p mqtt.Packet) {
	hash := maphash.Bytes(o.seed, p.Payload)
	t, known := o.twins[heater]
	switch i := o.asking; {
	case i != nil && i.heater == heater:
		if len(i.found) < maxFound {
			i.found, i.hashes = append(i.found, p.Topic), append(i.hashes, hash)
		}
	case known && t.known: // later than its answer: whether it is wanted is seen as if it had been in there
		if _, there := t.retained[o.hash(p.Topic)]; !there && len(t.found) < maxFound {
			t.found, t.retained[o.hash(p.Topic)] = append(t.found, p.Topic), hash
			o.enqueue(t)
		}
	case o.forgot[heater]:
		o.clear(p.Topic)
	}
}

// available takes in what is said of a heater's availability, or of ours.
func (o *owner) available(heater string, p mqtt.Packet) {
	said := p.Payload
	switch {
	case heater == bridgeLevel:
		// The will of a connection of ours that the broker had not yet seen end: the bridge says it again, once.
		if !bytes.Equal(said, []byte(online)) {
			o.present = false
		}
	case p.Retain && len(said) > 0 && isID(heater) && o.twins[heater] == nil && !o.forgot[heater] && len(o.strange) < maxFound:
		o.strange[heater] = true
		// Until the fleet knows it, what the broker has of it is old.
		if string(said) != offline {
			o.notes = append(o.notes, mqtt.Publish{Topic: p.Topic, Payload: []byte(offline), Retain: true})
		}
		unknown := &fleet.State{ID: heater, Connection: api.Connection{State: api.Connecting}}
		o.unreachable(newView(unknown), func(topic string, payload []byte) {
			o.notes = append(o.notes, mqtt.Publish{Topic: topic, Payload: payload, Retain: true})
		})
	}
}

// leftovers has the broker forget heaters that no account has any more, once each account was asked. A fleet without any
// heater forgets nothing: that is rather a cloud that fails than an owner who has none left.
func (o *owner) leftovers() {
	all := true
	for _, account := range o.cfg.Fleet.Accounts() {
		if account.Connection.State == api.Up { // it lists before it connects
			o.listed[account.Name] = true
		}
		all = all && o.listed[account.Name]
	}
	if !all || len(o.twins) == 0 {
		return
	}
	for heater := range o.strange {
		o.leaving = append(o.leaving, heater)
	}
	clear(o.strange)
}

// isID tells what looks like the ID of a heater: ten hexadecimal digits.
func isID(text string) bool {
	return len(text) == 10 && !slices.ContainsFunc([]byte(text), func(c byte) bool { return (c < '0' || c > '9') && (c < 'a' || c > 'f') })
}
