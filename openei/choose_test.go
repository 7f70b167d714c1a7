package openei_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/nwp500/nwp500/openei"
)

const pge, clean = "Pacific Gas & Electric Co", "CleanPowerSF"

func TestUtilities(t *testing.T) {
	got, err := start(t, nil).client().Utilities(t.Context(), testZIP)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{clean, pge}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestPlans(t *testing.T) {
	client := start(t, nil).client()
	for _, test := range []struct {
		utility string
		want    []string
	}{
		{"", []string{evLabel, touLabel, flatLabel, cleanLabel, brokenLabel, evOldLabel}},
		{pge, []string{evLabel, touLabel, flatLabel, evOldLabel}},
		{"pacific  gas", []string{evLabel, touLabel, flatLabel, evOldLabel}},
		{"SF", []string{cleanLabel, brokenLabel}},
	} {
		plans, err := client.Plans(t.Context(), testZIP, test.utility)
		if err != nil {
			t.Errorf("%q: %v", test.utility, err)
		}
		var got []string
		for _, plan := range plans {
			got = append(got, plan.Label)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", test.utility, diff)
		}
	}
}

func TestPlanByName(t *testing.T) {
	client := start(t, nil).client()
	const flat = "E-1 Residential Service Baseline Region V"
	const tou = "E-TOU-C Residential Time of Use Baseline Region V (All Electric Service)"
	for _, test := range []struct {
		utility, name string
		want          string
		fails         openei.NameError
	}{
		{"", tou, touLabel, openei.NameError{}},
		{"", "e-tou-c", touLabel, openei.NameError{}},
		{pge, "Electric Vehicle EV (Sch) Rate A", evLabel, openei.NameError{}}, // the version that starts last
		{"", "electric vehicle", evLabel, openei.NameError{}},
		{"clean", "e-1 residential service  baseline region v", cleanLabel, openei.NameError{}},
		{"", flat, "", openei.NameError{Kind: "plan", Name: flat, Ambiguous: true, Candidates: []string{flat + " (" + clean + ")", flat + " (" + pge + ")"}}},
		{pge, "residential", "", openei.NameError{Kind: "plan", Name: "residential", Ambiguous: true, Candidates: []string{flat, tou}}},
		{clean, "EV", "", openei.NameError{Kind: "plan", Name: "EV", Candidates: []string{"Draft", flat}}},
		{"c", "EV", "", openei.NameError{Kind: "utility", Name: "c", Ambiguous: true, Candidates: []string{clean, pge}}},
		{"Edison", "EV", "", openei.NameError{Kind: "utility", Name: "Edison", Candidates: []string{clean, pge}}},
	} {
		plan, err := client.Plan(t.Context(), testZIP, test.utility, test.name)
		if plan.Label != test.want {
			t.Errorf("%q, %q: plan %q", test.utility, test.name, plan.Label)
		}
		var got *openei.NameError
		if !errors.As(err, &got) {
			got = &openei.NameError{}
		}
		if diff := cmp.Diff(&test.fails, got); diff != "" {
			t.Errorf("%q, %q: %v (-want +got):\n%s", test.utility, test.name, err, diff)
		}
	}
}

// The whole name wins over a longer one that contains it.
func TestWholeNameWins(t *testing.T) {
	client := start(t, says(200, `{"items": [{"utility": "U", "name": "TOU-D Prime"}, {"utility": "U", "name": "TOU-D"}, {"utility": "U", "name": null}]}`)).client()
	plan, err := client.Plan(t.Context(), testZIP, "", "tou-d")
	if err != nil || plan.Name != "TOU-D" {
		t.Errorf("%q, %v", plan.Name, err)
	}
}

func TestNameErrorSaysWhatToChooseFrom(t *testing.T) {
	long := &openei.NameError{Kind: "plan", Name: "x", Candidates: strings.Split("abcdefghijklmn", "")}
	want := `no plan is named "x": there is "a", "b", "c", "d", "e", "f", "g", "h", "i", "j" and 4 more`
	if got := long.Error(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	several := &openei.NameError{Kind: "utility", Name: "x", Ambiguous: true, Candidates: []string{"ax", "bx"}}
	want = `more than one utility fits the name "x": there is "ax", "bx"`
	if got := several.Error(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
