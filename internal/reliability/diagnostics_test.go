package reliability

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/simulator"
)

// The reason that the cloud has for an end, which it does not tell, beside what the client takes it for. MQTT 3.1.1 leaves it with a guess:
// where that is right, it says so, and where nobody could know, it does not claim to.
func TestDiagnosticsGuessTheReason(t *testing.T) {
	command := func(ctx context.Context, c *cloud) error { return c.heater.SetTemperature(ctx, nwp500.Celsius(50)) }
	for name, test := range map[string]struct {
		fault   string // by name
		do      func(c *cloud)
		ends    int                    // of the connection, before the one that is looked at is in
		reasons []simulator.DropReason // that the last end may have for the broker
		cause   string
		guess   string // part of it
		advised bool
	}{
		"another client with the id": {
			fault: "client-id-taken", ends: 3, reasons: []simulator.DropReason{simulator.DropDuplicate},
			cause: "ended soon, repeatedly", guess: "same client id", advised: true,
		},
		"keep-alive": {
			fault: "keep-alive-kick", ends: 1, reasons: []simulator.DropReason{simulator.DropKeepAlive},
			cause: "ended by the other side", guess: "network", advised: true,
		},
		"the end of its life": {
			fault: "lifetime", ends: 1, reasons: []simulator.DropReason{simulator.DropTTL},
			do: func(c *cloud) {
				pass(13 * time.Hour)
				_ = c.try("status", time.Minute, c.status)
			},
			cause: "ended over a message", guess: "after a day or sooner", advised: true,
		},
		"maintenance": {
			fault: "maintenance", ends: 1, reasons: []simulator.DropReason{simulator.DropServer},
			cause: "ended by the other side", guess: "the cloud was serviced", advised: true,
		},
		"maintenance that was announced": {
			do: func(c *cloud) {
				c.AnnounceService()
				pass(10 * time.Millisecond)
				c.cut()
			},
			ends: 1, reasons: []simulator.DropReason{simulator.DropServer},
			cause: "announced service", guess: "as it had announced",
		},
		"a topic that is forbidden": {
			fault: "publish-forbidden", ends: 1, reasons: []simulator.DropReason{simulator.DropAuthorisation},
			do: func(c *cloud) {
				_ = c.try("temperature", time.Minute, func(ctx context.Context) error { return command(ctx, c) })
			},
			cause: "ended over a message", guess: "may not use that topic", advised: true,
		},
		"a breach of the protocol": {
			fault: "packet-type-0", ends: 1, reasons: []simulator.DropReason{simulator.DropClient, simulator.DropLost},
			do: func(c *cloud) {
				for range 10 {
					_ = c.try("status", time.Minute, c.status)
				}
			},
			cause: "broke the protocol", guess: "proxy", advised: true,
		},
		"a black hole": {
			fault: "late-end", ends: 1, reasons: []simulator.DropReason{simulator.DropLost},
			cause: "no answer from the broker", guess: "died on the way", advised: true,
		},
		"deaf": {
			fault: "deaf-connection", ends: 1, reasons: []simulator.DropReason{simulator.DropClient},
			do: func(c *cloud) {
				pass(3 * time.Minute)
				_ = c.try("status", time.Minute, c.status)
			},
			cause: "renewed on purpose", guess: "forgotten", advised: true,
		},
		"the planned renewal": {
			do: func(*cloud) { pass(24 * time.Hour) }, ends: 1, reasons: []simulator.DropReason{simulator.DropClient},
			cause: "renewed on purpose", guess: "outlives a day",
		},
		"a reset": {
			fault: "end-reset", ends: 1, reasons: []simulator.DropReason{simulator.DropServer},
			cause: "ended by the other side", guess: "network", advised: true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			inFault(t, setup{client: func(config *nwp500.Config) { config.ServiceNotices = true }}, func(t *testing.T, c *cloud) {
				c.over = true // some faults go on
				if test.fault != "" {
					c.suffer(test.fault)
				}
				c.connect()
				if test.do != nil {
					test.do(c)
				}
				var ends []nwp500.DiagnosticEvent
				c.await("the end", 2*time.Hour, func() bool {
					ends = slices.DeleteFunc(c.session.Diagnostics().Events, func(e nwp500.DiagnosticEvent) bool { return e.What != "lost" })
					return len(ends) >= test.ends
				})
				end := ends[test.ends-1]
				pass(100 * time.Millisecond) // the broker notices
				var dropped []simulator.DropReason
				for _, drop := range c.Drops() {
					if slices.Contains(c.session.ClientIDs(), drop.ClientID) {
						dropped = append(dropped, drop.Reason)
					}
				}
				t.Logf("%v: after %v %s; perhaps %s; to do: %s", dropped, end.Lasted, end.Saw, end.Guess, end.Advice)
				if len(dropped) < test.ends || !slices.Contains(test.reasons, dropped[test.ends-1]) {
					t.Errorf("the broker's reason is none of %v", test.reasons)
				}
				if end.Cause != test.cause || end.Saw == "" || !strings.Contains(end.Guess, test.guess) || (end.Advice != "") != test.advised {
					t.Errorf("cause %q", end.Cause)
				}
			})
		})
	}
}

// A machine that slept knows it.
func TestDiagnosticsOfSleep(t *testing.T) {
	clock := new(wallClock)
	inFault(t, setup{client: clock.use}, func(t *testing.T, c *cloud) {
		c.suffer("sleep")
		c.connect()
		clock.steps(8 * time.Hour)
		c.await("the end", 2*time.Minute, func() bool { return count[nwp500.ConnectionLost](c.events) == 1 })
		connection := c.session.Diagnostics().Connections[0]
		if connection.Drops["this machine slept"] != 1 || !connection.Up && !strings.Contains(connection.Guess, "slept") {
			t.Errorf("%+v", connection)
		}
		c.await("the return", healing, c.live)
	})
}

// What keeps a connection from coming back is told while it is down.
func TestDiagnosticsOfAttempts(t *testing.T) {
	for fault, guess := range map[string]string{
		"connect-throttled":   "connected too often",
		"connect-forbidden":   "may not connect",
		"connack-missing":     "says nothing",
		"connack-protocol":    "connections of this kind",
		"connack-unavailable": "overloaded or being serviced",
		"upgrade-unavailable": "overloaded or being serviced",
		"account-disabled":    "does not take the keys",
		"captive-portal":      "wants to be signed in to",
		"name-not-found":      "names are not found",
		"dial-unanswered":     "swallows what is sent",
		"connection-refused":  "cannot be reached",
		"connack-preceded":    "not the broker",
	} {
		t.Run(fault, func(t *testing.T) {
			inFault(t, setup{}, func(t *testing.T, c *cloud) {
				c.connect()
				c.suffer(fault)
				c.cut()
				var down nwp500.ConnectionDiagnostics
				c.await("a failure", 2*time.Minute, func() bool {
					down = c.session.Diagnostics().Connections[0]
					return !down.Up && down.Attempts > 0 && down.Saw == ""
				})
				t.Logf("%s; perhaps %s; to do: %s", down.Error, down.Guess, down.Advice)
				if down.Error == "" || !strings.Contains(down.Guess, guess) {
					t.Error("another guess")
				}
			})
		})
	}
}
