package awsiot

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// What waits is given up with the reason that the caller has, and what is in flight is not.
func TestDropWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBroker(t)
		c := b.start()
		reason := errors.New("given up")
		if n := c.DropWaiting(reason); n != 0 {
			t.Errorf("%d dropped of none", n)
		}
		const sent = 30
		results := make(chan error, sent)
		for range sent {
			go func() { results <- c.Publish(t.Context(), Publication{Topic: "a"}) }()
		}
		synctest.Wait() // a burst has left, and the rest waits for the rate
		dropped := c.DropWaiting(reason)
		if dropped != sent-publishBurst {
			t.Errorf("%d dropped, want %d", dropped, sent-publishBurst)
		}
		for range sent {
			err := <-results
			var failed *PublishError
			switch {
			case err == nil:
			case errors.As(err, &failed) && !failed.Sent && errors.Is(err, reason):
				dropped--
			default:
				t.Errorf("got %v", err)
			}
		}
		if dropped != 0 {
			t.Errorf("%d more were dropped than said so", dropped)
		}
	})
}

// In a hurry nothing waits for the rate.
func TestHurry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBroker(t)
		c := b.start()
		c.Hurry()
		const sent = 40
		results := make(chan error, sent)
		began := time.Now()
		for range sent {
			go func() { results <- c.Publish(t.Context(), Publication{Topic: "a"}) }()
		}
		for range sent {
			if err := <-results; err != nil {
				t.Error(err)
			}
		}
		if took := time.Since(began); took > 100*time.Millisecond {
			t.Errorf("it took %v", took)
		}
	})
}
