package awsiot

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	"github.com/nwp500/nwp500/internal/mqtt"
)

// TestTLS: the certificate is verified, and the signature covers the Host header without :443.
func TestTLS(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBroker(t)
		l, err := b.network.Listen("127.0.0.1:443")
		if err != nil {
			t.Fatal(err)
		}
		server := httptest.NewUnstartedServer(b)
		server.Listener.Close()
		server.Listener = l
		server.TLS = &tls.Config{NextProtos: []string{"http/1.1"}}
		server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
		server.StartTLS()
		t.Cleanup(server.Close)
		var alpn []string
		server.TLS.GetConfigForClient = func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
			alpn = hello.SupportedProtos
			return nil, nil
		}
		use := func(cfg *Config) { cfg.Endpoint = "127.0.0.1:443" }
		start := time.Now()
		if _, err := b.dial(t.Context(), use); err == nil || !strings.Contains(err.Error(), "certificate") || !lasting(err) {
			t.Errorf("unknown authority: %v", err)
		}
		roots := x509.NewCertPool()
		roots.AddCert(server.Certificate())
		c := b.start(use, func(cfg *Config) { cfg.RootCAs = roots })
		if err := c.Publish(t.Context(), Publication{Topic: "a", Payload: make([]byte, maxPayload)}); err != nil {
			t.Error(err)
		}
		c.close(t)
		if len(alpn) != 0 {
			t.Errorf("ALPN %q", alpn)
		}
		if d := time.Since(start); d != 0 {
			t.Errorf("took %v", d) // Close included: no waiting for the broker's goodbye
		}
		if got := b.ended(); len(got) != 1 || got[0] != "*packets.DisconnectPacket" {
			t.Errorf("ended with %v", got)
		}
	})
}

// TestOnePacketIsOneFrame reads the frames themselves. AWS IoT ends the connection over a packet in two messages.
func TestOnePacketIsOneFrame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBroker(t)
		sizes := make(chan int, 10)
		b.script(hooks{started: func(s *session) {
			for {
				n, err := singleFrame(s.NetConn())
				if err != nil {
					if !errors.Is(err, io.EOF) {
						b.fault("%v", err)
					}
					return
				}
				sizes <- n
			}
		}})
		c := b.start()
		for _, n := range []int{0, 100, 5000, 70_000, maxPayload} {
			p := Publication{Topic: "t", Payload: make([]byte, n)}
			c.publish(t.Context(), p)
			if got, want := <-sizes, len(mqtt.Publish{ID: 1, Topic: p.Topic, Payload: p.Payload}.Append(nil)); got != want {
				t.Errorf("a frame of %d bytes, want %d", got, want)
			}
		}
	})
}

// singleFrame reads a frame that is a whole binary message, and returns its length.
func singleFrame(r io.Reader) (int, error) {
	var h [14]byte
	if _, err := io.ReadFull(r, h[:2]); err != nil {
		return 0, err
	}
	if h[0] != 0x80|websocket.BinaryMessage || h[1]&0x80 == 0 {
		return 0, fmt.Errorf("frame header % x", h[:2])
	}
	n := uint64(h[1] & 0x7f)
	switch n {
	case 126:
		if _, err := io.ReadFull(r, h[:2]); err != nil {
			return 0, err
		}
		n = uint64(binary.BigEndian.Uint16(h[:2]))
	case 127:
		if _, err := io.ReadFull(r, h[:8]); err != nil {
			return 0, err
		}
		n = binary.BigEndian.Uint64(h[:8])
	}
	_, err := io.CopyN(io.Discard, r, 4+int64(n)) // mask and payload
	return int(n), err
}

func TestHandshakeError(t *testing.T) {
	const date = "Wed, 20 Feb 2019 02:33:19 GMT"
	for name, test := range map[string]struct {
		status  int
		body    string
		headers []string
		want    HandshakeError
		clock   bool
	}{
		"expired": {
			403, `{"message":"Signature expired: A is now earlier than B (C - 5 min.)","traceId":"x"}`,
			[]string{"Date", date, "X-Amzn-ErrorType", "ForbiddenException:"},
			HandshakeError{403, "ForbiddenException", "Signature expired: A is now earlier than B (C - 5 min.)", time.Date(2019, 2, 20, 2, 33, 19, 0, time.UTC), 0},
			true,
		},
		"expired, no date": {
			403, `{"message":"Signature expired: A"}`, nil,
			HandshakeError{Status: 403, Message: "Signature expired: A"},
			false,
		},
		"only the first line": {
			403, `{"message":"does not match\n\nX-Amz-Credential=AKID"}`, nil,
			HandshakeError{Status: 403, Message: "does not match"},
			false,
		},
		"quoted URL": {
			400, `{"message":"bad GET /mqtt?X-Amz-Signature=1"}`, nil,
			HandshakeError{Status: 400},
			false,
		},
		"HTML":                {502, "<html>", nil, HandshakeError{Status: 502}, false},
		"long":                {403, `{"message":"` + strings.Repeat(`é\u0007`, 100) + `"}`, nil, HandshakeError{Status: 403, Message: strings.Repeat("é", 67)}, false},
		"cut":                 {403, `{"message":"` + strings.Repeat("x", 2000) + `"}`, nil, HandshakeError{Status: 403}, false},
		"retry after seconds": {429, "", []string{"Retry-After", "90"}, HandshakeError{Status: 429, RetryAfter: 90 * time.Second}, false},
		"retry after a year":  {429, "", []string{"Retry-After", "31536000"}, HandshakeError{Status: 429, RetryAfter: time.Hour}, false},
		"retry after -1":      {429, "", []string{"Retry-After", "-1"}, HandshakeError{Status: 429}, false},
		"retry after a date": {
			503, "",
			[]string{"Date", date, "Retry-After", "Wed, 20 Feb 2019 02:34:19 GMT"},
			HandshakeError{503, "", "", time.Date(2019, 2, 20, 2, 33, 19, 0, time.UTC), time.Minute},
			false,
		},
	} {
		h := http.Header{}
		for i := 0; i < len(test.headers); i += 2 {
			h.Set(test.headers[i], test.headers[i+1])
		}
		answer := &http.Response{StatusCode: test.status, Header: h, Body: io.NopCloser(strings.NewReader(test.body))}
		if got := newHandshakeError(answer); *got != test.want || got.clockDiffers() != test.clock {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// TestCredentialsDoNotPrint: whichever way they are printed.
func TestCredentialsDoNotPrint(t *testing.T) {
	var log bytes.Buffer
	for _, v := range []any{exampleCredentials, &exampleCredentials, struct{ C Credentials }{exampleCredentials}} {
		slog.New(slog.NewTextHandler(&log, nil)).Info("x", "v", v)
		slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "v", v)
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			fmt.Fprintf(&log, verb, v)
		}
		b, err := json.Marshal(v)
		if err != nil {
			t.Error(err)
		}
		log.Write(b)
	}
	for _, leak := range []string{"AKID", "wJalr", "AQoD", "414b4944"} {
		if strings.Contains(log.String(), leak) {
			t.Errorf("%s in %s", leak, log.String())
		}
	}
	if strings.Count(log.String(), secret) != 3*10 {
		t.Error(log.String())
	}
}

// TestPanicWhileDialling: of Config.Dial, or of gorilla over a proxy's status line without a reason.
func TestPanicWhileDialling(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBroker(t)
		_, err := b.dial(t.Context(), func(cfg *Config) {
			cfg.Dial = func(context.Context, string, string) (net.Conn, error) { panic("navilink") }
		})
		if err == nil || strings.Contains(err.Error(), "navilink") {
			t.Errorf("got %v", err)
		}
	})
}
