package simulator

import (
	"bytes"
	"context"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/eclipse/paho.mqtt.golang/packets"
	"github.com/gorilla/websocket"

	"github.com/nwp500/nwp500/internal/memnet"
)

// A rig is a broker on a network in memory, without heaters. It belongs into a
// bubble.
type rig struct {
	t      *testing.T
	broker *broker
	server *Server

	mu      sync.Mutex
	handled []string // "client topic payload"
}

const (
	testSecret = "secret"
	testToken  = "token/with+signs=="
)

// newRig knows each access key id "AK…" as the account of that name, and lets
// accounts use all topics but those below "forbidden".
func newRig(t *testing.T, profile Broker) *rig {
	t.Helper()
	r := &rig{t: t}
	lookup := func(id string) (issuedKey, bool) {
		return issuedKey{id, testSecret, testToken, time.Now().Add(time.Hour)}, strings.HasPrefix(id, "AK")
	}
	allowed := func(_, topic string) bool { return !strings.HasPrefix(topic, "forbidden") }
	handle := func(from publisher, topic string, payload []byte) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.handled = append(r.handled, from.clientID+" "+topic+" "+string(payload))
	}
	r.broker = newBroker(profile, 1, lookup, allowed, handle, slog.New(slog.DiscardHandler))
	network := memnet.New()
	listener, err := network.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r.server = newServer(r.broker, listener, "http", "ws")
	r.server.Dial = network.Dial
	r.server.serve(listener)
	t.Cleanup(func() {
		r.broker.close()
		if err := r.server.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

// received waits for what is under way, which a PUBACK may overtake, and returns what
// the heaters have heard since the last call.
func (r *rig) received() []string {
	synctest.Wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	handled := r.handled
	r.handled = nil
	return handled
}

// lastDrop returns the reason of the connection that ended last.
func (r *rig) lastDrop() DropReason {
	drops := r.broker.tally.ended()
	if len(drops) == 0 {
		return ""
	}
	return drops[len(drops)-1].Reason
}

// sign returns the query of a signed request, made by the SDK of AWS.
func sign(t *testing.T, host, accessKeyID string, at time.Time) string {
	t.Helper()
	request, err := http.NewRequest(http.MethodGet, "http://"+host+"/mqtt", nil)
	if err != nil {
		t.Fatal(err)
	}
	signed, _, err := v4.NewSigner().PresignHTTP(context.Background(), aws.Credentials{AccessKeyID: accessKeyID, SecretAccessKey: testSecret},
		request, hexDigest(""), "iotdevicegateway", "us-east-1", at)
	if err != nil {
		t.Fatal(err)
	}
	_, query, _ := strings.Cut(signed, "?")
	return query + "&X-Amz-Security-Token=" + percentEncode(testToken)
}

// A testClient is a raw client: it sends what it is told, and keeps what comes.
type testClient struct {
	t    *testing.T
	rig  *rig
	ws   *websocket.Conn
	in   chan packets.ControlPacket // closed at the end of the connection
	err  error                      // why it ended; read after in is closed
	done chan struct{}
}

// dial opens a WebSocket.
func (r *rig) dial(accessKeyID string) *testClient {
	r.t.Helper()
	host := strings.TrimPrefix(r.server.MQTTEndpoint, "ws://")
	dialer := websocket.Dialer{
		NetDialContext:  func(ctx context.Context, n, a string) (net.Conn, error) { return r.server.Dial(ctx, n, a) },
		Subprotocols:    []string{"mqtt"},
		WriteBufferSize: 256 << 10,
	}
	ws, response, err := dialer.Dial("ws://"+host+"/mqtt?"+sign(r.t, host, accessKeyID, time.Now()), nil)
	if err != nil {
		r.t.Fatalf("dial: %v", err)
	}
	_ = response.Body.Close()
	if response.Header.Get("Content-Length") != "0" || ws.Subprotocol() != "mqtt" {
		r.t.Errorf("answer %v", response.Header)
	}
	c := &testClient{t: r.t, rig: r, ws: ws, in: make(chan packets.ControlPacket, 10_000), done: make(chan struct{})}
	go c.read()
	r.t.Cleanup(func() {
		_ = c.ws.NetConn().Close()
		<-c.done
	})
	return c
}

func (c *testClient) read() {
	defer close(c.done)
	defer close(c.in)
	for {
		_, data, err := c.ws.ReadMessage()
		if err != nil {
			c.err = err
			return
		}
		p, err := packets.ReadPacket(bytes.NewReader(data))
		if err != nil {
			c.err = err
			return
		}
		c.in <- p
	}
}

// raw sends one binary message.
func (c *testClient) raw(data []byte) {
	c.t.Helper()
	if err := c.ws.WriteMessage(websocket.BinaryMessage, data); err != nil {
		c.t.Fatalf("write: %v", err)
	}
}

func (c *testClient) send(p packets.ControlPacket) {
	c.t.Helper()
	c.raw(encodePacket(p))
}

// receive returns the next packet, which must come within a minute and be of
// the given type.
func receive[P packets.ControlPacket](c *testClient) P {
	c.t.Helper()
	select {
	case p, ok := <-c.in:
		if !ok {
			c.t.Fatalf("the connection ended: %v, %s", c.err, c.rig.lastDrop())
		}
		typed, ok := p.(P)
		if !ok {
			c.t.Fatalf("got %T, want %T", p, typed)
		}
		return typed
	case <-time.After(time.Minute):
	}
	c.t.Fatal("nothing came")
	panic("unreachable")
}

// quiet demands that nothing comes for a while, and that the connection lives.
func (c *testClient) quiet(d time.Duration) {
	c.t.Helper()
	select {
	case p, ok := <-c.in:
		if !ok {
			c.t.Fatalf("the connection ended: %v, %s", c.err, c.rig.lastDrop())
		}
		c.t.Fatalf("got %T", p)
	case <-time.After(d):
	}
}

// ended demands that the connection ends without another packet, for a reason,
// and returns how long it took.
func (c *testClient) ended(reason DropReason) time.Duration {
	c.t.Helper()
	start := time.Now()
	select {
	case p, ok := <-c.in:
		if ok {
			c.t.Fatalf("got %T", p)
		}
	case <-time.After(48 * time.Hour):
		c.t.Fatal("the connection lives")
	}
	took := time.Since(start)
	time.Sleep(time.Millisecond) // virtual: the broker counts after it has closed
	if got := c.rig.lastDrop(); got != reason {
		c.t.Errorf("dropped for %s, want %s", got, reason)
	}
	return took
}

// connectPacket is a CONNECT as our client sends it.
func connectPacket(clientID string) *packets.ConnectPacket {
	p := packets.NewControlPacket(packets.Connect).(*packets.ConnectPacket)
	p.ProtocolName, p.ProtocolVersion = "MQTT", 4
	p.ClientIdentifier, p.CleanSession, p.Keepalive = clientID, true, 1200
	return p
}

// connect opens a connection of account AKA.
func (r *rig) connect(clientID string) *testClient {
	r.t.Helper()
	return r.connectWith(connectPacket(clientID))
}

func (r *rig) connectWith(p *packets.ConnectPacket) *testClient {
	r.t.Helper()
	c := r.dial("AKA")
	c.send(p)
	if ack := receive[*packets.ConnackPacket](c); ack.ReturnCode != 0 || ack.SessionPresent {
		r.t.Fatalf("CONNACK %d, session %v", ack.ReturnCode, ack.SessionPresent)
	}
	return c
}

func subscribePacket(filters ...string) *packets.SubscribePacket {
	p := packets.NewControlPacket(packets.Subscribe).(*packets.SubscribePacket)
	p.MessageID, p.Topics, p.Qoss = 7, filters, bytes.Repeat([]byte{1}, len(filters))
	return p
}

// subscribe sends one SUBSCRIBE at QoS 1 and returns the codes of the SUBACK.
func (c *testClient) subscribe(filters ...string) []byte {
	c.t.Helper()
	c.send(subscribePacket(filters...))
	ack := receive[*packets.SubackPacket](c)
	if ack.MessageID != 7 {
		c.t.Errorf("SUBACK for %d", ack.MessageID)
	}
	return ack.ReturnCodes
}

func publishPacket(topic, payload string) *packets.PublishPacket {
	p := packets.NewControlPacket(packets.Publish).(*packets.PublishPacket)
	p.MessageID, p.Qos, p.TopicName, p.Payload = 9, 1, topic, []byte(payload)
	return p
}

// publish sends a PUBLISH at QoS 1 and waits for its PUBACK.
func (c *testClient) publish(topic, payload string) {
	c.t.Helper()
	c.send(publishPacket(topic, payload))
	if ack := receive[*packets.PubackPacket](c); ack.MessageID != 9 {
		c.t.Errorf("PUBACK for %d", ack.MessageID)
	}
}

func pubackPacket(id uint16) *packets.PubackPacket {
	p := packets.NewControlPacket(packets.Puback).(*packets.PubackPacket)
	p.MessageID = id
	return p
}

// message receives a PUBLISH at QoS 1, acknowledges it, and returns its
// payload.
func (c *testClient) message() string {
	c.t.Helper()
	p := receive[*packets.PublishPacket](c)
	if p.Qos != 1 || p.Dup || p.MessageID == 0 {
		c.t.Errorf("PUBLISH %+v", p.FixedHeader)
	}
	c.send(pubackPacket(p.MessageID))
	return string(p.Payload)
}

func (c *testClient) ping() {
	c.t.Helper()
	c.send(packets.NewControlPacket(packets.Pingreq))
	receive[*packets.PingrespPacket](c)
}
