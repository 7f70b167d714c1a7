package awsiot

import (
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"
)

// Credentials that are not to be had yet are waited for and are no failure, unless the broker has refused the last ones.
func TestNotYetIsNoFailure(t *testing.T) {
	now := time.Now()
	notYet := fmt.Errorf("credentials: %w", &NotYetError{Until: now.Add(40 * time.Second), Err: errors.New("too soon")})
	b := backoff{failures: 3}
	if wait := b.afterFailure(now, notYet).Sub(now); wait < 41*time.Second || wait > 45*time.Second || b.failures != 3 {
		t.Errorf("waits %v, with %d failures", wait, b.failures)
	}
	b.afterFailure(now, fmt.Errorf("%w; %w", &HandshakeError{Status: http.StatusForbidden}, notYet))
	if b.failures != 4 {
		t.Errorf("%d failures after a refusal", b.failures)
	}
}
