package httpapi

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/nwp500/nwp500/api"
	"github.com/nwp500/nwp500/simulator"
)

// A server that ends lets a command come to its end, for as long as it has grace; then its client knows that it does not know.
func TestServerEndsDuringCommand(t *testing.T) {
	for name, test := range map[string]struct {
		delay time.Duration
		want  api.End
		most  time.Duration
	}{
		"a command that ends soon": {2 * time.Second, api.Done, 4 * time.Second},
		"one that takes longer":    {11 * time.Second, api.OutcomeUnknown, grace},
	} {
		t.Run(name, func(t *testing.T) {
			inHome(t, home{}, func(h *house) {
				h.sim.Inject(simulator.Fault{Step: simulator.StepDeliver, Delay: test.delay})
				ended := make(chan api.Result, 1)
				began := time.Now()
				go func() {
					celsius := 51.0
					result, _ := h.client.Do(h.Context(), h.heater().ID(), api.Command{Name: api.SetTemperature, Celsius: &celsius})
					ended <- result
				}()
				synctest.Wait()
				h.stop()
				served := time.Since(began)
				if result := <-ended; result.End != test.want || time.Since(began) > test.most || served > test.most {
					h.Errorf("after %v the server had ended, after %v the command: %+v", served, time.Since(began), result)
				}
				h.serve()
				time.Sleep(test.delay)
			})
		})
	}
}
