package metrics

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	dto "github.com/prometheus/client_model/go"
)

var (
	// selector is a metric of ours in an expression, with its matchers.
	selector = regexp.MustCompile(`\b(nwp500_\w+)(?:\{([^}]*)\})?`)
	matcher  = regexp.MustCompile(`(\w+)\s*(=~|!~|!=|=)\s*"([^"]*)"`)
	// given are labels whose values depend on the household, or are a server's own.
	given = []string{"heater", "name", "account", "cause", "job"}
)

// check finds what an expression asks for and no scrape ever has.
func check(t *testing.T, families map[string]*dto.MetricFamily, where, expression string) {
	t.Helper()
	for _, found := range selector.FindAllStringSubmatch(expression, -1) {
		family, there := families[found[1]]
		if !there {
			t.Errorf("%s: there is no metric %s", where, found[1])
			continue
		}
		for _, match := range matcher.FindAllStringSubmatch(found[2], -1) {
			name, values := match[1], strings.Split(match[3], "|")
			if slices.Contains(given, name) {
				continue
			}
			for _, value := range values {
				if !slices.ContainsFunc(family.GetMetric(), func(m *dto.Metric) bool { return has(m, name, value) }) {
					t.Errorf("%s: %s never has %s=%q", where, found[1], name, value)
				}
			}
		}
	}
	if counted := regexp.MustCompile(`\b(nwp500_\w+_total)\b`).FindString(expression); counted != "" &&
		!strings.Contains(expression, "increase(") && !strings.Contains(expression, "rate(") {
		t.Errorf("%s: %s is a counter, which says something by its growth alone", where, counted)
	}
}

func has(m *dto.Metric, name, value string) bool {
	return slices.ContainsFunc(m.GetLabel(), func(l *dto.LabelPair) bool { return l.GetName() == name && l.GetValue() == value })
}

// Their language, and what deploy/prometheus/rules_test.yml says of them, is for promtool.
func TestAlertsAskForMetricsThatExist(t *testing.T) {
	families := complete(t)
	text, err := os.ReadFile(filepath.Join("..", "..", "deploy", "prometheus", "nwp500.rules.yml"))
	if err != nil {
		t.Fatal(err)
	}
	var rules struct {
		Groups []struct {
			Name  string
			Rules []struct {
				Alert, Expr, For    string
				Labels, Annotations map[string]string
			}
		}
	}
	if err := yaml.UnmarshalWithOptions(text, &rules, yaml.Strict()); err != nil {
		t.Fatal(err)
	}
	seen := make(map[string]bool)
	for _, group := range rules.Groups {
		for _, rule := range group.Rules {
			check(t, families, rule.Alert, rule.Expr)
			if rule.Alert == "" || seen[rule.Alert] || rule.Expr == "" {
				t.Errorf("%s: the name or the expression is missing, or the name is there twice", rule.Alert)
			}
			seen[rule.Alert] = true
			if severity := rule.Labels["severity"]; severity != "critical" && severity != "warning" {
				t.Errorf("%s: severity %q", rule.Alert, severity)
			}
			if rule.Annotations["summary"] == "" {
				t.Errorf("%s: no summary", rule.Alert)
			}
		}
	}
	if len(seen) < 10 {
		t.Errorf("%d alerts were read", len(seen))
	}
}

// grid is a place on a board, in units of which a row has 24.
type grid struct{ H, W, X, Y int }

func (g grid) overlaps(other grid) bool {
	return g.X < other.X+other.W && other.X < g.X+g.W && g.Y < other.Y+other.H && other.Y < g.Y+g.H
}

func TestBoardAsksForMetricsThatExist(t *testing.T) {
	families := complete(t)
	text, err := os.ReadFile(filepath.Join("..", "..", "deploy", "grafana", "nwp500.json"))
	if err != nil {
		t.Fatal(err)
	}
	var board struct {
		Title, UID    string
		SchemaVersion int
		Panels        []struct {
			ID                       int
			Type, Title, Description string
			GridPos                  grid
			Targets                  []struct {
				Expr       string
				RefID      string
				Datasource struct{ UID string }
			}
		}
		Templating struct {
			List []struct{ Name, Definition string }
		}
	}
	if err := json.Unmarshal(text, &board); err != nil {
		t.Fatal(err)
	}
	var variables []string
	for _, variable := range board.Templating.List {
		variables = append(variables, variable.Name)
		check(t, families, "variable "+variable.Name, variable.Definition)
	}
	for i, panel := range board.Panels {
		if panel.Title == "" || panel.Type != "row" && (panel.Description == "" || len(panel.Targets) == 0) {
			t.Errorf("panel %d %q lacks a title, a description or a query", panel.ID, panel.Title)
		}
		if panel.GridPos.X+panel.GridPos.W > 24 {
			t.Errorf("panel %q is wider than the board", panel.Title)
		}
		for _, other := range board.Panels[:i] {
			if panel.ID == other.ID || panel.GridPos.overlaps(other.GridPos) {
				t.Errorf("panels %q and %q have one id or one place", other.Title, panel.Title)
			}
		}
		for _, target := range panel.Targets {
			check(t, families, panel.Title, target.Expr)
			for _, used := range regexp.MustCompile(`\$\{?(\w+)`).FindAllStringSubmatch(target.Expr+target.Datasource.UID, -1) {
				if !slices.Contains(variables, used[1]) {
					t.Errorf("%s: there is no variable %s", panel.Title, used[1])
				}
			}
		}
	}
	if len(board.Panels) < 20 || board.UID == "" || board.SchemaVersion < 40 {
		t.Errorf("%d panels, uid %q, schema %d", len(board.Panels), board.UID, board.SchemaVersion)
	}
}
