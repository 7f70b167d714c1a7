package simulator_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/nwp500/nwp500/simulator"
)

// orderFor is an order to the client of all accounts.
func orderFor(cloud *simulator.Simulator, server *simulator.Server, every time.Duration, rounds int) fleetOrder {
	order := fleetOrder{RESTURL: server.RESTURL, MQTTEndpoint: server.MQTTEndpoint, Every: every, Rounds: rounds}
	for _, a := range cloud.Accounts() {
		order.Accounts = append(order.Accounts, fleetAccount{a.Email, a.Password})
	}
	return order
}

func (r fleetReport) check(t testing.TB, heaters, rounds int) {
	t.Helper()
	if r.Heaters != heaters || r.Asked != heaters*rounds || r.Answered != r.Asked {
		t.Errorf("%d heaters were asked %d times and answered %d times, want %d heaters and %d answers: %v",
			r.Heaters, r.Asked, r.Answered, heaters, heaters*rounds, r.Failures)
	}
}

// TestFleet asks the heaters of several accounts as BenchmarkFleet does, for ten
// virtual minutes.
func TestFleet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cloud, err := simulator.New(simulator.Config{TotalHeaters: 200})
		if err != nil {
			t.Fatal(err)
		}
		defer cloud.Close()
		server, err := cloud.Memory()
		if err != nil {
			t.Fatal(err)
		}
		defer server.Close()
		order := orderFor(cloud, server, 30*time.Second, 20)
		clients, err := connectFleet(order, server.Dial)
		if err != nil {
			t.Fatal(err)
		}
		clients.ask(order.Every, order.Rounds).check(t, 200, 20)
		if err := clients.close(); err != nil {
			t.Error(err)
		}
		if c := cloud.Counters(); c.Discarded > 0 || len(c.Offences) > 0 {
			t.Errorf("%d messages discarded, offences %v", c.Discarded, c.Offences)
		}
	})
}

// TestFleetInAnotherProcess is BenchmarkFleet in small: two accounts, asked once.
func TestFleetInAnotherProcess(t *testing.T) {
	cloud, err := simulator.New(simulator.Config{TotalHeaters: 10, Accounts: 2})
	if err != nil {
		t.Fatal(err)
	}
	defer cloud.Close()
	server, err := cloud.Listen("127.0.0.1:0", false)
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	newFleetProcess(t, orderFor(cloud, server, 100*time.Millisecond, 1)).ask(t).check(t, 10, 1)
}
