package httpapi

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/nwp500/nwp500/api"
	"github.com/nwp500/nwp500/internal/memnet"
	"github.com/nwp500/nwp500/simulator"
)

// watch opens a stream and returns its updates, as they are asked for.
func (h *house) watch() (next func() api.Update, stop func()) {
	pull, stop := iter.Pull2(h.client.Stream(h.Context()))
	return func() api.Update {
		h.Helper()
		update, err, ok := pull()
		if err != nil || !ok {
			h.Fatalf("the stream ended: %v", err)
		}
		return update
	}, stop
}

// until returns the first update that is wanted, and how many heaters were told on the way.
func until(next func() api.Update, wanted func(api.Update) bool) (found api.Update, heaters int) {
	for {
		update := next()
		if wanted(update) {
			return update, heaters
		}
		if update.Heater != nil {
			heaters++
		}
	}
}

func isReady(u api.Update) bool { return u.Ready }

// A stream begins with all heaters, whole, and then says that it did.
func TestStreamBegins(t *testing.T) {
	inHome(t, home{cloud: simulator.Config{Heaters: 3}}, func(h *house) {
		next, stop := h.watch()
		defer stop()
		for i, heater := range h.fleet.Heaters() {
			update := next()
			if update.Heater == nil || update.Heater.ID != heater.ID() || update.Heater.Status == nil || update.Heater.Summary == nil {
				h.Errorf("update %d is %+v", i, update)
			}
		}
		if update := next(); !update.Ready {
			h.Errorf("after the heaters came %+v", update)
		}
	})
}

// A command shows in the stream: its event, and the heater as it is then.
func TestStreamTellsChanges(t *testing.T) {
	inHome(t, home{}, func(h *house) {
		next, stop := h.watch()
		defer stop()
		until(next, isReady)
		celsius := 51.0
		h.client.By = "top"
		if _, err := h.client.Do(h.Context(), h.heater().ID(), api.Command{Name: api.SetTemperature, Celsius: &celsius}); err != nil {
			h.Fatal(err)
		}
		setpoint, _ := until(next, func(u api.Update) bool { return u.Event != nil && u.Event.Class == api.SetpointEvent })
		if setpoint.Event.By != "top" || setpoint.Event.Heater != h.heater().ID() {
			h.Errorf("the event says %+v", setpoint.Event)
		}
		until(next, func(u api.Update) bool {
			return u.Heater != nil && strings.Contains(string(u.Heater.Status), `"dhw_temperature_setting":51`)
		})
	})
}

// A heater that changes all the time is told twice a second, and the last word is how it is.
func TestStreamCoalesces(t *testing.T) {
	inHome(t, home{}, func(h *house) {
		next, stop := h.watch()
		defer stop()
		until(next, isReady)
		const changes = 40
		go func() {
			for i := range changes {
				celsius := 45 + float64(i%10)
				h.heater().Do(h.Context(), "test", api.Command{Name: api.SetTemperature, Celsius: &celsius})
				time.Sleep(50 * time.Millisecond)
			}
		}()
		began, told := time.Now(), 0
		for done := 0; done < changes; {
			update := next()
			if update.Heater != nil {
				told++
			}
			if update.Event != nil && update.Event.Class == api.CommandEvent {
				done++
			}
		}
		if most := int(time.Since(began)/pace) + 1; told > most || told == 0 {
			h.Errorf("the heater was told %d times in %v, at most %d are wanted", told, time.Since(began), most)
		}
		until(next, func(u api.Update) bool {
			return u.Heater != nil && strings.Contains(string(u.Heater.Status), `"dhw_temperature_setting":54`)
		})
	})
}

// When nothing happens the stream shows that it is there, so that both ends know.
func TestStreamPulse(t *testing.T) {
	inHouse(t, Config{Loopback: true}, func(h *house) {
		answer := h.get("/api/v1/events/stream")
		defer answer.Body.Close()
		lines := bufio.NewScanner(answer.Body)
		began, pulses := time.Now(), 0
		for pulses < 5 && lines.Scan() {
			if strings.HasPrefix(lines.Text(), ": ") {
				pulses++
			}
		}
		if took := time.Since(began); took != 4*pulse {
			h.Errorf("%d pulses took %v: %v", pulses, took, lines.Err())
		}
	})
}

// A stream outlives the limits that other requests have, and ends with the server.
func TestStreamLasts(t *testing.T) {
	inHouse(t, Config{Loopback: true}, func(h *house) {
		next, stop := h.watch()
		defer stop()
		until(next, isReady)
		time.Sleep(10 * time.Minute)
		if len(h.api.streams) != 1 {
			h.Error("the stream did not last ten minutes")
		}
		began := time.Now()
		h.stop()
		if took := time.Since(began); took > time.Second {
			h.Errorf("the server took %v to end", took)
		}
		if update := next(); update.Interrupted == nil {
			h.Errorf("after ten minutes and the end of the server came %+v", update)
		}
		h.serve()
		until(next, isReady)
	})
}

// A reader that stalls is given up, and whoever else listens hears everything meanwhile.
func TestStreamStalls(t *testing.T) {
	inHome(t, home{}, func(h *house) {
		stalled, err := h.network.Dial(h.Context(), "tcp", "127.0.0.1:8500")
		if err != nil {
			h.Fatal(err)
		}
		defer stalled.Close()
		fmt.Fprint(stalled, "GET /api/v1/events/stream HTTP/1.1\r\nHost: localhost\r\n\r\n")
		next, stop := h.watch()
		defer stop()
		until(next, isReady)
		deadline := time.Now().Add(10 * time.Minute)
		for i := 0; len(h.api.streams) == 2 && time.Now().Before(deadline); i++ {
			celsius := 45 + float64(i%10)
			if result := h.heater().Do(h.Context(), "test", api.Command{Name: api.SetTemperature, Celsius: &celsius}); result.End != api.Done {
				h.Fatalf("%+v", result)
			}
			until(next, func(u api.Update) bool { return u.Event != nil && u.Event.Class == api.CommandEvent })
			time.Sleep(time.Second)
		}
		if len(h.api.streams) != 1 {
			h.Errorf("%d streams are open", len(h.api.streams))
		}
	})
}

// A reader that was too slow for the feed has lost events, and no state.
func TestStreamCatchesUp(t *testing.T) {
	inHome(t, home{cloud: simulator.Config{Heaters: 2}}, func(h *house) {
		next, stop := h.watch()
		defer stop()
		until(next, isReady)
		talk := func(times int, name string) { // of the other heater
			for range times {
				h.fleet.Heaters()[1].Do(h.Context(), "test", api.Command{Name: name})
			}
			synctest.Wait()
		}
		time.Sleep(time.Second)
		h.network.BlackHole(memnet.ToDialer)
		talk(4000, "nonsense") // more than a connection holds: the stream is stuck
		celsius := 51.0
		if result := h.heater().Do(h.Context(), "test", api.Command{Name: api.SetTemperature, Celsius: &celsius}); result.End != api.Done {
			h.Fatalf("%+v", result)
		}
		talk(4000, "nonsense") // more than a feed holds
		began := time.Now()
		h.network.BlackHole(0)
		events := 0
		until(next, func(u api.Update) bool {
			if u.Event != nil {
				events++
			}
			if u.Heater != nil && u.Heater.ID != h.heater().ID() {
				h.Error("the other heater was told again, though nothing of it has changed")
			}
			return u.Heater != nil && strings.Contains(string(u.Heater.Status), `"dhw_temperature_setting":51`)
		})
		if events > 7000 || !time.Now().Equal(began) {
			h.Errorf("the heater was told after %v and %d events", time.Since(began), events)
		}
	})
}

// There are only so many streams, and one that ended leaves its place.
func TestStreamPlaces(t *testing.T) {
	inHouse(t, Config{Loopback: true}, func(h *house) {
		leave := h.fillPlaces()
		if answer := h.do("GET", "/api/v1/events/stream", ""); answer.status != http.StatusServiceUnavailable {
			h.Errorf("one more: %d", answer.status)
		}
		leave()
		synctest.Wait()
		next, stop := h.watch()
		defer stop()
		if update := next(); !update.Ready {
			h.Errorf("after they ended: %+v", update)
		}
	})
}

// fillPlaces opens as many streams as there may be; the function that it returns ends them.
func (h *house) fillPlaces() (leave func()) {
	h.Helper()
	var stops []func()
	for range mostStreams {
		next, stop := h.watch()
		until(next, isReady)
		stops = append(stops, stop)
	}
	return func() {
		for _, stop := range stops {
			stop()
		}
	}
}

// get asks for something whose body the caller reads and closes.
func (h *house) get(path string) *http.Response {
	h.Helper()
	request, err := http.NewRequestWithContext(h.Context(), http.MethodGet, origin+path, nil)
	if err != nil {
		h.Fatal(err)
	}
	answer, err := h.http.Do(request)
	if err != nil {
		h.Fatal(err)
	}
	return answer
}

// listen returns what a stream says within a time to a reader who was here before.
func (h *house) listen(path string, before time.Time, wait time.Duration) []byte {
	h.Helper()
	conn := h.dial()
	defer conn.Close()
	fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: localhost\r\nLast-Event-ID: %d\r\n\r\n", path, before.UnixMilli())
	_ = conn.SetReadDeadline(time.Now().Add(wait))
	text, err := io.ReadAll(conn)
	if !errors.Is(err, os.ErrDeadlineExceeded) {
		h.Errorf("the stream ended: %v", err)
	}
	return text
}
