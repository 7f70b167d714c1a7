package simulator

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// The tables in docs/simulator.md are those of Defects and Dialects.
func TestFaultsAreDocumented(t *testing.T) {
	text, err := os.ReadFile("../docs/simulator.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range Defects() {
		var subs []string
		for _, s := range d.Subs {
			subs = append(subs, strings.TrimSpace(fmt.Sprintf("%02d %s", s.Code, s.Name)))
		}
		ends := []string{}
		if d.Latches {
			ends = append(ends, "power")
		}
		if d.Resets {
			ends = append(ends, "reset")
		}
		row := fmt.Sprintf("| %d | %s | %s | %s | %s |\n", d.Code, d.Name, strings.Join(subs, ", "), d.Does, strings.Join(ends, ", "))
		if row = strings.ReplaceAll(row, "|  |", "| |"); !strings.Contains(string(text), row) {
			t.Errorf("docs/simulator.md does not have %s", row)
		}
	}
	for _, d := range Dialects() {
		if row := fmt.Sprintf("| %s | %s |\n", d.Name, d.Text); !strings.Contains(string(text), row) {
			t.Errorf("docs/simulator.md does not have %s", row)
		}
	}
}
