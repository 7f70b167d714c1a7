package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/nwp500/nwp500/simulator"
)

// simStory is what the flags of sim say about a scenario.
type simStory struct {
	name        string
	list        bool // the scenarios that there are
	check       bool // and do nothing else
	untilEnd    bool
	given       func(flag string) bool
	scenario    *simulator.Scenario    // nil without one
	performance *simulator.Performance // while it is played
}

func (o *simStory) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&o.name, "scenario", "", "put the heaters through a story: `FILE|NAME`")
	flags.BoolVar(&o.list, "scenarios", false, "list the scenarios that come with the program, and do nothing else")
	flags.BoolVar(&o.check, "check", false, "with --scenario: say what is wrong with it, and do nothing else")
	flags.BoolVar(&o.untilEnd, "until-end", false, "with --scenario: end with it, with status 1 when something was not as it expects")
	o.given = flags.Changed
	if err := cmd.RegisterFlagCompletionFunc("scenario", completeScenarios); err != nil {
		panic(err) // a flag that is not there
	}
}

// readStory reads the scenario that there is to be, and tells whether all is done with what it has shown of it.
func (p *program) readStory(o *simStory, withTLS bool) (done bool, err error) {
	if o.list {
		all, err := shipped()
		if err != nil {
			return true, err
		}
		return true, p.listScenarios(all...)
	}
	if err := o.read(p); err != nil || o.scenario == nil {
		return err != nil, err
	}
	if o.check {
		return true, p.listScenarios(o.scenario)
	}
	faults := o.scenario.CloudFaults()
	for _, c := range faults {
		had := func(other simulator.FaultCase) bool { return other.ID == c.ID && unavailable(other, withTLS) == "" }
		if !slices.ContainsFunc(faults, had) { // an id stands for those of its kind that can be had
			return true, usagef("--scenario %s: the fault %s cannot be had here: %s", o.name, c.Name, unavailable(c, withTLS))
		}
	}
	return false, nil
}

// read reads the scenario. What it says itself, flags may not say; of seed and speed, flags have the last word.
func (o *simStory) read(p *program) error {
	if !o.given("scenario") {
		if o.check || o.untilEnd {
			return usagef("--check and --until-end are about a --scenario")
		}
		return nil
	}
	for _, flag := range []string{"heaters", "accounts", "start", "paused"} {
		if o.given(flag) {
			return usagef("--%s: the scenario says that; leave it out", flag)
		}
	}
	text, err := scenarioText(o.name)
	if err != nil {
		return err
	}
	var problems *simulator.ScenarioError
	if o.scenario, err = simulator.ParseScenario(o.name, text); errors.As(err, &problems) {
		for line := range strings.Lines(problems.Error()) {
			p.tell(errors.New(line))
		}
		return toldError{exitUsage}
	}
	return err
}

// mostScenarioBytes is more than a scenario may have.
const mostScenarioBytes = 1 << 20

// scenarioText returns the text of a scenario that comes with the program, or that of a file.
func scenarioText(name string) ([]byte, error) {
	text, err := simulator.ScenarioText(name)
	if err == nil {
		return []byte(text), nil
	}
	file, failed := os.Open(name)
	switch {
	case errors.Is(failed, os.ErrNotExist) && !strings.ContainsAny(name, `./\`):
		return nil, usagef("--scenario: there is no file %s, and %w", name, unprefixed(err))
	case failed != nil:
		return nil, usagef("--scenario %s: %w", name, reason(failed))
	}
	defer file.Close() //nolint:errcheck // it was only read
	read, failed := io.ReadAll(io.LimitReader(file, mostScenarioBytes))
	if failed != nil {
		return nil, usagef("--scenario %s: %w", name, reason(failed))
	}
	return read, nil
}

// unprefixed is an error without the name of its package.
func unprefixed(err error) error { return errors.New(strings.TrimPrefix(err.Error(), "simulator: ")) }

// configure makes the cloud that of the scenario.
func (o *simStory) configure(config *simulator.Config) {
	if o.scenario == nil {
		return
	}
	told := o.scenario.Config()
	config.TotalHeaters, config.Accounts = 0, 0
	config.Heaters, config.Models = told.Heaters, told.Models
	config.Start, config.Paused = told.Start, told.Paused
	if !o.given("seed") {
		config.Seed = told.Seed
	}
	if !o.given("speed") {
		config.Speed = told.Speed
	}
}

// play begins with the scenario.
func (o *simStory) play(simulated *simulator.Simulator) (err error) {
	if o.scenario != nil {
		o.performance, err = simulated.Play(o.scenario)
	}
	return err
}

// wait waits for the signal, or for the end of a scenario that is to be the end. Meanwhile it tells what happens.
func (p *program) wait(ctx context.Context, o *simStory) error {
	if o.performance == nil {
		<-ctx.Done()
		return nil
	}
	if !p.options.format.json {
		fmt.Fprintln(p.stdout)
		if err := p.say("Scenario: %s, until %s.", o.scenario.Title, o.scenario.End().Format("2006-01-02 15:04 MST")); err != nil {
			return err
		}
	}
	expected, failed := 0, 0
	for happening := range o.performance.Follow(ctx) {
		if happening.Expected {
			expected++
		}
		if !happening.Met {
			failed++
		}
		if err := p.tellHappening(happening); err != nil {
			return err
		}
	}
	select {
	case <-o.performance.Done():
	default:
		if o.untilEnd {
			return errors.New("interrupted before the end of the scenario")
		}
		return nil
	}
	if err := p.tellEnd(o.scenario, expected, failed); err != nil {
		return err
	}
	switch {
	case !o.untilEnd:
		<-ctx.Done()
	case failed > 0:
		return fmt.Errorf("%s not as the scenario has it", plural(failed, "time"))
	}
	return nil
}

// simHappening is what happens in a scenario, as -o json shows it.
type simHappening struct {
	Date     time.Time `json:"date"`
	Line     int       `json:"line"`
	Text     string    `json:"text"`
	Expected bool      `json:"expected"`
	Met      bool      `json:"met"`
	Seen     string    `json:"seen,omitempty"`
}

// tellHappening shows what was found of what is expected, and what went wrong; the rest to those who want to know more.
func (p *program) tellHappening(h simulator.Happening) error {
	if !h.Expected && h.Met && !p.options.verbose {
		return nil
	}
	if p.options.format.json {
		return p.document(struct {
			Happening simHappening `json:"scenario"`
		}{simHappening{h.At, h.Line, h.Text, h.Expected, h.Met, h.Seen}})
	}
	mark := ""
	switch {
	case !h.Met:
		mark = "NOT MET"
	case h.Expected:
		mark = "ok"
	}
	line := fmt.Sprintf("  %s  %-7s  %s", h.At.Format("2006-01-02 15:04"), mark, h.Text)
	if h.Seen != "" {
		line += ": " + h.Seen
	}
	return p.say("%s", line)
}

// simStoryEnd is the end of a scenario, as -o json shows it.
type simStoryEnd struct {
	Name     string `json:"name"`
	Expected int    `json:"expected"` // findings
	Failed   int    `json:"failed"`
}

func (p *program) tellEnd(scenario *simulator.Scenario, expected, failed int) error {
	if p.options.format.json {
		return p.document(struct {
			End simStoryEnd `json:"scenario_end"`
		}{simStoryEnd{scenario.Name, expected, failed}})
	}
	result := "all was as expected"
	if failed > 0 {
		result = plural(failed, "time") + " it was not as expected"
	}
	return p.say("The scenario has ended: %s (%s).", result, plural(expected, "finding"))
}
