package cli

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/nwp500/nwp500"
)

func TestCSV(t *testing.T) {
	var got strings.Builder
	p := &program{stdout: &output{writer: &got}}
	if err := p.csv([]string{"name", "value"}, [][]string{{`the "big" one, below`, "1.5"}, {"two\nlines\x1b", ""}}); err != nil {
		t.Fatal(err)
	}
	if want := "name,value\r\n\"the \"\"big\"\" one, below\",1.5\r\ntwo lines ,\r\n"; got.String() != want {
		t.Errorf("%q, want %q", got.String(), want)
	}
}

func TestCells(t *testing.T) {
	for want, value := range map[string]any{
		"": nwp500.Value[int]{}, "12": nwp500.ValueOf(12), "heat_pump": nwp500.HeatPump, "true": true, "0": 0, "-0.5": -0.5,
		`["a","b"]`: json.RawMessage(`["a", "b"]`), "a<b": json.RawMessage(`"a\u003cb"`),
	} {
		if got := cell(value); got != want {
			t.Errorf("%v: %q, want %q", value, got, want)
		}
	}
}
