package nwp500_test

import (
	"encoding/json"
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/simulator"
)

// A session tells how its connections have been doing, in JSON that a person can read
// and that holds nothing of the account.
func TestDiagnosticsOfASession(t *testing.T) {
	inCloud(t, simulator.Config{Heaters: 2}, func(t *testing.T, c *cloud) {
		ctx := within(t, 48*time.Hour)
		session, devices := c.connect(t)
		d := session.Diagnostics()
		if text := marshal(t, d); strings.Contains(text, "null") {
			t.Errorf("a session that has seen nothing yet says null: %s", text)
		}
		for _, device := range devices {
			if _, err := session.Heater(device).Status(ctx); err != nil {
				t.Fatal(err)
			}
		}
		pass(3 * time.Hour)
		c.DropAll(simulator.DropServer)
		pass(2 * time.Hour)
		session.Reconnect()
		pass(time.Minute)
		c.Inject(simulator.Fault{Step: simulator.StepUpgrade, Action: simulator.Refuse, Status: 503})
		c.DropAll(simulator.DropServer)
		pass(10 * time.Minute)

		d = session.Diagnostics()
		if len(d.Connections) != 1 || d.Heaters != 2 || len(session.ClientIDs()) != 1 {
			t.Fatalf("got %+v", d)
		}
		connection := d.Connections[0]
		if connection.ClientID != session.ClientIDs()[0] || connection.Up || connection.Error == "" || connection.Attempts < 3 ||
			connection.NextAttempt.Before(d.Time) || connection.Made != 3 || connection.Heaters != 2 {
			t.Errorf("got %+v", connection)
		}
		if connection.Drops["ended by the other side"] != 2 || connection.Drops["renewed on purpose"] != 1 || len(connection.Drops) != 2 {
			t.Errorf("drops %v", connection.Drops)
		}
		if len(connection.Lengths) != 3 || connection.Longest != connection.Lengths[0] || connection.Lengths[0].String() != "3h0m0s" ||
			connection.Shortest != connection.Lengths[2] {
			t.Errorf("lengths %v, longest %v, shortest %v", connection.Lengths, connection.Longest, connection.Shortest)
		}
		var happened []string
		for _, event := range d.Events {
			happened = append(happened, event.What)
		}
		if want := []string{"connected", "lost", "reconnected", "lost", "reconnected", "lost"}; !slices.Equal(happened, want) {
			t.Errorf("events %v, want %v", happened, want)
		}
		if session.Connected() || session.ReconnectAttempts() != connection.Attempts {
			t.Errorf("connected %v after %d attempts", session.Connected(), session.ReconnectAttempts())
		}

		text := marshal(t, d)
		for _, want := range []string{`"3h0m0s"`, `"lasted"`, `"renewed on purpose":1`, `"late_answers":0`, `"error":"`} {
			if !strings.Contains(text, want) {
				t.Errorf("no %s in %s", want, text)
			}
		}
		for _, secret := range []string{c.email, devices[0].MAC.Reveal(), devices[1].MAC.Reveal(), devices[0].Location.Address, "navilink", "cmd/", "X-Amz"} {
			if strings.Contains(strings.ToLower(text), strings.ToLower(secret)) {
				t.Errorf("%q shows in %s", secret, text)
			}
		}
		if odd := regexp.MustCompile(`NaN|Inf|0001-01-01|-\d+h`).FindString(text); odd != "" {
			t.Errorf("%s in %s", odd, text)
		}
		if err := session.Close(); err != nil {
			t.Fatal(err)
		}
		if after := session.Diagnostics(); after.Connections[0].Made != 3 || session.Connected() {
			t.Errorf("after closing: %+v", after)
		}
	})
}

func marshal(t *testing.T, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// An answer that comes after its question was given up is counted, and not taken for
// that of the next question.
func TestLateAnswersAreCounted(t *testing.T) {
	inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
		ctx := within(t, time.Hour)
		heater, simulated := c.heater(t)
		session, _ := c.connect(t)
		heater = session.Heater(heater.Device())
		if _, err := heater.Features(ctx); err != nil {
			t.Fatal(err)
		}
		simulated.SetDelay(14 * time.Second)
		if _, err := heater.EnergyDaily(within(t, 12*time.Second), 2026, 10); !errors.Is(err, nwp500.ErrNoAnswer) {
			t.Fatalf("got %v, want ErrNoAnswer", err)
		}
		simulated.SetDelay(0)
		energy, err := heater.EnergyDaily(ctx, 2026, 11)
		if err != nil || energy.Items[0].Date() != "2026-11-01" {
			t.Errorf("November: %v, %v", energy, err)
		}
		pass(time.Minute)
		// Both questions were asked three times, at 0, 5 and 10 seconds, and one answer was
		// wanted; those that come in the same moment as that one may pass for it.
		if late := session.Diagnostics().LateAnswers; late < 3 || late > 5 {
			t.Errorf("%d late answers were counted, want those of October at least", late)
		}
	})
}

// What waits for the connection can be given up, and the connection hurried.
func TestDropWaiting(t *testing.T) {
	inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
		ctx := within(t, time.Hour)
		session, devices := c.connect(t)
		heater := session.Heater(devices[0])
		if _, err := heater.Features(ctx); err != nil {
			t.Fatal(err)
		}
		if !session.Connected() || session.ReconnectAttempts() != 0 || session.DropWaiting() != 0 {
			t.Error("a session that is up is not")
		}
		down := c.Inject(simulator.Fault{Step: simulator.StepUpgrade, Action: simulator.Refuse, Status: 503})
		c.DropAll(simulator.DropServer)
		pass(time.Second)
		failed := make(chan error, 2)
		go func() { failed <- heater.SetPower(ctx, false) }()
		go func() { failed <- heater.ResetAirFilter(ctx) }()
		pass(time.Second)
		if waiting := session.Waiting(); waiting != 2 || session.Diagnostics().Waiting != 2 {
			t.Errorf("%d commands wait, want 2", waiting)
		}
		if dropped := session.DropWaiting(); dropped != 2 {
			t.Errorf("%d commands were given up, want 2", dropped)
		}
		for range 2 {
			if err := <-failed; outcome(err) != nwp500.NotSent || !errors.Is(err, nwp500.ErrDropped) {
				t.Errorf("got %v, want it not sent and dropped", err)
			}
		}
		pass(20 * time.Minute) // the attempts are minutes apart by now
		down.Heal()
		session.Reconnect()
		pass(11 * time.Second) // the broker wants 10 between two after a connection that did not last
		if !session.Connected() {
			t.Error("Reconnect does not hurry")
		}
		if status, err := heater.Status(ctx); err != nil || status.Mode.Is(nwp500.PowerOff) {
			t.Errorf("a command that was given up was carried out: %v, %v", status, err)
		}
	})
}
