package reliability

import (
	"testing"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/simulator"
)

// The first 403 has the keys fetched anew, at once and once; then it is retried like anything else.
func TestFault_A5_SignatureMismatch(t *testing.T) {
	inFault(t, setup{}, func(t *testing.T, c *cloud) {
		c.connect()
		c.steady()
		signIns := c.Counters().SignIns
		injected, cut := c.cutInto("signature-mismatch")
		c.await("the second refusal", time.Minute, func() bool { return injected.Fired() == 2 })
		signed := c.network.requests()[1:]
		if signed[0].at.Sub(cut) > firstMax || signed[1].at.Sub(signed[0].at) > atOnce || signed[1].signature == signed[0].signature {
			t.Errorf("refused at %v, again at %v", signed[0].at, signed[1].at)
		}
		if got := c.Counters().SignIns - signIns; got != 1 {
			t.Errorf("%d sign-ins", got)
		}
		pass(time.Second / 2) // before the next attempt
		if !contains(c.reason(), "403", "signature we calculated does not match") {
			t.Errorf("the reason is %v", c.reason())
		}
		c.comesBack(time.Hour)
		signed = c.network.requests()[2:]
		if injected.Fired() != 4 || len(signed) != 4 {
			t.Errorf("%d more dials, %d refusals in all", len(signed), injected.Fired())
		}
		for i, gap := range signedGaps(signed) {
			if gap < floor {
				t.Errorf("dial %d after %v", i+3, gap)
			}
		}
		if got := c.Counters().SignIns - signIns; got > 4 {
			t.Errorf("%d sign-ins", got)
		}
	})
}

// A user whose first connection is refused is told why, after one try with new keys if those in hand were not just fetched.
func TestFault_A5_SaidByConnect(t *testing.T) {
	inFault(t, setup{}, func(t *testing.T, c *cloud) {
		c.signIn()
		injected := c.suffer("signature-mismatch")[0]
		began := time.Now()
		err := c.try("connect", time.Minute, c.open)
		if !contains(err, "HTTP status 403", "signature we calculated does not match") || injected.Fired() != 2 || time.Since(began) > time.Second {
			t.Errorf("after %v and %d refusals: %v", time.Since(began), injected.Fired(), err)
		}
	})
}

// signedGaps returns the times between requests.
func signedGaps(list []signedDial) []time.Duration {
	var moments []time.Time
	for _, s := range list {
		moments = append(moments, s.at)
	}
	return gaps(moments)
}

// A clock that is ten minutes slow, and one that is an hour fast: the Date of the refusal says so, the next try is signed with the cloud's
// clock, at once, and so are all others until that is refused in turn.
func TestFault_A6_ClockBehind(t *testing.T) {
	wrongClock(t, "signature-expired", 10*time.Minute, simulator.OffenceSignature)
}

func TestFault_A7_ClockAhead(t *testing.T) {
	wrongClock(t, "signature-not-yet-current", -time.Hour, simulator.OffenceOldSignature)
}

func wrongClock(t *testing.T, fault string, ahead time.Duration, offence simulator.Offence) {
	t.Helper()
	inFault(t, setup{}, func(t *testing.T, c *cloud) {
		// The clock is set right without a word, so that one request is signed with the old offset.
		c.offences = []simulator.Offence{offence}
		injected := c.suffer(fault)[0]
		c.connect()
		dial := func(what string, signedWith ...time.Duration) {
			t.Helper()
			list := c.network.requests()
			if len(list) < len(signedWith) {
				t.Fatalf("%s: %d requests", what, len(list))
			}
			for i, request := range list[len(list)-len(signedWith):] {
				signed, err := time.Parse("20060102T150405Z", request.date)
				if off := signed.Sub(request.at) - signedWith[i]; err != nil || off.Abs() > time.Second {
					t.Errorf("%s: request %d is signed %v off, want %v", what, i, signed.Sub(request.at), signedWith[i])
				}
			}
			if gap := list[len(list)-1].at.Sub(list[len(list)-len(signedWith)].at); gap > atOnce {
				t.Errorf("%s: signed again after %v, not at once", what, gap)
			}
		}
		again := func() int {
			c.steady()
			before := len(c.network.requests())
			c.cut()
			c.comesBack(firstMax + time.Second)
			return len(c.network.requests()) - before
		}
		clockAhead := func() time.Duration { return time.Duration(c.session.Diagnostics().Connections[0].ClockAhead) }

		if got := len(c.network.requests()); got != 2 || injected.Fired() != 2 {
			t.Errorf("connected with %d requests", got)
		}
		dial("connect", 0, ahead)
		if got := again(); got != 1 {
			t.Errorf("the offset was not kept: %d requests", got)
		}
		dial("again", ahead)
		if got := clockAhead(); (got - ahead).Abs() > time.Second {
			t.Errorf("diagnostics say %v", got)
		}
		injected.Heal()
		if got := again(); got != 2 {
			t.Errorf("%d requests after the clock was set right", got)
		}
		dial("healed", ahead, 0)
		if got := clockAhead(); got != 0 {
			t.Errorf("the offset was not dropped: %v", got)
		}
		if got := again(); got != 1 {
			t.Errorf("%d requests with the right clock", got)
		}
		dial("at last", 0)
		if got := c.Counters(); got.SignIns != 1 {
			t.Errorf("%d sign-ins", got.SignIns)
		}
	})
}

// The refresh call gives no keys, so an expired session token takes a sign-in; the dial is then repeated at once, and the connection is back.
func TestFault_A8_TokenExpired(t *testing.T) {
	inFault(t, setup{}, func(t *testing.T, c *cloud) {
		c.connect()
		c.steady()
		before := c.Counters()
		_, cut := c.cutInto("token-expired")
		c.comesBack(firstMax + time.Second)
		signed := c.network.requests()[1:]
		if len(signed) != 2 || signed[1].at.Sub(signed[0].at) > atOnce || signed[0].at.Sub(cut) > firstMax {
			t.Errorf("requests %v", signed)
		}
		if after := c.Counters(); after.SignIns != before.SignIns+1 || after.Refreshes != before.Refreshes {
			t.Errorf("%d sign-ins, %d refreshes", after.SignIns-before.SignIns, after.Refreshes-before.Refreshes)
		}
	})
}

// An account that is refused for ever is tried ever more seldom, with a sign-in for each try at most, and told of once. It is back soon
// after the cloud has taken it again.
func TestFault_A9_AccountDisabled(t *testing.T) {
	inFault(t, setup{}, func(t *testing.T, c *cloud) {
		c.connect()
		c.steady()
		signIns := c.Counters().SignIns
		_, cut := c.cutInto("account-disabled")
		pass(time.Hour)
		first := len(c.network.requests())
		pass(12 * time.Hour)
		signed := c.network.requests()[1:]
		attempts := 0 // a second dial at once belongs to the first
		longest := time.Duration(0)
		for _, gap := range signedGaps(signed) {
			if gap > atOnce {
				attempts++
			}
			longest = max(longest, gap)
			if gap > atOnce && gap < floor {
				t.Errorf("dialled again after %v", gap)
			}
		}
		if signed[0].at.Sub(cut) > firstMax {
			t.Errorf("the first dial after %v", signed[0].at.Sub(cut))
		}
		// A wait up to the cap, and what is left of the minute between sign-ins.
		if longest < backoffCap/2 || longest > backoffCap+70*time.Second {
			t.Errorf("the longest wait was %v", longest)
		}
		if perHour := (len(signed) - first) / 12; perHour > 61 || perHour < 20 {
			t.Errorf("%d dials an hour", perHour)
		}
		if got := c.Counters().SignIns - signIns; got > attempts+1 {
			t.Errorf("%d sign-ins in %d attempts", got, attempts)
		}
		if count[nwp500.ConnectionLost](c.events) != 1 || count[nwp500.ConnectionResumed](c.events) != 0 {
			t.Error("told more than one loss")
		}
		if !contains(c.reason(), "security token") && !contains(c.reason(), "refused what a sign-in") {
			t.Errorf("the reason is %v", c.reason())
		}
		c.heal()
		c.comesBack(healing)
	})
}
