package awsiot

import (
	"crypto/tls"
	"errors"
	"math/rand/v2"
	"time"
)

// The times between attempts to connect. AWS IoT takes one CONNECT a second for each client id, in practice one in ten
// seconds; and when the cloud restarts, its clients must not all come back in the same second.
const (
	firstDelayMin = 1 * time.Second // after a loss: uniform between these
	firstDelayMax = 5 * time.Second
	backoffBase   = 2 * time.Second // then full jitter below this, doubled with each failure
	backoffCap    = 120 * time.Second

	connectFloor = 1 * time.Second  // between two attempts, whoever asks for the second
	flapFloor    = 10 * time.Second // the same after a connection that did not last

	// stableAfter is how long a link must be up, with all its filters subscribed, before its failures are forgotten. To forget them
	// on connecting would make a broker that accepts and drops a tight loop.
	stableAfter = 60 * time.Second
)

// A backoff decides when to dial next.
type backoff struct {
	failures int       // attempts that failed and connections that did not last, since the link was stable
	flapping bool      // the last connection did not last
	last     time.Time // when the last attempt dialled or sent CONNECT
}

// earliest returns the first moment at which dialling is allowed.
func (b *backoff) earliest(now time.Time) time.Time {
	floor := connectFloor
	if b.flapping {
		floor = flapFloor
	}
	if t := b.last.Add(floor); t.After(now) {
		return t
	}
	return now
}

// afterLoss returns when to dial after a connection has ended.
func (b *backoff) afterLoss(now time.Time, stable bool) time.Time {
	b.flapping = !stable
	if b.flapping {
		b.failures++
	}
	return b.earliest(now).Add(between(firstDelayMin, firstDelayMax) + fullJitter(b.failures))
}

// afterFailure returns when to dial after an attempt has failed.
func (b *backoff) afterFailure(now time.Time, err error) time.Time {
	var notYet *NotYetError
	if errors.As(err, &notYet) && !refused(err) {
		if notYet.Until.After(now) {
			now = notYet.Until
		}
		return b.earliest(now).Add(between(firstDelayMin, firstDelayMax))
	}
	b.failures++
	wait := fullJitter(b.failures)
	if lasting(err) {
		wait = between(backoffCap/2, backoffCap)
	}
	var refusal *HandshakeError
	if errors.As(err, &refusal) && refusal.RetryAfter > 0 {
		// Not on top of it, which would be beyond the cap, nor all in the same second.
		wait = max(wait, refusal.RetryAfter+between(firstDelayMin, firstDelayMax))
	}
	return b.earliest(now).Add(wait)
}

// reset forgets the failures.
func (b *backoff) reset() { b.failures, b.flapping = 0, false }

// fullJitter returns a wait after n failures in a row; none after none.
func fullJitter(n int) time.Duration {
	if n == 0 {
		return 0
	}
	limit := backoffCap
	if n < 7 { // 2 s << 6 is above the cap
		limit = min(backoffBase<<(n-1), backoffCap)
	}
	return between(0, limit)
}

func between(from, to time.Duration) time.Duration {
	return from + rand.N(to-from+1)
}

// lasting reports whether a failure is of a kind that does not go away within seconds: a certificate, or a session that
// the broker refuses for what it is.
func lasting(err error) bool {
	var certificate *tls.CertificateVerificationError
	var refusal *ConnackError
	return errors.As(err, &certificate) || errors.As(err, &refusal) && (refusal.Code == 1 || refusal.Code == 2)
}
