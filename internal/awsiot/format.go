package awsiot

import (
	"fmt"
	"io"
	"log/slog"
)

// What names a device or lets somebody in prints as what it is, whatever the verb: a log line is one %+v away.

// A signedQuery is the query of a signed URL, as secret as the credentials.
type signedQuery string

func (signedQuery) String() string { return "[signed query]" }

// Format hides the query from every verb.
func (q signedQuery) Format(s fmt.State, _ rune) { hide(s, q.String()) }

// LogValue hides the query.
func (q signedQuery) LogValue() slog.Value { return slog.StringValue(q.String()) }

// MarshalText hides the query.
func (q signedQuery) MarshalText() ([]byte, error) { return []byte(q.String()), nil }

// Format writes "[link]": a link holds topics.
func (l *Link) Format(s fmt.State, _ rune) { hide(s, "[link]") }

// Format writes "[publication]".
func (p Publication) Format(s fmt.State, _ rune) { hide(s, "[publication]") }

// MarshalText encodes "[publication]".
func (p Publication) MarshalText() ([]byte, error) { return []byte("[publication]"), nil }

// Format writes "[delivery]".
func (delivery) Format(s fmt.State, _ rune) { hide(s, "[delivery]") }

// Format writes the text, also where the verb asks for fields.
func (e *SubscribeError) Format(s fmt.State, _ rune) { hide(s, e.Error()) }

// MarshalText encodes the text.
func (e *SubscribeError) MarshalText() ([]byte, error) { return []byte(e.Error()), nil }

func hide(s fmt.State, text string) { _, _ = io.WriteString(s, text) }
