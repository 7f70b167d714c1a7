package awsiot

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/eclipse/paho.mqtt.golang/packets"
	"github.com/gorilla/websocket"

	"github.com/nwp500/nwp500/internal/memnet"
)

// A broker is scripted: each hook, where set, decides one step. It is strict about what this package must never do.
type broker struct {
	t       *testing.T
	network *memnet.Network

	mu       sync.Mutex
	hooks    hooks
	upgrades []upgrade
	connects []time.Time
	live     []*session
	topics   []string // published to
	filters  [][]string
	acks     []uint16
	faults   []string
	ends     []string // the last packet of each session
}

// Hooks stand for what a broker does by itself.
type hooks struct {
	upgrade   func(w http.ResponseWriter, r *http.Request) bool        // reports whether it has answered
	connect   func(s *session) (code int)                              // -1: close without CONNACK, -2: silence
	started   func(s *session)                                         // after CONNACK
	subscribe func(s *session, p *packets.SubscribePacket) []byte      // nil: no SUBACK
	publish   func(s *session, p *packets.PublishPacket) (answer bool) // false: no PUBACK
	ping      func(s *session) (answer bool)                           // false: no PINGRESP
}

// script replaces all hooks.
func (b *broker) script(h hooks) {
	synctest.Wait()
	b.mu.Lock()
	defer b.mu.Unlock()
	b.hooks = h
}

func (b *broker) hook() hooks {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.hooks
}

type upgrade struct {
	at    time.Time
	query url.Values
}

// A session is one connection as the broker sees it.
type session struct {
	*websocket.Conn
	broker *broker
	n      int // connections before it
	writes sync.Mutex
}

const brokerAddress = "127.0.0.1:80"

func newBroker(t *testing.T) *broker {
	t.Helper()
	b := &broker{t: t, network: memnet.New()}
	l, err := b.network.Listen(brokerAddress)
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: b}
	served := make(chan error)
	go func() { served <- server.Serve(l) }()
	t.Cleanup(func() {
		server.Close()
		<-served
		b.network.Cut()
		synctest.Wait()
		b.mu.Lock()
		defer b.mu.Unlock()
		for _, fault := range b.faults {
			t.Error("the broker saw: " + fault)
		}
	})
	return b
}

func (b *broker) fault(format string, args ...any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.faults = append(b.faults, fmt.Sprintf(format, args...))
}

func (b *broker) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	b.upgrades = append(b.upgrades, upgrade{time.Now(), r.URL.Query()})
	b.mu.Unlock()
	if r.URL.Path != "/mqtt" || r.Host != "127.0.0.1" || r.Header.Get("Sec-Websocket-Protocol") != "mqtt" {
		b.fault("upgrade of %s%s", r.Host, r.URL.Path)
	}
	if h := b.hook().upgrade; h != nil && h(w, r) {
		return
	}
	upgrader := websocket.Upgrader{Subprotocols: []string{"mqtt"}}
	ws, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	defer ws.Close()
	s := &session{Conn: ws, broker: b}
	s.run()
}

// read reads one packet, which must be one message, with the independent codec.
func (s *session) read() (packets.ControlPacket, error) {
	kind, message, err := s.ReadMessage()
	if err != nil {
		return nil, err
	}
	r := bytes.NewReader(message)
	p, err := packets.ReadPacket(r)
	if err != nil || r.Len() > 0 || kind != websocket.BinaryMessage {
		s.broker.fault("message of type %d that is not one packet: %v", kind, err)
		return nil, errors.New("not one packet")
	}
	return p, nil
}

func (s *session) send(p packets.ControlPacket) {
	var buf bytes.Buffer
	if err := p.Write(&buf); err != nil {
		s.broker.fault("cannot encode: %v", err)
	}
	s.message(buf.Bytes())
}

func (s *session) message(b []byte) {
	s.writes.Lock()
	defer s.writes.Unlock()
	_ = s.WriteMessage(websocket.BinaryMessage, b) // memnet never blocks for such sizes
}

func (s *session) deliver(topic, payload string, qos byte) {
	p := packets.NewControlPacket(packets.Publish).(*packets.PublishPacket)
	p.TopicName, p.Payload, p.Qos = topic, []byte(payload), qos
	if qos > 0 {
		p.MessageID = 7
	}
	s.send(p)
}

func (s *session) run() {
	b := s.broker
	p, err := s.read()
	if err != nil {
		return
	}
	connect, ok := p.(*packets.ConnectPacket)
	if !ok {
		b.fault("%T before CONNECT", p)
		return
	}
	if connect.Validate() != packets.Accepted || !connect.CleanSession {
		b.fault("CONNECT: %v", connect)
	}
	b.mu.Lock()
	s.n = len(b.connects)
	if s.n > 0 && time.Since(b.connects[s.n-1]) < time.Second {
		b.faults = append(b.faults, fmt.Sprintf("two CONNECTs within %v", time.Since(b.connects[s.n-1])))
	}
	if len(b.live) > 0 {
		b.faults = append(b.faults, "two connections at once")
	}
	b.connects = append(b.connects, time.Now())
	b.live = append(b.live, s)
	b.mu.Unlock()
	last := "CONNECT"
	defer func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.live = slices.DeleteFunc(b.live, func(o *session) bool { return o == s })
		b.ends = append(b.ends, last)
	}()
	code := 0
	if h := b.hook().connect; h != nil {
		code = h(s)
	}
	switch code {
	case -1:
		return
	case -2:
		_, _ = s.read()
		return
	}
	connack := packets.NewControlPacket(packets.Connack).(*packets.ConnackPacket)
	connack.ReturnCode = byte(code)
	s.send(connack)
	if code != 0 {
		return
	}
	if h := b.hook().started; h != nil {
		h(s)
	}
	for {
		p, err := s.read()
		if err != nil {
			return
		}
		last = fmt.Sprintf("%T", p)
		if s.answer(p); last == "*packets.DisconnectPacket" {
			return
		}
	}
}

func (s *session) answer(p packets.ControlPacket) {
	b := s.broker
	switch p := p.(type) {
	case *packets.PublishPacket:
		b.mu.Lock()
		b.topics = append(b.topics, p.TopicName)
		b.mu.Unlock()
		if p.Qos != 1 || p.Dup || p.Retain || p.MessageID == 0 {
			b.fault("PUBLISH: %v", p.FixedHeader)
		}
		if h := b.hook().publish; h == nil || h(s, p) {
			s.puback(p.MessageID)
		}
	case *packets.SubscribePacket:
		b.mu.Lock()
		b.filters = append(b.filters, p.Topics)
		b.mu.Unlock()
		if len(p.Topics) > 8 {
			b.fault("SUBSCRIBE to %d filters", len(p.Topics))
		}
		codes := bytes.Repeat([]byte{1}, len(p.Topics))
		if h := b.hook().subscribe; h != nil {
			codes = h(s, p)
		}
		if codes != nil {
			suback := packets.NewControlPacket(packets.Suback).(*packets.SubackPacket)
			suback.MessageID, suback.ReturnCodes = p.MessageID, codes
			s.send(suback)
		}
	case *packets.UnsubscribePacket:
		if len(p.Topics) > 8 {
			b.fault("UNSUBSCRIBE from %d filters", len(p.Topics))
		}
		unsuback := packets.NewControlPacket(packets.Unsuback).(*packets.UnsubackPacket)
		unsuback.MessageID = p.MessageID
		s.send(unsuback)
	case *packets.PingreqPacket:
		if h := b.hook().ping; h == nil || h(s) {
			s.send(packets.NewControlPacket(packets.Pingresp))
		}
	case *packets.PubackPacket:
		b.mu.Lock()
		defer b.mu.Unlock()
		b.acks = append(b.acks, p.MessageID)
	case *packets.DisconnectPacket:
	default:
		b.fault("unexpected %T", p)
	}
}

func (s *session) puback(id uint16) {
	puback := packets.NewControlPacket(packets.Puback).(*packets.PubackPacket)
	puback.MessageID = id
	s.send(puback)
}

// drop ends all sessions, as a broker does, without a word.
func (b *broker) drop() {
	b.mu.Lock()
	for _, s := range b.live {
		s.NetConn().Close()
	}
	b.mu.Unlock()
	synctest.Wait()
}

// session returns the one that is live.
func (b *broker) session() *session {
	b.t.Helper()
	synctest.Wait()
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.live) != 1 {
		b.t.Fatalf("%d sessions are live", len(b.live))
	}
	return b.live[0]
}

func (b *broker) connectTimes() []time.Time {
	synctest.Wait()
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.connects)
}

func (b *broker) dials() []upgrade {
	synctest.Wait()
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.upgrades)
}

func (b *broker) published() []string {
	synctest.Wait()
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.topics)
}

func (b *broker) acknowledged() []uint16 {
	synctest.Wait()
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.acks)
}

func (b *broker) ended() []string {
	synctest.Wait()
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.ends)
}

func (b *broker) subscribed() [][]string {
	synctest.Wait()
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.filters)
}

// forbid answers an upgrade as AWS IoT does.
func forbid(w http.ResponseWriter, message string, date time.Time) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Amzn-ErrorType", "ForbiddenException:")
	w.Header().Set("Date", date.UTC().Format(http.TimeFormat))
	w.WriteHeader(http.StatusForbidden)
	fmt.Fprintf(w, `{"message":%q,"traceId":"612ceea9-8bb1-73d9-3cb1-f3b117766e94"}`, message)
}
