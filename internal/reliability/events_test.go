package reliability

import (
	"context"
	"fmt"
	"sync"
	"testing/synctest"

	"github.com/nwp500/nwp500"
)

// events are those of a session, as a listener saw them.
type events struct {
	mu   sync.Mutex
	list []nwp500.Event
	end  error
}

// watch listens to a session until it is closed.
func watch(session *nwp500.Session) *events {
	e := new(events)
	all := session.Events(context.Background())
	go func() {
		for event, err := range all {
			e.mu.Lock()
			if err != nil {
				e.end = err
			} else {
				e.list = append(e.list, event)
			}
			e.mu.Unlock()
		}
	}()
	return e
}

// all returns the events so far, those included that are still on their way to the listener:
// a call may return before what it learnt was heard.
func (e *events) all() []nwp500.Event {
	synctest.Wait()
	e.mu.Lock()
	defer e.mu.Unlock()
	return append([]nwp500.Event(nil), e.list...)
}

// count returns how many events so far are of a type.
func count[E nwp500.Event](e *events) int {
	n := 0
	for _, event := range e.all() {
		if _, ok := event.(E); ok {
			n++
		}
	}
	return n
}

// last returns the latest event of a type.
func last[E nwp500.Event](e *events) (latest E, ok bool) {
	for _, event := range e.all() {
		if event, is := event.(E); is {
			latest, ok = event, true
		}
	}
	return latest, ok
}

// alternate says where a heater's connection was lost twice or resumed twice in a row.
func (e *events) alternate() error {
	down := make(map[nwp500.MAC]bool)
	for i, event := range e.all() {
		mac := event.Origin().Device.MAC
		switch event.(type) {
		case nwp500.ConnectionLost:
			if down[mac] {
				return fmt.Errorf("event %d: lost again", i)
			}
			down[mac] = true
		case nwp500.ConnectionResumed:
			if !down[mac] {
				return fmt.Errorf("event %d: resumed without having been lost", i)
			}
			down[mac] = false
		}
	}
	return nil
}
