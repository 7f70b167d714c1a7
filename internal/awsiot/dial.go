package awsiot

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"github.com/nwp500/nwp500/internal/mqtt"
)

const (
	subprotocol = "mqtt"

	dialTimeout    = 20 * time.Second // for name, TCP, TLS and upgrade together
	answerTimeout  = 3 * time.Second  // for the rest of an HTTP answer that has begun
	connackTimeout = 20 * time.Second
	writeTimeout   = 15 * time.Second

	readBuffer     = 1 << 10
	maxMessageRead = 1 << 20 // bytes of a WebSocket message, which may hold several packets
)

// A socket is a WebSocket connection that carries MQTT.
type socket struct {
	ws  *websocket.Conn
	raw net.Conn    // below TLS: to close it ends every call on ws at once
	in  mqtt.Reader // of what arrives on ws
}

// A dialer makes sockets. Its fields do not change.
type dialer struct {
	endpoint endpoint
	roots    *x509.CertPool
	netDial  func(ctx context.Context, network, address string) (net.Conn, error) // nil: the system's, and its proxy
	buffers  *sync.Pool                                                           // of the writers of this link
}

// dial upgrades a new connection with a signed query. The errors never quote the query.
func (d *dialer) dial(ctx context.Context, query signedQuery) (*socket, error) {
	limited, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	s, err := d.upgrade(limited, query)
	if err == nil {
		return s, nil
	}
	var refusal *HandshakeError
	switch {
	case errors.As(err, &refusal):
		return nil, err
	case ctx.Err() != nil: // the error itself speaks of a closed connection
		return nil, fmt.Errorf("dial: %w", ctx.Err())
	case limited.Err() != nil || isTimeout(err): // our limit is not the caller's
		return nil, fmt.Errorf("dial: %w", os.ErrDeadlineExceeded)
	}
	return nil, fmt.Errorf("dial: %w", scrub(err))
}

func (d *dialer) upgrade(ctx context.Context, query signedQuery) (*socket, error) {
	var raw *opening
	stop := func() bool { return true }
	netDial := d.netDial
	if netDial == nil {
		netDial = new(net.Dialer).DialContext
	}
	w := websocket.Dialer{
		NetDialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			c, err := netDial(ctx, network, address)
			if err != nil {
				return nil, err
			}
			raw = &opening{Conn: c}
			stop = context.AfterFunc(ctx, func() { _ = c.Close() }) // gorilla heeds the context only while it dials
			return raw, nil
		},
		// No ALPN: AWS IoT wants none with WebSocket and a signature.
		TLSClientConfig: &tls.Config{RootCAs: d.roots, ServerName: d.endpoint.name(), MinVersion: tls.VersionTLS12},
		Subprotocols:    []string{subprotocol},
		ReadBufferSize:  readBuffer,
		// A packet must be one message of one frame: AWS IoT ends the connection over a packet in two messages, and nobody knows about two frames.
		WriteBufferSize: maxPacket,
		WriteBufferPool: d.buffers,
	}
	if d.netDial == nil {
		w.Proxy = http.ProxyFromEnvironment
	}
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotFirstResponseByte: func() { _ = raw.SetReadDeadline(time.Now().Add(answerTimeout)) },
	})
	ws, answer, err := w.DialContext(ctx, d.endpoint.scheme()+"://"+d.endpoint.host+path+"?"+string(query), nil)
	if answer != nil {
		defer answer.Body.Close() // gorilla has read it already; this is for form
	}
	if err == nil && ws.Subprotocol() != subprotocol {
		err = errors.New("websocket handshake: subprotocol mqtt not confirmed")
	}
	if !stop() && err == nil {
		err = ctx.Err()
	}
	switch {
	case errors.Is(err, websocket.ErrBadHandshake) && answer != nil:
		return nil, newHandshakeError(answer)
	case err != nil:
		if raw != nil {
			_ = raw.Close()
		}
		return nil, err
	}
	raw.open.Store(true)
	ws.SetReadLimit(maxMessageRead)
	return &socket{ws: ws, raw: raw, in: mqtt.Reader{From: &stream{ws: ws}, Max: maxRemaining}}, nil
}

// errUnanswered says that the broker closed the connection in place of a CONNACK, as AWS IoT does with clients that it does not like.
var errUnanswered = errors.New("closed by the broker before CONNACK")

// connect opens the MQTT session. It reports whether the broker says that it remembers one.
func (s *socket) connect(ctx context.Context, clientID string, keepAlive time.Duration) (sessionPresent bool, err error) {
	stop := context.AfterFunc(ctx, func() { _ = s.raw.Close() })
	defer func() {
		if !stop() {
			err = ctx.Err()
		}
	}()
	if err := s.write(mqtt.Connect{ClientID: clientID, KeepAlive: keepAlive}.Append(nil)); err != nil {
		return false, fmt.Errorf("CONNECT: %w", err)
	}
	if err := s.raw.SetReadDeadline(time.Now().Add(connackTimeout)); err != nil {
		return false, fmt.Errorf("CONNACK: %w", err)
	}
	p, err := s.in.Read()
	switch {
	case errors.Is(err, mqtt.ErrProtocol):
		return false, fmt.Errorf("CONNACK: %w", err)
	case isTimeout(err):
		return false, fmt.Errorf("CONNACK: %w", ErrNoAcknowledgement)
	case err != nil:
		return false, fmt.Errorf("%w: %w", errUnanswered, lost(err))
	case p.Type != mqtt.TypeConnack:
		return false, mqtt.Violation("%v before CONNACK", p.Type)
	case p.Code != 0:
		return false, &ConnackError{Code: p.Code}
	}
	return p.SessionPresent, s.raw.SetReadDeadline(time.Time{})
}

// write sends one packet as one message. Only one goroutine may write.
func (s *socket) write(packet []byte) error {
	if err := s.ws.SetWriteDeadline(time.Now().Add(writeTimeout)); err != nil {
		return err
	}
	return s.ws.WriteMessage(websocket.BinaryMessage, packet)
}

// A stream is the bytes of all messages in a row: packets need not begin where messages begin.
type stream struct {
	ws      *websocket.Conn
	message io.Reader // the rest of a message, or nil
}

func (s *stream) Read(b []byte) (int, error) {
	for {
		if s.message == nil {
			kind, message, err := s.ws.NextReader()
			if err != nil {
				return 0, framing(err)
			}
			if kind != websocket.BinaryMessage {
				return 0, mqtt.Violation("a text message")
			}
			s.message = message
		}
		n, err := s.message.Read(b)
		if err == io.EOF {
			s.message, err = nil, nil
			if n == 0 {
				continue
			}
		}
		return n, framing(err)
	}
}

// framing makes an error of ours of what gorilla says of frames that no server may send: it has no type, but gorilla's way of beginning.
func framing(err error) error {
	var closed *websocket.CloseError
	if err != nil && !errors.As(err, &closed) && strings.HasPrefix(err.Error(), "websocket: ") {
		return mqtt.Violation("%v", err)
	}
	return err
}

// lost returns an error that wraps ErrLost and says how a connection ended, in our words where the other end may choose its own.
func lost(err error) error {
	var closed *websocket.CloseError
	switch {
	case errors.As(err, &closed) && closed.Code != websocket.CloseAbnormalClosure:
		return fmt.Errorf("%w: closed by the broker (code %d)", ErrLost, closed.Code)
	case errors.As(err, &closed), errors.Is(err, io.EOF):
		return fmt.Errorf("%w: closed by the broker", ErrLost)
	}
	return fmt.Errorf("%w: %w", ErrLost, err)
}

func isTimeout(err error) bool {
	var n net.Error
	return errors.As(err, &n) && n.Timeout()
}
