package simulator_test

import (
	"fmt"
	"strings"
	"time"

	"github.com/nwp500/nwp500/simulator"
)

// A day with faults of all kinds, which another run with the same seed repeats.
func ExampleSimulator_InjectMix() {
	cloud, err := simulator.New(simulator.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer cloud.Close()
	mix := cloud.InjectMix(simulator.Mix{Seed: 7, Every: 20 * time.Minute, Lasting: 5 * time.Minute})
	defer mix.Heal()

	// Let a client live with it, and when it does not:
	record := mix.String()
	fmt.Println(strings.Split(record, ",")[0])
	// Output: seed 7
}
