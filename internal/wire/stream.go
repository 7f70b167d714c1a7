package wire

import (
	"bufio"
	"bytes"
	"errors"
	"io"

	"github.com/go-json-experiment/json/jsontext"
)

// Stream finds the messages in an input: JSON values, one a line or not. A list at the
// top stands for its elements. It holds little more than one message at a time, however
// long the input or a line of it is, and gives a message as soon as its end has come.
type Stream struct {
	r         *bufio.Reader // has room for one message and a byte
	err       error         // what reading met; final
	offset    int64         // of the byte that r gives next
	line      int           // of that byte
	lineStart int64         // offset at which that line begins
	list      listState

	messageOffset int64
	messageLine   int

	dec    *jsontext.Decoder // of window
	window bytes.Buffer
}

// listState says what may come next in a list at the top.
type listState int

const (
	outsideList  listState = iota
	afterOpening           // an element or the end
	afterComma             // an element
	afterElement           // a comma or the end
)

var errSeparator = errors.New("neither a comma nor the end of the list after an element")

// NewStream reads messages from r.
func NewStream(r io.Reader) *Stream {
	return &Stream{r: bufio.NewReaderSize(r, MaxMessage+1), line: 1, dec: new(jsontext.Decoder)}
}

// Position is where the message began that Next gave last: the bytes before it, and its
// line, from 1.
func (s *Stream) Position() (offset int64, line int) { return s.messageOffset, s.messageLine }

// Next gives the next JSON value: a message, if [ParseEnvelope] finds one in it. The
// bytes are the caller's. After a *[SyntaxError] the stream goes on with the next call:
//
//   - What is no JSON is skipped to the next line, or, when it spans several, to the
//     next line that begins with a brace or a bracket.
//   - A value longer than [MaxMessage] is skipped. The error tells its beginning and
//     wraps [ErrTooLong].
//   - A value that the input ends in is skipped like what is no JSON. The error tells
//     its beginning and wraps [io.ErrUnexpectedEOF].
//
// Any other error is final: [io.EOF] at the end, or what reading has met.
func (s *Stream) Next() ([]byte, error) {
	for {
		c, err := s.peek()
		if errors.Is(err, io.EOF) && s.list != outsideList {
			return nil, s.recoverable(io.ErrUnexpectedEOF, outsideList)
		}
		if err != nil {
			return nil, err
		}
		switch {
		case c == ' ' || c == '\t' || c == '\r' || c == '\n':
		case c == '[' && s.list == outsideList:
			s.list = afterOpening
		case c == ']' && (s.list == afterOpening || s.list == afterElement):
			s.list = outsideList
		case c == ',' && s.list == afterElement:
			s.list = afterComma
		case s.list == afterElement:
			err := s.recoverable(errSeparator, outsideList)
			if s.offset != s.lineStart {
				s.skipLine()
			}
			return nil, err
		default:
			return s.value()
		}
		s.skip(1)
	}
}

// recoverable is an error at the next byte, after which the stream goes on in a state.
func (s *Stream) recoverable(err error, list listState) error {
	s.list = list
	return &SyntaxError{Offset: s.offset, Line: s.line, Err: err}
}

// value reads the value that begins with the next byte.
func (s *Stream) value() ([]byte, error) {
	next := s.list
	if next != outsideList {
		next = afterElement
	}
	for ended := false; ; {
		window, _ := s.r.Peek(s.r.Buffered())
		length, wrong := s.scan(window)
		open := errors.Is(wrong, io.ErrUnexpectedEOF) || wrong == nil && length == len(window) && !closed(window)
		switch {
		case open && !ended:
			err := s.more(len(window))
			ended = errors.Is(err, io.EOF)
			if errors.Is(err, bufio.ErrBufferFull) {
				err = s.recoverable(ErrTooLong, next)
				s.skipValue()
			}
			if err != nil && !ended {
				return nil, err
			}
		case wrong != nil:
			return nil, s.skipBroken(window[:length], wrong)
		case length > MaxMessage:
			err := s.recoverable(ErrTooLong, next)
			s.skip(length)
			return nil, err
		default:
			message := bytes.Clone(window[:length])
			s.messageOffset, s.messageLine = s.offset, s.line
			s.skip(length)
			s.list = next
			return message, nil
		}
	}
}

// scan tells how long the JSON value is that begins a window, or how far the window
// goes well and what is wrong there. A window that ends too early gives
// io.ErrUnexpectedEOF.
func (s *Stream) scan(window []byte) (int, error) {
	s.window = *bytes.NewBuffer(window)
	s.dec.Reset(&s.window, jsontext.AllowDuplicateNames(true))
	_, err := s.dec.ReadValue()
	var syntactic *jsontext.SyntacticError
	switch {
	case err == nil:
		return int(s.dec.InputOffset()), nil
	case errors.As(err, &syntactic):
		return int(syntactic.ByteOffset), syntactic.Err
	}
	return len(window), err
}

// closed tells whether a value is at its end whatever may follow: a number is not.
func closed(value []byte) bool {
	switch value[len(value)-1] {
	case '}', ']', '"':
		return true
	}
	return false
}

// more reads on until a value that did not end within have bytes may do so. An error
// says that it will not.
func (s *Stream) more(have int) error {
	for {
		before := s.r.Buffered()
		_, err := s.r.Peek(before + 1)
		ended := errors.Is(err, io.EOF)
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			return err
		case ended && before > have:
		case err != nil:
			s.err = err
			if !ended {
				s.skip(before) // the beginning of a value that will not end
			}
			return err
		}
		window, _ := s.r.Peek(s.r.Buffered())
		if ended || len(window) >= 2*have || bytes.ContainsAny(window[before:], "}]\n") {
			return nil
		}
	}
}
