package cli

import (
	"strings"
	"testing"
	"time"

	"github.com/nwp500/nwp500"
)

func TestEnergyTable(t *testing.T) {
	usage := func(heatPump, elements int) nwp500.EnergyUsage {
		return nwp500.EnergyUsage{HeatPump: nwp500.ValueOf(heatPump), Elements: nwp500.ValueOf(elements)}
	}
	day := func(of int, usage nwp500.EnergyUsage) nwp500.EnergyItem {
		return nwp500.EnergyItem{Year: 2026, Month: time.January, Day: of, EnergyUsage: usage}
	}
	answer := &nwp500.Energy{
		Total: usage(900000, 100000),
		Items: []nwp500.EnergyItem{
			day(1, usage(1500, 500)), day(2, usage(4000, 0)), day(3, usage(0, 0)), day(4, nwp500.EnergyUsage{}),
			day(5, nwp500.EnergyUsage{HeatPump: nwp500.ValueOf(1004)}),
		},
	}
	var got strings.Builder
	p := &program{stdout: &output{writer: &got}}
	if err := p.energyTable(nwp500.Device{Name: "Basement"}, []*nwp500.Energy{answer}); err != nil {
		t.Fatal(err)
	}
	want := `Basement  energy in kWh (█ heat pump, ░ elements)

DATE                 TOTAL        HEAT PUMP         ELEMENTS
2026-01-01            2.00      1.50   75 %      0.50   25 %  █████████░░░
2026-01-02            4.00      4.00  100 %      0.00    0 %  ████████████████████████
2026-01-03            0.00      0.00             0.00
2026-01-04         unknown   unknown          unknown
2026-01-05            1.00      1.00  100 %   unknown         ██████
sum                   7.00      6.50   93 %      0.50    7 %
since installed    1000.00    900.00   90 %    100.00   10 %
`
	if got.String() != want {
		t.Errorf("got\n%swant\n%s", got.String(), want)
	}
}

// TestEnergyToCome leaves out what a heater sends of days to come, and nothing that it has counted.
func TestEnergyToCome(t *testing.T) {
	now := time.Date(2026, 1, 2, 20, 0, 0, 0, time.Local)
	item := func(day, wattHours int) nwp500.EnergyItem {
		return nwp500.EnergyItem{Year: 2026, Month: time.January, Day: day, EnergyUsage: nwp500.EnergyUsage{HeatPump: nwp500.ValueOf(wattHours)}}
	}
	for _, c := range []struct {
		third int // its clock is ahead of ours
		want  int
	}{{0, 2}, {7, 3}} {
		items := []nwp500.EnergyItem{item(1, 5), item(2, 0), item(3, c.third), item(4, 0), item(5, 0)}
		if got := untilNow(items, now); len(got) != c.want {
			t.Errorf("with %d Wh on the third: %d days, want %d", c.third, len(got), c.want)
		}
	}
	if got := untilNow([]nwp500.EnergyItem{item(30, 0)}, now); len(got) != 0 {
		t.Errorf("days to come alone: %v", got)
	}
}
