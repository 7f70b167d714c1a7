package cli

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/nwp500/nwp500/simulator"
)

// simScenario is a scenario as -o json shows it.
type simScenario struct {
	Name    string    `json:"name"`
	Title   string    `json:"title"`
	Start   time.Time `json:"start"`
	End     time.Time `json:"end"`
	Heaters int       `json:"heaters"`
}

// listScenarios shows scenarios.
func (p *program) listScenarios(all ...*simulator.Scenario) error {
	rows, records := [][]string{{"NAME", "LASTS", "HEATERS", "TITLE"}}, [][]string{}
	for _, s := range all {
		if p.options.format.json {
			if err := p.document(simScenario{s.Name, s.Title, s.Start, s.End(), s.Heaters()}); err != nil {
				return err
			}
		}
		rows = append(rows, []string{s.Name, lasting(s.Lasts), fmt.Sprint(s.Heaters()), s.Title})
		records = append(records, []string{
			s.Name, s.Title, s.Start.Format(time.RFC3339), s.End().Format(time.RFC3339), fmt.Sprint(s.Heaters()),
		})
	}
	switch {
	case p.options.format.json:
		return nil
	case p.options.format.csv:
		return p.csv([]string{"name", "title", "start", "end", "heaters"}, records)
	}
	return p.rows(rows)
}

func lasting(d time.Duration) string {
	if d >= 48*time.Hour {
		return plural(int(d.Round(24*time.Hour)/(24*time.Hour)), "day")
	}
	return fmt.Sprintf("%.4g h", d.Hours())
}

// shipped are the scenarios that come with the program.
func shipped() ([]*simulator.Scenario, error) {
	var all []*simulator.Scenario
	for _, name := range simulator.Scenarios() {
		s, err := simulator.LoadScenario(name)
		if err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, nil
}

func completeScenarios(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	all, err := shipped()
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	var completions []cobra.Completion
	for _, s := range all {
		completions = append(completions, cobra.CompletionWithDesc(s.Name, s.Title))
	}
	return completions, cobra.ShellCompDirectiveDefault // files, too
}
