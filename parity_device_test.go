package nwp500

import (
	"testing"

	"github.com/go-json-experiment/json/jsontext"
)

// The window of a descaling as the list has it; no heater of the simulator was ever descaled.
func TestDescalingWindow(t *testing.T) {
	for message, want := range map[string]Descaling{
		`{"deviceInfo":{},"descaling":{"descalingStartTime":"2026-01-02T03:04:05","descalingEndTime":"2026-01-02T04:04:05"}}`: {"2026-01-02T03:04:05", "2026-01-02T04:04:05"},
		`{"deviceInfo":{},"descaling":{"descalingStartTime":"2026-01-02T03:04:05","descalingEndTime":null}}`:                  {Start: "2026-01-02T03:04:05"},
		`{"deviceInfo":{},"descaling":{"descalingStartTime":null,"descalingEndTime":null}}`:                                   {},
		`{"deviceInfo":{}}`: {},
	} {
		device, err := parseDevice(jsontext.Value(message))
		if err != nil || device.Descaling != want || len(device.Unknown) != 0 {
			t.Errorf("%s: got %v with unknown %v, %v; want %v", message, device.Descaling, device.Unknown, err, want)
		}
	}
}
