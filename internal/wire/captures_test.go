//go:build integration

package wire

import (
	"bytes"
	"errors"
	"os"
	"testing"
)

// captures lies beside the repository: see its README.
const captures = "../../../shared/captures/"

func readCapture(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(captures + name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// Every key of every captured status is printed under a name of its own, none is
// unknown, and the message comes back byte for byte.
func TestCapturedStatusesLoseNothing(t *testing.T) {
	count := 0
	for line := range bytes.Lines(readCapture(t, "statuses.jsonl")) {
		line = bytes.TrimSpace(line)
		count++
		e, err := ParseEnvelope(line)
		if err != nil {
			t.Fatal(err)
		}
		if got := e.Append(nil); !bytes.Equal(got, line) {
			t.Errorf("%d: came back as %s", count, got)
		}
		status, ok := e.Status()
		if !ok || len(status) != 87 {
			t.Fatalf("%d: a status of %d keys, %v", count, len(status), ok)
		}
		document, err := e.Print(nil, UnitsAuto)
		if err != nil {
			t.Fatal(err)
		}
		var printed map[string]any
		decodeJSON(t, string(document), &printed)
		for _, m := range status {
			f, ok := StatusField(m.Name)
			if !ok {
				t.Errorf("%d: %s is not known", count, m.Name)
			} else if _, ok := printed[f.Printed]; !ok {
				t.Errorf("%d: %s is not printed", count, f.Printed)
			}
		}
		if unknown := printed["unknown"].(map[string]any); len(unknown) != 0 {
			t.Errorf("%d: unknown %v", count, unknown)
		}
		if missing := printed["missing"].([]any); len(missing)+len(status) != len(StatusFields()) {
			t.Errorf("%d: %d missing and %d there, of %d fields", count, len(missing), len(status), len(StatusFields()))
		}
	}
	if count != 23 {
		t.Errorf("%d statuses, want 23", count)
	}
}

// The answers of REST and the single messages come back token for token; those that are
// messages print with nothing unknown.
func TestOtherCapturesLoseNothing(t *testing.T) {
	kinds := map[string]Kind{
		"GET /device/tou":                    KindTOU,
		"mqtt_dl_sw_info_response":           KindFirmwareDownloads,
		"mqtt_energy_usage_monthly_response": KindEnergy,
		"mqtt_td_rd_diagnostics_response":    KindDiagnostics,
		"rest_tou_convert_response":          KindTOU,
		"rest_tou_update_response":           KindTOU,
		"mqtt_tou_write_request":             KindCommand,
		"mqtt_anti-leg-on_request":           KindCommand,
	}
	for _, file := range []string{"rest.json", "other.json"} {
		all, err := ParseObject(readCapture(t, file))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range all {
			e, err := ParseEnvelope(m.Value)
			if err != nil {
				t.Fatalf("%s: %v", m.Name, err)
			}
			if got, want := tokens(t, e.Append(nil)), tokens(t, m.Value); got != want {
				t.Errorf("%s came back as %s", m.Name, got)
			}
			if e.Kind() != kinds[m.Name] {
				t.Errorf("%s is of kind %s, want %s", m.Name, e.Kind(), kinds[m.Name])
			}
			document, err := e.Print(nil, UnitsAuto)
			if e.Kind() == KindUnknown {
				if !errors.Is(err, ErrNoMessage) {
					t.Errorf("%s: %v", m.Name, err)
				}
				continue
			}
			if err != nil || bytes.Count(document, []byte(`"unknown"`)) != 1 || !bytes.HasSuffix(document, []byte(`"unknown":{}}`)) {
				t.Errorf("%s: %v, %s", m.Name, err, document)
			}
		}
	}
}
