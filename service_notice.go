package nwp500

import (
	"bytes"
	"context"
	"errors"
	"time"

	"github.com/nwp500/nwp500/internal/topic"
)

// noticeTimeout is how long the broker may take to grant the subscription to service
// notices. AWS IoT ends the connection within a fifth of a second over a filter that it
// does not allow, and a link is not made anew before 10 seconds are over: so the filter
// is taken back before it can cost the connection again.
const noticeTimeout = 5 * time.Second

// noticeJitter is the time after a notice over which connections are made anew, so that
// not all that heard it come back in the same second.
const noticeJitter = time.Minute

// awaitServiceNotice subscribes to the cloud's notices, if the configuration wants it:
// once in a session, on its first connection. A session that does not get them works all
// the same.
func (s *Session) awaitServiceNotice(ctx context.Context) {
	if !s.client.config.ServiceNotices {
		return
	}
	c, err := s.first()
	if err != nil {
		return // closed meanwhile
	}
	asking, cancel := context.WithTimeout(ctx, noticeTimeout)
	defer cancel()
	err = c.link.Subscribe(asking, topic.ServiceNotice)
	if err == nil {
		return
	}
	s.client.log.Warn("the cloud's service notices are not to be had", "err", err)
	giving, stop := context.WithTimeout(context.WithoutCancel(ctx), unsubscribeTimeout)
	defer stop()
	if err := c.link.Unsubscribe(giving, topic.ServiceNotice); err != nil {
		s.client.log.Debug("a subscription was not ended", "err", err)
	}
}

// announceService tells the cloud's notice to everybody, and has the connections made
// anew before the cloud ends them, each at a moment of its own and with nothing under
// way. How soon after its notice the cloud does that is unconfirmed.
func (c *connection) announceService(payload []byte) {
	s, now := c.session, time.Now()
	s.mu.Lock()
	s.announced = now
	s.keep(DiagnosticEvent{Time: now, ClientID: c.clientID, What: "service announced"})
	s.mu.Unlock()
	for _, other := range s.links() {
		other.link.RenewWithin(noticeJitter)
	}
	s.listeners.tell(ServiceAnnounced{Source{Time: now}, bytes.Clone(payload)})
}

// needSignIn tells that the session has stopped for want of credentials: once, however
// many connections find out.
func (c *connection) needSignIn(err error) {
	s, now := c.session, time.Now()
	s.mu.Lock()
	told := s.signInNeeded != nil && errors.Is(err, s.signInNeeded)
	s.signInNeeded = err
	s.keep(DiagnosticEvent{Time: now, ClientID: c.clientID, What: "sign-in needed", Cause: err.Error()})
	s.mu.Unlock()
	if !told {
		s.listeners.tell(SignInNeeded{Source{Time: now}, err})
	}
}

// signedIn notices that there are credentials again.
func (s *Session) signedIn() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.signInNeeded = nil
}
