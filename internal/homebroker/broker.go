// Package homebroker is an MQTT broker as one stands in a house: what MQTT 3.1.1 says of one as far as a bridge to Home
// Assistant can tell, that is retained messages, last wills, one connection a client id and keep-alive. It is for tests: it
// has no clock but the deadlines of its connections and works in a bubble of testing/synctest, keeps nothing beyond Close,
// and speaks with another codec than internal/mqtt, so that the two cannot be wrong together.
//
// A broker serves a listener from [New] to Close. All methods may be called at any time from any goroutine.
package homebroker

import (
	"fmt"
	"maps"
	"net"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/eclipse/paho.mqtt.golang/packets"
)

// A Broker takes everybody who connects.
type Broker struct {
	listener net.Listener
	tasks    sync.WaitGroup

	mu       sync.Mutex // held for memory operations only
	closed   bool
	conns    map[net.Conn]bool
	retained map[string]string
	clients  map[string]*client
	seen     []Message
	offences []string
}

// A Message is what the broker let through.
type Message struct {
	Name, Payload string // the name is that of its topic
	// Retain tells that the broker was to retain it.
	Retain bool
}

type client struct {
	conn    net.Conn
	id      string
	filters []string
	will    *packets.PublishPacket // nil after DISCONNECT

	queue []packets.ControlPacket // the broker's mutex guards it
	news  chan struct{}           // holds a token when there is something in it
}

// New serves who connects to a listener, which belongs to the broker then.
func New(listener net.Listener) *Broker {
	b := &Broker{listener: listener, conns: make(map[net.Conn]bool), retained: make(map[string]string), clients: make(map[string]*client)}
	b.tasks.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			b.tasks.Go(func() { b.attend(&client{conn: conn, news: make(chan struct{}, 1)}) })
		}
	})
	return b
}

// Close ends all connections and waits. Its error is that of closing the listener.
func (b *Broker) Close() error {
	err := b.listener.Close()
	b.do(func() {
		b.closed = true
		for conn := range b.conns {
			_ = conn.Close() // who uses it notices
		}
	})
	b.tasks.Wait()
	return err
}

// Retained returns the payloads that are retained, by their topics.
func (b *Broker) Retained() (all map[string]string) {
	b.do(func() { all = maps.Clone(b.retained) })
	return all
}

// Forget drops all that is retained, and tells nobody.
func (b *Broker) Forget() { b.do(func() { clear(b.retained) }) }

// Publish is somebody else's message.
func (b *Broker) Publish(topic, payload string, retain bool) {
	b.do(func() { b.publish(newPublish(topic, payload, retain)) })
}

// Messages returns what was published since it was asked last.
func (b *Broker) Messages() (seen []Message) {
	b.do(func() { seen, b.seen = b.seen, nil })
	return seen
}

// Offences returns what clients sent that MQTT forbids or this broker does not know.
func (b *Broker) Offences() (all []string) {
	b.do(func() { all = slices.Clone(b.offences) })
	return all
}

func (b *Broker) do(f func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	f()
}

// attend serves a connection until it ends.
func (b *Broker) attend(c *client) {
	defer c.conn.Close()
	b.do(func() {
		if b.conns[c.conn] = true; b.closed {
			_ = c.conn.Close()
		}
	})
	defer b.do(func() { delete(b.conns, c.conn) })
	packet, err := packets.ReadPacket(c.conn)
	connect, ok := packet.(*packets.ConnectPacket)
	if err != nil || !ok {
		return
	}
	if wrong := connect.Validate(); wrong != packets.Accepted {
		b.do(func() { b.offences = append(b.offences, fmt.Sprintf("CONNECT: %d", wrong)) })
	}
	if c.id = connect.ClientIdentifier; connect.WillFlag {
		c.will = newPublish(connect.WillTopic, string(connect.WillMessage), connect.WillRetain)
	}
	if packets.NewControlPacket(packets.Connack).Write(c.conn) != nil {
		return
	}
	b.do(func() {
		if before := b.clients[c.id]; before != nil {
			_ = before.conn.Close()
		}
		b.clients[c.id] = c
	})
	ended := make(chan struct{})
	b.tasks.Go(func() { b.write(c, ended) })
	defer close(ended)
	b.read(c, time.Duration(connect.Keepalive)*1500*time.Millisecond)
	b.do(func() {
		if b.clients[c.id] == c {
			delete(b.clients, c.id)
		}
		if c.will != nil {
			b.publish(c.will)
		}
	})
}

// read takes what a client sends until it ends or says nothing for too long.
func (b *Broker) read(c *client, silence time.Duration) {
	for {
		_ = c.conn.SetReadDeadline(time.Now().Add(silence)) // a connection that has ended says so when it is read
		packet, err := packets.ReadPacket(c.conn)
		if err != nil {
			return
		}
		b.do(func() { b.take(c, packet) })
	}
}

// write sends what is queued for a client.
func (b *Broker) write(c *client, ended <-chan struct{}) {
	for {
		select {
		case <-c.news:
		case <-ended:
			return
		}
		var queue []packets.ControlPacket
		b.do(func() { queue, c.queue = c.queue, nil })
		for _, packet := range queue {
			_ = packet.Write(c.conn) // whoever reads notices the end
		}
	}
}

func (c *client) enqueue(packet packets.ControlPacket) {
	c.queue = append(c.queue, packet)
	select {
	case c.news <- struct{}{}:
	default:
	}
}

// take does what a packet asks for.
func (b *Broker) take(c *client, packet packets.ControlPacket) {
	if answer := Answer(packet, 0); answer != nil {
		c.enqueue(answer)
	}
	switch packet := packet.(type) {
	case *packets.PublishPacket:
		b.publish(packet)
	case *packets.SubscribePacket:
		c.filters = append(c.filters, packet.Topics...)
		for _, topic := range slices.Sorted(maps.Keys(b.retained)) {
			if anyMatches(packet.Topics, topic) {
				c.enqueue(newPublish(topic, b.retained[topic], true))
			}
		}
	case *packets.UnsubscribePacket:
		c.filters = slices.DeleteFunc(c.filters, func(filter string) bool { return slices.Contains(packet.Topics, filter) })
	case *packets.PingreqPacket:
	case *packets.DisconnectPacket:
		c.will = nil
	default:
		b.offences = append(b.offences, packet.String())
	}
}

// publish retains a message and passes it on.
func (b *Broker) publish(p *packets.PublishPacket) {
	if p.Retain {
		if b.retained[p.TopicName] = string(p.Payload); len(p.Payload) == 0 {
			delete(b.retained, p.TopicName)
		}
	}
	b.seen = append(b.seen, Message{p.TopicName, string(p.Payload), p.Retain})
	for _, c := range b.clients {
		if anyMatches(c.filters, p.TopicName) {
			c.enqueue(newPublish(p.TopicName, string(p.Payload), false))
		}
	}
}

// anyMatches tells whether one of the filters lets a topic through.
func anyMatches(filters []string, topic string) bool {
	levels := strings.Split(topic, "/")
	return slices.ContainsFunc(filters, func(filter string) bool {
		for i, level := range strings.Split(filter, "/") {
			switch {
			case level == "#":
				return true
			case i >= len(levels) || level != "+" && level != levels[i]:
				return false
			}
		}
		return strings.Count(filter, "/") == len(levels)-1
	})
}

func newPublish(topic, payload string, retain bool) *packets.PublishPacket {
	return &packets.PublishPacket{
		FixedHeader: packets.FixedHeader{MessageType: packets.Publish, Retain: retain},
		TopicName:   topic, Payload: []byte(payload),
	}
}
