package fleet

import (
	"context"
	"errors"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/api"
	"github.com/nwp500/nwp500/simulator"
)

// statusRequests counts the statuses that a heater was asked for in a time.
func statusRequests(h *simulator.Heater, during time.Duration) int {
	last, count := time.Time{}, 0
	for range int(during / time.Second) {
		pass(time.Second)
		if got, ok := h.Received("st"); ok && !got.At.Equal(last) {
			if !last.IsZero() {
				count++
			}
			last = got.At
		}
	}
	return count
}

// A quiet heater is asked every five minutes, one that says something by itself not at
// all, and each once after a command.
func TestPollsFillGaps(t *testing.T) {
	inWorld(t, simulator.Config{}, nil, func(t *testing.T, w *world) {
		h, simulated := w.first(t)
		simulated.SetDraws(simulator.NoDraws)
		pass(10 * time.Minute)
		if n := statusRequests(simulated, time.Hour); n < 10 || n > 14 {
			t.Errorf("a quiet heater was asked %d times in an hour", n)
		}
		// It pushes each minute.
		for range 60 {
			simulated.SetStatus("errorCode", 0)
			simulated.Draw(1)
			pass(time.Minute)
		}
		before := simulated.Counters()
		for range 30 {
			simulated.Draw(2)
			pass(2 * time.Minute)
		}
		after := simulated.Counters()
		if pushes := after.Pushes - before.Pushes; pushes < 30 {
			t.Fatalf("%d pushes in an hour", pushes)
		}
		if asked := after.Requests - before.Requests; asked > 8 { // schedules, energy, features
			t.Errorf("%d requests in an hour of pushes", asked)
		}
		pass(time.Minute)
		do(t, h, api.Command{Name: api.SetTemperature, Celsius: ptr(55.0)})
		if asked := statusRequests(simulated, confirmAfter+time.Second); asked != 1 {
			t.Errorf("the status was asked for %d times after a command", asked)
		}
	})
}

// A heater that does not answer is silent after two questions, its last status counts as
// old in the end, and it is back when it is.
func TestASilentHeater(t *testing.T) {
	inWorld(t, simulator.Config{Heaters: 2}, nil, func(t *testing.T, w *world) {
		h, simulated := w.first(t)
		pass(2 * time.Minute)
		other := w.fleet.Heaters()[1]
		w.heard()
		simulated.SetOffline(true)
		pass(8 * time.Minute)
		c := h.State().Connection
		if c.State != api.Silent || c.Error == "" || c.Advice == "" || !c.Fresh {
			t.Errorf("after 8 minutes its connection is %+v", c)
		}
		pass(10 * time.Minute)
		if c := h.State().Connection; c.Fresh || c.State != api.Silent {
			t.Errorf("after 18 minutes its connection is %+v", c)
		}
		if c := other.State().Connection; c.State != api.Up || !c.Fresh {
			t.Errorf("the other's connection is %+v", c)
		}
		result := do(t, h, api.Command{Name: api.SetPower, On: ptr(false)})
		if result.End != api.OutcomeUnknown && result.End != api.NotSent {
			t.Errorf("a command to it ends %+v", result)
		}
		simulated.SetOffline(false)
		pass(7 * time.Minute)
		if c := h.State().Connection; c.State != api.Up || !c.Fresh {
			t.Errorf("when it is back its connection is %+v", c)
		}
		told := events(w.heard(), api.ConnectionEvent)
		if len(told) != 2 || told[0].Heater != h.ID() || told[1].Heater != h.ID() {
			t.Errorf("told of the connection: %+v", told)
		}
	})
}

// A heater that answers everything but one question is not taken to be silent for that.
func TestAQuestionThatIsNeverAnswered(t *testing.T) {
	inWorld(t, simulator.Config{}, nil, func(t *testing.T, w *world) {
		h, _ := w.first(t)
		pass(time.Minute)
		w.heard()
		if _, err := h.EnergyHourly(t.Context(), 2000, 1, 1); err == nil {
			t.Fatal("it answered")
		}
		pass(time.Minute)
		if told := events(w.heard(), api.ConnectionEvent); len(told) != 0 || h.State().Connection.State != api.Up {
			t.Errorf("told of the connection: %+v", told)
		}
	})
}

// The cloud is gone for a day: said once, and caught up with when it is back.
func TestTheCloudIsGoneForADay(t *testing.T) {
	inWorld(t, simulator.Config{Heaters: 3}, nil, func(t *testing.T, w *world) {
		h, _ := w.first(t)
		pass(time.Hour)
		w.heard()
		gone := []simulator.Fault{
			{Step: simulator.StepUpgrade, Action: simulator.Refuse, Status: 503},
			{Step: simulator.StepREST, Action: simulator.Refuse, Status: 503},
		}
		outage := w.Inject(gone...)
		w.DropAll(simulator.DropServer)
		pass(24 * time.Hour)
		if c := h.State().Connection; c.State != api.Down || c.Error == "" || c.Fresh {
			t.Errorf("its connection is %+v", c)
		}
		if told := events(w.heard(), ""); len(told) != 3 {
			t.Errorf("told %d times in a day that three heaters are down: %+v", len(told), told)
		}
		outage.Heal()
		pass(5 * time.Minute)
		for _, h := range w.fleet.Heaters() {
			state := h.State()
			if state.Connection.State != api.Up || time.Since(state.StatusAt) > 5*time.Minute {
				t.Errorf("a heater is %+v, with a status of %v ago", state.Connection, time.Since(state.StatusAt))
			}
		}
		if told := events(w.heard(), api.ConnectionEvent); len(told) != 3 {
			t.Errorf("told of the connection: %+v", told)
		}
	})
}

// The wall clock is set back by a day, and forward: nothing stops.
func TestTheClockIsSet(t *testing.T) {
	var ahead atomic.Int64
	inWorld(t, simulator.Config{}, func(c *Config, _ *simulator.Simulator) {
		c.Accounts[0].Cloud.Time = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	}, func(t *testing.T, w *world) {
		h, simulated := w.first(t)
		simulated.SetDraws(simulator.NoDraws)
		for _, by := range []time.Duration{-24 * time.Hour, 24 * time.Hour, 0} {
			ahead.Store(int64(by))
			for range 20 {
				pass(time.Minute)
				if age := time.Since(h.State().StatusAt); age > 7*time.Minute {
					t.Fatalf("with the clock %v ahead the status is %v old", by, age)
				}
			}
			if c := h.State().Connection; c.State != api.Up || !c.Fresh {
				t.Errorf("with the clock %v ahead its connection is %+v", by, c)
			}
		}
	})
}

// The daily renewal of the connection is nobody's news.
func TestTheConnectionIsRenewed(t *testing.T) {
	inWorld(t, simulator.Config{Heaters: 2}, nil, func(t *testing.T, w *world) {
		w.first(t)
		pass(time.Minute)
		w.heard()
		pass(49 * time.Hour)
		if connects := w.Counters().Connects; connects < 3 {
			t.Errorf("%d connections in two days", connects)
		}
		if told := events(w.heard(), api.ConnectionEvent); len(told) != 0 {
			t.Errorf("told of the connection: %+v", told)
		}
	})
}

// A renewal that does not succeed is an outage, of the heater and of its account.
func TestARenewalFails(t *testing.T) {
	var away atomic.Bool
	inWorld(t, simulator.Config{}, func(c *Config, _ *simulator.Simulator) {
		dial := c.Accounts[0].Cloud.Dial
		c.Accounts[0].Cloud.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
			if away.Load() {
				return nil, errors.New("no network")
			}
			return dial(ctx, network, address)
		}
	}, func(t *testing.T, w *world) {
		h, _ := w.first(t)
		away.Store(true)
		pass(25 * time.Hour)
		for of, c := range map[string]api.Connection{"heater": h.State().Connection, "account": w.fleet.Accounts()[0].Connection} {
			if c.State != api.Down || c.Error == "" || c.Advice == "" {
				t.Errorf("the %s's is %+v", of, c)
			}
		}
		away.Store(false)
		pass(10 * time.Minute)
		if heater, account := h.State().Connection, w.fleet.Accounts()[0].Connection; heater.State != api.Up || account.State != api.Up {
			t.Errorf("afterwards the heater's is %+v, the account's %+v", heater, account)
		}
	})
}

// Whoever hears too slowly may miss that a connection came back, and asks its heaters all the same.
func TestAConnectionIsMissedToComeBack(t *testing.T) {
	inWorld(t, simulator.Config{}, nil, func(t *testing.T, w *world) {
		h, simulated := w.first(t)
		simulated.SetDraws(simulator.NoDraws)
		pass(time.Minute)
		lost := nwp500.ConnectionLost{Source: nwp500.Source{Device: h.State().Device}, Err: nwp500.ErrDisconnected}
		h.account.hear(lost)
		h.account.hear(nwp500.Missed{Count: 1})
		pass(10 * time.Second)
		if heater, account := h.State().Connection, w.fleet.Accounts()[0].Connection; heater.State != api.Up || account.State != api.Up {
			t.Errorf("the heater's connection is %+v, the account's %+v", heater, account)
		}
	})
}
