package awsiot

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"time"
)

// credentialsTimeout bounds one call of Config.Credentials, which may sign in.
const credentialsTimeout = 60 * time.Second

// clockTolerance is how far the broker's clock must be from the one signed with before a refusal is put down to it.
const clockTolerance = 30 * time.Second

// An attempt to connect. The owner hands it to a goroutine of its own and has it back as its outcome.
type attempt struct {
	refused bool          // the last credentials were refused
	offset  time.Duration // by which the broker's clock is ahead
	last    time.Time     // when a dial or a CONNECT was last begun
	next    time.Time     // no dial of this attempt before: a CONNECT has been sent

	socket         *socket // nil after a failure
	sessionPresent bool
	err            error
}

// run connects, and on the way fetches credentials anew once if those were refused, and signs with the broker's clock
// once if that differs from ours.
func (a *attempt) run(ctx context.Context, l *Link) {
	renewed, corrected := a.refused, false
	keys, err := l.credentials(ctx, a.refused)
	for err == nil {
		err = l.open(ctx, keys, a)
		a.refused = refused(err)
		offset, differs := clockOffset(err, l.cfg.Time(), a.offset)
		switch {
		case err == nil:
			return
		case differs && !corrected:
			corrected, a.offset, err = true, offset, nil
		case a.refused && !renewed:
			renewed = true
			refusal := err
			if keys, err = l.credentials(ctx, true); err != nil {
				err = fmt.Errorf("%w; %w", refusal, err)
			}
		default:
			a.err = err
			return
		}
	}
	a.err = err
}

// open signs, dials and opens the MQTT session.
func (l *Link) open(ctx context.Context, keys Credentials, a *attempt) (err error) {
	defer l.recovered("dialling", &err) // Config.Dial is foreign, and gorilla panics over a proxy's status line without a reason
	if err := sleep(ctx, time.Until(a.next)); err != nil {
		return err
	}
	if l.cfg.Limiter != nil {
		if err := l.cfg.Limiter.Wait(ctx); err != nil {
			return fmt.Errorf("dial: %w", err)
		}
	}
	a.last = time.Now()
	query, err := l.presigner.query(ctx, keys, l.dialer.endpoint.host, l.cfg.Time().Add(a.offset))
	if err != nil {
		return err
	}
	s, err := l.dialer.dial(ctx, query)
	if err != nil {
		return err
	}
	a.last = time.Now()
	a.next = a.last.Add(connectFloor)
	a.sessionPresent, err = s.connect(ctx, l.cfg.ClientID, l.cfg.KeepAlive)
	if err != nil {
		_ = s.raw.Close()
		return err
	}
	a.socket = s
	return nil
}

// credentials calls Config.Credentials in a goroutine, so that one which does not heed its context cannot hold up the link; Close
// alone waits for it, and not for long.
func (l *Link) credentials(ctx context.Context, refused bool) (Credentials, error) {
	select {
	case l.fetching <- struct{}{}:
	default:
		return Credentials{}, errors.New("credentials: the last call has not returned")
	}
	ctx, cancel := context.WithTimeout(ctx, credentialsTimeout)
	defer cancel()
	type answer struct {
		keys Credentials
		err  error
	}
	answers := make(chan answer, 1)
	l.running.Go(func() {
		var a answer
		defer func() { answers <- a }()
		defer func() { <-l.fetching }() // before the answer, which may be followed by the next call at once
		defer l.recovered("Config.Credentials", &a.err)
		a.keys, a.err = l.cfg.Credentials(ctx, refused)
	})
	select {
	case a := <-answers:
		if a.err != nil {
			return Credentials{}, fmt.Errorf("credentials: %w", a.err)
		}
		return a.keys, nil
	case <-ctx.Done():
		return Credentials{}, fmt.Errorf("credentials: %w", ctx.Err())
	}
}

// recovered is deferred around foreign code. A panic there becomes an error and a line in the log; its value may hold anything and is
// in neither.
func (l *Link) recovered(where string, err *error) {
	if v := recover(); v != nil {
		*err = fmt.Errorf("%s panicked with a %T", where, v)
		l.cfg.Logger.Error("panic", "where", where, "type", fmt.Sprintf("%T", v), "stack", string(debug.Stack()))
	}
}

// refused reports whether an error says that the broker does not like our credentials.
func refused(err error) bool {
	var handshake *HandshakeError
	var connack *ConnackError
	switch {
	case errors.As(err, &handshake):
		return handshake.Status == http.StatusForbidden
	case errors.As(err, &connack):
		return connack.Code == 4 || connack.Code == 5 || connack.Code == 7
	}
	return false
}

// clockOffset returns by how much the broker's clock is ahead, and whether that explains a refusal of what was
// signed with the offset used. A refusal for another reason must not look like this one for ever, hence the tolerance.
func clockOffset(err error, now time.Time, used time.Duration) (offset time.Duration, differs bool) {
	var refusal *HandshakeError
	if !errors.As(err, &refusal) || !refusal.clockDiffers() {
		return used, false
	}
	offset = refusal.Date.Sub(now)
	if offset.Abs() <= clockTolerance {
		offset = 0
	}
	return offset, (offset - used).Abs() > clockTolerance
}

// sleep waits for d, or less if the context ends.
func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
