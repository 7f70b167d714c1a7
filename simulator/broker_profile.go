package simulator

import (
	"net/http"
	"time"
)

// A RefusalMode says how the broker refuses something for which AWS was seen to
// act in more than one way.
type RefusalMode int

// The modes.
const (
	RefuseClose   RefusalMode = iota + 1 // the connection is closed
	RefuseCode                           // SUBACK 0x80; the connection lives
	RefuseSilence                        // no answer; the connection lives
)

// A CloseForm is how a connection ends on the wire when the broker ends it.
// Which one AWS uses is not known.
type CloseForm int

// The forms.
const (
	CloseFIN        CloseForm = iota // the connection is closed, over TLS with close_notify, without a WebSocket or MQTT word
	CloseRST                         // reset, on TCP and on the network in memory
	CloseFrame                       // a WebSocket close frame with Broker.CloseCode, then as CloseFIN
	CloseTruncated                   // the network connection is closed beneath TLS, without close_notify
	CloseDisconnect                  // an MQTT DISCONNECT, which 3.1.1 does not have in this direction, then as CloseFIN
)

// Broker is the profile of the MQTT broker. The zero value is "aws-2026": AWS
// IoT Core as it was found to act (docs/protocol.md §9.3 and §9.5), with all its
// limits, and without its delays, its disorder and its duplicates, which a test
// asks for.
//
// A negative duration or number turns a limit off, and with
// UnauthorisedPublishDelay the delay. Packet ids bound what is in flight all the
// same.
type Broker struct {
	// Region is that of the endpoint, which the signature must name. If zero,
	// us-east-1.
	Region string

	// SubackDelay is the longest time after a SUBACK in which the subscription
	// does not work yet; it is drawn for each. AWS: up to 500 ms. If zero, a
	// subscription works at once.
	SubackDelay time.Duration
	// Shuffle is the longest time for which a message is held back; it is drawn
	// for each, so that messages overtake each other. If zero, messages keep
	// their order.
	Shuffle time.Duration
	// Duplicates is the share of QoS 1 messages, from 0 to 1, that is delivered
	// twice, with two packet ids and without DUP. AWS: about 0.01. If zero, none.
	Duplicates float64
	// OverlapOnce delivers a message once to a client of which several filters
	// match. If zero, once for each filter.
	OverlapOnce bool

	// KeepAliveMin and KeepAliveMax bound the keep-alive that a client asks
	// for; none counts as the maximum. A connection is dropped after 1.5 times
	// the result. If zero, 30 s and 1200 s.
	KeepAliveMin, KeepAliveMax time.Duration
	// IgnoreFastPings leaves a PINGREQ unanswered that comes sooner than 30 s
	// after the one before. If zero, all are answered.
	IgnoreFastPings bool
	// TTL is how long a connection may live. It is dropped by the first PUBLISH
	// after that, in either direction. If zero, 24 h.
	TTL time.Duration
	// ConnectTimeout is how long the broker waits for CONNECT. If zero, 30 s.
	ConnectTimeout time.Duration
	// ConnectInterval is the least time between two CONNECTs of one client id;
	// one that comes sooner is dropped without CONNACK. If zero, 1 s. AWS was
	// reported to act as if it were 10 s.
	ConnectInterval time.Duration
	// SessionExpiry is how long a session that is not clean outlives its
	// connection. If zero, 1 h.
	SessionExpiry time.Duration

	// PublishRate is how many PUBLISHes a second one connection may carry, both
	// directions together; more are discarded, in silence. If zero, 100.
	PublishRate int
	// Throughput is how many bytes a second one connection may carry, both
	// directions together; more are delayed. If zero, 512 KiB.
	Throughput int
	// InFlight is how many QoS 1 messages may wait for a PUBACK in each
	// direction. If zero, 100.
	InFlight int
	// RedeliveryInterval is how long the broker waits for a PUBACK before it
	// sends a message again, for up to an hour. AWS names no value. If zero,
	// 20 s.
	RedeliveryInterval time.Duration

	// Subscriptions is how many filters one connection may subscribe. If zero,
	// 50.
	Subscriptions int
	// TooManySubscriptions is what meets the filter after the last: RefuseCode
	// or RefuseClose. If zero, RefuseCode.
	TooManySubscriptions RefusalMode
	// UnauthorisedSubscribe is what meets a filter that the account may not
	// use: RefuseClose or RefuseCode. If zero, RefuseClose.
	UnauthorisedSubscribe RefusalMode
	// UnauthorisedPublishDelay is the time from a PUBLISH to a forbidden topic
	// to the end of the connection. If zero, 150 ms.
	UnauthorisedPublishDelay time.Duration
	// QoS2Publish is what meets a PUBLISH at QoS 2: RefuseClose or
	// RefuseSilence. If zero, RefuseClose.
	QoS2Publish RefusalMode

	// WrongSubprotocol is the HTTP status of the answer when the client offers
	// no subprotocol of MQTT; 101 takes it without one. If zero, 400. What AWS
	// does is not known.
	WrongSubprotocol int
	// CloseForm is how the broker's closing looks on the wire. If zero,
	// CloseFIN.
	CloseForm CloseForm
	// CloseCode is the code in a CloseFrame. If zero, the frame has none.
	CloseCode int
}

// withDefaults fills in what the zero values stand for.
func (b Broker) withDefaults() Broker {
	or(&b.Region, "us-east-1")
	or(&b.KeepAliveMin, 30*time.Second)
	or(&b.KeepAliveMax, 1200*time.Second)
	or(&b.TTL, 24*time.Hour)
	or(&b.ConnectTimeout, 30*time.Second)
	or(&b.ConnectInterval, time.Second)
	or(&b.SessionExpiry, time.Hour)
	or(&b.PublishRate, 100)
	or(&b.Throughput, 512<<10)
	or(&b.InFlight, 100)
	or(&b.RedeliveryInterval, 20*time.Second)
	or(&b.Subscriptions, 50)
	or(&b.TooManySubscriptions, RefuseCode)
	or(&b.UnauthorisedSubscribe, RefuseClose)
	or(&b.UnauthorisedPublishDelay, 150*time.Millisecond)
	or(&b.QoS2Publish, RefuseClose)
	or(&b.WrongSubprotocol, http.StatusBadRequest)
	return b
}

// keepAlive returns the keep-alive that the broker makes of what a client asks
// for.
func (b Broker) keepAlive(asked time.Duration) time.Duration {
	if asked == 0 || asked > b.KeepAliveMax {
		return b.KeepAliveMax
	}
	return max(asked, b.KeepAliveMin)
}

// or sets what is zero.
func or[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}
