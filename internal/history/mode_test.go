package history

import (
	"testing"

	"github.com/nwp500/nwp500"
)

func TestLastMode(t *testing.T) {
	const mode = "dhw_operation_setting"
	onEach(t, func(t *testing.T, config Config) {
		s, _ := open(t, config)
		expect := func(heater string, want nwp500.Mode) {
			t.Helper()
			if got, err := s.LastMode(t.Context(), heater); got != want || err != nil {
				t.Errorf("%v, %v; want %v", got, err, want)
			}
		}
		expect(heaterID, 0)
		w := newWriter(t, s)
		for i, status := range []struct {
			after int64
			of    some
			want  nwp500.Mode
		}{
			{0, some{mode: 5}, 0},
			{10, some{mode: 6}, 0},
			{20, some{mode: 4}, nwp500.HighDemand},
			{30, some{mode: 1}, nwp500.HeatPump},
			{40, some{upper: 50}, nwp500.HeatPump}, // a status without a mode
			{50, some{mode: 5}, nwp500.HeatPump},
			{30 * secondsADay, some{mode: 5}, nwp500.HeatPump},
			{30*secondsADay + 10, some{mode: 6}, nwp500.HeatPump},
		} {
			w.status(status.after, status.of)
			if got, err := s.LastMode(t.Context(), heaterID); got != status.want || err != nil {
				t.Errorf("after status %d: %v, %v; want %v", i, got, err, status.want)
			}
		}
		rollUp(t, s)
		expect(heaterID, nwp500.HeatPump)
		expect("0000000000", 0)
	})
}
