package wire

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// vector is what testdata/vectors/README.md describes.
type vector struct {
	Says                  string
	Message               json.RawMessage
	Auto, Metric, US      map[string]any
	Only, Error, Warns    bool
	Missing, There, Lacks []string
}

func decodeJSON(tb testing.TB, data string, into any) {
	tb.Helper()
	dec := json.NewDecoder(strings.NewReader(data))
	dec.UseNumber() // 38 is not 38.0
	if err := dec.Decode(into); err != nil {
		tb.Fatalf("%v in %s", err, data)
	}
}

// eachVector goes through the lists in testdata/vectors.
func eachVector(tb testing.TB, visit func(file string, v vector)) {
	tb.Helper()
	files, err := filepath.Glob("../../testdata/vectors/*.json")
	if err != nil || len(files) == 0 {
		tb.Fatal("no vectors: ", err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			tb.Fatal(err)
		}
		if data[0] != '[' {
			continue // a message, for other tests
		}
		var vectors []vector
		decodeJSON(tb, string(data), &vectors)
		for _, v := range vectors {
			visit(strings.TrimSuffix(filepath.Base(file), ".json"), v)
		}
	}
}

func TestVectors(t *testing.T) {
	eachVector(t, func(file string, v vector) {
		t.Run(file+"/"+v.Says, func(t *testing.T) { v.test(t) })
	})
}

func (v vector) test(t *testing.T) {
	e, err := ParseEnvelope(v.Message)
	if err == nil && v.Error {
		_, err = e.Print(nil, UnitsAuto)
	}
	if (err != nil) != v.Error {
		t.Fatalf("error %v", err)
	}
	if v.Error {
		return
	}
	if warnings := e.Warnings(); (len(warnings) > 0) != v.Warns {
		t.Errorf("warnings %q", warnings)
	}
	for units, want := range map[Units]map[string]any{UnitsAuto: v.Auto, UnitsMetric: v.Metric, UnitsUS: v.US} {
		line, err := e.Print(nil, units)
		if err != nil {
			t.Fatal(err)
		}
		var got map[string]any
		decodeJSON(t, string(line), &got)
		v.compare(t, units, got, want)
	}
}

func (v vector) compare(t *testing.T, units Units, got, want map[string]any) {
	for name, value := range want {
		if diff := cmp.Diff(value, got[name]); diff != "" {
			t.Errorf("%s in %s (-want +got):\n%s", name, units, diff)
		}
		if _, there := got[name]; !there {
			t.Errorf("%s in %s is not there", name, units)
		}
	}
	for name := range got {
		if _, named := want[name]; v.Only && want != nil && !named {
			t.Errorf("%s in %s should not be there", name, units)
		}
	}
	for _, name := range v.Lacks {
		if value, there := got[name]; there {
			t.Errorf("%s in %s is %v and should not be there", name, units, value)
		}
	}
	missing, _ := got["missing"].([]any)
	for _, name := range v.Missing {
		if !slices.Contains(missing, any(name)) {
			t.Errorf("%s is not said to be missing", name)
		}
	}
	for _, name := range v.There {
		if slices.Contains(missing, any(name)) {
			t.Errorf("%s is said to be missing", name)
		}
	}
}
