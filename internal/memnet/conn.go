package memnet

import (
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// window is the number of bytes that may wait in one direction before a writer blocks: more than the largest MQTT packet,
// little enough that a test can fill it.
const window = 256 << 10

// A signal wakes all who wait for a change. The zero value is ready; the mutex of its owner guards it.
type signal struct{ ch chan struct{} }

// wait returns a channel that is closed by the next raise. It is made by the first waiter, hence inside the waiter's bubble.
func (s *signal) wait() <-chan struct{} {
	if s.ch == nil {
		s.ch = make(chan struct{})
	}
	return s.ch
}

func (s *signal) raise() {
	if s.ch != nil {
		close(s.ch)
		s.ch = nil
	}
}

// A stream is one direction of a connection: a bounded buffer with one writing and one reading end.
type stream struct {
	mu            sync.Mutex // held for memory operations only
	changed       signal
	buf           []byte
	held          bool // a black hole: nothing arrives at the reading end
	deaf          bool // a black hole in the other direction: nothing comes back to the writing end
	writing       bool // a Write is under way; others wait, so that the bytes of one Write stay together
	writeClosed   bool // by the writing end: end of stream after what is buffered
	readClosed    bool // by the reading end
	reset         bool
	readDeadline  time.Time
	writeDeadline time.Time
}

// A step is one try of a read or write: done is false, and err nil, when it has to wait for a change.
type step func() (done bool, err error)

// do repeats a step under the stream's mutex until it is done or the deadline has passed.
func (s *stream) do(deadline *time.Time, try step) error {
	for {
		s.mu.Lock()
		limit := *deadline
		if !limit.IsZero() && !time.Now().Before(limit) {
			s.mu.Unlock()
			return os.ErrDeadlineExceeded
		}
		done, err := try()
		if done {
			s.mu.Unlock()
			return err
		}
		changed := s.changed.wait()
		s.mu.Unlock()
		await(changed, limit)
	}
}

// await returns when changed is closed or, unless limit is zero, when limit has come.
func await(changed <-chan struct{}, limit time.Time) {
	if limit.IsZero() {
		<-changed
		return
	}
	timer := time.NewTimer(time.Until(limit))
	defer timer.Stop()
	select {
	case <-changed:
	case <-timer.C:
	}
}

func (s *stream) read(b []byte) (n int, err error) {
	err = s.do(&s.readDeadline, func() (bool, error) {
		switch {
		case s.readClosed:
			return true, net.ErrClosed
		case s.reset:
			return true, os.NewSyscallError("read", syscall.ECONNRESET)
		case len(b) == 0:
			return true, nil
		case s.held:
			return false, nil
		case len(s.buf) > 0:
			n = copy(b, s.buf)
			if s.buf = s.buf[n:]; len(s.buf) == 0 {
				s.buf = nil // let go of the array
			}
			s.changed.raise()
			return true, nil
		case s.writeClosed:
			return true, io.EOF
		}
		return false, nil
	})
	return n, err
}

func (s *stream) write(b []byte) (n int, err error) {
	mine := false
	err = s.do(&s.writeDeadline, func() (bool, error) {
		switch {
		case s.writeClosed:
			return true, net.ErrClosed
		case s.reset:
			return true, os.NewSyscallError("write", syscall.ECONNRESET)
		case s.readClosed && !s.held && !s.deaf:
			return true, os.NewSyscallError("write", syscall.EPIPE)
		case s.writing && !mine:
			return false, nil
		}
		mine, s.writing = true, true
		free := min(window-len(s.buf), len(b)-n)
		if free > 0 {
			s.buf = append(s.buf, b[n:n+free]...)
			n += free
			s.changed.raise()
		}
		return n == len(b), nil
	})
	if mine {
		s.change(func() { s.writing = false })
	}
	return n, err
}

// change applies f and wakes all who wait.
func (s *stream) change(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
	s.changed.raise()
}

// A pair is one connection: two streams and the two ends that use them.
type pair struct {
	network              *Network
	dialled, listened    *conn
	toListener, toDialer stream
	open                 atomic.Int32 // ends not yet closed
}

func newPair(n *Network, dialler, listener net.Addr) *pair {
	p := &pair{network: n}
	p.open.Store(2)
	p.dialled = &conn{pair: p, in: &p.toDialer, out: &p.toListener, local: dialler, remote: listener}
	p.listened = &conn{pair: p, in: &p.toListener, out: &p.toDialer, local: listener, remote: dialler}
	return p
}

func (p *pair) setHole(d Direction) {
	to, from := d&ToListener != 0, d&ToDialer != 0
	p.toListener.change(func() { p.toListener.held, p.toListener.deaf = to, from })
	p.toDialer.change(func() { p.toDialer.held, p.toDialer.deaf = from, to })
}

func (p *pair) reset() {
	for _, s := range []*stream{&p.toListener, &p.toDialer} {
		s.change(func() { s.reset, s.buf = true, nil })
	}
}

// closed counts an end that was closed and makes the network forget the pair with the second.
func (p *pair) closed() {
	if p.open.Add(-1) == 0 {
		p.network.forget(p)
	}
}

// A conn is one end of a connection.
type conn struct {
	pair          *pair
	in, out       *stream
	local, remote net.Addr
	abrupt        atomic.Bool // Close resets the connection
}

// Read reads what has arrived, or waits for something. It returns io.EOF once the other end has closed and everything was read.
func (c *conn) Read(b []byte) (int, error) {
	n, err := c.in.read(b)
	return n, c.wrap("read", err)
}

// Write returns when all of b is buffered; it waits while the window is full.
func (c *conn) Write(b []byte) (int, error) {
	n, err := c.out.write(b)
	return n, c.wrap("write", err)
}

// CloseWrite ends the stream to the other end and leaves this end readable.
func (c *conn) CloseWrite() error {
	c.out.change(func() { c.out.writeClosed = true })
	return nil
}

// Close ends the connection: the other end reads what is buffered, then io.EOF; its writes fail. Calls under way here fail with net.ErrClosed.
func (c *conn) Close() error {
	again := false
	c.in.change(func() { again, c.in.readClosed = c.in.readClosed, true })
	if again {
		return c.wrap("close", net.ErrClosed)
	}
	if c.abrupt.Load() {
		c.pair.reset()
	}
	c.out.change(func() { c.out.writeClosed = true })
	c.pair.closed()
	return nil
}

// SetLinger decides what Close does, as on a TCP connection: with 0 it resets the connection, so that the other end loses what it has
// not read; otherwise the other end reads on.
func (c *conn) SetLinger(seconds int) error {
	c.abrupt.Store(seconds == 0)
	return nil
}

// LocalAddr returns the address of this end.
func (c *conn) LocalAddr() net.Addr { return c.local }

// RemoteAddr returns the address of the other end.
func (c *conn) RemoteAddr() net.Addr { return c.remote }

// SetDeadline bounds reads and writes, under way and to come; zero means for ever.
func (c *conn) SetDeadline(t time.Time) error {
	return errors.Join(c.SetReadDeadline(t), c.SetWriteDeadline(t))
}

// SetReadDeadline bounds reads, under way and to come; zero means for ever.
func (c *conn) SetReadDeadline(t time.Time) error {
	c.in.change(func() { c.in.readDeadline = t })
	return nil
}

// SetWriteDeadline bounds writes, under way and to come; zero means for ever.
func (c *conn) SetWriteDeadline(t time.Time) error {
	c.out.change(func() { c.out.writeDeadline = t })
	return nil
}

// wrap gives an error the shape of a socket's. io.EOF stays as it is.
func (c *conn) wrap(op string, err error) error {
	if err == nil || errors.Is(err, io.EOF) {
		return err
	}
	return &net.OpError{Op: op, Net: "tcp", Source: c.local, Addr: c.remote, Err: err}
}
