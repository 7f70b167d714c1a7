package awsiot

import (
	"errors"
	"net"
	"sync/atomic"
)

// maxOpening is how many bytes may come before a connection carries WebSocket frames: a chain of certificates and one HTTP answer, and
// then some. net/http reads headers for as long as they come.
const maxOpening = 64 << 10

var errOpening = errors.New("the answer is too long")

// An opening is a network connection of which no more than maxOpening bytes are read until it is open.
type opening struct {
	net.Conn
	read int // of the one goroutine that dials
	open atomic.Bool
}

func (o *opening) Read(b []byte) (int, error) {
	if o.open.Load() {
		return o.Conn.Read(b)
	}
	if o.read >= maxOpening {
		return 0, errOpening
	}
	n, err := o.Conn.Read(b)
	o.read += n
	return n, err
}
