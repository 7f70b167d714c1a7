package simulator

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
)

// address returns where the server listens.
func (s *Server) address() string {
	_, address, _ := strings.Cut(s.MQTTEndpoint, "://")
	return address
}

func TestFaultsAtResolve(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSimulator(t, Config{})
		server, err := s.Memory()
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = server.Close() }()
		dial := func(f Fault) (time.Duration, error) {
			f.Step, f.Times = StepResolve, 1
			i := s.Inject(f)
			defer i.Heal()
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			start := time.Now()
			conn, err := server.Dial(ctx, "tcp", server.address())
			if err == nil {
				_ = conn.Close()
			}
			if i.Fired() != 1 {
				t.Errorf("fired %d times", i.Fired())
			}
			return time.Since(start), err
		}
		took, err := dial(Fault{Action: Refuse, Delay: time.Second})
		if missing := new(net.DNSError); !errors.As(err, &missing) || !missing.IsNotFound || took != time.Second {
			t.Errorf("refused: %v after %v", err, took)
		}
		if took, err = dial(Fault{Action: Cut}); !errors.Is(err, syscall.ECONNREFUSED) || took != 0 {
			t.Errorf("cut: %v after %v", err, took)
		}
		if took, err = dial(Fault{Action: Lose}); !errors.Is(err, context.DeadlineExceeded) || took != time.Minute {
			t.Errorf("lost: %v after %v", err, took)
		}
		if took, err = dial(Fault{Delay: time.Second}); err != nil || took != time.Second {
			t.Errorf("late: %v after %v", err, took)
		}
		if took, err = dial(Fault{Delay: time.Hour}); !errors.Is(err, context.DeadlineExceeded) || took != time.Minute {
			t.Errorf("too late: %v after %v", err, took)
		}
		time.AfterFunc(time.Second, func() { _ = s.Close() })
		if took, err = dial(Fault{Delay: time.Hour}); err == nil || err.Error() == "" || took != time.Second {
			t.Errorf("the simulator has ended: %v after %v", err, took)
		}
	})
}

// ask sends a request and returns how the answer, or the connection, ends.
func ask(conn net.Conn) error {
	if _, err := fmt.Fprint(conn, "GET /mqtt HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
		return err
	}
	_, err := bufio.NewReader(conn).ReadString('\n')
	return err
}

func TestFaultsAtAccept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSimulator(t, Config{})
		server, err := s.Memory()
		if err != nil {
			t.Fatal(err)
		}
		dial := func() net.Conn {
			conn, err := server.Dial(t.Context(), "tcp", server.address())
			if err != nil {
				t.Fatal(err)
			}
			return conn
		}
		s.Inject(
			Fault{Step: StepAccept, Action: Refuse, Times: 1},
			Fault{Step: StepAccept, Action: Cut, Delay: time.Second, Times: 1},
			Fault{Step: StepAccept, Action: Lose, Times: 2},
		)
		if err := ask(dial()); !errors.Is(err, syscall.ECONNRESET) && !errors.Is(err, syscall.EPIPE) {
			t.Errorf("refused: %v", err)
		}
		start := time.Now()
		if err := ask(dial()); !errors.Is(err, io.EOF) || time.Since(start) != time.Second {
			t.Errorf("cut: %v after %v", err, time.Since(start))
		}
		lost := dial()
		_ = lost.SetDeadline(time.Now().Add(time.Hour))
		if err := ask(lost); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("lost: %v", err)
		}
		_ = lost.Close()
		held := dial()
		if err := ask(dial()); err != nil {
			t.Errorf("healed: %v", err)
		}
		if err := server.Close(); err != nil {
			t.Error(err)
		}
		if _, err := held.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
			t.Errorf("held while the server closed: %v", err)
		}
	})
}

// A reset is one on a real socket, too, and what is held there ends with the server.
func TestFaultsAtAcceptOnSockets(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	s, err := New(Config{})
	if err != nil {
		t.Fatal(err)
	}
	server, err := s.Listen("127.0.0.1:0", false)
	if err != nil {
		t.Fatal(err)
	}
	s.Inject(Fault{Step: StepAccept, Action: Refuse, Times: 1}, Fault{Step: StepAccept, Action: Lose, Times: 1})
	defer func() {
		if err := errors.Join(server.Close(), s.Close()); err != nil {
			t.Error(err)
		}
	}()
	dialer := &net.Dialer{Timeout: 10 * time.Second}
	conn, err := dialer.DialContext(t.Context(), "tcp", server.address())
	if err == nil {
		err = ask(conn) // the reset may come later
		_ = conn.Close()
	}
	if !errors.Is(err, syscall.ECONNRESET) && !errors.Is(err, syscall.EPIPE) {
		t.Errorf("refused: %v", err)
	}
	held, err := dialer.DialContext(t.Context(), "tcp", server.address())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = held.Close() }()
	next, err := dialer.DialContext(t.Context(), "tcp", server.address())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = next.Close() }()
	if err := ask(next); err != nil {
		t.Errorf("the one after: %v", err)
	}
	if err := server.Close(); err != nil {
		t.Error(err)
	}
	if _, err := held.Read(make([]byte, 1)); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("held while the server closed: %v", err)
	}
}

func TestFaultsAtTLS(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSimulator(t, Config{})
		server, err := s.MemoryTLS()
		if err != nil {
			t.Fatal(err)
		}
		roots := x509.NewCertPool()
		roots.AppendCertsFromPEM(server.CA)
		shake := func(f Fault) (time.Duration, error) {
			f.Step, f.Times = StepTLS, 1
			i := s.Inject(f)
			defer i.Heal()
			conn, err := server.Dial(t.Context(), "tcp", server.address())
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = conn.Close() }()
			_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
			start := time.Now()
			err = tls.Client(conn, &tls.Config{RootCAs: roots, ServerName: "127.0.0.1", MinVersion: tls.VersionTLS12}).HandshakeContext(t.Context())
			if i.Fired() != 1 {
				t.Errorf("fired %d times", i.Fired())
			}
			return time.Since(start), err
		}
		_, err = shake(Fault{Action: Refuse})
		if unknown := new(x509.UnknownAuthorityError); !errors.As(err, unknown) {
			t.Errorf("unknown authority: %v", err)
		}
		_, err = shake(Fault{Action: Refuse, Certificate: CertificateWrongName})
		if name := new(x509.HostnameError); !errors.As(err, name) {
			t.Errorf("wrong name: %v", err)
		}
		_, err = shake(Fault{Action: Refuse, Certificate: CertificateExpired})
		if invalid := new(x509.CertificateInvalidError); !errors.As(err, invalid) || invalid.Reason != x509.Expired {
			t.Errorf("expired: %v", err)
		}
		if took, err := shake(Fault{Action: Cut, Delay: time.Second}); !errors.Is(err, io.EOF) || took != time.Second {
			t.Errorf("cut: %v after %v", err, took)
		}
		if took, err := shake(Fault{Action: Lose}); !errors.Is(err, os.ErrDeadlineExceeded) || took != 20*time.Second {
			t.Errorf("lost: %v after %v", err, took)
		}
		if took, err := shake(Fault{Delay: time.Second}); err != nil || took != time.Second {
			t.Errorf("late: %v after %v", err, took)
		}

		// One that is lost ends with the server.
		ended := make(chan error)
		go func() {
			_, err := shake(Fault{Action: Lose})
			ended <- err
		}()
		synctest.Wait()
		if err := server.Close(); err != nil {
			t.Error(err)
		}
		if err := <-ended; err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("held while the server closed: %v", err)
		}
	})
}
