package openei_test

import (
	"bytes"
	"encoding/json"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/nwp500/nwp500/openei"
)

func TestPlanFields(t *testing.T) {
	plans := plans(t)
	got := plans[evOldLabel]
	want := openei.Plan{
		Label: evOldLabel, Utility: pge, EIAID: 14328, Name: "Electric Vehicle EV (Sch) Rate A", Approved: true,
		Start:   time.Date(2017, time.January, 1, 0, 0, 0, 0, time.UTC),
		End:     time.Date(2024, time.September, 30, 23, 59, 59, 0, time.UTC),
		Rates:   [][]openei.Tier{{{Rate: 0.2, Adj: 0.0125, Unit: "kWh"}}, {{Rate: 0.3, Adj: 0.0125, Unit: "kWh"}}},
		Unknown: map[string]json.RawMessage{"sector": json.RawMessage(`"Residential"`)},
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(openei.Plan{}, "Weekdays", "Weekends", "Raw")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]int{0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0}, got.Weekdays[11]); diff != "" {
		t.Errorf("weekdays (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]int{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0, 0}, got.Weekends[11]); diff != "" {
		t.Errorf("weekends (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(openei.Tier{Rate: 0.36261, Max: 8.9, Unit: "kWh daily"}, plans[touLabel].Rates[0][0]); diff != "" {
		t.Errorf("tier (-want +got):\n%s", diff)
	}
	if got := plans[touLabel].Description; got != "Peak from 4 to 9 p.m. on all days." {
		t.Errorf("description %q", got)
	}
}

// What is missing or odd costs its own field and nothing else; what is odd is kept.
func TestPlanTakesWhatThereIs(t *testing.T) {
	for _, test := range []struct {
		name, text string
		want       openei.Plan
	}{
		{"nothing", `{}`, openei.Plan{}},
		{"nulls", `{"label": null, "eiaid": null, "startdate": null, "approved": null, "energyratestructure": null, "energyweekdayschedule": null}`, openei.Plan{}},
		{"numbers as 38.0", `{"eiaid": 38.0, "startdate": 60.0, "energyweekendschedule": [[1.0, 2e0]]}`, openei.Plan{EIAID: 38, Start: time.Unix(60, 0).UTC(), Weekends: [][]int{{1, 2}}}},
		{"other types", `{"name": 1, "eiaid": "14328", "startdate": "2017-01-01", "enddate": 1e300, "approved": "yes", "utility": "U"}`, openei.Plan{
			Utility: "U", Unknown: unknown(`{"name": 1, "eiaid": "14328", "startdate": "2017-01-01", "enddate": 1e300, "approved": "yes"}`),
		}},
		{"a schedule with a gap", `{"energyweekdayschedule": [[0, null]]}`, openei.Plan{Unknown: unknown(`{"energyweekdayschedule": [[0, null]]}`)}},
		{"a schedule with a fraction", `{"energyweekdayschedule": [[0.5]]}`, openei.Plan{Unknown: unknown(`{"energyweekdayschedule": [[0.5]]}`)}},
		{"a schedule with a huge number", `{"energyweekdayschedule": [[1e30]]}`, openei.Plan{Unknown: unknown(`{"energyweekdayschedule": [[1e30]]}`)}},
		{"tiers with gaps", `{"energyratestructure": [[{}, {"rate": null}, {"rate": "1", "max": "2", "adj": 3, "sell": 4}, null], []]}`, openei.Plan{
			Rates: [][]openei.Tier{{{Rate: math.NaN()}, {Rate: math.NaN()}, {Rate: math.NaN(), Adj: 3}, {Rate: math.NaN()}}, {}},
		}},
		{"rates are none", `{"energyratestructure": [1]}`, openei.Plan{Unknown: unknown(`{"energyratestructure": [1]}`)}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var got openei.Plan
			if err := json.Unmarshal([]byte(test.text), &got); err != nil {
				t.Fatal(err)
			}
			if string(got.Raw) != test.text {
				t.Errorf("raw: %s", got.Raw)
			}
			got.Raw = nil
			if diff := cmp.Diff(test.want, got, cmpopts.EquateNaNs()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func unknown(text string) map[string]json.RawMessage {
	var members map[string]json.RawMessage
	if err := json.Unmarshal([]byte(text), &members); err != nil {
		panic(err)
	}
	return members
}

// A plan is written as it came, so that a list of plans is sourceData, and read back.
func TestPlanAsItCame(t *testing.T) {
	for label, plan := range plans(t) {
		encoded, err := json.Marshal([]openei.Plan{plan})
		if err != nil {
			t.Fatal(err)
		}
		var compact bytes.Buffer
		if err := json.Compact(&compact, plan.Raw); err != nil {
			t.Fatal(err)
		}
		var was, is any
		if json.Unmarshal(compact.Bytes(), &was) != nil || json.Unmarshal(encoded, &is) != nil {
			t.Fatalf("%s: no JSON", label)
		}
		if diff := cmp.Diff([]any{was}, is); diff != "" {
			t.Errorf("%s (-came +written):\n%s", label, diff)
		}
		var back []openei.Plan
		if err := json.Unmarshal(encoded, &back); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(plan, back[0], cmpopts.IgnoreFields(openei.Plan{}, "Raw", "Unknown")); diff != "" {
			t.Errorf("%s (-came +read back):\n%s", label, diff)
		}
	}
	if _, err := json.Marshal(openei.Plan{Name: "made up"}); err == nil {
		t.Error("a plan that did not come from OpenEI was written")
	}
}

// Whatever a plan holds, it is read or refused, and its methods agree.
func FuzzPlan(f *testing.F) {
	for _, seed := range []string{
		`{}`, `{"energyratestructure": [[{"rate": 1}]], "energyweekdayschedule": [[0]]}`, `null`, `[]`,
		`{"energyratestructure": [[{"rate": 1e308, "adj": 1e308}]], "startdate": -1e18}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var plan openei.Plan
		if json.Unmarshal(data, &plan) != nil {
			return
		}
		if _, err := json.Marshal(plan); err != nil {
			t.Errorf("not written again: %v", err)
		}
		whole := plan.Validate() == nil
		if plan.UsableForTOU() == nil && !whole {
			t.Error("usable and not whole")
		}
		if _, err := plan.PriceAt(time.Date(2026, time.July, 4, 12, 0, 0, 0, time.UTC)); err != nil && whole {
			t.Errorf("whole, and no price: %v", err)
		}
	})
}
