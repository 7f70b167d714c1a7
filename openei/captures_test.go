//go:build integration

package openei_test

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/nwp500/nwp500/openei"
)

// The captured tariff is read; it was shortened by its weekend schedule, which Validate
// finds.
func TestCapturedTariff(t *testing.T) {
	data, err := os.ReadFile("../../shared/captures/other.json")
	if err != nil {
		t.Fatal(err)
	}
	var captures struct {
		Plan openei.Plan `json:"openei_rate_plan_sourcedata"`
	}
	if err := json.Unmarshal(data, &captures); err != nil {
		t.Fatal(err)
	}
	plan := captures.Plan
	want := [][]openei.Tier{{{Rate: 0.34761, Unit: "kWh"}}, {{Rate: 0.46016, Unit: "kWh"}}}
	if diff := cmp.Diff(want, plan.Rates); diff != "" || plan.Label != evLabel || plan.EIAID != 14328 || !plan.Approved || len(plan.Unknown) != 1 {
		t.Errorf("%+v (-want +got):\n%s", plan, diff)
	}
	if got := text(plan.Validate()); got != `plan "Electric Vehicle EV (Sch) Rate A": energyweekendschedule: 0 months is not allowed: it takes 12` {
		t.Errorf("validate: %s", got)
	}
}
