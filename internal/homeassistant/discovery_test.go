package homeassistant

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/nwp500/nwp500/internal/fleet"
)

// schema is what Home Assistant takes; testdata/schema.json says of which version.
type schema struct {
	Common            []string
	AvailabilityModes []string `json:"availability_modes"`
	Availability      []string
	Device, Origin    []string
	Components        map[string]struct {
		Required, Optional, Categories, Classes, Modes []string
		Precisions                                     []float64
		TemperatureUnits                               []string `json:"temperature_units"`
	}
	SensorClasses map[string]struct {
		Units        []string
		StateClasses []string `json:"state_classes"`
	} `json:"sensor_classes"`
}

func readSchema(t *testing.T) *schema {
	t.Helper()
	data, err := os.ReadFile("testdata/schema.json")
	if err != nil {
		t.Fatal(err)
	}
	known := &schema{}
	if err := json.Unmarshal(data, known); err != nil {
		t.Fatal(err)
	}
	return known
}

// check returns what Home Assistant would refuse, ignore or complain about in a discovery document.
func (s *schema) check(component string, document map[string]any) (wrong []string) {
	complain := func(format string, arguments ...any) { wrong = append(wrong, fmt.Sprintf(format, arguments...)) }
	within := func(what string, value any, allowed []string) {
		if text, ok := value.(string); !ok || !slices.Contains(allowed, text) {
			complain("%s is %v, and may be %v", what, value, allowed)
		}
	}
	members := func(what string, value any, allowed []string) {
		object, ok := value.(map[string]any)
		if !ok {
			complain("%s is no object", what)
		}
		for member := range object {
			within("a member of "+what, member, allowed)
		}
	}
	takes, ok := s.Components[component]
	if !ok {
		return []string{"there is no component " + component}
	}
	for _, member := range takes.Required {
		if _, is := document[member]; !is {
			complain("%s is missing", member)
		}
	}
	for member, value := range document {
		if !slices.Contains(slices.Concat(s.Common, takes.Required, takes.Optional), member) {
			complain("%s is no member", member)
		}
		if topic, is := value.(string); is && strings.HasSuffix(member, "_topic") && (topic == "" || strings.ContainsAny(topic, "+# ")) {
			complain("%s is no topic: %q", member, topic)
		}
	}
	members("device", document["device"], s.Device)
	members("origin", document["origin"], s.Origin)
	within("availability_mode", document["availability_mode"], s.AvailabilityModes)
	for _, availability := range list(document["availability"]) {
		members("availability", availability, s.Availability)
	}
	if category, is := document["entity_category"]; is {
		within("entity_category", category, takes.Categories)
	}
	if class, is := document["device_class"]; is && component != "sensor" {
		within("device_class", class, takes.Classes)
	}
	switch component {
	case "sensor":
		s.checkSensor(document, complain)
	case "number":
		within("mode", document["mode"], takes.Modes)
		if lowest, highest := document["min"].(float64), document["max"].(float64); lowest >= highest {
			complain("%g to %g is no range", lowest, highest)
		}
	case "select", "event":
		if len(list(document["options"]))+len(list(document["event_types"])) == 0 {
			complain("there is nothing to choose")
		}
	case "water_heater":
		for _, mode := range list(document["modes"]) {
			within("a mode", mode, takes.Modes)
		}
		within("temperature_unit", document["temperature_unit"], takes.TemperatureUnits)
		if precision, _ := document["precision"].(float64); !slices.Contains(takes.Precisions, precision) {
			complain("the precision is %g", precision)
		}
	}
	return wrong
}

func (s *schema) checkSensor(document map[string]any, complain func(string, ...any)) {
	class, classed := document["device_class"].(string)
	unit, measured := document["unit_of_measurement"].(string)
	state, stated := document["state_class"].(string)
	options, listed := document["options"]
	takes, known := s.SensorClasses[class]
	switch {
	case classed && !known:
		complain("there is no device class %s", class)
	case classed && len(takes.Units) > 0 && !slices.Contains(takes.Units, unit):
		complain("%s in %q", class, unit)
	case classed && measured && len(takes.Units) == 0:
		complain("%s has no unit", class)
	case classed && stated && !slices.Contains(takes.StateClasses, state):
		complain("a %s is no %s", class, state)
	case !classed && stated && !slices.Contains([]string{"measurement", "total", "total_increasing"}, state):
		complain("there is no state class %s", state)
	case !classed && slices.Contains([]string{"°C", "°F", "W", "Wh", "kWh", "L", "h", "d"}, unit):
		complain("%s without a device class", unit)
	case listed != (class == "enum") || listed && len(list(options)) == 0:
		complain("options go with an enumeration and are not empty")
	}
}

func list(value any) []any {
	items, _ := value.([]any)
	return items
}

func document(t *testing.T, e *entity, v *view) map[string]any {
	t.Helper()
	encoded, err := topics{base: "nwp500", prefix: "homeassistant"}.document(e, v)
	if err != nil {
		t.Fatal(err)
	}
	var decoded map[string]any
	if err := json.Unmarshal(encoded, &decoded); err != nil {
		t.Fatal(err)
	}
	return decoded
}

func TestDiscoveryDocumentsAreValid(t *testing.T) {
	known := readSchema(t)
	bare := &view{state: &fleet.State{ID: "0123456789", Name: "Cellar"}}
	for _, v := range []*view{handMade(), bare} {
		for _, e := range entities() {
			for _, wrong := range known.check(e.component, document(t, e, v)) {
				t.Errorf("%s %s: %s", e.component, e.id, wrong)
			}
		}
	}
}

// A check that finds nothing wrong anywhere finds nothing wrong in the documents either.
func TestSchemaFindsMistakes(t *testing.T) {
	known := readSchema(t)
	for _, test := range []struct {
		id     string
		spoil  func(map[string]any)
		expect string
	}{
		{"tank_upper_temperature", func(d map[string]any) { d["unit_of_measurement"] = "W" }, "temperature in"},
		{"current_super_heat", func(d map[string]any) { d["device_class"] = "temperature_delta" }, "no device class"},
		{"energy", func(d map[string]any) { d["state_class"] = "measurement" }, "a energy is no measurement"},
		{"dhw_charge_per", func(d map[string]any) { d["device_class"] = "energy" }, `energy in "%"`},
		{"usable_energy", func(d map[string]any) { d["state_class"] = "total_increasing" }, "a energy_storage is no"},
		{"operation_mode", func(d map[string]any) { d["options"] = []any{} }, "not empty"},
		{"comp_use", func(d map[string]any) { d["device_class"] = "compressor" }, "device_class"},
		{"fault", func(d map[string]any) { d["entity_category"] = "config" }, "entity_category"},
		{"water_heater", func(d map[string]any) { d["modes"] = []any{"vacation"} }, "a mode"},
		{"water_heater", func(d map[string]any) { d["precision"] = 0.25 }, "precision"},
		{"water_heater", func(d map[string]any) { d["temp_step"] = 0.5 }, "no member"},
		{"power", func(d map[string]any) { delete(d, "command_topic") }, "missing"},
		{"power", func(d map[string]any) { d["state_topic"] = "nwp500/+/power" }, "no topic"},
		{"vacation_days", func(d map[string]any) { d["min"] = 30.0 }, "no range"},
		{"mode", func(d map[string]any) { d["device"].(map[string]any)["mac"] = "1" }, "a member of device"},
	} {
		spoilt := document(t, find(t, test.id), handMade())
		test.spoil(spoilt)
		if wrong := known.check(find(t, test.id).component, spoilt); !strings.Contains(strings.Join(wrong, "; "), test.expect) {
			t.Errorf("%s: %v, want %q", test.id, wrong, test.expect)
		}
	}
}

func TestNamesAreShortAndDistinct(t *testing.T) {
	names := map[string]string{}
	for _, e := range entities() {
		if other, is := names[e.name]; is {
			t.Errorf("%s and %s are both called %q", other, e.id, e.name)
		}
		names[e.name] = e.id
		if len(e.name) > 36 || strings.Contains(e.name, "_") || e.name != "" && !unicode.IsUpper(rune(e.name[0])) {
			t.Errorf("%s is called %q", e.id, e.name)
		}
	}
}

func TestDocumentOfAWaterHeater(t *testing.T) {
	got := document(t, find(t, "water_heater"), handMade())
	for member, want := range map[string]any{
		"unique_id": "nwp500_0123456789_water_heater", "name": nil, "min_temp": 40.5, "max_temp": 65.5, "precision": 0.5, "temperature_unit": "C",
		"modes":                 []any{"eco", "heat_pump", "high_demand", "electric", "off"},
		"mode_state_topic":      "nwp500/0123456789/water_heater/mode/state",
		"mode_command_topic":    "nwp500/0123456789/water_heater/mode/set",
		"power_command_topic":   "nwp500/0123456789/water_heater/power/set",
		"json_attributes_topic": "nwp500/0123456789/water_heater/attributes",
		"availability": []any{
			map[string]any{"topic": "nwp500/bridge/availability"}, map[string]any{"topic": "nwp500/0123456789/availability"},
		},
	} {
		if fmt.Sprint(got[member]) != fmt.Sprint(want) {
			t.Errorf("%s is %v, want %v", member, got[member], want)
		}
	}
	if topic := (topics{prefix: "homeassistant"}).discovery(find(t, "water_heater"), "0123456789"); topic != "homeassistant/water_heater/nwp500_0123456789/water_heater/config" {
		t.Error("announced at", topic)
	}
	if availability := list(document(t, find(t, "connection"), handMade())["availability"]); len(availability) != 1 {
		t.Errorf("how the connection is hidden with the heater: %v", availability)
	}
}

// What names the heater, its owner or his home is no business of Home Assistant's registry.
func TestDocumentsNameNoHeater(t *testing.T) {
	for _, e := range entities() {
		if e.id == "feature_controller_serial_number" {
			t.Error("the serial number is announced")
		}
		for member := range document(t, e, handMade())["device"].(map[string]any) {
			if slices.Contains([]string{"connections", "serial_number"}, member) {
				t.Errorf("%s tells the %s", e.id, member)
			}
		}
	}
}
