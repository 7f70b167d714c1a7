package reliability

import (
	"testing"
	"time"
)

// The tables' words are those of docs/reliability.md.

// The name is looked up for each dial, and nothing else is suspected.
func TestFault_A1_NameNotFound(t *testing.T) {
	dialsAgain(t, "name-not-found", failure{says: "no such host"})
}

func TestFault_A2_ConnectionRefused(t *testing.T) {
	dialsAgain(t, "connection-refused", failure{says: "connection reset by peer"})
}

// A server that accepts and does not serve, and a network that swallows what is sent, cost 20 s.
func TestFault_A2_NobodyAnswers(t *testing.T) {
	for _, fault := range []string{"connection-unserved", "dial-unanswered"} {
		t.Run(fault, func(t *testing.T) {
			dialsAgain(t, fault, failure{takes: 20 * time.Second, says: "i/o timeout"})
		})
	}
}

func TestFault_A4_UpgradeNotAnswered(t *testing.T) {
	dialsAgain(t, "upgrade-unanswered", failure{takes: 20 * time.Second, says: "i/o timeout", tls: true})
}

// An answer that is none of the credentials' business has no sign-in for its consequence.
func TestFault_A12_UpgradeFails(t *testing.T) {
	for fault, says := range map[string]string{
		"upgrade-bad-request": "HTTP status 400",
		"upgrade-required":    "HTTP status 426",
		"upgrade-failed":      "HTTP status 500",
		"upgrade-unavailable": "HTTP status 503",
	} {
		t.Run(fault, func(t *testing.T) { dialsAgain(t, fault, failure{says: says}) })
	}
}

// The time that the server asks for is kept, and a jitter after it, as after a loss.
func TestFault_A12_RetryAfter(t *testing.T) {
	inFault(t, setup{}, func(t *testing.T, c *cloud) {
		c.connectFails("upgrade-throttled", failure{says: "HTTP status 429"})
		c.connect()
		c.steady()
		injected, cut := c.cutInto("upgrade-throttled")
		signIns := c.Counters().SignIns
		c.comesBack(time.Hour)
		dials := c.network.since(cut)
		if injected.Fired() != 2 || len(dials) != 3 || c.Counters().SignIns != signIns {
			t.Errorf("%d dials, %d sign-ins", len(dials), c.Counters().SignIns-signIns)
		}
		for i, gap := range gaps(dials) {
			if gap < time.Minute+firstMin || gap > time.Minute+floor+firstMax {
				t.Errorf("dial %d after %v", i+2, gap)
			}
		}
	})
}

// What is no upgrade to MQTT over WebSocket is not taken for one.
func TestFault_A13_WrongUpgrade(t *testing.T) {
	for fault, says := range map[string]string{
		"wrong-accept":        "not that of a WebSocket server",
		"missing-subprotocol": "subprotocol mqtt not confirmed",
		"wrong-subprotocol":   "subprotocol mqtt not confirmed",
	} {
		t.Run(fault, func(t *testing.T) { dialsAgain(t, fault, failure{says: says}) })
	}
}

// A body is read for three seconds at most, and to its first KiB. It is a 403, so the keys are renewed once.
func TestFault_A14_BodyWithoutEnd(t *testing.T) {
	for fault, took := range map[string]time.Duration{"endless-body": 3 * time.Second, "huge-body": 0} {
		t.Run(fault, func(t *testing.T) {
			inFault(t, setup{}, func(t *testing.T, c *cloud) {
				c.connect()
				c.steady()
				read, signIns := c.network.received(), c.Counters().SignIns
				injected, cut := c.cutInto(fault)
				c.await("both answers", time.Minute, func() bool { return injected.Fired() == 2 })
				signed := c.network.requests()
				if gap := signed[2].at.Sub(signed[1].at); gap < took || gap > took+atOnce {
					t.Errorf("the answer was read for %v", gap)
				}
				pass(took)
				if read = c.network.received() - read; read > 16<<10 {
					t.Errorf("%d bytes were read of two answers and a sign-in", read)
				}
				c.comesBack(healing)
				if got := c.Counters().SignIns - signIns; got < 1 || got > 2 {
					t.Errorf("%d sign-ins", got)
				}
				if late := c.network.since(cut)[0].Sub(cut); late > firstMax {
					t.Errorf("dialled after %v", late)
				}
			})
		})
	}
}

func TestFault_A14_HeaderWithoutEnd(t *testing.T) {
	dialsAgain(t, "endless-header", failure{takes: 3 * time.Second, says: "i/o timeout"})
}

// A portal's page is no upgrade, and nobody goes where it points with a signed query.
func TestFault_A15_CaptivePortal(t *testing.T) {
	dialsAgain(t, "captive-portal", failure{says: "sign-in page of a network: HTTP status 200"})
	inFault(t, setup{}, func(t *testing.T, c *cloud) {
		c.connectFails("redirected", failure{says: "HTTP status 302"})
		c.connect()
		c.steady()
		_, cut := c.cutInto("redirected")
		c.comesBack(time.Hour)
		backsOff(t, cut, c.network.since(cut), 0)
		upgrades := 0
		for _, path := range c.network.paths() {
			switch path {
			case "/portal":
				t.Error("the redirection was followed")
			case "/mqtt":
				upgrades++
			}
		}
		if upgrades != 5 { // two that made connections, and three that met the fault
			t.Errorf("%d requests for a WebSocket", upgrades)
		}
	})
}
