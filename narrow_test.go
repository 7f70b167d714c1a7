package nwp500

import (
	"strconv"
	"testing"
)

// A number of the cloud that an int of 32 bits does not hold is unknown there, and not
// another number: 4294967298 is not 2.
func TestNumbersBeyondAnInt(t *testing.T) {
	const big = 1<<32 + 2
	wide := strconv.IntSize > 32
	if n := newShape([]byte(`{"version":4294967298}`)).integer("version"); n.Known() != wide || wide && int64(n.Or(0)) != big {
		t.Errorf("a member of REST: got %v", n)
	}
	status := parseStatus(t, `{"status":{"operationBusy":4294967298,"dhwOperationSetting":4294967298,"wifiRssi":4294967298}}`)
	if status.Heating.IsOn() || status.Mode.Is(Electric) || status.Mode.Known() != wide || status.WiFiSignal.Known() != wide {
		t.Errorf("a status: got %v, %v, %v", status.Heating, status.Mode, status.WiFiSignal)
	}
}
