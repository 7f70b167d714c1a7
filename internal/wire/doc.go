// Package wire reads and writes the messages that pass over MQTT between
// applications, the Navien cloud and a heater, and prints them for people.
//
// It is pure: bytes in, bytes out, no clock and no connection. A message is kept as
// it came. [ParseEnvelope] takes it apart without changing a token, so that what this
// package does not know (a field of a newer firmware, a number written in an odd way)
// survives, and [Envelope.Append] writes it again:
//
//	e, err := wire.ParseEnvelope(payload)
//	if status, ok := e.Status(); ok {
//		v, ok := status.Get("tankUpperTemperature") // there? and what, as written
//		raw, ok := wire.Integer(v)                  // 586, or 586.0: tenths of °C
//	}
//
// What the values mean stands in two tables, [StatusFields] and [FeatureFields]: the
// name on the wire, the printed name, and the [Encoding]. [Command] writes a request.
// [Envelope.Print] prints a message of any [Kind] in plain units and words, and
// [NewStream] finds the messages in a longer input, for example a capture.
//
// Names are compared case by case. Numbers are taken in any spelling of JSON and
// computed as decimals, never as binary fractions. An object may repeat a name: all
// of it is kept, and the last one counts. Missing, null and zero are three things.
//
// Nothing here is changed after it is built, so everything may be read from several
// goroutines; a [Stream] belongs to one. The facts are those of docs/protocol.md §3,
// §4 and §6.
package wire
