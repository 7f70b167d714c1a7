package homeassistant

import (
	"maps"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/eclipse/paho.mqtt.golang/packets"

	"github.com/nwp500/nwp500/internal/memnet"
)

// A broker is what MQTT 3.1.1 says of one, as far as the bridge can tell: retained messages, last wills, one connection a
// client id, keep-alive. It speaks with another codec than the bridge, so that the two cannot be wrong together.
type broker struct {
	listener net.Listener
	tasks    sync.WaitGroup

	mu       sync.Mutex // held for memory operations only
	retained map[string]string
	clients  map[string]*client
	seen     []message
}

// A message is what the broker let through.
type message struct {
	topic, payload string
	retain         bool
}

type client struct {
	peer
	id      string
	filters []string
	will    *packets.PublishPacket // nil after DISCONNECT

	queue []packets.ControlPacket // the broker's mutex guards it
	news  chan struct{}           // holds a token when there is something in it
}

func newBroker(t *testing.T, network *memnet.Network) *broker {
	t.Helper()
	listener, err := network.Listen(brokerAddress)
	if err != nil {
		t.Fatal(err)
	}
	b := &broker{listener: listener, retained: make(map[string]string), clients: make(map[string]*client)}
	b.tasks.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			b.tasks.Go(func() { b.attend(&client{peer: peer{t: t, conn: conn}, news: make(chan struct{}, 1)}) })
		}
	})
	return b
}

// close ends all connections and waits.
func (b *broker) close() {
	_ = b.listener.Close()
	b.do(func() {
		for _, c := range b.clients {
			_ = c.conn.Close()
		}
	})
	b.tasks.Wait()
}

func (b *broker) do(f func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	f()
}

// attend serves a connection until it ends.
func (b *broker) attend(c *client) {
	defer c.conn.Close()
	connect := c.connack(packets.Accepted)
	if connect == nil {
		return
	}
	if c.id = connect.ClientIdentifier; connect.WillFlag {
		c.will = newPublish(connect.WillTopic, string(connect.WillMessage), connect.WillRetain)
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
	for {
		_ = c.conn.SetReadDeadline(time.Now().Add(time.Duration(connect.Keepalive) * 1500 * time.Millisecond))
		packet, err := packets.ReadPacket(c.conn)
		if err == nil {
			b.do(func() { b.take(c, packet) })
			continue
		}
		b.do(func() {
			if b.clients[c.id] == c {
				delete(b.clients, c.id)
			}
			if c.will != nil {
				b.publish(c.will)
			}
		})
		return
	}
}

// write sends what is queued for a client.
func (b *broker) write(c *client, ended <-chan struct{}) {
	for {
		select {
		case <-c.news:
		case <-ended:
			return
		}
		var queue []packets.ControlPacket
		b.do(func() { queue, c.queue = c.queue, nil })
		for _, packet := range queue {
			c.send(packet)
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
func (b *broker) take(c *client, packet packets.ControlPacket) {
	switch packet := packet.(type) {
	case *packets.PublishPacket:
		if packet.Qos == 1 {
			c.enqueue(acknowledgement(packet))
		}
		b.publish(packet)
	case *packets.SubscribePacket:
		c.enqueue(subscribed(packet, 0))
		c.filters = append(c.filters, packet.Topics...)
		for _, topic := range slices.Sorted(maps.Keys(b.retained)) {
			if slices.ContainsFunc(packet.Topics, func(filter string) bool { return matches(filter, topic) }) {
				c.enqueue(newPublish(topic, b.retained[topic], true))
			}
		}
	case *packets.UnsubscribePacket:
		c.enqueue(unsubscribed(packet))
		c.filters = slices.DeleteFunc(c.filters, func(filter string) bool { return slices.Contains(packet.Topics, filter) })
	case *packets.PingreqPacket:
		c.enqueue(packets.NewControlPacket(packets.Pingresp))
	case *packets.DisconnectPacket:
		c.will = nil
	default:
		c.t.Errorf("the bridge sends %v", packet)
	}
}

// publish retains a message and passes it on.
func (b *broker) publish(p *packets.PublishPacket) {
	if p.Retain {
		if b.retained[p.TopicName] = string(p.Payload); len(p.Payload) == 0 {
			delete(b.retained, p.TopicName)
		}
	}
	b.seen = append(b.seen, message{p.TopicName, string(p.Payload), p.Retain})
	for _, c := range b.clients {
		if slices.ContainsFunc(c.filters, func(filter string) bool { return matches(filter, p.TopicName) }) {
			c.enqueue(newPublish(p.TopicName, string(p.Payload), false))
		}
	}
}

// matches tells whether a filter lets a topic through.
func matches(filter, topic string) bool {
	levels := strings.Split(topic, "/")
	for i, level := range strings.Split(filter, "/") {
		switch {
		case level == "#":
			return true
		case i >= len(levels) || level != "+" && level != levels[i]:
			return false
		}
	}
	return strings.Count(filter, "/") == len(levels)-1
}

func newPublish(topic, payload string, retain bool) *packets.PublishPacket {
	p := packets.NewControlPacket(packets.Publish).(*packets.PublishPacket)
	p.TopicName, p.Payload, p.Retain = topic, []byte(payload), retain
	return p
}

func acknowledgement(of *packets.PublishPacket) packets.ControlPacket {
	p := packets.NewControlPacket(packets.Puback).(*packets.PubackPacket)
	p.MessageID = of.MessageID
	return p
}

func subscribed(of *packets.SubscribePacket, code byte) packets.ControlPacket {
	p := packets.NewControlPacket(packets.Suback).(*packets.SubackPacket)
	p.MessageID = of.MessageID
	p.ReturnCodes = slices.Repeat([]byte{code}, len(of.Topics))
	return p
}

func unsubscribed(of *packets.UnsubscribePacket) packets.ControlPacket {
	p := packets.NewControlPacket(packets.Unsuback).(*packets.UnsubackPacket)
	p.MessageID = of.MessageID
	return p
}
