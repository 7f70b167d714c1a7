package reliability

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/nwp500/nwp500/simulator"
)

// The broker refuses what is not signed as it must be, so that it can tell that our client's signatures are.
func TestFault_A10_WrongSignature(t *testing.T) {
	const mismatch = "The request signature we calculated does not match"
	for name, test := range map[string]struct {
		signed signature
		says   string
	}{
		"token signed":   {signature{signToken: true}, mismatch},
		"host with :443": {signature{host: "127.0.0.1:443"}, mismatch},
		"wrong service":  {signature{service: "iot"}, "Credential should be scoped to correct service"},
		"wrong region":   {signature{region: "eu-west-1"}, "Credential should be scoped to a valid region"},
	} {
		t.Run(name, func(t *testing.T) {
			inFault(t, setup{}, func(t *testing.T, c *cloud) {
				c.offences = []simulator.Offence{simulator.OffenceSignature}
				injected := c.suffer("wrong-signature")[0]
				c.connect()
				if r, status, message := c.dialRaw(c.sign(test.signed)); r != nil || status != http.StatusForbidden || !strings.HasPrefix(message, test.says) {
					t.Errorf("HTTP status %d: %s", status, message)
				}
				if r, status, message := c.dialRaw(c.sign(signature{})); r == nil {
					t.Errorf("well signed: HTTP status %d: %s", status, message)
				}
				for range 3 {
					c.steady()
					c.cut()
					c.comesBack(healing)
				}
				if injected.Fired() != 1 || c.Counters().Offences[simulator.OffenceSignature] != 1 {
					t.Errorf("%d wrong signatures, want the one", injected.Fired())
				}
			})
		})
	}
}

// A URL is good for five minutes. Our client makes a new one for each dial, however often it has to try.
func TestFault_A11_OldSignature(t *testing.T) {
	inFault(t, setup{}, func(t *testing.T, c *cloud) {
		c.offences = []simulator.Offence{simulator.OffenceOldSignature}
		injected := c.suffer("old-signature")[0]
		c.connect()
		old := c.sign(signature{})
		pass(4 * time.Minute)
		if r, status, message := c.dialRaw(old); r == nil {
			t.Errorf("after four minutes: HTTP status %d: %s", status, message)
		}
		pass(2 * time.Minute)
		if r, status, message := c.dialRaw(old); r != nil || status != http.StatusForbidden || !strings.HasPrefix(message, "Signature expired") {
			t.Errorf("after six minutes: HTTP status %d: %s", status, message)
		}
		outage := c.Inject(simulator.Fault{Step: simulator.StepUpgrade, Action: simulator.Refuse, Status: http.StatusServiceUnavailable})
		c.cut()
		pass(30 * time.Minute)
		outage.Heal()
		c.comesBack(healing)
		seen := make(map[string]bool)
		for _, request := range c.network.requests() {
			signed, err := time.Parse("20060102T150405Z", request.date)
			if age := request.at.Sub(signed); err != nil || age < 0 || age >= time.Second {
				t.Errorf("a request that was signed %v before", age)
			}
			if seen[request.date] || seen[request.signature] {
				t.Error("a URL was used again")
			}
			seen[request.date], seen[request.signature] = true, true
		}
		if len(seen) < 20 {
			t.Errorf("only %d requests", len(seen)/2)
		}
		if injected.Fired() != 1 {
			t.Errorf("%d old signatures, want the one", injected.Fired())
		}
	})
}
