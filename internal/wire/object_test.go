package wire

import (
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
)

func TestObject(t *testing.T) {
	o, err := ParseObject([]byte(` {"b": 1.50, "a" : null , "b":{"c":[ 1 ]}, "\u0041":"\u0041"} `))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"a": "null", "b": `{"c":[ 1 ]}`, "A": `"\u0041"`} {
		if v, ok := o.Get(name); !ok || string(v) != want {
			t.Errorf("%s is %s, %v, want %s", name, v, ok, want)
		}
	}
	if v, ok := o.Get("c"); ok {
		t.Errorf("c is %s and should not be there", v)
	}
	const again = `{"b":1.50,"a":null,"b":{"c":[ 1 ]},"A":"\u0041"}`
	if got := string(o.Append([]byte("x"))); got != "x"+again {
		t.Errorf("written as %s", got)
	}
	if got, err := json.Marshal(o); err != nil || string(got) != strings.ReplaceAll(again, "[ 1 ]", "[1]") {
		t.Errorf("marshalled as %s, %v", got, err)
	}
}

func TestParseObjectRefuses(t *testing.T) {
	for _, tt := range []struct {
		says, input string
		line        int
		offset      int64
		err         error // nil: whatever the decoder says
	}{
		{"nothing", "", 1, 0, io.ErrUnexpectedEOF},
		{"white space", "\n ", 2, 2, io.ErrUnexpectedEOF},
		{"half a document", "{\n\"a\":", 2, 6, io.ErrUnexpectedEOF},
		{"an object without its end", `{"a":{}`, 1, 7, io.ErrUnexpectedEOF},
		{"a list", "\n[]", 2, 1, ErrNoObject},
		{"null", "null", 1, 0, ErrNoObject},
		{"two objects", "{}\n{}", 2, 3, errTrailing},
		{"a comma too many", `{"a":1,}`, 1, 6, nil},
		{"a name without quotes", `{a:1}`, 1, 1, nil},
		{"a leading zero", `{"a":01}`, 1, 6, nil},
		{"bytes that are no UTF-8", "{\"a\":\"\xff\"}", 1, 6, nil},
		{"too long", `{"a":"` + strings.Repeat("a", MaxMessage) + `"}`, 1, 0, ErrTooLong},
		{"too deep", "{\"a\":1,\n\"b\":" + strings.Repeat("[", 101) + strings.Repeat("]", 101) + "}", 2, 12, ErrTooDeep},
	} {
		_, err := ParseObject([]byte(tt.input))
		var wrong *SyntaxError
		if !errors.As(err, &wrong) || wrong.Line != tt.line || wrong.Offset != tt.offset || tt.err != nil && !errors.Is(err, tt.err) {
			t.Errorf("%s: %v, want line %d, byte %d: %v", tt.says, err, tt.line, tt.offset, tt.err)
		}
	}
}

// A string full of brackets is not deep.
func TestDepth(t *testing.T) {
	for input, want := range map[string]bool{
		`{"a":"[[[\"[[["}`: false, `[{"a":[]}]`: true, `[[],[],[]]`: false, `5`: false,
	} {
		if got := deeper(jsontext.Value(input), 2); got != want {
			t.Errorf("%s: %v", input, got)
		}
	}
}

// A message as long as may be, of the worst kinds, takes no unreasonable time: nothing
// is looked up once for each of a hundred thousand members.
func TestManyMembers(t *testing.T) {
	for _, piece := range []string{`"a":1,`, `"dhwUse":[],`, `"reservation":[],`, `"data":{},`, `"status":{},`, `"response":{"st":{}},`} {
		data := "{" + strings.Repeat(piece, (MaxMessage-100)/len(piece)) + `"status":{}}`
		for _, message := range []string{data, `{"response":` + data + "}", `{"status":` + data + "}"} {
			e, err := ParseEnvelope([]byte(message))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := e.Print(nil, UnitsAuto); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestIntegerAndFlag(t *testing.T) {
	for v, want := range map[string]int64{"38": 38, "38.0": 38, "3.8e1": 38, "-0": 0, "0.0": 0, "-1.0": -1, "9007199254740991": 9007199254740991, "1000e-3": 1} {
		if n, ok := Integer(jsontext.Value(v)); !ok || n != want {
			t.Errorf("%s is %d, %v, want %d", v, n, ok, want)
		}
	}
	for _, v := range []string{"", "38.5", `"38"`, "true", "null", "9007199254740992", "-9007199254740992", "1e16", "1e999999999", "[1]", "{}"} {
		if n, ok := Integer(jsontext.Value(v)); ok {
			t.Errorf("%s is %d", v, n)
		}
	}
	for v, want := range map[string]int64{"true": 2, "false": 1, "0": 0, "2.0": 2, "7": 7} {
		if n, ok := Flag(jsontext.Value(v)); !ok || n != want {
			t.Errorf("%s is %d, %v, want %d", v, n, ok, want)
		}
	}
	if _, ok := Flag(jsontext.Value("null")); ok {
		t.Error("null is a flag")
	}
	for v, want := range map[string]float64{"38": 38, "92.5": 92.5, "-1e-2": -0.01} {
		if x, ok := Number(jsontext.Value(v)); !ok || x != want {
			t.Errorf("%s is %v, %v, want %v", v, x, ok, want)
		}
	}
	for _, v := range []string{`"1"`, "true", "1e400", "null"} {
		if x, ok := Number(jsontext.Value(v)); ok {
			t.Errorf("%s is %v", v, x)
		}
	}
}
