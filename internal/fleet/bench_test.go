package fleet

import (
	"testing"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/simulator"
)

// newStatus returns a status of a simulated heater, and the heater.
func newStatus(t testing.TB) (nwp500.Device, *nwp500.Status) {
	t.Helper()
	sim, err := simulator.New(simulator.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer sim.Close()
	server, err := sim.Memory()
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	account := sim.Accounts()[0]
	client, session, err := nwp500.Open(t.Context(), nwp500.Config{
		Email: account.Email, Password: nwp500.NewSecret(account.Password),
		RESTURL: server.RESTURL, MQTTEndpoint: server.MQTTEndpoint, Dial: server.Dial,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	device, err := client.FirstDevice(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	status, err := session.Heater(device).Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return device, status
}

// hearing returns what hears a status and has three readers take its values.
func hearing(t testing.TB) func() {
	device, status := newStatus(t)
	f, err := New(Config{Accounts: []Account{{Name: "home"}}})
	if err != nil {
		t.Fatal(err)
	}
	h := newHeater(f.accounts[0], Identity(device.MAC), device.Name, device)
	feeds := []*Feed{f.Listen(), f.Listen(), f.Listen()}
	return func() {
		h.hear(nwp500.StatusReceived{Source: nwp500.Source{Device: device, Time: time.Now()}, Status: status})
		for _, feed := range feeds {
			notices, _, _ := feed.take()
			for _, n := range notices {
				_ = n.State.StatusValues()
			}
		}
	}
}

// One pass over a status serves all who want its values.
func TestAStatusIsCheap(t *testing.T) {
	if allocations := testing.AllocsPerRun(100, hearing(t)); allocations > 25 {
		t.Errorf("%v allocations for a status and three readers", allocations)
	}
}

func BenchmarkAStatus(b *testing.B) {
	hear := hearing(b)
	b.ReportAllocs()
	for b.Loop() {
		hear()
	}
}
