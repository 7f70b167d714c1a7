package simulator_test

import (
	"fmt"

	"github.com/nwp500/nwp500/simulator"
)

// A long bath, and an upper element that does not heat: a scenario is played at once, and tells what came
// of what it expects.
func ExampleSimulator_Play() {
	scenario, err := simulator.ParseScenario("morning", []byte(`
		start   2026-01-12 05:00
		zone    America/Denver
		lasts   3 h
		heater  50 gal, draws none, mode electric
		at start        fault 96
		at day 1 06:30  draw 180 l at 10 l/min
		at day 1 07:00  expect fault = 96; drawn = 180 l
		at day 1 07:00  expect upper > 40 C
	`))
	if err != nil {
		fmt.Println(err) // with the lines at which something is wrong
		return
	}
	cloud, err := simulator.New(scenario.Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	defer cloud.Close()
	performance, err := cloud.Play(scenario)
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := cloud.Jump(scenario.End()); err != nil {
		fmt.Println(err)
		return
	}
	for _, result := range performance.Results() {
		fmt.Println(result.Met, result.Text)
	}
	// Output:
	// true expect fault = 96; drawn = 180 l
	// false expect upper > 40 C
}
