package metrics

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	dto "github.com/prometheus/client_model/go"
)

// TestDocumentListsTheMetrics holds the table of docs/metrics.md against a scrape.
func TestDocumentListsTheMetrics(t *testing.T) {
	path := filepath.Join("..", "..", "docs", "metrics.md")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const begin, end = "<!-- metrics: begin -->\n", "<!-- metrics: end -->\n"
	before, rest, found := strings.Cut(string(text), begin)
	table, after, foundEnd := strings.Cut(rest, end)
	if !found || !foundEnd {
		t.Fatal("docs/metrics.md has no place for the table")
	}
	want := tableOf(complete(t))
	if *update {
		if err := os.WriteFile(path, []byte(before+begin+want+end+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, table); diff != "" {
		t.Errorf("docs/metrics.md, which go test ./internal/metrics -update writes (-want +got):\n%s", diff)
	}
}

func tableOf(families map[string]*dto.MetricFamily) string {
	table := &strings.Builder{}
	table.WriteString("| metric | labels | |\n| --- | --- | --- |\n")
	for _, name := range slices.Sorted(maps.Keys(families)) {
		if !strings.HasPrefix(name, "nwp500_") {
			continue
		}
		fmt.Fprintf(table, "| `%s` | %s | %s |\n", name, labelsOf(families[name]), families[name].GetHelp())
	}
	return table.String()
}

// labelsOf names the labels beside the heater's, with their values where they are always the same.
func labelsOf(family *dto.MetricFamily) string {
	var names []string
	values := make(map[string][]string)
	for _, metric := range family.GetMetric() {
		for _, pair := range metric.GetLabel() {
			name, value := pair.GetName(), pair.GetValue()
			if name == "heater" || name == "name" {
				continue
			}
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
			if !slices.Contains(values[name], value) {
				values[name] = append(values[name], value)
			}
		}
	}
	for i, name := range names {
		if open := strings.HasSuffix(family.GetName(), "_info") || slices.Contains(given, name); open {
			names[i] = name
			continue
		}
		names[i] = name + ": " + strings.Join(values[name], ", ")
	}
	return strings.Join(names, "; ")
}
