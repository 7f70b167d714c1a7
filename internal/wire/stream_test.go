package wire

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
)

// read reads a whole stream: a message as it is, an error as line:offset and text.
func read(tb testing.TB, r io.Reader) []string {
	tb.Helper()
	var got []string
	s := NewStream(r)
	for {
		message, err := s.Next()
		var wrong *SyntaxError
		switch {
		case err == nil:
			got = append(got, string(message))
		case errors.As(err, &wrong):
			got = append(got, fmt.Sprintf("%d:%d %v", wrong.Line, wrong.Offset, wrong.Err))
		case errors.Is(err, io.EOF):
			return got
		default:
			return append(got, err.Error())
		}
		if len(got) > 1000 {
			tb.Fatal("the stream does not end")
		}
	}
}

func TestStream(t *testing.T) {
	long := `{"x":"` + strings.Repeat("a", MaxMessage) + `"}`
	for _, tt := range []struct {
		says, input string
		want        []string
	}{
		{"nothing", "", nil},
		{"white space", " \r\n\t\n", nil},
		{"one a line", "{\"a\":1}\n{\"b\":2}\n", []string{`{"a":1}`, `{"b":2}`}},
		{"several a line, without an end", `{"a":1}{"b":2} {"c":3}`, []string{`{"a":1}`, `{"b":2}`, `{"c":3}`}},
		{"one over several lines", "{\n \"a\": 1\n}\n{\"b\":2}", []string{"{\n \"a\": 1\n}", `{"b":2}`}},
		{"a list stands for its elements", "[ {\"a\":1}, {\"b\":[2]}\n]\n[]{\"c\":3}", []string{`{"a":1}`, `{"b":[2]}`, `{"c":3}`}},
		{"a list within a list is an element", `[[{"a":1}]]`, []string{`[{"a":1}]`}},
		{"values that are no messages", "12 \"x\" true null 3.5", []string{"12", `"x"`, "true", "null", "3.5"}},
		{"rubbish", "rubbish\n{\"a\":1}\n", []string{"1:0 invalid character 'r' at start of value", `{"a":1}`}},
		{"rubbish after a message", "{\"a\":1} rubbish {\"b\":2}\n {\"c\":3}", []string{`{"a":1}`, "1:8 invalid character 'r' at start of value", `{"c":3}`}},
		{"half a message", "{\"a\":1}\n{\"b\":", []string{`{"a":1}`, "2:8 unexpected EOF"}},
		{"half a message, then a whole one", "{\"b\":\n{\"a\":1}\n", []string{"1:0 unexpected EOF", `{"a":1}`}},
		{"half a message, then whole ones", "{\"b\":\n{\"a\":1}\n{\"c\":1}", []string{"3:14 invalid character '{' after object value (expecting ',' or '}')", `{"a":1}`, `{"c":1}`}},
		{"half a string, then a whole message", "{\"b\":\"x\n{\"a\":1}\n", []string{"1:7 invalid character '\\n' in string (expecting non-control character)", `{"a":1}`}},
		{"a broken message over several lines", "{\n \"a\": tru,\n \"b\": {\n }\n}\n{\"c\":3}\n", []string{"2:11 invalid character ',' in literal true (expecting 'e')", `{"c":3}`}},
		{"a list that does not end", "[{\"a\":1},", []string{`{"a":1}`, "1:9 unexpected EOF"}},
		{"a list without commas", "[{\"a\":1}\n{\"b\":2}\n{\"c\":3}", []string{`{"a":1}`, "2:9 neither a comma nor the end of the list after an element", `{"b":2}`, `{"c":3}`}},
		{"a list with a comma too many", "[{\"a\":1},]\n{\"b\":2}", []string{`{"a":1}`, "1:9 invalid character ']' at start of value", `{"b":2}`}},
		{"a message too long", `{"a":1}` + long + "{\"b\":2}\n", []string{`{"a":1}`, "1:7 longer than 1 MiB", `{"b":2}`}},
		{"a message too long in a list", "[" + long + ",\n{\"b\":2}]", []string{"1:1 longer than 1 MiB", `{"b":2}`}},
		{"too long and without an end, in a string", long[:len(long)-2] + "\n{\"b\":2}", []string{"1:0 longer than 1 MiB", `{"b":2}`}},
		{"too long and without an end", long[:len(long)-1] + "\n{\"b\":2}", []string{"1:0 longer than 1 MiB", `{"b":2}`}},
		{"a number too long", strings.Repeat("1", MaxMessage+9) + "\n{\"b\":2}", []string{"1:0 longer than 1 MiB", `{"b":2}`}},
		{"one byte too long", long[9:len(long)-2] + "\n{}", []string{"1:0 invalid character 'a' at start of value", "{}"}},
		{"rubbish in a line longer than one read", `{"a":"` + strings.Repeat("a", 1300) + "\xb2" + strings.Repeat("a", 2300) + "\n{\"b\":2}\n rubbish", []string{
			"1:1306 invalid UTF-8", `{"b":2}`, "3:3617 invalid character 'r' at start of value",
		}},
		{"bytes that are no text", "\xff\xfe\n{\"a\":1}", []string{"1:0 invalid character '\\xff' at start of value", `{"a":1}`}},
	} {
		for name, r := range map[string]io.Reader{
			"whole":  strings.NewReader(tt.input),
			"halves": iotest.HalfReader(strings.NewReader(tt.input)),
			"pieces": iotest.DataErrReader(strings.NewReader(tt.input)),
			"bytes":  iotest.OneByteReader(iotest.DataErrReader(strings.NewReader(tt.input))),
		} {
			if got := read(t, r); strings.Join(got, "\n") != strings.Join(tt.want, "\n") {
				t.Errorf("%s, read in %s:\ngot  %.200q\nwant %.200q", tt.says, name, got, tt.want)
			}
		}
	}
}

func TestStreamPosition(t *testing.T) {
	s := NewStream(strings.NewReader("[\n {\"a\":1},\n {\"b\":2}]"))
	for _, want := range []string{"2:3", "3:13"} {
		if _, err := s.Next(); err != nil {
			t.Fatal(err)
		}
		if offset, line := s.Position(); fmt.Sprintf("%d:%d", line, offset) != want {
			t.Errorf("at %d:%d, want %s", line, offset, want)
		}
	}
}

func TestStreamGivesWhatCameBeforeAFailure(t *testing.T) {
	broken := errors.New("the cable is broken")
	r := io.MultiReader(strings.NewReader(`{"a":1}{"b":`), iotest.ErrReader(broken))
	s := NewStream(r)
	if message, err := s.Next(); err != nil || string(message) != `{"a":1}` {
		t.Errorf("got %s, %v", message, err)
	}
	for range 2 {
		if message, err := s.Next(); !errors.Is(err, broken) {
			t.Errorf("got %s, %v, want the failure, and nothing after it", message, err)
		}
	}
}

// A message that came whole is given before anything else comes.
func TestStreamDoesNotWaitForMore(t *testing.T) {
	r, w := io.Pipe()
	defer r.Close()
	s := NewStream(r)
	for _, message := range []string{`{"a":1}`, `{"b":{"c":"d"}}`} {
		go io.WriteString(w, message)
		if got, err := s.Next(); err != nil || string(got) != message {
			t.Errorf("got %s, %v, want %s", got, err, message)
		}
	}
}

// Ten megabytes in one line, of whatever kind, cost no more memory than a message does.
func TestStreamKeepsLittle(t *testing.T) {
	const size = 10 << 20
	for _, tt := range []struct{ says, beginning, piece string }{
		{"rubbish", "", "rubbish "},
		{"a string", `{"x":"`, "a"},
		{"a number", "", "1"},
		{"braces", "", `{"a":`},
		{"brackets", "", "["},
		{"an object", "{", `"a":[1,2,3],`},
		{"spaces", "", " "},
	} {
		input := io.MultiReader(strings.NewReader(tt.beginning), &repeat{piece: tt.piece, size: size}, strings.NewReader("\n{\"b\":2}\n"))
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		s := NewStream(input)
		var last []byte
		for {
			message, err := s.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			var wrong *SyntaxError
			if err == nil {
				last = message
			} else if !errors.As(err, &wrong) {
				t.Fatalf("%s: %v", tt.says, err)
			}
		}
		runtime.ReadMemStats(&after)
		if string(last) != `{"b":2}` {
			t.Errorf("%s: the message on the next line is lost", tt.says)
		}
		if used := after.TotalAlloc - before.TotalAlloc; used > 16<<20 {
			t.Errorf("%s: %d MiB allocated", tt.says, used>>20)
		}
	}
}

// repeat reads as a piece over and over.
type repeat struct {
	piece string
	size  int
	at    int
}

func (r *repeat) Read(p []byte) (int, error) {
	if r.at >= r.size {
		return 0, io.EOF
	}
	for i := range p {
		p[i] = r.piece[r.at%len(r.piece)]
		r.at++
	}
	return len(p), nil
}
