package openei

import (
	"slices"
	"strings"
)

// folded is a name as names are compared: upper and lower case are one, and so is
// white space of any length.
func folded(name string) string {
	return strings.ToLower(strings.Join(strings.Fields(name), " "))
}

// matching returns the indices of the names that are the one wanted or, when none is,
// of those that contain it.
func matching(names []string, wanted string) []int {
	wanted = folded(wanted)
	var whole, part []int
	for i, name := range names {
		switch name = folded(name); {
		case name == wanted:
			whole = append(whole, i)
		case strings.Contains(name, wanted):
			part = append(part, i)
		}
	}
	if len(whole) > 0 {
		return whole
	}
	return part
}

// utilities returns the names of the plans' utilities, sorted, each once.
func utilities(plans []Plan) []string {
	var names []string
	seen := make(map[string]bool)
	for _, plan := range plans {
		if key := folded(plan.Utility); key != "" && !seen[key] {
			seen[key] = true
			names = append(names, plan.Utility)
		}
	}
	slices.Sort(names)
	return names
}

// ofUtility returns the plans of the utility that is named.
func ofUtility(plans []Plan, name string) ([]Plan, error) {
	if folded(name) == "" {
		return plans, nil
	}
	names := utilities(plans)
	found := matching(names, name)
	if len(found) != 1 {
		return nil, newNameError("utility", name, names, found)
	}
	utility := folded(names[found[0]])
	return slices.DeleteFunc(slices.Clone(plans), func(p Plan) bool { return folded(p.Utility) != utility }), nil
}

// named returns the plan that is named, in its latest version.
func named(plans []Plan, name string) (Plan, error) {
	plans = latest(plans)
	names := make([]string, len(plans))
	labels := make([]string, len(plans))
	several := len(utilities(plans)) > 1
	for i, plan := range plans {
		names[i], labels[i] = plan.Name, plan.Name
		if several {
			labels[i] += " (" + plan.Utility + ")"
		}
	}
	found := matching(names, name)
	if len(found) != 1 {
		return Plan{}, newNameError("plan", name, labels, found)
	}
	return plans[found[0]], nil
}

// latest returns the version that starts last of each plan that has a name. Of two
// that start together the first counts.
func latest(plans []Plan) []Plan {
	var kept []Plan
	at := make(map[[2]string]int)
	for _, plan := range plans {
		key := [2]string{folded(plan.Utility), folded(plan.Name)}
		i, again := at[key]
		switch {
		case key[1] == "":
		case !again:
			at[key] = len(kept)
			kept = append(kept, plan)
		case plan.Start.After(kept[i].Start):
			kept[i] = plan
		}
	}
	return kept
}

// newNameError is a name that fits the labels found, or none of them.
func newNameError(kind, name string, labels []string, found []int) *NameError {
	candidates := slices.Clone(labels)
	if len(found) > 0 {
		candidates = candidates[:0]
		for _, i := range found {
			candidates = append(candidates, labels[i])
		}
	}
	slices.Sort(candidates)
	return &NameError{Kind: kind, Name: name, Ambiguous: len(found) > 0, Candidates: candidates}
}
