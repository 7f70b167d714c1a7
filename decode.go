package nwp500

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/nwp500/nwp500/internal/wire"
)

// Units are the units that a formatter writes. They are chosen by whoever formats;
// there is no setting for a whole program.
type Units int

const (
	// Auto is what the heater's own panel shows, and metric when it does not tell.
	Auto Units = iota
	// Metric is °C, litres and watt-hours.
	Metric
	// US is °F, US gallons and watt-hours.
	US
)

var unitsNames = map[Units]string{Auto: "auto", Metric: "metric", US: "us"}

// String returns "auto", "metric" or "us".
func (u Units) String() string { return name(unitsNames, u, "units") }

// ParseUnits returns the units of that name: auto, metric or us.
func ParseUnits(text string) (Units, error) {
	for units, unitsName := range unitsNames {
		if strings.EqualFold(text, unitsName) {
			return units, nil
		}
	}
	return Auto, fmt.Errorf("units %q are not known: they are auto, metric or us", text)
}

// Decode returns one message of a heater, an envelope or a bare body, as one JSON
// object with names and units a person can read (docs/protocol.md §10). It is what
// AppendJSON writes of a Status.
func Decode(message []byte, units Units) ([]byte, error) {
	envelope, err := wire.ParseEnvelope(message)
	if err != nil {
		return nil, messageError(err)
	}
	return envelope.Print(nil, wire.Units(units))
}

// MessageError is a place in a stream where no message is. What follows can still be
// read.
type MessageError struct {
	// Offset is where it begins, in bytes from the start of the stream.
	Offset int64
	// Line is its line, from 1.
	Line int
	// Err is what is wrong.
	Err error
}

// Error names the place and what is wrong.
func (e *MessageError) Error() string {
	return fmt.Sprintf("line %d, byte %d: %v", e.Line, e.Offset, e.Err)
}

// Unwrap returns what is wrong.
func (e *MessageError) Unwrap() error { return e.Err }

// Decoder decodes a stream of messages, one a line or not; an array stands for its
// elements. It holds one message at a time in memory.
type Decoder struct {
	stream   *wire.Stream
	units    Units
	warnings []string
}

// NewDecoder returns a decoder of what r yields.
func NewDecoder(r io.Reader, units Units) *Decoder {
	return &Decoder{stream: wire.NewStream(r), units: units}
}

// Next returns the next message as Decode does. After a *MessageError the stream goes
// on; any other error ends it, io.EOF as it should be.
func (d *Decoder) Next() ([]byte, error) {
	d.warnings = nil
	message, err := d.stream.Next()
	if err != nil {
		return nil, messageError(err)
	}
	envelope, err := wire.ParseEnvelope(message)
	var decoded []byte
	if err == nil {
		decoded, err = envelope.Print(nil, wire.Units(d.units))
	}
	if err == nil {
		d.warnings = envelope.Warnings()
		return decoded, nil
	}
	var inside *wire.SyntaxError // its place is one within the message
	if errors.As(err, &inside) {
		err = inside.Err
	}
	offset, line := d.stream.Position()
	return nil, &MessageError{offset, line, err}
}

// Warnings says what of the last message could not be used and is not in what Next
// returned, such as the rest of a schedule in hex that ends within an entry.
func (d *Decoder) Warnings() []string { return d.warnings }

// messageError gives a syntax error of package wire a name that callers have.
func messageError(err error) error {
	var syntax *wire.SyntaxError
	if errors.As(err, &syntax) {
		return &MessageError{syntax.Offset, syntax.Line, syntax.Err}
	}
	return err
}
