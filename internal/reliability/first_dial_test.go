package reliability

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/simulator"
)

// A cloud that fails from its start, as that of nwp500 sim --fault, lets a patient program in: every fault of dialling is met, and the ends
// of those that end are waited for.
func TestDiallingIntoFaultsFromTheStart(t *testing.T) {
	var names []string
	for _, known := range simulator.FaultCases() {
		if known.ID[0] != 'A' && known.ID[0] != 'B' || slices.ContainsFunc(known.Faults, met) {
			continue
		}
		names = append(names, known.Name)
	}
	if len(names) < 35 {
		t.Errorf("only %d cases", len(names))
	}
	for _, name := range append(names, "A12", "B5") {
		t.Run(name, func(t *testing.T) {
			inFault(t, setup{tls: true}, func(t *testing.T, c *cloud) {
				times := 0
				for _, known := range simulator.FaultCases() {
					if known.Name == name || known.ID == name {
						times += known.Faults[0].Times
					}
				}
				c.offences = []simulator.Offence{simulator.OffenceSignature, simulator.OffenceOldSignature} // when the clock is healed
				injected := c.suffer(name)[0]
				var session *nwp500.Session
				for range 60 {
					err := c.try("connect", 2*time.Minute, func(ctx context.Context) (err error) {
						session, err = c.client.Connect(ctx)
						return err
					})
					if err == nil {
						break
					}
					pass(2 * time.Minute)
				}
				if session == nil {
					t.Fatalf("not connected: %s", c.log.tail())
				}
				c.await("the end of the fault", 2*time.Hour, func() bool { return injected.Fired() > 0 && injected.Fired() >= times })
				c.await("a connection", healing, session.Connected)
			})
		})
	}
}

// met tells the faults that a first dial does not meet, or never gets past.
func met(f simulator.Fault) bool {
	return f.Step == simulator.StepOffence || f.Within > 0 || f.Action == simulator.Refuse && f.Times == 0
}
