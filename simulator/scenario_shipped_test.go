package simulator

import (
	"fmt"
	"testing"
)

// What ships comes true, whatever the seed.
func TestShippedScenarios(t *testing.T) {
	for _, name := range Scenarios() {
		for _, seed := range []uint64{0, 1, 2, 500} {
			t.Run(fmt.Sprintf("%s/%d", name, seed), func(t *testing.T) {
				scenario, err := LoadScenario(name)
				if err != nil {
					t.Fatal(err)
				}
				scenario.Seed = seed
				p := play(t, cloudFor(t, scenario), scenario)
				expected := 0
				for _, o := range p.Results() {
					if expected++; !o.Met {
						t.Errorf("%s.txt:%d: %v %s: %s", name, o.Line, o.At, o.Text, o.Seen)
					} else {
						t.Logf("%s.txt:%d: %v %s: %s", name, o.Line, o.At, o.Text, o.Seen)
					}
				}
				if expected < 5 {
					t.Errorf("only %d expectations were looked at", expected)
				}
			})
		}
	}
}
