//go:build integration

package metrics

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nwp500/nwp500/api"
	"github.com/nwp500/nwp500/internal/fleet"
)

// promtool runs Prometheus's own checker in the directory of the rules.
func promtool(t *testing.T, input string, args ...string) {
	t.Helper()
	command := exec.CommandContext(t.Context(), "promtool", args...)
	command.Dir = filepath.Join("..", "..", "deploy", "prometheus")
	command.Stdin = strings.NewReader(input)
	if said, err := command.CombinedOutput(); err != nil {
		t.Errorf("promtool %s: %v\n%s", strings.Join(args, " "), err, said)
	}
}

func TestPromtoolTakesTheRules(t *testing.T) { promtool(t, "", "check", "rules", "nwp500.rules.yml") }

func TestAlertsFireWhenTheyShould(t *testing.T) { promtool(t, "", "test", "rules", "rules_test.yml") }

func TestPromtoolTakesAScrape(t *testing.T) {
	h := &household{states: []*fleet.State{talkative(t)}, accounts: []fleet.AccountState{{Name: "home", Connection: api.Connection{State: api.Up}}}}
	promtool(t, scraped(t, h.metrics(Config{Bridge: func() Bridge { return Bridge{Connected: true, Connections: 1, Sent: 400, Received: 3} }, HistoryHealth: func() error { return nil }})), "check", "metrics")
}
