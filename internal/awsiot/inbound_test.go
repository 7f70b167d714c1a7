package awsiot

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/eclipse/paho.mqtt.golang/packets"
	"github.com/google/go-cmp/cmp"
	"github.com/gorilla/websocket"

	"github.com/nwp500/nwp500/internal/mqtt"
)

// TestPacketsInAnyAlignment: packets need not begin where messages begin.
func TestPacketsInAnyAlignment(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBroker(t)
		c := b.start()
		var all []byte
		var want []string
		for i := range 5 {
			payload := strings.Repeat("x", 50*i)
			all = append(all, mqtt.Publish{ID: uint16(i + 1), Topic: "t", Payload: []byte(payload)}.Append(nil)...)
			want = append(want, "t "+payload)
		}
		s := b.session()
		s.message(all) // five packets in one message
		for _, one := range all {
			s.message([]byte{one}) // one byte a message
		}
		for len(all) > 0 { // messages that end within packets, in frames of three bytes
			n := min(len(all), 97)
			s.fragments(all[:n])
			all = all[n:]
		}
		if diff := cmp.Diff(append(append(want, want...), want...), c.received()); diff != "" {
			t.Error(diff)
		}
		if got := c.changed(); len(got) != 0 {
			t.Errorf("changes %+v", got)
		}
	})
}

// fragments sends one message in frames of three bytes, as a server may.
func (s *session) fragments(b []byte) {
	s.writes.Lock()
	defer s.writes.Unlock()
	for i := 0; i < len(b); i += 3 {
		part := b[i:min(i+3, len(b))]
		first := byte(0) // continuation
		if i == 0 {
			first = websocket.BinaryMessage
		}
		if i+3 >= len(b) {
			first |= 0x80 // final
		}
		_, _ = s.NetConn().Write(append([]byte{first, byte(len(part))}, part...))
	}
}

func TestBrokerMisbehaves(t *testing.T) {
	for name, test := range map[string]struct {
		send   func(s *session)
		reason error // of the loss; nil: none
	}{
		"text message":    {func(s *session) { s.WriteMessage(websocket.TextMessage, []byte{0xd0, 0}) }, mqtt.ErrProtocol},
		"reserved opcode": {func(s *session) { s.NetConn().Write([]byte{0x83, 0}) }, mqtt.ErrProtocol},
		"masked frame":    {func(s *session) { s.NetConn().Write([]byte{0x82, 0x82, 0, 0, 0, 0, 0xd0, 0}) }, mqtt.ErrProtocol},
		"QoS 2":           {func(s *session) { s.deliver("a", "b", 2) }, mqtt.ErrProtocol},
		"256 MiB":         {func(s *session) { s.message([]byte{0x30, 0xff, 0xff, 0xff, 0x7f}) }, mqtt.ErrProtocol},
		"second CONNACK":  {func(s *session) { s.message([]byte{0x20, 2, 0, 0}) }, mqtt.ErrProtocol},
		"DISCONNECT":      {func(s *session) { s.message([]byte{0xe0, 0}) }, ErrLost},
		"close 1000":      {func(s *session) { s.closeFrame(websocket.CloseNormalClosure) }, ErrLost},
		"close 1011":      {func(s *session) { s.closeFrame(websocket.CloseInternalServerErr) }, ErrLost},
		"end":             {func(s *session) { s.NetConn().Close() }, ErrLost},
		"reset":           {func(s *session) { s.broker.network.Cut() }, ErrLost},
		"WebSocket ping":  {func(s *session) { s.WriteControl(websocket.PingMessage, []byte("?"), time.Time{}) }, nil},
		"WebSocket pong":  {func(s *session) { s.WriteControl(websocket.PongMessage, []byte("!"), time.Time{}) }, nil},
		"stray PINGRESP":  {func(s *session) { s.message([]byte{0xd0, 0}) }, nil},
		"stray SUBACK":    {func(s *session) { s.message([]byte{0x90, 3, 0, 99, 0}) }, nil},
		"stray UNSUBACK":  {func(s *session) { s.message([]byte{0xb0, 2, 0, 99}) }, nil},
		"stray PUBACK":    {func(s *session) { s.puback(99) }, nil},
		"empty message":   {func(s *session) { s.message(nil) }, nil},
		"128 KiB": {func(s *session) {
			s.message(mqtt.Publish{ID: 1, Topic: "t", Payload: make([]byte, maxPayload)}.Append(nil))
		}, nil},
		"1 MiB in a frame": {func(s *session) { s.message(make([]byte, maxMessageRead+1)) }, mqtt.ErrProtocol},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBroker(t)
				c := b.start()
				time.Sleep(time.Minute)
				s := b.session()
				pongs := 0
				s.SetPongHandler(func(string) error { pongs++; return nil })
				test.send(s)
				changes := c.changed()
				if test.reason == nil {
					if len(changes) != 0 {
						t.Errorf("changes %+v", changes)
					}
					if name == "WebSocket ping" && pongs != 1 {
						t.Errorf("%d pongs", pongs)
					}
					return
				}
				if len(changes) != 1 || !errors.Is(changes[0].Err, test.reason) {
					t.Errorf("changes %+v", changes)
				}
				time.Sleep(time.Minute)
				if got := c.changed(); len(got) != 2 {
					t.Errorf("changes %+v", got)
				}
			})
		})
	}
}

func (s *session) closeFrame(code int) {
	s.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, "cmd/navilink"), time.Time{})
	s.NetConn().Close()
}

// TestInboundIsAcknowledged: each, also a duplicate under another packet id, and before it is subscribed.
func TestInboundIsAcknowledged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBroker(t)
		b.script(hooks{subscribe: func(s *session, p *packets.SubscribePacket) []byte {
			s.deliver("a", "early", 1)
			return make([]byte, len(p.Topics))
		}})
		c := b.start()
		if err := c.Subscribe(t.Context(), "a"); err != nil {
			t.Fatal(err)
		}
		for id := range uint16(3) {
			b.session().message(mqtt.Publish{ID: id + 1, Topic: "a", Payload: []byte("same")}.Append(nil))
		}
		if diff := cmp.Diff([]string{"a early", "a same", "a same", "a same"}, c.received()); diff != "" {
			t.Error(diff)
		}
		if got := b.acknowledged(); !cmp.Equal(got, []uint16{7, 1, 2, 3}) {
			t.Errorf("acknowledged %v", got)
		}
	})
}

// TestSlowCalleeStopsNothing: messages are dropped, oldest first, and counted; pings and acknowledgements go on.
func TestSlowCalleeStopsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBroker(t)
		var got []string
		release := make(chan struct{})
		c := b.start(func(cfg *Config) {
			cfg.Receive = func(_ string, payload []byte) {
				<-release
				got = append(got, string(payload))
			}
		})
		const n = maxMessages + 100
		for i := range n {
			b.session().message(mqtt.Publish{ID: 1, Topic: "a", Payload: fmt.Append(nil, i)}.Append(nil))
		}
		time.Sleep(time.Hour)
		if err := c.Publish(t.Context(), Publication{Topic: "a"}); err != nil {
			t.Error(err)
		}
		if s := c.Stats(); !s.Up || s.Received != n || s.Dropped != n-1-maxMessages || s.Connections != 1 {
			t.Errorf("stats %+v", s)
		}
		if len(b.acknowledged()) != n {
			t.Errorf("%d acknowledged", len(b.acknowledged()))
		}
		close(release)
		synctest.Wait()
		if len(got) != 1+maxMessages || got[0] != "0" || got[1] != "100" || got[maxMessages] != fmt.Sprint(n-1) {
			t.Errorf("%d delivered: %.3q…", len(got), got)
		}
	})
}

// TestChangesTakeTurnsForASlowCallee: changes take turns even when most of them are lost.
func TestChangesTakeTurnsForASlowCallee(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBroker(t)
		release := make(chan struct{})
		var ups []bool
		c := b.start(func(cfg *Config) {
			cfg.Changed = func(change Change) { <-release; ups = append(ups, change.Up) }
		})
		for range 100 {
			b.drop()
			time.Sleep(10 * time.Minute)
			b.session().deliver("a", "b", 0)
		}
		close(release)
		synctest.Wait()
		if len(ups) < maxChanges-1 || len(ups) > maxChanges+1 {
			t.Errorf("%d changes", len(ups))
		}
		for i, up := range ups {
			if up != (i%2 == 1) {
				t.Fatalf("change %d: up %v", i, up)
			}
		}
		if got := len(c.received()); got != 100 {
			t.Errorf("received %d", got)
		}
	})
}

func TestInboxIsBoundedInBytes(t *testing.T) {
	var b inbox
	for range 100 {
		b.message("t", make([]byte, maxPayload))
	}
	if b.bytes > maxMessageBytes || b.messages != maxMessageBytes/maxPayload || b.dropped != 100-maxMessageBytes/maxPayload {
		t.Errorf("%d messages, %d bytes, %d dropped", b.messages, b.bytes, b.dropped)
	}
	for len(b.queue) > 0 {
		b.pop()
	}
	if b.bytes != 0 || b.messages != 0 {
		t.Errorf("%d messages, %d bytes left", b.messages, b.bytes)
	}
}

func TestPanickingCallee(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBroker(t)
		delivered := 0
		c := b.start(func(cfg *Config) {
			cfg.Receive = func(topic string, _ []byte) {
				if delivered++; delivered == 1 {
					panic("cannot handle " + topic)
				}
			}
			cfg.Changed = func(Change) { panic(errors.New("cmd/")) }
		})
		b.session().deliver("cmd/navilink", "b", 0)
		b.session().deliver("cmd/navilink", "b", 0)
		b.drop()
		time.Sleep(time.Minute)
		if delivered != 2 || !c.Stats().Up {
			t.Errorf("%d delivered, stats %+v", delivered, c.Stats())
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		if got := strings.Count(c.log.String(), "level=ERROR msg=panic"); got != 3 {
			t.Errorf("%d panics in the log", got)
		}
	})
}

// TestCalleeMayUseTheLink: everything but Close works from a callback.
func TestCalleeMayUseTheLink(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBroker(t)
		outcomes := make(chan error, 2)
		var c *client
		c = b.start(func(cfg *Config) {
			cfg.Receive = func(string, []byte) {
				outcomes <- c.Subscribe(t.Context(), "b")
				outcomes <- c.Publish(t.Context(), Publication{Topic: "b"})
			}
		})
		b.session().deliver("a", "b", 0)
		for range 2 {
			if err := <-outcomes; err != nil {
				t.Error(err)
			}
		}
	})
}
