package awsiot

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestFloodedHeader: an answer whose header does not end is not read for as long as it comes.
func TestFloodedHeader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBroker(t)
		written := make(chan int, 1)
		b.script(hooks{upgrade: func(w http.ResponseWriter, _ *http.Request) bool {
			c, _, err := http.NewResponseController(w).Hijack()
			if err != nil {
				return false
			}
			defer c.Close()
			line := "X-Filler: " + strings.Repeat("x", 1000) + "\r\n"
			total, err := io.WriteString(c, "HTTP/1.1 403 Forbidden\r\n")
			for err == nil && total < 16<<20 {
				var n int
				n, err = io.WriteString(c, line)
				total += n
			}
			written <- total
			return true
		}})
		start := time.Now()
		if _, err := b.dial(t.Context()); !errors.Is(err, errOpening) {
			t.Errorf("got %v", err)
		}
		if took := time.Since(start); took > answerTimeout {
			t.Errorf("took %v", took)
		}
		const window = 256 << 10 // of the network in memory
		if total := <-written; total > maxOpening+window+10_000 {
			t.Errorf("%d bytes were taken", total)
		}
	})
}

// TestOpeningIsBoundedOnlyAtFirst: what comes once the connection is open may be long.
func TestOpeningIsBoundedOnlyAtFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBroker(t)
		b.script(hooks{started: func(s *session) {
			for range 3 {
				s.deliver("a", strings.Repeat("x", 100_000), 0)
			}
		}})
		c := b.start()
		time.Sleep(time.Second)
		if got := len(c.received()); got != 3 {
			t.Errorf("%d messages", got)
		}
	})
}
