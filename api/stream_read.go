package api

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/go-json-experiment/json"
)

// mostMessage bounds a message of a stream; a heater takes 10 KB.
const mostMessage = 4 << 20

// message is one message of the format text/event-stream.
type message struct {
	name string
	data []byte
}

// read reads a stream until it ends, and says so with an error. watch runs while the server is waited for, and not while the
// reader is busy with an update.
func (s *stream) read(body io.Reader, watch *time.Timer) error {
	lines := bufio.NewScanner(body)
	lines.Buffer(nil, mostMessage)
	var m message
	for {
		watch.Reset(silence)
		more := lines.Scan()
		watch.Stop()
		if !more {
			break
		}
		field, value, _ := bytes.Cut(lines.Bytes(), []byte(":"))
		value = bytes.TrimPrefix(value, []byte(" "))
		switch string(field) {
		case "":
			if len(lines.Bytes()) > 0 {
				continue // a comment
			}
			if len(m.data) > 0 {
				if err := s.take(m); err != nil {
					return err
				}
			}
			m = message{}
		case "event":
			m.name = string(value)
		case "id":
			s.last = string(value)
		case "data":
			if len(m.data)+len(value) > mostMessage {
				return bufio.ErrTooLong
			}
			if m.data != nil {
				m.data = append(m.data, '\n')
			}
			m.data = append(m.data, value...)
		}
	}
	if err := lines.Err(); err != nil {
		return err
	}
	return fmt.Errorf("the server ended the stream: %w", io.EOF)
}

// take tells the reader what a message says. Messages that a later server may have are passed over.
func (s *stream) take(m message) error {
	var u Update
	var err error
	switch m.name {
	case "heater":
		err = json.Unmarshal(m.data, &u.Heater)
		switch {
		case u.Heater == nil:
		case u.Heater.ID == "":
			err = errors.New("it has no ID")
		default:
			s.known[u.Heater.ID] = true
		}
	case "event":
		err = json.Unmarshal(m.data, &u.Event)
	case "removed":
		var gone Removed
		err = json.Unmarshal(m.data, &gone)
		u.Removed = gone.ID
		delete(s.known, gone.ID)
	case "ready":
		var ready Ready
		if err = json.Unmarshal(m.data, &ready); err == nil {
			err = s.forget(ready)
		}
		u.Ready = true
	}
	switch {
	case err != nil:
		return fmt.Errorf("a message %q of the stream cannot be read: %w", m.name, err)
	case u != (Update{}) && !s.yield(u):
		return errLeft
	}
	return nil
}

// forget tells of heaters that went while there was no connection.
func (s *stream) forget(ready Ready) error {
	for id := range s.known {
		if slices.Contains(ready.Heaters, id) {
			continue
		}
		delete(s.known, id)
		if !s.yield(Update{Removed: id}) {
			return errLeft
		}
	}
	return nil
}
