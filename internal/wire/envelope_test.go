package wire

import (
	"bytes"
	"os"
	"testing"
)

func capturedStatus(tb testing.TB) []byte {
	tb.Helper()
	data, err := os.ReadFile("../../testdata/vectors/captured_status.json")
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

func TestAppendIsTokenForToken(t *testing.T) {
	data := bytes.TrimSpace(capturedStatus(t))
	e, err := ParseEnvelope(data)
	if err != nil {
		t.Fatal(err)
	}
	if got := e.Append(nil); !bytes.Equal(got, data) {
		t.Errorf("came back as %s", got)
	}
}

func BenchmarkParseStatus(b *testing.B) {
	data := capturedStatus(b)
	b.ReportAllocs()
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		e, err := ParseEnvelope(data)
		if err != nil {
			b.Fatal(err)
		}
		if _, ok := e.Status(); !ok {
			b.Fatal("no status")
		}
	}
}

func BenchmarkPrintStatus(b *testing.B) {
	e, err := ParseEnvelope(capturedStatus(b))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	var dst []byte
	for b.Loop() {
		if dst, err = e.Print(dst[:0], UnitsUS); err != nil {
			b.Fatal(err)
		}
	}
}
