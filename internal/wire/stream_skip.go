package wire

import (
	"bytes"
	"errors"
	"io"
)

// peek looks at the next byte.
func (s *Stream) peek() (byte, error) {
	if s.r.Buffered() == 0 && s.err != nil {
		return 0, s.err
	}
	window, err := s.r.Peek(1)
	if err != nil {
		s.err = err
		return 0, err
	}
	return window[0], nil
}

// readByte takes the next byte and keeps count; ok is false at the end.
func (s *Stream) readByte() (c byte, ok bool) {
	c, err := s.peek()
	if err != nil {
		return 0, false
	}
	_, _ = s.r.Discard(1) // it is there
	s.offset++
	if c == '\n' {
		s.line++
		s.lineStart = s.offset
	}
	return c, true
}

// skip takes n bytes that are there.
func (s *Stream) skip(n int) {
	for range n {
		s.readByte()
	}
}

// skipLine takes the rest of the line and its end.
func (s *Stream) skipLine() {
	for {
		if c, ok := s.readByte(); !ok || c == '\n' {
			return
		}
	}
}

// skipBroken skips a value of which only the beginning, good, is JSON, and says so. good
// is what is read next, and gone when reading goes on.
func (s *Stream) skipBroken(good []byte, wrong error) error {
	lines := bytes.Count(good, []byte{'\n'})
	err := &SyntaxError{Offset: s.offset, Line: s.line, Err: wrong}
	if !errors.Is(wrong, io.ErrUnexpectedEOF) {
		err.Offset += int64(len(good))
		err.Line += lines
	}
	s.list = outsideList
	s.skipLine()
	if lines == 0 {
		return err
	}
	// It spans lines. Its own may be indented; a message cut short may also have
	// swallowed the one on the next line.
	for {
		if c, e := s.peek(); e != nil || c == '{' || c == '[' {
			return err
		}
		s.skipLine()
	}
}

// skipValue skips a value that is too long to be kept. It goes by the brackets and
// quotes alone, and stops early where they show that the value is broken: at a line end
// in a string, or at a line that begins with a brace where no value can stand.
func (s *Stream) skipValue() {
	depth, quoted := 0, false
	last := byte(':') // that was no space and not in a string
	for {
		c, ok := s.readByte()
		switch {
		case !ok:
			return
		case quoted && c == '\\':
			s.readByte()
			continue
		case quoted && c == '\n':
			s.list = outsideList
			return
		case c == '"':
			quoted = !quoted
		case quoted, c == ' ', c == '\t', c == '\r':
			continue
		case c == '\n':
			next, err := s.peek()
			if err == nil && next == '{' && last != ':' && last != ',' && last != '[' {
				s.list = outsideList
				return
			}
			continue
		case c == '{', c == '[':
			depth++
		case c == '}', c == ']':
			depth--
		case depth == 0: // neither an object, nor a list, nor a string
			s.list = outsideList
			s.skipLine()
			return
		}
		last = c
		if depth == 0 && !quoted {
			return
		}
	}
}
