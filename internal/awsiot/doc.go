// Package awsiot keeps one MQTT 3.1.1 session with AWS IoT Core alive, over WebSocket and a Signature V4 URL: the transport
// of docs/protocol.md §3. It knows nothing of what the messages mean.
//
// # Use
//
// [Dial] makes one attempt and returns a [Link], or an error that says why there is none. A Link that was up once
// reconnects by itself until [Link.Close]:
//
//	link, err := awsiot.Dial(ctx, awsiot.Config{
//		Endpoint:    "a1t30mldyslmuq-ats.iot.us-east-1.amazonaws.com",
//		ClientID:    "navien-client-1a2b3c4d",
//		Credentials: fetch,
//		Receive:     func(topic string, payload []byte) { ... },
//		Changed:     func(c awsiot.Change) { ... },
//	})
//	defer link.Close()
//	err = link.Subscribe(ctx, filter)
//	err = link.Publish(ctx, awsiot.Publication{Topic: topic, Payload: payload})
//
// # What is promised
//
// Publish sends at QoS 1 and returns when the broker has the message. Nothing is ever sent a second time by itself: an
// error is a [*PublishError] that says whether the message certainly stayed here, or may have arrived. While the link is
// down a publication waits its turn, at most 120 s and 100 at a time; a newer one with the same key takes its place. What the broker has not
// acknowledged counts as in flight as long as the connection lasts, for the broker takes only so much; when it has acknowledged none of 100,
// a new connection is made.
//
// The filters of [Link.Subscribe] are wanted until [Link.Unsubscribe]. After each connection all of them are asked for anew,
// every answer is checked, and the link counts as up only when all have been answered.
//
// A half-open connection is found within the keep-alive interval and 15 s, sooner when a publication is not acknowledged. The
// broker ends connections after 24 h; the link does so itself, after about 23 h at a moment when nothing is under way. Each
// dial is signed afresh with credentials asked for at that moment; a wrong local clock is made up for with the broker's.
//
// When the machine has slept, which the clocks tell within 15 s of its waking, the connection is made anew at once, and a publication that
// waited all the while has expired.
//
// Attempts to reconnect begin 1 to 5 s after a loss and go on for ever, at random within a limit that doubles from 2 s to
// 120 s, and never closer than 1 s, or 10 s after a connection that did not last. Only an error that wraps [ErrRejected] ends
// them, until [Link.Retry].
//
// What the broker would punish with the loss of the connection is refused here: topics of more than 256 bytes or 7 slashes or
// beginning with $, payloads over 128 KiB, malformed filters, more than 50 subscriptions, and for a while
// a topic that twice cost the connection as soon as it was published to.
//
// # Concurrency
//
// All methods may be called from any goroutine. Config.Receive and Config.Changed are called one at a time, in order, from one goroutine
// that does nothing else: when they are slow, acknowledgements and pings go on, and messages wait in a bounded queue
// of which the oldest are dropped and counted. They may call every method but Close. If one panics, the panic is logged
// without its value and the link goes on.
//
// Inside, one goroutine owns all state of a Link. A connection has a reader and a writer, an attempt to connect has a
// goroutine of its own; they tell the owner what happened, each with the number of the connection that it happened to, and
// the owner waits for the end of one connection before it begins the next. No mutex is held over anything that can wait.
package awsiot
