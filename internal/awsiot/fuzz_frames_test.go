package awsiot

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"github.com/nwp500/nwp500/internal/mqtt"
)

// Whatever a broker sends once it has taken a connection, as WebSocket frames or as MQTT cut into frames of any size, the
// link delivers what is whole and in order, says why it went down, comes again, and closes in time.
func FuzzFrames(f *testing.F) {
	publish := []byte{0x32, 8, 0, 3, 'a', '/', 'b', 0, 1, 'x'}
	for _, seed := range [][]byte{
		{},
		publish, bytes.Repeat(publish, 50),
		{0x40, 2, 0, 1},
		{0x90, 3, 0, 1, 1},
		{0x90, 3, 0, 1, 0x80},
		{0x90, 4, 0, 1, 1, 1},
		{0xb0, 2, 0, 1},
		{0xd0, 0},
		{0xe0, 0},
		{0x20, 2, 0, 0},
		{0x30, 0xff, 0xff, 0xff, 0x7f},
		publish[:5], append(append([]byte{}, publish...), 0x34, 4, 0, 1, 'a', 0),
	} {
		for _, size := range []byte{1, 3, 125} {
			f.Add(seed, size)
		}
	}
	for _, frames := range [][]byte{
		append([]byte{0x82, 10}, publish...), append([]byte{0x81, 10}, publish...), append([]byte{0x02, 10}, publish...),
		{0x89, 3, 'a', 'b', 'c'},
		{0x8a, 0},
		{0x88, 0},
		{0x88, 1, 3},
		{0x88, 2, 3, 232},
		{0x88, 9, 3, 232, 'n', 'a', 'v', 'i', 'l', 'i', 'k'},
		{0x88, 2, 3, 0xed},
		{0x82, 0x80, 1, 2, 3, 4},
		{0xc2, 0},
		{0x83, 0},
		{0x80, 0},
		{0x09, 0},
		{0x82, 126, 0, 1, 0xd0},
		{0x82, 127, 0, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff},
		{0x82, 127, 0x80, 0, 0, 0, 0, 0, 0, 0},
		{0x02, 1, 0xd0, 0x89, 0, 0x80, 1, 0},
		{0x82, 0, 0x82, 0, 0x82, 2, 0xd0, 0},
	} {
		f.Add(frames, byte(0))
	}
	f.Fuzz(func(t *testing.T, in []byte, size byte) {
		synctest.Test(t, func(t *testing.T) { speak(t, in, size) })
	})
}

// speak has a broker say something on each of its connections.
func speak(t *testing.T, in []byte, size byte) {
	frames := in
	if size > 0 {
		frames = framed(in, int(min(size, 125)))
	}
	var log strings.Builder
	var payloads bytes.Buffer
	down, up := 0, 0
	start := time.Now()
	l, err := Dial(t.Context(), Config{
		Endpoint: "ws://127.0.0.1", ClientID: "client-1",
		Credentials: func(context.Context, bool) (Credentials, error) { return exampleCredentials, nil },
		Dial: func(context.Context, string, string) (net.Conn, error) {
			client, server := net.Pipe()
			go answerUpgrade(server, frames)
			return client, nil
		},
		Receive: func(topic string, payload []byte) {
			if topic == "" || !utf8.ValidString(topic) || len(payload) > maxRemaining {
				t.Errorf("received %d bytes on %q", len(payload), topic)
			}
			payloads.Write(payload)
		},
		Changed: func(c Change) {
			if c.Up {
				up++
			} else {
				down++
			}
			if down-up != 0 && down-up != 1 {
				t.Errorf("down %d times and up %d times", down, up)
			}
			if !c.Up && c.Err == nil && !c.Planned {
				t.Error("down for no reason")
			}
		},
		Logger: slog.New(slog.NewTextHandler(&log, nil)),
	})
	if err != nil {
		t.Fatalf("the connection is not taken: %v", err)
	}
	filters, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	_ = l.Subscribe(filters, "navilink-0a0b0c0d0e0f/#") // the broker says what it says
	cancel()
	_ = l.Publish(filters, Publication{Topic: "navilink-0a0b0c0d0e0f", NoWait: true}) // filters has ended: it is not sent
	time.Sleep(time.Minute)
	stats := l.Stats()
	if attempts := stats.Connections; attempts > int(time.Since(start)/connectFloor)+1 {
		t.Errorf("%d connections in %v", attempts, time.Since(start))
	}
	before := time.Now()
	if err := l.Close(); err != nil || time.Since(before) > time.Second {
		t.Errorf("closed after %v: %v", time.Since(before), err)
	}
	if said := log.String() + fmt.Sprint(stats.Err); strings.Contains(said, "navil") || strings.Contains(said, exampleCredentials.AccessKeyID) || strings.Contains(said, "X-Amz") {
		t.Errorf("the log says what was sent: %s", said)
	}
	if size > 0 {
		if want := wholePayloads(in); stats.Connections > 0 && !bytes.Equal(payloads.Bytes(), bytes.Repeat(want, stats.Connections)) {
			t.Errorf("received %q on %d connections, want %q on each", payloads.Bytes(), stats.Connections, want)
		}
	}
}

// wholePayloads returns the payloads of the packets that lie whole and without fault at the beginning.
func wholePayloads(in []byte) []byte {
	var payloads []byte
	for packets := (mqtt.Reader{From: bytes.NewReader(in), Max: maxRemaining}); ; {
		p, err := packets.Read()
		switch {
		case err != nil, p.Type == mqtt.TypeConnack, p.Type == mqtt.TypeDisconnect:
			return payloads
		case p.Type == mqtt.TypePublish:
			payloads = append(payloads, p.Payload...)
		}
	}
}

// framed cuts MQTT into binary frames.
func framed(in []byte, size int) []byte {
	var out []byte
	for len(in) > 0 {
		n := min(size, len(in))
		out = append(append(out, 0x82, byte(n)), in[:n]...)
		in = in[n:]
	}
	return out
}

// answerUpgrade takes a WebSocket connection and a session, says what it is given, and hears what the client says until it goes.
func answerUpgrade(conn net.Conn, frames []byte) {
	defer conn.Close()
	r := bufio.NewReader(conn)
	request, err := http.ReadRequest(r)
	if err != nil {
		return
	}
	key := sha1.Sum([]byte(request.Header.Get("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	answer := "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Protocol: mqtt\r\nSec-WebSocket-Accept: " +
		base64.StdEncoding.EncodeToString(key[:]) + "\r\n\r\n"
	if _, err := io.WriteString(conn, answer); err != nil {
		return
	}
	if err := skipClientFrame(r); err != nil { // CONNECT
		return
	}
	var speaking sync.WaitGroup
	speaking.Go(func() {
		_, _ = conn.Write(append([]byte{0x82, 4, 0x20, 2, 0, 0}, frames...)) // the client may have heard enough before the end
	})
	hangUp := time.AfterFunc(30*time.Second, func() { _ = conn.Close() })
	defer hangUp.Stop()
	for err == nil {
		err = skipClientFrame(r)
	}
	_ = conn.Close()
	speaking.Wait()
}

// skipClientFrame reads a masked frame.
func skipClientFrame(r *bufio.Reader) error {
	head, err := r.Peek(2)
	if err != nil {
		return err
	}
	n, extra := int(head[1]&0x7f), 0
	switch n {
	case 126:
		extra = 2
	case 127:
		return errors.New("longer than any that we send")
	}
	if head, err = r.Peek(2 + extra); err != nil {
		return err
	}
	if extra > 0 {
		n = int(binary.BigEndian.Uint16(head[2:]))
	}
	_, err = r.Discard(2 + extra + 4 + n)
	return err
}
