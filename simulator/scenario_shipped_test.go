package simulator

import (
	"fmt"
	"slices"
	"strings"
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
				results := play(t, cloudFor(t, scenario), scenario).Results()
				for _, o := range results {
					if !o.Met {
						t.Errorf("%s.txt:%d: %v %s: %s", name, o.Line, o.At, o.Text, o.Seen)
					}
				}
				if len(results) < 5 {
					t.Errorf("only %d expectations were looked at", len(results))
				}
			})
		}
	}
}

// With heaters that do not heat none comes true, and not only because they say so.
func TestShippedScenariosCanFail(t *testing.T) {
	for _, name := range Scenarios() {
		text, err := ScenarioText(name)
		if err != nil {
			t.Fatal(err)
		}
		scenario := parsed(t, text+"\nat start fault 908\nat start fault 96\nat start fault 97\n")
		results := play(t, cloudFor(t, scenario), scenario).Results()
		if !slices.ContainsFunc(results, func(o Happening) bool { return !o.Met && !strings.Contains(o.Text, "fault") }) {
			t.Errorf("%s: %v", name, results)
		}
	}
}

func TestLoadScenario(t *testing.T) {
	if s, err := LoadScenario("Winter-Week"); err != nil || s.Name != "winter-week" || s.Title == s.Name {
		t.Errorf("%v, %v", s, err)
	}
	for name, want := range map[string]string{
		"winter-wek": `no scenario is called "winter-wek": did you mean winter-week?; there are winter-week, summer-week`,
		"../leak":    `no scenario is called "../leak"`,
		"":           `no scenario is called ""; there are winter-week`,
	} {
		if _, err := LoadScenario(name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", name, err)
		}
	}
}
