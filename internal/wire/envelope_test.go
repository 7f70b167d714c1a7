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

func TestEnvelope(t *testing.T) {
	const mac = "0a0b0c0d0e0f"
	e, err := ParseEnvelope([]byte(`{"clientID":"c","sessionID":1758919299363,"requestTopic":"cmd/52/navilink-` + mac + `/st","responseTopic":5,` +
		`"request":{"command":1},"response":{"macAddress":"` + mac + `","failCode":2}}`))
	if err != nil {
		t.Fatal(err)
	}
	if e.ClientID() != "c" || e.SessionID() != "1758919299363" || e.ResponseTopic() != "" || e.MAC() != mac || e.Kind() != KindControlFailure {
		t.Errorf("read as %+v", e)
	}
	if o, ok := e.Response(); !ok || len(o) != 2 {
		t.Errorf("response %s", o.Append(nil))
	}
	if o, ok := e.Request(); !ok || len(o) != 1 {
		t.Errorf("request %s", o.Append(nil))
	}
	if _, ok := e.Status(); ok {
		t.Error("a status in a refusal")
	}
	if _, ok := e.Features(); ok {
		t.Error("features in a refusal")
	}
	if v, ok := e.Get("responseTopic"); !ok || string(v) != "5" {
		t.Errorf("responseTopic %s", v)
	}
}

// Of what is there several times the last counts, and nothing is left of the others.
func TestRepeatedSections(t *testing.T) {
	for message, want := range map[string]Kind{
		`{"response":{"status":{}},"response":{"failCode":2}}`:     KindControlFailure,
		`{"response":{"feature":{}},"response":5}`:                 KindUnknown,
		`{"response":{"status":{},"status":5}}`:                    KindUnknown,
		`{"response":{"st":{},"status":null}}`:                     KindStatus,
		`{"status":{"dhwUse":1},"status":{"dhwUse":2,"dhwUse":1}}`: KindStatus,
		`{"request":{},"request":null,"event":{}}`:                 KindEvent,
	} {
		e, err := ParseEnvelope([]byte(message))
		if err != nil {
			t.Fatal(err)
		}
		if e.Kind() != want {
			t.Errorf("%s is %s, want %s", message, e.Kind(), want)
		}
		if got := string(e.Append(nil)); got != message {
			t.Errorf("%s came back as %s", message, got)
		}
	}
}

// Callers get tables of their own.
func TestFieldTables(t *testing.T) {
	for _, fields := range [][]Field{StatusFields(), FeatureFields()} {
		fields[0].Name = "changed"
	}
	if StatusFields()[0].Name == "changed" || FeatureFields()[0].Name == "changed" {
		t.Error("a table was changed from outside")
	}
	for _, names := range [][2]string{{"heLowerOnTDiffempSetting", "heLowerOnDiffTempSetting"}} {
		a, _ := StatusField(names[0])
		if b, ok := StatusField(names[1]); !ok || a != b {
			t.Errorf("%s is not %s", names[0], names[1])
		}
	}
	a, _ := FeatureField("mixingValueUse")
	if b, ok := FeatureField("mixingValveUse"); !ok || a != b {
		t.Error("mixingValveUse is not mixingValueUse")
	}
	if f, ok := StatusField("mixingValueUse"); ok {
		t.Errorf("%s is in no status", f.Name)
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
