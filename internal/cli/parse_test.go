package cli

import (
	"testing"
	"time"

	"github.com/nwp500/nwp500"
)

func TestParseMode(t *testing.T) {
	for text, want := range map[string]nwp500.Mode{
		"heat-pump": nwp500.HeatPump, "heat_pump": nwp500.HeatPump, "Heat Pump": nwp500.HeatPump,
		"energy_saver": nwp500.EnergySaver, "high-demand": nwp500.HighDemand, "electric": nwp500.Electric,
	} {
		if got, err := parseMode(text); err != nil || got != want {
			t.Errorf("parseMode(%q) = %v, %v, want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "turbo", "vacation", "power-off", "1"} {
		if got, err := parseMode(text); !isAny[usageError](err) {
			t.Errorf("parseMode(%q) = %v, %v, want wrong usage", text, got, err)
		}
	}
}

func TestCheckedRESTURL(t *testing.T) {
	for address, want := range map[string]string{
		"https://example.com/api/v2.1":   "https://example.com/api/v2.1",
		"https://Example.com/api/v2.1/":  "https://example.com/api/v2.1",
		"http://127.0.0.1:8080/api/v2.1": "http://127.0.0.1:8080/api/v2.1",
		"http://[::1]:8080/api":          "http://[::1]:8080/api",
		"http://localhost/api":           "http://localhost/api",
	} {
		if got, err := checkedRESTURL(address); err != nil || got != want {
			t.Errorf("checkedRESTURL(%q) = %q, %v, want %q", address, got, err, want)
		}
	}
	for _, address := range []string{
		"", "example.com", "http://example.com", "http://127.0.0.1.example.com/", "http://192.168.0.2/", "ftp://example.com",
		"https://", "https://me:secret@example.com/", "https://example.com/?x=1", "https://example.com/#x", "://",
	} {
		if got, err := checkedRESTURL(address); !isAny[usageError](err) {
			t.Errorf("checkedRESTURL(%q) = %q, %v, want wrong usage", address, got, err)
		}
	}
}

func TestCheckedEndpoint(t *testing.T) {
	for _, endpoint := range []string{
		"broker.example.com", "broker.example.com:8443", "wss://broker.example.com", "wss://broker.example.com/mqtt",
		"ws://127.0.0.1:1883", "ws://localhost:1883/mqtt", "ws://[::1]:1883",
	} {
		if got, err := checkedEndpoint(endpoint); err != nil || got != endpoint {
			t.Errorf("checkedEndpoint(%q) = %q, %v", endpoint, got, err)
		}
	}
	for _, endpoint := range []string{
		"", "ws://broker.example.com", "https://broker.example.com", "wss://", "wss://me:secret@broker.example.com",
		"broker.example.com/other", "broker.example.com?x", "wss://broker.example.com#x",
	} {
		if got, err := checkedEndpoint(endpoint); !isAny[usageError](err) {
			t.Errorf("checkedEndpoint(%q) = %q, %v, want wrong usage", endpoint, got, err)
		}
	}
}

func TestTimeout(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"30s": 30 * time.Second, "2m": 2 * time.Minute, "5": 5 * time.Second, "0.5": 500 * time.Millisecond, "100ms": 100 * time.Millisecond,
	} {
		var f timeoutFlag
		if err := f.Set(text); err != nil || f.limit != want {
			t.Errorf("--timeout %s is %v, %v, want %v", text, f.limit, err, want)
		}
	}
	for _, text := range []string{"", "0", "-1", "-1s", "soon", "NaN", "Inf", "-Inf", "1e30"} {
		var f timeoutFlag
		if err := f.Set(text); err == nil {
			t.Errorf("--timeout %s is %v, want an error", text, f.limit)
		}
	}
}

func TestChoose(t *testing.T) {
	device := func(mac, name string) nwp500.Device { return nwp500.Device{MAC: nwp500.NewMAC(mac), Name: name} }
	devices := []nwp500.Device{
		device("0a0000000001", "Basement"), device("0a0000000002", "Garage"), device("0a0000000003", "garage"),
		device("0a0000000004", "Attic"), device("0a0000000005", "Attic"), device("0a0000000006", "0a0000000001"),
	}
	for wanted, want := range map[string]string{
		"Basement": "0a0000000001", "basement": "0a0000000001", " BASEMENT ": "0a0000000001",
		"Garage": "0a0000000002", "garage": "0a0000000003",
		"0a0000000004": "0a0000000004", "0A:00:00:00:00:05": "0a0000000005", "0a-00-00-00-00-05": "0a0000000005", "0a00.0000.0005": "0a0000000005",
		"0a0000000001": "0a0000000001", // rather the address than the name of another
	} {
		got, err := choose(devices, wanted)
		if err != nil || len(got) != 1 || got[0].MAC.Reveal() != want {
			t.Errorf("choose(%q) = %d heaters, %v, want %s", wanted, len(got), err, want)
		}
	}
	if got, err := choose(devices, ""); err != nil || len(got) != len(devices) {
		t.Errorf("without a name %d heaters, %v", len(got), err)
	}
	for wanted, status := range map[string]int{"Attic": exitUsage, "GARAGE": exitUsage, "cellar": exitUnreachable, "0a0000000009": exitUnreachable} {
		if got, err := choose(devices, wanted); err == nil || exitStatus(err) != status {
			t.Errorf("choose(%q) = %d heaters, %v, want exit status %d", wanted, len(got), err, status)
		}
	}
	if _, err := choose(nil, ""); exitStatus(err) != exitUnreachable {
		t.Errorf("no heaters: %v", err)
	}
}

func TestNumber(t *testing.T) {
	for _, c := range []struct {
		value    float64
		decimals int
		want     string
	}{{59, 1, "59"}, {58.65, 1, "58.7"}, {-0.04, 1, "0"}, {0, 0, "0"}, {137.48, 1, "137.5"}, {1e7, 1, "10000000"}, {0.29, 2, "0.29"}} {
		if got := number(c.value, c.decimals); got != c.want {
			t.Errorf("number(%v, %d) = %q, want %q", c.value, c.decimals, got, c.want)
		}
	}
}
