//go:build integration

package nwp500

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/nwp500/nwp500/internal/wire"
)

// Every key of the captured statuses has a home, and what is printed of a message is
// what its status prints.
func TestCapturedStatuses(t *testing.T) {
	data, err := os.ReadFile("../shared/captures/statuses.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, 1<<20)
	n := 0
	for lines.Scan() {
		n++
		envelope, err := wire.ParseEnvelope(lines.Bytes())
		if err != nil {
			t.Fatalf("line %d: %v", n, err)
		}
		object, ok := envelope.Status()
		if !ok {
			t.Fatalf("line %d: no status", n)
		}
		status := newStatus(object, NewMAC(envelope.MAC()), time.Time{})
		if unknown := status.Unknown(); len(unknown) != 0 {
			t.Errorf("line %d: unknown %v", n, unknown)
		}
		if got, want := len(wire.StatusFields())-len(status.Missing()), 87; got != want {
			t.Errorf("line %d: %d fields, want the %d that were captured", n, got, want)
		}
		decoded, err := Decode(lines.Bytes(), Metric)
		if err != nil {
			t.Fatal(err)
		}
		if printed := status.AppendJSON(nil, Metric); !bytes.Equal(printed, decoded) {
			t.Errorf("line %d: the status prints\n%s\nand the message\n%s", n, printed, decoded)
		}
	}
	if n != 23 {
		t.Errorf("%d statuses, want 23", n)
	}
}

// Every key of the captured REST answers about devices has a home.
func TestCapturedREST(t *testing.T) {
	captures := readCaptures(t, "../shared/captures/rest.json")
	others := readCaptures(t, "../shared/captures/other.json")
	data := func(call string) jsontext.Value {
		t.Helper()
		body, err := openEnvelope(call, 200, captures[call])
		if err != nil {
			t.Fatal(err)
		}
		return body
	}
	entries := append(elements(data("POST /device/list")), others["rest_device_list_entry_2025-12"])
	if len(entries) != 2 {
		t.Fatalf("%d devices", len(entries))
	}
	for _, entry := range entries {
		device, err := parseDevice(entry)
		if err != nil {
			t.Fatal(err)
		}
		if len(device.Unknown) != 0 {
			t.Errorf("unknown in a device: %v", device.Unknown)
		}
		if device.MAC.Reveal() != "0a0b0c0d0e0f" || device.AdditionalValue != "1234" || device.Type != 52 || !device.Connected.IsOn() ||
			device.HomeSeq != 10001 || device.Name != "NWP500" || device.Location.State != "California" {
			t.Errorf("got %+v", device)
		}
	}
	info, err := parseDeviceInfo(data("POST /device/info"), Device{MAC: NewMAC("0a0b0c0d0e0f")})
	if err != nil {
		t.Fatal(err)
	}
	if len(info.Unknown) != 0 || info.InstallType != "R" || !info.Location.Latitude.Is(38) || info.Location.Altitude.Known() ||
		!info.ErrorAlarm.IsOff() || info.MAC.Reveal() != "0a0b0c0d0e0f" {
		t.Errorf("got %+v with unknown %v", info, info.Unknown)
	}
	firmware, err := parseFirmware(data("POST /device/firmware/info"))
	if err != nil || len(firmware) != 4 {
		t.Fatalf("%d components, %v", len(firmware), err)
	}
	for _, component := range firmware {
		if len(component.Unknown) != 0 {
			t.Errorf("unknown in a component: %v", component.Unknown)
		}
	}
	if first := firmware[0]; first.Code != 33556241 || first.Version != 167837696 || !first.Downloaded.Is(0) || firmware[1].Downloaded.Known() {
		t.Errorf("got %+v", firmware)
	}
	if _, err := openEnvelope("POST /app/update-push-token", 200, captures["POST /app/update-push-token"]); err != nil {
		t.Error(err)
	}

	before := &Tokens{Refresh: NewSecret("old"), SecretKey: NewSecret("kept"), KeysExpire: time.Unix(7, 0)}
	body, err := openEnvelope("POST /auth/refresh", 200, others["rest_auth_refresh_response"])
	if err != nil {
		t.Fatal(err)
	}
	answer := newShape(body)
	before.take(answer, time.Unix(1000, 0))
	if before.Access.Reveal() != "REDACTED_TOKEN_1071" || before.Refresh.Reveal() != "REDACTED.JWT.1784chars" ||
		before.SecretKey.Reveal() != "kept" || !before.KeysExpire.Equal(time.Unix(7, 0)) || !before.AccessExpires.Equal(time.Unix(4600, 0)) {
		t.Errorf("after the refresh: %+v", before)
	}
	if unknown := answer.unknown(); len(unknown) != 0 {
		t.Errorf("unknown in the refresh: %v", unknown)
	}
	for _, name := range []string{"rest_error_invalid_user_password", "rest_error_user_not_found"} {
		_, err := openEnvelope("POST /user/sign-in", 200, others[name])
		answer, ok := err.(*APIError) //nolint:errorlint // it is this type and not one that wraps it
		if !ok || !credentialsRefused(answer) {
			t.Errorf("%s: got %v, want credentials refused", name, err)
		}
	}
}

func readCaptures(t *testing.T, path string) map[string]jsontext.Value {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(data, &raw); err != nil {
		t.Fatal(err)
	}
	captures := make(map[string]jsontext.Value, len(raw))
	for name, value := range raw {
		captures[name] = jsontext.Value(value)
	}
	return captures
}
