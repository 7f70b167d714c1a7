package reliability

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/simulator"
)

// The ends of C1 on real sockets, where a reset is one and TLS says goodbye or does not: each is noticed at once and told once. The return, 1 to
// 5 s later, is shown in virtual time.
func TestFault_C1_EndsOfSockets(t *testing.T) {
	for _, end := range simulator.FaultCases() {
		if end.ID != "C1" {
			continue
		}
		for _, tls := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, TLS %v", end.Name, tls), func(t *testing.T) {
				t.Parallel()
				endOnSocket(t, tls, end.Faults)
			})
		}
	}
}

func endOnSocket(t *testing.T, tls bool, faults []simulator.Fault) {
	sim, err := simulator.New(simulator.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer sim.Close()
	server, err := sim.Listen("127.0.0.1:0", tls)
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	faults = slices.Clone(faults)
	for i := range faults {
		faults[i].Step, faults[i].Delay = simulator.StepPublish, 0 // when this test wants it, and not after 90 s
	}
	injected := sim.Inject(faults...)

	log := new(logbook)
	account := sim.Accounts()[0]
	client := nwp500.New(nwp500.Config{
		Email: account.Email, Password: nwp500.NewSecret(account.Password),
		RESTURL: server.RESTURL, MQTTEndpoint: server.MQTTEndpoint, RootCAs: pool(t, server.CA),
		Logger: slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	defer client.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	session, err := client.Connect(ctx)
	if err != nil {
		t.Fatal(err)
	}
	events := session.Events(ctx)
	if err := session.Publish(ctx, "cmd/52/navilink-"+account.Heaters[0].MAC()+"/x", nil); err == nil {
		t.Error("a publication over which the connection ended was acknowledged")
	}
	for event, err := range events {
		if err != nil {
			t.Fatalf("the end was not noticed: %v\n%s", err, log.tail())
		}
		if lost, ok := event.(nwp500.ConnectionLost); ok && lost.Err != nil {
			break
		}
		t.Errorf("told of a %T", event)
	}
	diagnostics := session.Diagnostics().Connections[0]
	if injected.Fired() != 1 || diagnostics.Made != 1 || len(diagnostics.Lengths) != 1 || diagnostics.Shortest > nwp500.Span(5*time.Second) {
		t.Errorf("the fault fired %d times, and the diagnostics are %+v", injected.Fired(), diagnostics)
	}
	began := time.Now()
	if err := client.Close(); err != nil {
		t.Error(err)
	}
	if took := time.Since(began); took >= time.Second {
		t.Errorf("Close took %v", took)
	}
}
