package reliability

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/eclipse/paho.mqtt.golang/packets"
	"github.com/gorilla/websocket"

	"github.com/nwp500/nwp500/internal/awsiot"
)

// A signature is how a request for the WebSocket is signed. The zero value is that of our client.
type signature struct {
	host, service, region string    // if empty, the right ones
	at                    time.Time // if zero, now
	signToken             bool      // as other services of AWS want it
}

// keys returns those that the client signs with.
func (c *cloud) keys() awsiot.Credentials {
	c.t.Helper()
	tokens, err := c.config.Tokens.Load(c.t.Context())
	if err != nil || tokens == nil {
		c.t.Fatalf("no tokens: %v", err)
	}
	return awsiot.Credentials{
		AccessKeyID: tokens.AccessKeyID.Reveal(), SecretKey: tokens.SecretKey.Reveal(), SessionToken: tokens.SessionToken.Reveal(),
	}
}

func (c *cloud) host() string { return strings.TrimPrefix(c.server.MQTTEndpoint, "ws://") }

// sign returns the address for a WebSocket with the client's keys.
func (c *cloud) sign(s signature) string {
	c.t.Helper()
	or := func(s, otherwise string) string {
		if s == "" {
			return otherwise
		}
		return s
	}
	if s.at.IsZero() {
		s.at = time.Now()
	}
	keys := c.keys()
	request, err := http.NewRequestWithContext(c.t.Context(), http.MethodGet, "http://"+c.host()+"/mqtt", nil)
	if err != nil {
		c.t.Fatal(err)
	}
	request.Host = or(s.host, c.host())
	signing := aws.Credentials{AccessKeyID: keys.AccessKeyID, SecretAccessKey: keys.SecretKey}
	token := "&X-Amz-Security-Token=" + url.QueryEscape(keys.SessionToken)
	if s.signToken {
		signing.SessionToken, token = keys.SessionToken, ""
	}
	const nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
	signed, _, err := v4.NewSigner().PresignHTTP(c.t.Context(), signing, request, nothing,
		or(s.service, "iotdevicegateway"), or(s.region, "us-east-1"), s.at)
	if err != nil {
		c.t.Fatal(err)
	}
	_, query, _ := strings.Cut(signed, "?")
	return "ws://" + c.host() + "/mqtt?" + query + token
}

// A rawClient does to the broker what ours does not.
type rawClient struct {
	c  *cloud
	ws *websocket.Conn
}

// dialRaw asks for a WebSocket, and returns the status and AWS's message if that is refused.
func (c *cloud) dialRaw(address string) (r *rawClient, status int, message string) {
	c.t.Helper()
	dialer := websocket.Dialer{
		NetDialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			return c.server.Dial(ctx, network, address)
		},
		Subprotocols: []string{"mqtt"},
	}
	ws, answer, err := dialer.DialContext(c.t.Context(), address, nil)
	if err == nil {
		c.t.Cleanup(func() { _ = ws.Close() })
		return &rawClient{c, ws}, answer.StatusCode, ""
	}
	if answer == nil {
		c.t.Fatal(err)
	}
	defer answer.Body.Close()
	var refusal struct{ Message string }
	body, _ := io.ReadAll(answer.Body)
	_ = json.Unmarshal(body, &refusal)
	return nil, answer.StatusCode, refusal.Message
}

// openRaw opens a WebSocket.
func (c *cloud) openRaw() *rawClient {
	c.t.Helper()
	r, status, message := c.dialRaw(c.sign(signature{}))
	if r == nil {
		c.t.Fatalf("HTTP status %d: %s", status, message)
	}
	return r
}

// send sends a packet as one message.
func (r *rawClient) send(p packets.ControlPacket) {
	r.c.t.Helper()
	message, err := r.ws.NextWriter(websocket.BinaryMessage)
	if err == nil {
		err = p.Write(message)
	}
	if err == nil {
		err = message.Close()
	}
	if err != nil {
		r.c.t.Fatal(err)
	}
}

// connect sends CONNECT.
func (r *rawClient) connect(clientID string) {
	r.c.t.Helper()
	p := packets.NewControlPacket(packets.Connect).(*packets.ConnectPacket)
	p.ProtocolName, p.ProtocolVersion, p.ClientIdentifier, p.CleanSession, p.Keepalive = "MQTT", 4, clientID, true, 600
	r.send(p)
}

// next returns the packet that comes next, or how the connection ended.
func (r *rawClient) next() (packets.ControlPacket, error) {
	_ = r.ws.SetReadDeadline(time.Now().Add(time.Minute))
	_, message, err := r.ws.NextReader()
	if err != nil {
		return nil, err
	}
	return packets.ReadPacket(message)
}
