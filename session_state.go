package nwp500

import (
	"errors"
	"slices"
)

// ErrDropped is a command that waited for the connection until DropWaiting gave it up.
var ErrDropped = errors.New("given up before it was sent")

// Connected reports whether all connections of the session are up.
func (s *Session) Connected() bool {
	for _, c := range s.links() {
		if !c.link.Stats().Up {
			return false
		}
	}
	return true
}

// ClientIDs returns the names of the session's connections with the broker, in the
// order in which they were opened. Each is made up at random and stays the same when the
// connection is made anew.
func (s *Session) ClientIDs() []string {
	var ids []string
	for _, c := range s.links() {
		ids = append(ids, c.clientID)
	}
	return ids
}

// Waiting returns how many requests and commands wait to be sent, because a connection
// is down or because the broker takes only so many a second.
func (s *Session) Waiting() int {
	waiting := 0
	for _, c := range s.links() {
		waiting += c.link.Stats().Waiting
	}
	return waiting
}

// ReconnectAttempts returns how often the connection that is down has been tried since
// it went down: of several the most, and 0 when all are up.
func (s *Session) ReconnectAttempts() int {
	attempts := 0
	for _, c := range s.links() {
		if stats := c.link.Stats(); !stats.Up {
			attempts = max(attempts, stats.Attempts)
		}
	}
	return attempts
}

// Reconnect makes every connection anew: one that is up as soon as nothing is under way,
// one that is down without waiting any longer, also when it had stopped for want of
// credentials. It does not wait for that, and keeps the least time that the broker wants
// between two connections.
func (s *Session) Reconnect() {
	for _, c := range s.links() {
		c.link.Reconnect()
		c.link.Retry()
	}
}

// DropWaiting gives up what waits to be sent: it ends with ErrDropped, a command as
// NotSent. It returns how many there were.
func (s *Session) DropWaiting() int {
	dropped := 0
	for _, c := range s.links() {
		dropped += c.link.DropWaiting(ErrDropped)
	}
	return dropped
}

// takesQuestions reports whether the connection is up, or is being renewed and soon up
// again.
func (c *connection) takesQuestions() bool {
	stats := c.link.Stats()
	return stats.Up || stats.Renewing
}

// links returns the session's connections. Asking one of them for its state waits for
// its goroutine, which the session's lock must not be held for.
func (s *Session) links() []*connection {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.connections)
}

// connected reports whether the heater's connection is up; before it has one, whether
// there is any.
func (h *Heater) connected() bool {
	s := h.session
	connections := s.links()
	s.mu.Lock()
	if state := s.heaters[h.device.MAC]; state != nil {
		connections = []*connection{state.connection}
	}
	s.mu.Unlock()
	return slices.ContainsFunc(connections, func(c *connection) bool { return c.link.Stats().Up })
}
