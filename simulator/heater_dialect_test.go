package simulator

import (
	"maps"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/go-json-experiment/json"

	"github.com/nwp500/nwp500/internal/topic"
)

// speak asks a heater for its status and its features and returns them as JSON.
func (b *bench) speak(h *Heater) (status, features map[string]any) {
	b.t.Helper()
	read := func(suffix string, code topic.Code, names ...string) map[string]any {
		said := b.tell(h, suffix, payload(h, suffix, code, ""))
		if len(said) != 1 {
			b.t.Fatalf("%d answers on %s", len(said), suffix)
		}
		var all map[string]any
		if err := json.Unmarshal([]byte(said[0].text), &all); err != nil {
			b.t.Fatalf("%s: %v", said[0].text, err)
		}
		response, _ := all["response"].(map[string]any)
		for _, place := range []map[string]any{response, all} {
			for _, name := range names {
				if document, ok := place[name].(map[string]any); ok {
					return document
				}
			}
		}
		b.t.Fatalf("no document in %s", said[0].text)
		return nil
	}
	return read("st", topic.StatusRequest, "status", "st"), read("st/did", topic.FeaturesRequest, "feature", "did")
}

// bilingual speaks with a heater before and after it got a dialect.
func bilingual(t *testing.T, d Dialect, check func(h *Heater, plain, status, plainFeatures, features map[string]any)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{})
		h := b.dry(0)
		h.SetTank(49, 49)
		b.foreign = true
		plain, plainFeatures := b.speak(h)
		if err := h.SetDialect(d); err != nil {
			t.Fatal(err)
		}
		status, features := b.speak(h)
		check(h, maps.Clone(plain), status, plainFeatures, features)
		if err := h.SetDialect(Dialect{}); err != nil {
			t.Fatal(err)
		}
		again, _ := b.speak(h)
		equal(t, "the model's own way again", plain, again)
	})
}

func TestShippedDialects(t *testing.T) {
	status := map[string]func(plain, got any) bool{
		"captured": func(plain, got any) bool { return got == plain },
		"decimal":  func(plain, got any) bool { return got == plain },
		"text":     func(_, got any) bool { _, text := got.(string); return text },
	}
	for _, d := range Dialects() {
		if d.Name == "" || d.Text == "" {
			t.Errorf("%+v", d)
		}
		found, err := FindDialect(d.Name)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, d.Name, d, found)
		bilingual(t, d, func(_ *Heater, plain, got, plainFeatures, features map[string]any) {
			if is := status[d.Name]; is != nil {
				for name, value := range plain {
					if name != "command" && !is(value, got[name]) {
						t.Errorf("%s: %s is %v, and %v as captured", d.Name, name, got[name], value)
					}
				}
			}
			wantStatus, wantFeatures := len(plain), len(plainFeatures)
			switch d.Name {
			case "terse":
				wantStatus, wantFeatures = 87-38, wantFeatures-4
			case "future":
				wantStatus, wantFeatures = wantStatus+8, wantFeatures+2
			}
			if len(got) != wantStatus || len(features) != wantFeatures {
				t.Errorf("%s: %d and %d keys, not %d and %d", d.Name, len(got), len(features), wantStatus, wantFeatures)
			}
		})
	}
	if _, err := FindDialect("klingon"); err == nil || !strings.Contains(err.Error(), "terse") {
		t.Errorf("%v", err)
	}
}

// Where a dialect puts its documents.
func TestPlacesOfDocuments(t *testing.T) {
	for name, want := range map[string][2]string{
		"captured": {"response.status", "response.feature"},
		"short":    {"response.st", "response.did"},
		"beside":   {"status", "feature"},
	} {
		synctest.Test(t, func(t *testing.T) {
			b := newBench(t, Config{})
			h := b.dry(0)
			b.foreign = true
			d, err := FindDialect(name)
			if err != nil {
				t.Fatal(err)
			}
			if err := h.SetDialect(d); err != nil {
				t.Fatal(err)
			}
			for i, suffix := range []string{"st", "st/did"} {
				said := b.tell(h, suffix, payload(h, suffix, []topic.Code{topic.StatusRequest, topic.FeaturesRequest}[i], ""))
				var all map[string]any
				if err := json.Unmarshal([]byte(said[0].text), &all); err != nil {
					t.Fatal(err)
				}
				response, _ := all["response"].(map[string]any)
				var places []string
				for _, key := range []string{"status", "st", "feature", "did"} {
					if _, there := all[key]; there {
						places = append(places, key)
					}
					if _, there := response[key]; there {
						places = append(places, "response."+key)
					}
				}
				equal(t, name+" "+suffix, []string{want[i]}, places)
			}
		})
	}
}

// The decimal point is there, which a parsed number does not show.
func TestDecimalsAreWritten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{})
		h := b.dry(0)
		b.foreign = true
		decimal, err := FindDialect("decimal")
		if err != nil {
			t.Fatal(err)
		}
		if err := h.SetDialect(decimal); err != nil {
			t.Fatal(err)
		}
		said := b.tell(h, "st", payload(h, "st", topic.StatusRequest, ""))
		if !strings.Contains(said[0].text, `"command":16777219.0,`) || !strings.Contains(said[0].text, `"wifiRssi":59.0,`) {
			t.Errorf("%s", said[0].text)
		}
	})
}

// Each way to differ does that and nothing else, together with what SetStatus and
// SetFeature replace.
func TestAVariant(t *testing.T) {
	d := Dialect{
		Status: Variant{
			Omit: []string{"wifiRssi", "ecoUse", "operationMode"}, Rename: map[string]string{"errorCode": "faultCode"},
			Forms:  map[string]Form{"compUse": AsBoolean, "dhwTemperature": AsText, "mixingRate": AsNull, "scaldUse": AsBoolean},
			Values: map[string]string{"extra": `{"a":[1]}`, "temperatureType": `"F"`, "didReload": "null"},
		},
		Features: Variant{Values: map[string]string{"controllerSerialNumber": "17"}, Omit: []string{"title24Use"}},
		Short:    true, Beside: true,
	}
	bilingual(t, d, func(h *Heater, plain, got, plainFeatures, features map[string]any) {
		delete(plain, "wifiRssi")
		delete(plain, "ecoUse")
		delete(plain, "operationMode")
		plain["faultCode"] = plain["errorCode"]
		delete(plain, "errorCode")
		plain["compUse"], plain["dhwTemperature"], plain["mixingRate"], plain["scaldUse"] = false, "98", nil, true
		plain["extra"], plain["temperatureType"], plain["didReload"] = map[string]any{"a": []any{1.0}}, "F", nil
		equal(t, "status", plain, got)
		delete(plainFeatures, "title24Use")
		plainFeatures["controllerSerialNumber"] = 17.0
		equal(t, "features", plainFeatures, features)

		h.SetStatus("wifiRssi", 3)
		h.SetStatus("errorCode", 7)
		h.SetStatus("brandNew", 8)
		var doc document
		h.look(func() { h.writeStatus(&doc, 0) })
		for text, n := range map[string]int{`"wifiRssi"`: 0, `"errorCode"`: 0, `"faultCode":7`: 1, `"brandNew":8`: 1} {
			if strings.Count(string(doc.json), text) != n {
				t.Errorf("%s is not there %d times: %s", text, n, doc.json)
			}
		}
		h.change(func() { h.replaced = nil })
	})
}

func TestImpossibleDialects(t *testing.T) {
	h := alone(t, Config{})
	for _, wrong := range []Variant{
		{Omit: []string{"a b"}},
		{Omit: []string{""}},
		{Rename: map[string]string{"errorCode": `x":1,"y`}},
		{Rename: map[string]string{"": "x"}},
		{Numbers: 9},
		{Forms: map[string]Form{"compUse": -1}},
		{Forms: map[string]Form{"ü": AsText}},
		{Values: map[string]string{"x": "{"}},
		{Values: map[string]string{"x": ""}},
		{Values: map[string]string{"x": "1,2"}},
		{Values: map[string]string{"x": `"` + strings.Repeat("x", 64<<10) + `"`}},
	} {
		if h.SetDialect(Dialect{Status: wrong}) == nil || h.SetDialect(Dialect{Features: wrong}) == nil {
			t.Errorf("%.80v is possible", wrong)
		}
	}
	if n := len(h.Status()); n != 87 {
		t.Errorf("%d keys after that", n)
	}
}

// A dialect is the heater's own: what the caller does with his later changes nothing.
func TestADialectIsCopied(t *testing.T) {
	h := alone(t, Config{})
	d := Dialect{Status: Variant{Omit: []string{"wifiRssi"}, Values: map[string]string{"extra": "1"}}}
	if err := h.SetDialect(d); err != nil {
		t.Fatal(err)
	}
	d.Status.Omit[0], d.Status.Values["extra"] = "errorCode", "2"
	if s := h.Status(); s["extra"] != 1 || len(s) != 87 {
		t.Errorf("%d keys, extra %d", len(s), s["extra"])
	}
	all := Dialects()
	all[1].Status.Omit[0] = "errorCode"
	if Dialects()[1].Status.Omit[0] == "errorCode" {
		t.Error("the table was written to")
	}
}
