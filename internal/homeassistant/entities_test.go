package homeassistant

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/internal/fleet"
)

// The list may grow. An id that goes takes the owner's names, areas, history and dashboards with it.
func TestNoIDIsEverLost(t *testing.T) {
	data, err := os.ReadFile("testdata/ids.txt")
	if err != nil {
		t.Fatal(err)
	}
	golden := strings.Fields(string(data))
	var ids []string
	for _, e := range entities() {
		ids = append(ids, e.component+"/"+e.id)
	}
	for _, id := range golden {
		if !slices.Contains(ids, id) {
			t.Errorf("%s is gone", id)
		}
	}
	for _, id := range ids {
		if !slices.Contains(golden, id) {
			t.Errorf("%s is new: add it to testdata/ids.txt, and it stays there", id)
		}
	}
	own := map[string]bool{}
	for _, e := range entities() {
		if own[e.id] || strings.ContainsAny(e.id, "/+# ") {
			t.Errorf("%s cannot have topics of its own", e.id)
		}
		own[e.id] = true
	}
}

// haUnits are Home Assistant's for those of a status.
var haUnits = map[string]string{"l": "L", "l/min": "L/min", "days": "d"}

// Every field that the library knows is an entity, of the kind and in the unit that it has there.
func TestEveryFieldIsAnEntity(t *testing.T) {
	for _, of := range []struct {
		prefix string
		fields []field
		values []fleet.Value
	}{
		{"", statusFields, fleet.StatusValues(&nwp500.Status{})},
		{"feature_", featureFields, fleet.FeatureValues(&nwp500.Features{})},
	} {
		if len(of.values) != len(of.fields) {
			t.Errorf("%d fields are %d entities", len(of.values), len(of.fields))
		}
		for _, value := range of.values {
			at := slices.IndexFunc(of.fields, func(f field) bool { return f.field == value.Name })
			if at < 0 {
				t.Errorf("%s is no entity", value.Name)
				continue
			}
			f := of.fields[at]
			unit := value.Unit
			if ha, is := haUnits[unit]; is {
				unit = ha
			}
			if unit != f.measure.unit {
				t.Errorf("%s is in %q here and in %q there", value.Name, unit, f.measure.unit)
			}
			if f.flag != (value.Kind == fleet.Flag) || (f.options != nil) != (value.Kind == fleet.Enumeration) {
				t.Errorf("%s is a %v", value.Name, value.Kind)
			}
			if (f.measure.class == "temperature") != (value.Kind == fleet.Temperature) || (f.measure == difference) != (value.Kind == fleet.Difference) {
				t.Errorf("%s is a %v, not a %q in %q", value.Name, value.Kind, f.measure.class, f.measure.unit)
			}
		}
	}
}

// What few need is off by default or diagnostic, and what is shown without asking fits on a page.
func TestFewEntitiesAreShown(t *testing.T) {
	shown, on := 0, 0
	for _, e := range entities() {
		if !e.disabled {
			on++
		}
		if !e.disabled && e.category == "" {
			shown++
		}
	}
	if shown > 40 || on > 70 {
		t.Errorf("%d entities are shown and %d are on", shown, on)
	}
	t.Logf("%d entities, %d on, %d of them shown", len(entities()), on, shown)
}

func TestEntitiesFollowTheFeatures(t *testing.T) {
	for _, test := range []struct {
		feature string
		ids     []string
	}{
		{"power_use", []string{"power"}},
		{"holiday_use", []string{"vacation", "vacation_days"}},
		{"program_reservation_use", []string{"reservations_enabled", "tou_enabled"}},
		{"dr_setting_use", []string{"demand_response"}},
		{"anti_legionella_setting_use", []string{"anti_legionella", "anti_legionella_days"}},
		{"recirculation_use", []string{"recirculation_mode", "hot_button"}},
	} {
		v := handMade()
		lacking := handMade()
		lacking.features[test.feature] = fleet.Value{Name: test.feature, Kind: fleet.Flag, Known: true}
		for _, id := range test.ids {
			if e := find(t, id); !e.exists(v) || e.exists(lacking) {
				t.Errorf("%s does not follow %s", id, test.feature)
			}
		}
	}
	old := handMade()
	for field := range old.values {
		if strings.HasPrefix(field, "recirc_") {
			old.values[field] = fleet.Value{Name: field}
		}
	}
	for _, e := range statusEntities() {
		if strings.HasPrefix(e.id, "recirc_") != (e.exists != nil && !e.exists(old)) {
			t.Errorf("%s of a heater whose firmware knows no pump", e.id)
		}
	}
}

// What is on by default is in the documentation, with its id, kind and unit.
func TestDocumentationListsTheEntities(t *testing.T) {
	text, err := os.ReadFile("../../docs/homeassistant.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entities() {
		if e.disabled {
			continue
		}
		unit := ""
		if e.config != nil {
			unit, _ = e.config(handMade())["unit_of_measurement"].(string)
		}
		row := strings.ReplaceAll("| "+e.component+" | "+unit+" | `"+e.id+"` |", "  ", " ")
		at := strings.Index(string(text), row)
		if at < 0 {
			t.Errorf("no row ends with %s", row)
			continue
		}
		line := string(text[:at])
		if name := line[strings.LastIndex(line, "\n")+1:]; !strings.HasPrefix(name, "| "+e.name) {
			t.Errorf("%s is called %q in %q", e.id, e.name, name)
		}
	}
}
