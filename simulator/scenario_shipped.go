package simulator

import (
	"embed"
	"fmt"
	"strings"
)

//go:embed scenarios/*.txt
var scenarioFiles embed.FS

// shippedNames are the scenarios that come with the package, as they are listed.
var shippedNames = []string{"winter-week", "summer-week", "vacation", "leak", "grid-event", "bad-cloud-day"}

// Scenarios returns the names of the scenarios that come with the package.
func Scenarios() []string { return append([]string(nil), shippedNames...) }

// ScenarioText returns the text of a scenario that comes with the package, to read or
// to begin one's own with.
func ScenarioText(name string) (string, error) {
	text, err := scenarioFiles.ReadFile("scenarios/" + strings.ToLower(name) + ".txt")
	if err != nil {
		return "", fmt.Errorf("simulator: no scenario is called %q%s; there are %s",
			name, meant(nearest(strings.ToLower(name), shippedNames)), strings.Join(shippedNames, ", "))
	}
	return string(text), nil
}

// LoadScenario returns a scenario that comes with the package: one of Scenarios.
func LoadScenario(name string) (*Scenario, error) {
	text, err := ScenarioText(name)
	if err != nil {
		return nil, err
	}
	return ParseScenario(strings.ToLower(name), []byte(text))
}

// meant suggests a name, if there is one.
func meant(name string) string {
	if name == "" {
		return ""
	}
	return ": did you mean " + name + "?"
}
