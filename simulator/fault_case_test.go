package simulator

import (
	"regexp"
	"strings"
	"testing"
)

// Each case has a name of its own, a line that says what happens, and faults.
func TestFaultCases(t *testing.T) {
	id, name := regexp.MustCompile(`^[A-G][1-9][0-9]?$`), regexp.MustCompile(`^[a-z][a-z0-9-]{2,}$`)
	named := make(map[string]bool)
	for _, c := range FaultCases() {
		if !id.MatchString(c.ID) || !name.MatchString(c.Name) || id.MatchString(strings.ToUpper(c.Name)) {
			t.Errorf("%q: %q", c.ID, c.Name)
		}
		if named[c.Name] || c.Name == "mix" {
			t.Errorf("another fault is called %q", c.Name)
		}
		named[c.Name] = true
		if len(c.Text) < 20 || len(c.Text) > 150 || strings.ContainsAny(c.Text, "\n\t") || strings.HasSuffix(c.Text, ".") || len(c.Faults) == 0 {
			t.Errorf("%s: %q, %d faults", c.Name, c.Text, len(c.Faults))
		}
	}
}

// A case is had by its name, or with all others of its id; neither minds upper and lower case.
func TestInjectCase(t *testing.T) {
	s, err := New(Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for nameOrID, want := range map[string]int{"G8": 1, "g2": 6, "Hesitant-Broker": 1, "G": 0, "": 0} {
		switch injected, err := s.InjectCase(nameOrID); {
		case want == 0 && err == nil:
			t.Errorf("%q is a case", nameOrID)
		case want > 0 && (err != nil || len(injected.placed) != want):
			t.Errorf("%q: %v", nameOrID, err)
		}
	}
}
