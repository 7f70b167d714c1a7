package fleet

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/api"
	"github.com/nwp500/nwp500/simulator"
)

// A fleet that was begun within a vacation has not heard the mode that it goes back to.
func TestTheModeFromBeforeAVacationIsRecalled(t *testing.T) {
	for name, test := range map[string]struct {
		recall Recall
		want   int
	}{
		"known":   {func(context.Context, string) (nwp500.Mode, error) { return nwp500.HighDemand, nil }, 4},
		"unknown": {func(context.Context, string) (nwp500.Mode, error) { return 0, nil }, 3},
		"failing": {func(context.Context, string) (nwp500.Mode, error) { return 0, errors.New("locked") }, 3},
		"slow": {func(ctx context.Context, _ string) (nwp500.Mode, error) {
			<-ctx.Done()
			return 0, ctx.Err()
		}, 3},
		"missing": {nil, 3},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, simulator.Config{}, nil, func(t *testing.T, w *world) {
				h, simulated := w.first(t)
				if test.recall != nil {
					w.fleet.RecallModes(test.recall)
				}
				do(t, h, api.Command{Name: api.SetMode, Mode: "electric"})
				do(t, h, api.Command{Name: api.SetVacation, On: ptr(true), Days: ptr(12)})
				pass(10 * time.Second)
				h.mu.Lock()
				h.lastMode = 0 // as if the fleet had been begun now
				h.mu.Unlock()
				if result := do(t, h, api.Command{Name: api.SetVacation, On: ptr(false)}); result.End != api.Done {
					t.Fatalf("%+v", result)
				}
				pass(10 * time.Second)
				if got := simulated.Status()["dhwOperationSetting"]; got != test.want {
					t.Errorf("the mode after it is %d, want %d", got, test.want)
				}
			})
		})
	}
}
