package nwp500

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// eachVector goes through the messages in testdata/vectors.
func eachVector(tb testing.TB, visit func(message []byte)) {
	tb.Helper()
	files, err := filepath.Glob("testdata/vectors/*.json")
	if err != nil || len(files) == 0 {
		tb.Fatal(files, err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			tb.Fatal(err)
		}
		var vectors []struct{ Message json.RawMessage }
		if data[0] == '{' { // a message as it was captured
			vectors = append(vectors, struct{ Message json.RawMessage }{data})
		} else if err := json.Unmarshal(data, &vectors); err != nil {
			tb.Fatalf("%s: %v", file, err)
		}
		for _, vector := range vectors {
			visit(vector.Message)
		}
	}
}

// Any bytes are a message that prints as one line of JSON, or an error; as a stream they come to an end, and hold no more
// than they are long.
func FuzzDecode(f *testing.F) {
	eachVector(f, func(message []byte) { f.Add(message, byte(0)) })
	for i, seed := range []string{
		"", " ", "{}", "{}{}", "[{},{}]", "[[{}]]", "[", "]", "{", "}", `{"status":{}}` + "\n" + `{"feature":{}}`, "rubbish\n{}\nrubbish", "\xef\xbb\xbf{}", "\x00", "{\"status\":{\"x\":\"\xff\"}}",
		`{"status":{"dhwTemperature":1e400,"dhwTemperature2":-0,"currentInstPower":9007199254740993,"outsideTemperature":-40,"tempFormulaType":7}}`,
		`{"response":{"reservation":"` + strings.Repeat("ff", 200) + `0"}}`, `{"response":{"reservation":"` + strings.Repeat("é", 9) + `"}}`, strings.Repeat("[", 10000), strings.Repeat(`{"a":`, 10000),
		strings.Repeat("[]\n", 1000), "{\"status\":{}}\r\n\r\n\t{\"status\":{}}", "020", "1 2 3 {}", `"{}"`, "[{},", "[{}\n{}]", `{"a":1}}{"b":2}`,
	} {
		f.Add([]byte(seed), byte(i))
	}
	f.Fuzz(func(t *testing.T, data []byte, which byte) {
		units := []Units{Auto, Metric, US}[which%3]
		whole, err := Decode(data, units)
		if (err == nil) != isLine(whole) {
			t.Fatalf("got %q, %v", whole, err)
		}
		var decoded [][]byte
		decoder := NewDecoder(bytes.NewReader(data), units)
		for before, n := int64(-1), 0; ; n++ {
			line, err := decoder.Next()
			if n > len(data)+1 {
				t.Fatalf("%d bytes hold %d messages and errors so far", len(data), n)
			}
			var wrong *MessageError
			if errors.As(err, &wrong) {
				if wrong.Offset < before || wrong.Offset > int64(len(data)) || wrong.Line < 1 || line != nil {
					t.Fatalf("got %q, %v after byte %d of %d", line, wrong, before, len(data))
				}
				before = wrong.Offset
				continue
			}
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil || !isLine(line) {
				t.Fatalf("got %q, %v", line, err)
			}
			decoder.Warnings()
			decoded = append(decoded, line)
		}
		if _, err := decoder.Next(); !errors.Is(err, io.EOF) {
			t.Fatalf("after the end: %v", err)
		}
		if whole != nil && (len(decoded) != 1 || !bytes.Equal(decoded[0], whole)) {
			t.Fatalf("one message is %s, and in a stream %s", whole, decoded)
		}
	})
}

// isLine reports whether a text is a JSON object on one line.
func isLine(text []byte) bool {
	return json.Valid(text) && text[0] == '{' && !bytes.ContainsAny(text, "\r\n")
}
