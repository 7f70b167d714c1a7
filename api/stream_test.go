package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/nwp500/nwp500/internal/memnet"
)

const begin = "id: 1000\nevent: heater\ndata: {\"id\":\"000000000a\"}\n\nevent: heater\ndata: {\"id\":\"000000000b\"}\n\nevent: ready\ndata: {\"heaters\":[\"000000000a\",\"000000000b\"]}\n\n"

// say writes a piece of a stream.
func say(w http.ResponseWriter, text string) {
	w.Header().Set("Content-Type", "text/event-stream")
	fmt.Fprint(w, text)
	_ = http.NewResponseController(w).Flush()
}

// show writes an update in a word.
func show(u Update) string {
	switch {
	case u.Heater != nil:
		return "heater " + u.Heater.ID
	case u.Event != nil:
		return "event " + u.Event.Text
	case u.Removed != "":
		return "removed " + u.Removed
	case u.Ready:
		return "ready"
	}
	return "interrupted"
}

// A stream that breaks is made anew, from where it was; a heater that went meanwhile is told.
func TestStreamComesAgain(t *testing.T) {
	var asked []string
	visit(t, func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.Header.Get("Last-Event-ID"))
		if len(asked) == 1 {
			say(w, begin+"id: 2000\nevent: event\ndata: {\"text\":\"it heats\"}\n\n")
			return
		}
		say(w, "event: heater\ndata: {\"id\":\"000000000b\"}\n\nevent: ready\ndata: {\"heaters\":[\"000000000b\"]}\n\nevent: later version\ndata: {}\n\n")
		<-r.Context().Done()
	}, func(t *testing.T, client *Client, _ *memnet.Network) {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		var told []string
		for update, err := range client.Stream(ctx) {
			if err != nil {
				if !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("the stream ended with %v", err)
				}
				break
			}
			told = append(told, show(update))
		}
		want := []string{
			"heater 000000000a", "heater 000000000b", "ready", "event it heats", "interrupted",
			"heater 000000000b", "removed 000000000a", "ready",
		}
		if !slices.Equal(told, want) {
			t.Errorf("told %q", told)
		}
		if !slices.Equal(asked, []string{"", "2000"}) {
			t.Errorf("asked to go on from %q", asked)
		}
	})
}

// A server that is away is not asked more and more often, and soon again after a stream that lasted.
func TestStreamBacksOff(t *testing.T) {
	var dials []time.Time
	visit(t, func(w http.ResponseWriter, r *http.Request) {
		dials = append(dials, time.Now())
		say(w, begin)
		if len(dials) == 13 {
			select {
			case <-time.After(settled):
			case <-r.Context().Done():
			}
		}
	}, func(t *testing.T, client *Client, _ *memnet.Network) {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
		defer cancel()
		streams := 0
		for update, err := range client.Stream(ctx) {
			if err != nil {
				t.Fatal(err)
			}
			if update.Ready {
				streams++
			}
			if streams == 14 {
				break
			}
		}
		synctest.Wait()
		for i := 1; i < 12; i++ {
			most := min(firstWait<<(i-1), longestWait)
			if waited := dials[i].Sub(dials[i-1]); waited > most || waited < most/2 {
				t.Errorf("attempt %d came %v after the one before, want %v to %v", i+1, waited, most/2, most)
			}
		}
		if waited := dials[13].Sub(dials[12]); waited > settled+firstWait {
			t.Errorf("after a stream that lasted the next came after %v", waited-settled)
		}
	})
}

// A connection on which nothing comes any more is given up, as after a laptop has slept.
func TestStreamSilence(t *testing.T) {
	for name, hole := range map[string]memnet.Direction{"lost packets": memnet.Both, "a server that sleeps": 0} {
		t.Run(name, func(t *testing.T) {
			visit(t, func(w http.ResponseWriter, r *http.Request) {
				say(w, begin)
				<-r.Context().Done()
			}, func(t *testing.T, client *Client, network *memnet.Network) {
				var began time.Time
				for update, err := range client.Stream(t.Context()) {
					if err != nil {
						t.Fatal(err)
					}
					if update.Ready {
						network.BlackHole(hole)
						began = time.Now()
					}
					if update.Interrupted != nil {
						if took := time.Since(began); took != silence || !errors.Is(update.Interrupted, errSilence) {
							t.Errorf("after %v: %v", took, update.Interrupted)
						}
						break
					}
				}
				network.BlackHole(0)
			})
		})
	}
}

// An answer that no other attempt would change ends the stream.
func TestStreamEnds(t *testing.T) {
	for status, ends := range map[int]bool{400: true, 401: true, 403: true, 404: true, 421: true, 429: false, 500: false, 502: false, 503: false} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			asked := 0
			visit(t, func(w http.ResponseWriter, _ *http.Request) {
				asked++
				http.Error(w, "no", status)
			}, func(t *testing.T, client *Client, _ *memnet.Network) {
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				var last error
				for _, err := range client.Stream(ctx) {
					last = err
				}
				var answer *Error
				if errors.As(last, &answer) != ends || (asked == 1) != ends || ends && answer.Status != status {
					t.Errorf("asked %d times, and at last %v", asked, last)
				}
			})
		})
	}
}

// Nonsense in a stream interrupts it, and costs no more memory than a message may have.
func TestStreamNonsense(t *testing.T) {
	for name, text := range map[string]string{
		"a message that is no JSON": "event: heater\ndata: {\n\n",
		"a message of another kind": "event: heater\ndata: []\n\n",
		"a line without an end":     "data: " + strings.Repeat("x", mostMessage+1),
		"lines without an end":      strings.Repeat("data: "+strings.Repeat("x", 1<<20)+"\n", 5),
	} {
		t.Run(name, func(t *testing.T) {
			visit(t, func(w http.ResponseWriter, r *http.Request) {
				say(w, text)
				<-r.Context().Done()
			}, func(t *testing.T, client *Client, _ *memnet.Network) {
				began := time.Now()
				for update, err := range client.Stream(t.Context()) {
					if err != nil || update.Interrupted == nil || time.Since(began) > time.Second {
						t.Errorf("after %v: %+v, %v", time.Since(began), update, err)
					}
					break
				}
			})
		})
	}
}

// Who leaves the loop leaves the server, too.
func TestStreamLeft(t *testing.T) {
	var ended bool
	visit(t, func(w http.ResponseWriter, r *http.Request) {
		say(w, begin)
		<-r.Context().Done()
		ended = true
	}, func(t *testing.T, client *Client, _ *memnet.Network) {
		for range client.Stream(t.Context()) {
			break
		}
		synctest.Wait()
		if !ended {
			t.Error("the server still sends")
		}
	})
}

// A reader that is busy for long with an update is not taken for a server that is silent.
func TestStreamBusyReader(t *testing.T) {
	visit(t, func(w http.ResponseWriter, r *http.Request) {
		say(w, begin)
		<-r.Context().Done()
	}, func(t *testing.T, client *Client, _ *memnet.Network) {
		for update, err := range client.Stream(t.Context()) {
			if err != nil || update.Interrupted != nil {
				t.Fatalf("%+v, %v", update, err)
			}
			if update.Ready {
				break
			}
			time.Sleep(2 * silence)
		}
	})
}
