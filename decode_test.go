package nwp500

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nwp500/nwp500/internal/wire"
)

// The vectors judge package wire; what a status of the library prints is what Decode
// makes of the same message.
func TestStatusPrintsWhatDecodeDoes(t *testing.T) {
	files, err := filepath.Glob("testdata/vectors/status_*.json")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var vectors []struct {
			Says    string
			Message json.RawMessage
		}
		if err := json.Unmarshal(data, &vectors); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for _, vector := range vectors {
			for _, units := range []Units{Auto, Metric, US} {
				decoded, err := Decode(vector.Message, units)
				if err != nil {
					t.Errorf("%s: %s: %v", file, vector.Says, err)
					continue
				}
				envelope, err := wire.ParseEnvelope(vector.Message)
				if err != nil {
					t.Fatal(err)
				}
				object, _ := envelope.Status()
				printed := newStatus(object, NewMAC(envelope.MAC()), time.Time{}).AppendJSON(nil, units)
				if string(printed) != string(decoded) {
					t.Errorf("%s: %s: the status prints\n%s\nand Decode\n%s", file, vector.Says, printed, decoded)
				}
			}
		}
	}
}

func TestDecoderGoesOnAfterAnError(t *testing.T) {
	input := `{"status":{"errorCode":799}}` + "\nnonsense\n" + `[{"status":{}},7]` + "\n" + `{"half":`
	decoder := NewDecoder(strings.NewReader(input), Metric)
	var decoded, failed int
	for {
		message, err := decoder.Next()
		var at *MessageError
		switch {
		case errors.As(err, &at):
			failed++
			if at.Line < 2 || at.Line > 4 || at.Offset == 0 {
				t.Errorf("%v: at line %d, byte %d", err, at.Line, at.Offset)
			}
		case errors.Is(err, io.EOF):
			if decoded != 2 || failed != 3 {
				t.Errorf("%d decoded and %d failed, want 2 and 3", decoded, failed)
			}
			return
		case err != nil:
			t.Fatal(err)
		default:
			decoded++
			if !json.Valid(message) {
				t.Errorf("not JSON: %s", message)
			}
		}
	}
}

// Units are numbered alike here and in package wire, which is not for users to see.
func TestUnitsAreThoseOfTheWire(t *testing.T) {
	for _, units := range []Units{Auto, Metric, US} {
		if got := wire.Units(units).String(); units != Auto && got != units.String() {
			t.Errorf("%v is %s", units, got)
		}
	}
	if wire.Units(Auto) != wire.UnitsAuto {
		t.Error("auto differs")
	}
}
