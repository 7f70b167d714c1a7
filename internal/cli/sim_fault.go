package cli

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/nwp500/nwp500/simulator"
)

// mixName stands for faults that are drawn by lot. No fault is called so.
const mixName = "mix"

// How often a mix brings a fault, and for how long it stays: often enough to be seen by somebody who watches.
const (
	mixEvery   = 2 * time.Minute
	mixLasting = time.Minute
)

// mostSuggestions is how many names an error suggests.
const mostSuggestions = 5

// unavailable says why a server on a real port cannot commit a fault, or nothing when it can.
func unavailable(c simulator.FaultCase, withTLS bool) string {
	steps := func(step simulator.Step) bool {
		return slices.ContainsFunc(c.Faults, func(f simulator.Fault) bool { return f.Step == step })
	}
	switch {
	case steps(simulator.StepResolve):
		return "it lies in how names and addresses are found, which is the operating system's part on a real port"
	case steps(simulator.StepTLS) && !withTLS:
		return "it takes --tls"
	}
	return ""
}

// simFaults are the faults that sim was asked for.
type simFaults struct {
	cases   []simulator.FaultCase
	mix     bool
	mixture []simulator.FaultCase // that the mix draws from
}

// findFaults returns the faults of these names and ids. Of an id it takes those that can be had.
func findFaults(names []string, withTLS bool) (simFaults, error) {
	var found simFaults
	all := simulator.FaultCases()
	for _, asked := range names {
		asked = strings.TrimSpace(asked)
		name := strings.ToLower(asked)
		if name == mixName {
			found.mix = true
			continue
		}
		var reason string
		known, had := false, false
		for _, c := range all {
			if name != c.Name && name != strings.ToLower(c.ID) {
				continue
			}
			known = true
			if why := unavailable(c, withTLS); why != "" {
				reason = why
				continue
			}
			had = true
			if !slices.ContainsFunc(found.cases, func(other simulator.FaultCase) bool { return other.Name == c.Name }) {
				found.cases = append(found.cases, c)
			}
		}
		switch {
		case !known:
			return simFaults{}, usagef("no fault is called %q%s; nwp500 sim --faults lists them", asked, similarFaults(name, all))
		case !had:
			return simFaults{}, usagef("the fault %s cannot be had here: %s", asked, reason)
		}
	}
	found.mixture = slices.DeleteFunc(all, func(c simulator.FaultCase) bool { return unavailable(c, withTLS) != "" })
	return found, nil
}

// similarFaults suggests names. Cobra knows what is similar, of commands.
func similarFaults(name string, all []simulator.FaultCase) string {
	names := &cobra.Command{SuggestionsMinimumDistance: 3}
	var similar []string
	for _, c := range all {
		names.AddCommand(&cobra.Command{Use: c.Name, Run: func(*cobra.Command, []string) {}})
		if name != "" && strings.Contains(c.Name, name) {
			similar = append(similar, c.Name)
		}
	}
	for _, other := range names.SuggestionsFor(name) {
		if name != "" && !slices.Contains(similar, other) {
			similar = append(similar, other)
		}
	}
	if len(similar) == 0 {
		return ""
	}
	return ": did you mean " + strings.Join(similar[:min(len(similar), mostSuggestions)], ", ") + "?"
}

// faultRecord counts how often faults were committed.
type faultRecord struct {
	seed     uint64
	injected []*simulator.Injected // of simFaults.cases
	mixture  *simulator.Mixture    // nil without a mix
	drawn    map[string]int        // how often the mix had committed each that it has healed
	faults   simFaults
}

// inject puts the faults in place.
func (p *program) inject(simulated *simulator.Simulator, faults simFaults, seed uint64) *faultRecord {
	record := &faultRecord{seed: seed, drawn: make(map[string]int), faults: faults}
	for _, c := range faults.cases {
		injected, err := simulated.InjectCase(c.Name)
		if err != nil {
			panic(err) // a case without a name
		}
		record.injected = append(record.injected, injected)
	}
	if !faults.mix {
		return record
	}
	if seed == 0 {
		record.seed = 1 + rand.Uint64N(1_000_000) // short enough to be typed again
	}
	log := p.logger()
	record.mixture = simulated.InjectMix(simulator.Mix{
		Seed: record.seed, Cases: faults.mixture, Every: mixEvery, Lasting: mixLasting,
		Changed: func(fault simulator.DrawnFault, _ int) {
			if !fault.Healed {
				log.Info("fault in place", "id", fault.ID, "name", fault.Name, "for", fault.Lasting)
				return
			}
			log.Info("fault healed", "id", fault.ID, "name", fault.Name, "fired", fault.Fired)
			record.drawn[fault.Name] += fault.Fired
		},
	})
	return record
}

// end heals the faults and tells how often each was committed.
func (r *faultRecord) end() []simFault {
	var counted []simFault
	for i, c := range r.faults.cases {
		r.injected[i].Heal()
		counted = append(counted, newSimFault(c, r.injected[i].Fired()))
	}
	if r.mixture == nil {
		return counted
	}
	r.mixture.Heal() // and so the map is nobody else's
	for _, c := range r.faults.mixture {
		if fired, was := r.drawn[c.Name]; was {
			counted = append(counted, newSimFault(c, fired))
		}
	}
	return counted
}

// simFault is a fault as -o json shows it.
type simFault struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Fired *int   `json:"fired,omitempty"`
	Text  string `json:"text,omitempty"`
	Not   string `json:"unavailable,omitempty"`
}

func newSimFault(c simulator.FaultCase, fired int) simFault {
	return simFault{ID: c.ID, Name: c.Name, Fired: &fired}
}

// tellFaults says how often faults were committed.
func (p *program) tellFaults(record *faultRecord) error {
	counted := record.end()
	switch {
	case p.options.format.json:
		return p.document(struct {
			Faults []simFault `json:"faults"`
			Seed   uint64     `json:"fault_seed,omitempty"`
		}{append([]simFault{}, counted...), record.seed})
	case len(counted) == 0 && record.mixture == nil:
		return nil
	}
	fmt.Fprintln(p.stdout, "\nCommitted:")
	if len(counted) == 0 {
		return p.say("  none was drawn yet")
	}
	var rows [][]string
	for _, f := range counted {
		rows = append(rows, []string{"  " + f.Name, plural(*f.Fired, "time")})
	}
	return p.rows(rows)
}

// listFaults shows the faults that sim can commit.
func (p *program) listFaults(withTLS bool) error {
	rows, records := [][]string{{"ID", "NAME", "WHAT HAPPENS"}}, [][]string{}
	for _, c := range simulator.FaultCases() {
		why := unavailable(c, withTLS)
		if p.options.format.json {
			if err := p.document(simFault{ID: c.ID, Name: c.Name, Text: c.Text, Not: why}); err != nil {
				return err
			}
		}
		records = append(records, []string{c.ID, c.Name, c.Text, why})
		text := c.Text
		if why != "" {
			text += fmt.Sprintf(" (not here: %s)", why)
		}
		rows = append(rows, []string{c.ID, c.Name, text})
	}
	switch {
	case p.options.format.json:
		return nil
	case p.options.format.csv:
		return p.csv([]string{"id", "name", "text", "unavailable"}, records)
	}
	return p.rows(rows)
}

// completeFaults completes the last of several names, and tells what each does.
func completeFaults(cmd *cobra.Command, _ []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
	before := typed[:strings.LastIndex(typed, ",")+1]
	withTLS, _ := cmd.Flags().GetBool("tls") // the command has it
	var completions []cobra.Completion
	add := func(name, text string) {
		if strings.HasPrefix(before+name, typed) {
			completions = append(completions, cobra.CompletionWithDesc(before+name, text))
		}
	}
	add(mixName, "faults drawn by lot, of all that there are")
	for _, c := range simulator.FaultCases() {
		if unavailable(c, withTLS) == "" {
			add(c.Name, c.Text)
		}
	}
	return completions, cobra.ShellCompDirectiveNoFileComp
}

// promises says what is going to happen.
func (r *faultRecord) promises() string {
	var text strings.Builder
	for _, c := range r.faults.cases {
		fmt.Fprintf(&text, "  %s: %s\n", c.Name, c.Text)
	}
	if r.mixture != nil {
		fmt.Fprintf(&text, "  mix: a fault every %.0f minutes or so, drawn with --fault-seed %d\n", mixEvery.Minutes(), r.seed)
	}
	if text.Len() == 0 {
		return ""
	}
	return "\nIt commits these faults:\n\n" + text.String()
}
