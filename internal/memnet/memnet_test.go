package memnet_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/nwp500/nwp500/internal/memnet"
)

const address = "127.0.0.1:80"

// pair returns both ends of a connection on a network of its own.
func pair(t *testing.T) (n *memnet.Network, dialled, accepted net.Conn) {
	t.Helper()
	n = memnet.New()
	l, err := n.Listen(address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	dialled, err = n.Dial(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	accepted, err = l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { dialled.Close(); accepted.Close() })
	return n, dialled, accepted
}

func TestReaderDrainsThenEOF(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, c, s := pair(t)
		if _, err := io.WriteString(c, "last words"); err != nil {
			t.Fatal(err)
		}
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(s); string(got) != "last words" || err != nil {
			t.Errorf("read %q, %v", got, err)
		}
		if _, err := s.Write([]byte("x")); !errors.Is(err, syscall.EPIPE) {
			t.Errorf("write to a closed end: %v", err)
		}
		if _, err := c.Write([]byte("x")); !errors.Is(err, net.ErrClosed) {
			t.Errorf("write after Close: %v", err)
		}
		if err := c.Close(); !errors.Is(err, net.ErrClosed) {
			t.Errorf("second Close: %v", err)
		}
		if err := s.Close(); err != nil || n.Connections() != 0 {
			t.Errorf("%d connections after both ends closed, %v", n.Connections(), err)
		}
	})
}

func TestHalfClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, c, s := pair(t)
		c.(interface{ CloseWrite() error }).CloseWrite()
		if got, err := io.ReadAll(s); len(got) != 0 || err != nil {
			t.Errorf("read %q, %v", got, err)
		}
		io.WriteString(s, "answer")
		s.Close()
		if got, err := io.ReadAll(c); string(got) != "answer" || err != nil {
			t.Errorf("read %q, %v", got, err)
		}
	})
}

func TestCloseEndsCallsUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, c, _ := pair(t)
		n.BlackHole(memnet.Both)
		failed := make(chan error, 2)
		go func() { _, err := c.Read(make([]byte, 1)); failed <- err }()
		go func() { _, err := c.Write(make([]byte, 1<<20)); failed <- err }()
		synctest.Wait()
		c.Close()
		for range 2 {
			if err := <-failed; !errors.Is(err, net.ErrClosed) {
				t.Errorf("got %v, want %v", err, net.ErrClosed)
			}
		}
	})
}

func TestDeadlines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, c, s := pair(t)
		start := time.Now()
		c.SetReadDeadline(start.Add(3 * time.Second))
		_, err := c.Read(make([]byte, 1))
		var timeout net.Error
		if !errors.Is(err, os.ErrDeadlineExceeded) || !errors.As(err, &timeout) || !timeout.Timeout() {
			t.Errorf("read: %v", err)
		}
		if d := time.Since(start); d != 3*time.Second {
			t.Errorf("read waited %v", d)
		}
		io.WriteString(s, "x")
		if _, err := c.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("a passed deadline does not hold: %v", err)
		}
		c.SetReadDeadline(time.Time{})
		if _, err := c.Read(make([]byte, 1)); err != nil {
			t.Errorf("after the deadline was lifted: %v", err)
		}

		// A deadline set while the call waits.
		go func() { time.Sleep(time.Second); c.SetReadDeadline(time.Now()) }()
		if _, err := c.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("read: %v", err)
		}

		n.BlackHole(memnet.ToListener)
		c.SetWriteDeadline(time.Now().Add(time.Minute))
		wrote, err := c.Write(make([]byte, 1<<20))
		if !errors.Is(err, os.ErrDeadlineExceeded) || wrote == 0 || wrote == 1<<20 {
			t.Errorf("wrote %d into a full window, %v", wrote, err)
		}
	})
}

func TestWritesStayTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, c, s := pair(t)
		const size, writers = 300_000, 4
		for i := range writers {
			go c.Write(bytes.Repeat([]byte{byte(i)}, size))
		}
		seen := make(map[byte]bool)
		b := make([]byte, size)
		for range writers {
			if _, err := io.ReadFull(s, b); err != nil {
				t.Fatal(err)
			}
			if seen[b[0]] || bytes.Count(b, b[:1]) != size {
				t.Fatal("the bytes of two writes are mixed")
			}
			seen[b[0]] = true
		}
	})
}

func TestCutResetsBothEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, c, s := pair(t)
		io.WriteString(s, "unread")
		failed := make(chan error)
		go func() { _, err := s.Read(make([]byte, 1)); failed <- err }()
		synctest.Wait()
		n.Cut()
		_, err := c.Read(make([]byte, 1))
		for _, err := range []error{err, <-failed} {
			if !errors.Is(err, syscall.ECONNRESET) {
				t.Errorf("read: %v", err)
			}
		}
		if _, err := c.Write([]byte("x")); !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("write: %v", err)
		}
		if n.Connections() != 0 {
			t.Errorf("%d connections", n.Connections())
		}
	})
}

func TestBlackHole(t *testing.T) {
	for _, hole := range []memnet.Direction{memnet.ToListener, memnet.ToDialer, memnet.Both} {
		t.Run(fmt.Sprint(hole), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n, c, s := pair(t)
				n.BlackHole(hole)
				io.WriteString(c, "up")
				io.WriteString(s, "down")
				b := make([]byte, 8)
				s.SetReadDeadline(time.Now().Add(time.Hour))
				if _, err := s.Read(b); (err != nil) != (hole&memnet.ToListener != 0) {
					t.Errorf("listener read: %v", err)
				}
				c.SetReadDeadline(time.Now().Add(time.Hour))
				if _, err := c.Read(b); (err != nil) != (hole&memnet.ToDialer != 0) {
					t.Errorf("dialler read: %v", err)
				}
				c.SetReadDeadline(time.Time{})
				s.SetReadDeadline(time.Time{})
				c.Close()
				if _, err := s.Write(b); err != nil {
					t.Errorf("the listener learnt of Close through a black hole: %v", err)
				}
				n.BlackHole(0)
				want := "up"
				if hole&memnet.ToListener == 0 {
					want = "" // read above
				}
				if got, err := io.ReadAll(s); string(got) != want || err != nil {
					t.Errorf("after the hole: %q, %v", got, err)
				}
				if _, err := s.Write(b); !errors.Is(err, syscall.EPIPE) {
					t.Errorf("write to a closed end: %v", err)
				}
			})
		})
	}
}

func TestDial(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := memnet.New()
		if _, err := n.Dial(t.Context(), "tcp", address); !errors.Is(err, syscall.ECONNREFUSED) {
			t.Errorf("nobody listens: %v", err)
		}
		l, err := n.Listen("broker.test:0")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := n.Listen(l.Addr().String()); !errors.Is(err, syscall.EADDRINUSE) {
			t.Errorf("listen twice: %v", err)
		}
		dial := func(ctx context.Context) error {
			c, err := n.Dial(ctx, "tcp", l.Addr().String())
			if err == nil {
				c.Close()
			}
			return err
		}
		if err := dial(t.Context()); err != nil {
			t.Errorf("dial: %v", err)
		}
		n.Refuse(true)
		if err := dial(t.Context()); !errors.Is(err, syscall.ECONNREFUSED) {
			t.Errorf("refused: %v", err)
		}
		n.Refuse(false)

		n.BlackHole(memnet.ToDialer)
		start := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		if err := dial(ctx); !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != 20*time.Second {
			t.Errorf("dial into a black hole: %v after %v", err, time.Since(start))
		}
		go func() { time.Sleep(time.Second); n.BlackHole(0) }()
		if err := dial(t.Context()); err != nil {
			t.Errorf("dial after the hole: %v", err)
		}

		waiting, err := n.Dial(t.Context(), "tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		l.Close()
		if _, err := waiting.Read(make([]byte, 1)); !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("never accepted: %v", err)
		}
		if _, err := l.Accept(); !errors.Is(err, net.ErrClosed) {
			t.Errorf("accept after Close: %v", err)
		}
		if err := dial(t.Context()); !errors.Is(err, syscall.ECONNREFUSED) {
			t.Errorf("dial after Close: %v", err)
		}
	})
}

// TestHTTPAndTLS runs a day's silence between two requests on one TLS connection.
func TestHTTPAndTLS(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := memnet.New()
		l, err := n.Listen("127.0.0.1:443")
		if err != nil {
			t.Fatal(err)
		}
		server := &httptest.Server{
			Listener: l,
			Config: &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body) // an answer before the end of the request would close the connection
				w.Write(body)
			})},
		}
		server.StartTLS()
		transport := server.Client().Transport.(*http.Transport)
		transport.DialContext = n.Dial
		transport.IdleConnTimeout = 0
		for range 2 {
			body := bytes.Repeat([]byte("water"), 100_000)
			resp, err := server.Client().Post("https://127.0.0.1/", "text/plain", bytes.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(resp.Body)
			resp.Body.Close()
			if !bytes.Equal(got, body) || err != nil {
				t.Errorf("read %d bytes, %v", len(got), err)
			}
			time.Sleep(24 * time.Hour)
		}
		if n.Connections() != 1 {
			t.Errorf("%d connections", n.Connections())
		}
		transport.CloseIdleConnections()
		server.Close()
	})
}
