package wire

import (
	"bytes"
	"errors"
	"io"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/go-json-experiment/json/jsontext"
)

// tokens writes a document in the one way that keeps its tokens alone: without white
// space, strings with the fewest escapes, numbers as they came.
func tokens(tb testing.TB, data []byte) string {
	tb.Helper()
	out, err := jsontext.AppendFormat(nil, data, jsontext.AllowDuplicateNames(true))
	if err != nil {
		tb.Fatalf("%v in %s", err, data)
	}
	return string(out)
}

// No input panics; what parses comes back token for token, and prints as one line of
// JSON or is no message.
func FuzzEnvelope(f *testing.F) {
	eachVector(f, func(_ string, v vector) { f.Add([]byte(v.Message)) })
	for _, seed := range []string{
		`{"a":1,"a":2,"status":{"dhwUse":1,"dhwUse":2,"x":1,"x":2},"status":{}}`,
		`{"response":{"status":{"dhwUse":2}},"response":5}`,
		` { "\u0061\"b" : [ 1.50 , -0e-0 , "\ud83d\ude00" , { } ] , "status" : { "extra" : [ 1 , 2 ] } } `,
		strings.Repeat(`{"a":`, 101) + "1" + strings.Repeat("}", 101),
		"{\"status\":{\"x\":\"\xff\"}}", `{"a":"\ud800"}`, `{"reservation":[[]],"usage":[{"year":2026,"data":[1]}]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		e, err := ParseEnvelope(data)
		var wrong *SyntaxError
		if err != nil {
			if !errors.As(err, &wrong) || wrong.Offset < 0 || wrong.Offset > int64(len(data)) || wrong.Line < 1 {
				t.Fatalf("a strange error: %v", err)
			}
			return
		}
		if got, want := tokens(t, e.Append(nil)), tokens(t, data); got != want {
			t.Fatalf("came back as %s, was %s", got, want)
		}
		for _, units := range []Units{UnitsAuto, UnitsMetric, UnitsUS} {
			line, err := e.Print([]byte("before,"), units)
			if errors.Is(err, ErrNoMessage) {
				continue
			}
			document, ok := bytes.CutPrefix(line, []byte("before,"))
			if err != nil || !ok || bytes.ContainsAny(document, "\r\n") || tokens(t, document)[0] != '{' {
				t.Fatalf("printed %s, %v", line, err)
			}
		}
		e.Warnings()
	})
}

// A stream ends, gives JSON only, and does not depend on the pieces in which it is read.
func FuzzStream(f *testing.F) {
	for _, seed := range []string{
		"{\"a\":1}\n{\"b\":", "[{\"a\":1},\n{\"b\":2}]", "rubbish\n{}", "{\n \"a\": tru\n}\n{}", "1 2\"\"[[]]", "{\"a\":\"\n{}\n", "[{}\n{}", "[1,,2]\n[", "020",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		whole := read(t, bytes.NewReader(data))
		pieces := read(t, iotest.HalfReader(iotest.DataErrReader(bytes.NewReader(data))))
		// The text of an error may name half a character.
		text := regexp.MustCompile(`(?m)^(\d+:\d+) .*$`)
		if a, b := text.ReplaceAllString(strings.Join(whole, "\n"), "$1"), text.ReplaceAllString(strings.Join(pieces, "\n"), "$1"); a != b {
			t.Fatalf("whole:\n%s\nin pieces:\n%s", a, b)
		}
		s := NewStream(bytes.NewReader(data))
		for before := int64(-1); ; {
			message, err := s.Next()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				continue
			}
			offset, _ := s.Position()
			if offset <= before || !bytes.HasPrefix(data[offset:], message) {
				t.Fatalf("%s is not at %d", message, offset)
			}
			before = offset
			tokens(t, message)
		}
	})
}

// Numbers are what mathematics says they are.
func FuzzNumber(f *testing.F) {
	for _, seed := range []string{"0", "-0", "38.0", "3.8e1", "380E-1", "1.005", "-0.125", "9007199254740991", "9007199254740992", "1e400", "1e-400", "0e999999999999", "0.0049999999999999999999"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v := jsontext.Value(s)
		if !v.IsValid() || v.Kind() != '0' || s != strings.TrimSpace(s) {
			return
		}
		hundredths, exact, ok := decimal(v, 2)
		if i := strings.IndexAny(s, "eE"); i >= 0 {
			if power, err := strconv.Atoi(s[i+1:]); err != nil || power > 400 || power < -400 {
				return // beyond what big.Rat should be asked for
			}
		}
		x, _ := new(big.Rat).SetString(s)
		x.Mul(x, big.NewRat(100, 1))
		if ok != (new(big.Rat).Abs(x).Cmp(big.NewRat(100*maxInteger, 1)) <= 0) && x.IsInt() {
			t.Fatalf("%s: in range %v", s, ok)
		}
		if !ok {
			return
		}
		if exact != x.IsInt() {
			t.Fatalf("%s: exact %v", s, exact)
		}
		// |x - hundredths| ≤ 1/2, and at a half away from zero.
		rest := new(big.Rat).Sub(x, new(big.Rat).SetInt64(hundredths))
		if half := big.NewRat(1, 2); rest.Cmp(half) >= 0 && x.Sign() > 0 || rest.Cmp(new(big.Rat).Neg(half)) <= 0 && x.Sign() < 0 || new(big.Rat).Abs(rest).Cmp(half) > 0 {
			t.Fatalf("%s is not %d hundredths", s, hundredths)
		}
		if n, whole := Integer(v); whole && new(big.Rat).SetInt64(n*100).Cmp(x) != 0 {
			t.Fatalf("%s is not %d", s, n)
		}
	})
}
