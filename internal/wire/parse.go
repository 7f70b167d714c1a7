package wire

import (
	"bytes"
	"errors"
	"io"

	"github.com/go-json-experiment/json/jsontext"
)

// parser reads an object, and the sections of an envelope within it, in one pass.
type parser struct {
	data     []byte
	dec      *jsontext.Decoder
	envelope *Envelope // nil when sections are not asked for
}

// parse reads one object and nothing after it. The errors are *SyntaxError.
func parse(data []byte, e *Envelope) (Object, error) {
	if len(data) > MaxMessage {
		return nil, &SyntaxError{Line: 1, Err: ErrTooLong}
	}
	// A repeated name is no reason to lose a whole message.
	p := parser{data, jsontext.NewDecoder(bytes.NewBuffer(data), jsontext.AllowDuplicateNames(true)), e}
	if kind := p.dec.PeekKind(); kind != '{' && kind != jsontext.KindInvalid {
		return nil, p.failAt(p.next(), ErrNoObject)
	}
	o, err := p.object(topLevel)
	if err != nil {
		return nil, err
	}
	if rest := bytes.TrimLeft(data[p.dec.InputOffset():], " \t\r\n"); len(rest) > 0 {
		return nil, p.failAt(len(data)-len(rest), errTrailing)
	}
	return o, nil
}

var errTrailing = errors.New("something follows the object")

// object reads an object, level being its place in an envelope.
func (p *parser) object(at level) (Object, error) {
	if _, err := p.dec.ReadToken(); err != nil {
		return nil, p.fail(err)
	}
	o := make(Object, 0, 8)
	for p.dec.PeekKind() != '}' {
		raw, err := p.dec.ReadValue()
		if err != nil {
			return nil, p.fail(err)
		}
		name := memberName(raw)
		value, err := p.value(at, name)
		if err != nil {
			return nil, err
		}
		if len(o) == 8 && cap(o) == 8 {
			o = append(make(Object, 0, 112), o...) // a status, in one step
		}
		o = append(o, Member{name, value})
	}
	if _, err := p.dec.ReadToken(); err != nil {
		return nil, p.fail(err)
	}
	return o, nil
}

// value reads the value of a member and returns its bytes within p.data.
func (p *parser) value(at level, name string) (jsontext.Value, error) {
	kind := p.dec.PeekKind()
	if kind == jsontext.KindInvalid {
		_, err := p.dec.ReadToken()
		return nil, p.fail(err)
	}
	start := p.next()
	var section *Object
	var below level
	if p.envelope != nil {
		section, below = p.envelope.section(at, name)
	}
	if section != nil && kind == '{' {
		o, err := p.object(below)
		if err != nil {
			return nil, err
		}
		*section = o
	} else if v, err := p.dec.ReadValue(); err != nil {
		return nil, p.fail(err)
	} else if deeper(v, maxDepth) {
		return nil, p.failAt(start, ErrTooDeep)
	}
	end := p.dec.InputOffset()
	return p.data[start:end:end], nil
}

// next is the offset of the value that PeekKind has found.
func (p *parser) next() int {
	offset := int(p.dec.InputOffset())
	return offset + bytes.IndexFunc(p.data[offset:], func(r rune) bool {
		return r != ' ' && r != '\t' && r != '\r' && r != '\n' && r != ':' && r != ','
	})
}

// fail turns what the decoder says into a SyntaxError.
func (p *parser) fail(err error) error {
	var syntactic *jsontext.SyntacticError
	if errors.As(err, &syntactic) {
		return p.failAt(int(syntactic.ByteOffset), syntactic.Err)
	}
	return p.failAt(len(p.data), io.ErrUnexpectedEOF)
}

func (p *parser) failAt(offset int, err error) error {
	return &SyntaxError{Offset: int64(offset), Line: 1 + bytes.Count(p.data[:offset], []byte{'\n'}), Err: err}
}

// memberName decodes a member name. The names of docs/protocol.md cost no allocation.
func memberName(raw jsontext.Value) string {
	if known, ok := knownNames[string(raw[1:len(raw)-1])]; ok {
		return known
	}
	name, _ := jsontext.AppendUnquote(nil, raw) // the decoder has checked it
	return string(name)
}

// deeper tells whether a valid value nests objects or arrays more than limit deep.
func deeper(v jsontext.Value, limit int) bool {
	if kind := v.Kind(); kind != '{' && kind != '[' {
		return false
	}
	depth, quoted := 0, false
	for i := 0; i < len(v); i++ {
		switch c := v[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			if depth++; depth > limit {
				return true
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return false
}
