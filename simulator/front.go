package simulator

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"sync"
	"syscall"
	"time"
)

// A front is where network connections come in, before TLS and HTTP. It lets them
// meet the faults at StepAccept, and closes those that it holds when it is closed.
type front struct {
	net.Listener
	faults  *faults
	running *sync.WaitGroup // the server's: counts those that are held

	mu     sync.Mutex
	closed bool
	held   map[net.Conn]struct{} // accepted, and served by nobody
}

func newFront(listener net.Listener, faults *faults, running *sync.WaitGroup) *front {
	return &front{Listener: listener, faults: faults, running: running, held: make(map[net.Conn]struct{})}
}

// Accept returns the next connection that is to be served.
func (f *front) Accept() (net.Conn, error) {
	for {
		conn, err := f.Listener.Accept()
		if err != nil {
			return nil, err
		}
		fault, ok := f.faults.at(meeting{step: StepAccept})
		switch {
		case !ok, fault.Action == Proceed:
			return conn, nil
		case fault.Action == Refuse:
			resetConn(conn)
		default:
			f.hold(conn, fault)
		}
	}
}

// hold keeps a connection open without a word until the client gives it up, the
// front is closed, or it is time for a Cut. The server is running while Accept is.
func (f *front) hold(conn net.Conn, fault Fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		_ = conn.Close()
		return
	}
	f.held[conn] = struct{}{}
	f.running.Go(func() {
		if fault.Action == Cut {
			defer time.AfterFunc(fault.Delay, func() { _ = conn.Close() }).Stop()
		}
		deafen(conn)
		f.mu.Lock()
		defer f.mu.Unlock()
		delete(f.held, conn)
	})
}

// Close ends Accept and the connections that are held.
func (f *front) Close() error {
	f.mu.Lock()
	f.closed = true
	for conn := range f.held {
		_ = conn.Close() // nobody is there to tell
	}
	f.mu.Unlock()
	return f.Listener.Close()
}

// deafen takes in what comes and says nothing until either side closes; then it
// closes, too.
func deafen(conn net.Conn) {
	_, _ = io.Copy(io.Discard, conn) // how it ends is all the same
	_ = conn.Close()
}

// resetConn closes a connection so that the other side sees a reset, where the
// network can: TCP, and that in memory.
func resetConn(conn net.Conn) {
	if c, ok := conn.(interface{ SetLinger(seconds int) error }); ok {
		_ = c.SetLinger(0)
	}
	_ = conn.Close()
}

// errFault ends a TLS handshake that met a fault; the client does not see it.
var errFault = errors.New("simulator: a fault")

// greeted returns what shows the certificate of the server, or one that the fault
// at StepTLS chooses, to a client that has said hello.
func (b *broker) greeted(own certificates) func(*tls.ClientHelloInfo) (*tls.Config, error) {
	return func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
		f, ok := b.faults.at(meeting{step: StepTLS})
		if !ok {
			return nil, nil // the configuration stays as it is
		}
		if !b.pause(hello.Context(), f.Delay) {
			return nil, errFault
		}
		switch f.Action {
		case Proceed:
			return nil, nil
		case Refuse:
			return serverTLS(own.bad[f.Certificate]), nil
		case Cut:
			_ = hello.Conn.Close()
		default:
			deafen(hello.Conn)
		}
		return nil, errFault
	}
}

// A dialFunc is that of net.Dialer.DialContext.
type dialFunc func(ctx context.Context, network, address string) (net.Conn, error)

// resolving returns a dial that looks names up first, as far as faults at
// StepResolve can tell: there is no such name, the answer never comes, or with
// Cut nobody listens there.
func (b *broker) resolving(dial dialFunc) dialFunc {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		f, ok := b.faults.at(meeting{step: StepResolve})
		if !ok {
			return dial(ctx, network, address)
		}
		failed := func(err error) (net.Conn, error) { return nil, &net.OpError{Op: "dial", Net: network, Err: err} }
		stopped := func() (net.Conn, error) { // by who dials, or with the simulator
			if err := ctx.Err(); err != nil {
				return failed(err)
			}
			return failed(syscall.ECONNREFUSED)
		}
		if !b.pause(ctx, f.Delay) {
			return stopped()
		}
		switch f.Action {
		case Proceed:
			return dial(ctx, network, address)
		case Refuse:
			host, _, _ := net.SplitHostPort(address)
			return failed(&net.DNSError{Err: "no such host", Name: host, IsNotFound: true})
		case Cut:
			return failed(syscall.ECONNREFUSED)
		}
		select {
		case <-ctx.Done():
		case <-b.closing:
		}
		return stopped()
	}
}
