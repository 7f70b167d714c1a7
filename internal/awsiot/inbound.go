package awsiot

import (
	"fmt"
	"slices"

	"github.com/gorilla/websocket"

	"github.com/nwp500/nwp500/internal/mqtt"
)

// Bounds of what waits for Config.Receive.
const (
	maxMessages     = 1024
	maxMessageBytes = 8 << 20
	maxChanges      = 64
)

// receive takes in a packet.
func (l *Link) receive(p mqtt.Packet) {
	switch p.Type {
	case mqtt.TypePublish:
		// Acknowledged before it is delivered: a callee that is slow must not make the broker send again.
		if p.QoS > 0 {
			l.push(frame{websocket.BinaryMessage, mqtt.AppendPuback(nil, p.ID)})
		}
		l.inbox.message(p.Topic, p.Payload)
	case mqtt.TypePuback:
		l.publications.acknowledged(p.ID)
	case mqtt.TypeSuback:
		if err := l.subscriptions.answered(p.ID, p.Codes, l.now); err != nil {
			l.fail(err)
		}
	case mqtt.TypeUnsuback:
		l.subscriptions.unsubscribed(p.ID)
	case mqtt.TypePingresp:
		l.conn.pinging = false
	case mqtt.TypeDisconnect:
		l.fail(fmt.Errorf("%w: DISCONNECT by the broker", ErrLost))
	default:
		l.fail(mqtt.Violation("a second %v", p.Type))
	}
}

// A delivery is a call of Config.Changed, or else of Config.Receive.
type delivery struct {
	change  *Change
	topic   string
	payload []byte
}

// An inbox is what waits for the dispatcher.
type inbox struct {
	queue    []delivery
	messages int
	bytes    int // of payloads
	received uint64
	dropped  uint64
}

// message adds a message. The oldest ones make room.
func (b *inbox) message(topic string, payload []byte) {
	b.received++
	b.messages++
	b.bytes += len(payload)
	b.queue = append(b.queue, delivery{topic: topic, payload: payload})
	for b.messages > maxMessages || b.bytes > maxMessageBytes {
		b.drop(func(d delivery) bool { return d.change == nil })
		b.dropped++
	}
}

// change adds a change. When the callee has fallen far behind, the two oldest ones go: one down, one up, so that they still take turns.
func (b *inbox) change(c Change) {
	b.queue = append(b.queue, delivery{change: &c})
	isChange := func(d delivery) bool { return d.change != nil }
	if len(b.queue)-b.messages > maxChanges {
		b.drop(isChange)
		b.drop(isChange)
	}
}

// drop removes the first delivery of a kind.
func (b *inbox) drop(kind func(delivery) bool) {
	i := slices.IndexFunc(b.queue, kind)
	b.forget(b.queue[i])
	b.queue = slices.Delete(b.queue, i, i+1)
}

// offer returns the channel to the dispatcher and what to send there; a nil channel when there is nothing.
func (b *inbox) offer(to chan<- delivery) (chan<- delivery, delivery) {
	if len(b.queue) == 0 {
		return nil, delivery{}
	}
	return to, b.queue[0]
}

// pop removes what was offered.
func (b *inbox) pop() {
	b.forget(b.queue[0])
	b.queue[0] = delivery{}
	if b.queue = b.queue[1:]; len(b.queue) == 0 {
		b.queue = nil // let go of the array
	}
}

func (b *inbox) forget(d delivery) {
	if d.change == nil {
		b.messages--
		b.bytes -= len(d.payload)
	}
}

// clear drops everything without counting.
func (b *inbox) clear() { b.queue, b.messages, b.bytes = nil, 0, 0 }

// dispatch is the dispatcher: it calls the functions of the configuration, one at a time.
func (l *Link) dispatch(deliveries <-chan delivery) {
	for d := range deliveries {
		l.deliver(d)
	}
}

func (l *Link) deliver(d delivery) {
	var err error // is in the log already
	if d.change != nil {
		defer l.recovered("Config.Changed", &err)
		l.cfg.Changed(*d.change)
		return
	}
	defer l.recovered("Config.Receive", &err)
	l.cfg.Receive(d.topic, d.payload)
}
