package simulator

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/nwp500/nwp500/internal/topic"
)

// Of several faults the latest is shown; when it ends, the one before is, as of when
// it came.
func TestTheLatestFaultIsShown(t *testing.T) {
	h := alone(t, Config{})
	var came []time.Time
	for _, code := range []int{96, 799, 123} {
		h.pass(time.Hour)
		came = append(came, h.At)
		h.RaiseFault(code, 0)
	}
	shows := func(code int, at time.Time) {
		t.Helper()
		if got := h.Status()["errorCode"]; got != code {
			t.Errorf("status shows %d, not %d", got, code)
		}
		if got := h.listed().Error; got != (lastError{code, at.Format("2006-01-02T15:04:05")}) {
			t.Errorf("listed: %+v, not %d at %v", got, code, at)
		}
	}
	shows(123, came[2])
	h.pass(time.Hour)
	h.ClearFaultCode(799)
	shows(123, came[2])
	h.ClearFaultCode(123)
	shows(96, came[0])
	h.RaiseFault(96, 0)
	shows(96, h.At)
	if standing := h.StandingFaults(); len(standing) != 1 || standing[0].Since != h.At {
		t.Errorf("%+v", standing)
	}
	h.pass(time.Hour)
	h.ClearFault()
	shows(0, h.At)
	if standing := h.StandingFaults(); len(standing) != 0 {
		t.Errorf("%+v", standing)
	}
}

// A code or a sub-code that nobody knows is shown and stops nothing.
func TestUnknownFaultsAreOnlyShown(t *testing.T) {
	for _, fault := range [][2]int{{123, 4}, {515, 0}, {480, 9}, {12345, 0}} {
		h := alone(t, Config{})
		h.RaiseFault(fault[0], fault[1])
		h.cold(modeHighDemand)
		if got := h.ran(20 * time.Minute); got != "PU" {
			t.Errorf("%v: %q ran", fault, got)
		}
		if s := h.Status(); s["errorCode"] != fault[0] || s["subErrorCode"] != fault[1] || s["tankUpperTemperature"] < 300 {
			t.Errorf("%v: shows %d %d", fault, s["errorCode"], s["subErrorCode"])
		}
	}
	h := alone(t, Config{})
	for code := range 2 * mostFaults {
		h.RaiseFault(code+1, 0)
	}
	if n := len(h.StandingFaults()); n != mostFaults {
		t.Errorf("%d faults stand", n)
	}
}

// A fault in the middle of heating stops what it breaks within seconds, and a client
// is told: the fault at once, then that heating, mode and parts have changed.
func TestAFaultWhileHeating(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{})
		h := b.dry(0)
		h.SetTank(40, 30)
		b.command(h, topic.SetMode, "dhw-mode", modeHighDemand)
		b.pushes(5 * time.Minute)
		if s := b.status(h); s["compUse"] != on || s["heatUpperUse"] != on {
			t.Fatalf("compressor %d, upper element %d", s["compUse"], s["heatUpperUse"])
		}
		h.RaiseFault(faultECO, 0)
		codes, statuses := b.pushes(10 * time.Second)
		if len(codes) < 3 || statuses[0]["errorCode"] != faultECO || statuses[0]["command"] != int(topic.PushPlain) {
			t.Fatalf("pushes %v", codes)
		}
		s := statuses[len(statuses)-1]
		if s["compUse"] != off || s["heatUpperUse"] != off || s["operationMode"] != 0 || s["operationBusy"] != off {
			t.Errorf("ten seconds later compressor %d, upper element %d, mode %d, busy %d",
				s["compUse"], s["heatUpperUse"], s["operationMode"], s["operationBusy"])
		}
		told := map[topic.Code]bool{}
		for _, code := range codes {
			told[topic.Code(code)] = true
		}
		if !told[topic.PushHeating] || !told[topic.PushMode] {
			t.Errorf("pushes %v", codes)
		}
		h.ClearFault()
		if _, statuses := b.pushes(3 * time.Minute); statuses[len(statuses)-1]["operationBusy"] != on {
			t.Error("it does not heat again")
		}
	})
}

// What the condenser's reset and power off and on end.
func TestWhatEndsAFault(t *testing.T) {
	for _, d := range Defects() {
		h := alone(t, Config{})
		h.RaiseFault(d.Code, d.Subs[0].Code)
		h.change(func() { h.resetCondenser() })
		if got := !h.stands(d.Code); got != d.Resets {
			t.Errorf("%d: the condenser's reset ended it: %v", d.Code, got)
		}
		h.RaiseFault(d.Code, d.Subs[0].Code)
		h.change(func() { h.powerOff() })
		h.pass(time.Minute)
		h.change(func() { h.powerOn() })
		if got := !h.stands(d.Code); got != d.Latches {
			t.Errorf("%d: power off and on ended it: %v", d.Code, got)
		}
	}
}

// The device list has the time that the heater's own clock said, in its time zone.
func TestTheTimeOfAFaultIsTheHeaters(t *testing.T) {
	h := alone(t, Config{Start: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)})
	h.SetLocation(time.FixedZone("", -7*3600))
	h.SetClock(-10 * time.Minute)
	h.RaiseFault(96, 0)
	if got := h.listed().Error; got != (lastError{96, "2026-03-01T04:50:00"}) {
		t.Errorf("%+v", got)
	}
	h.SetClock(time.Hour) // what was told stays
	h.pass(time.Hour)
	if got := h.listed().Error; got != (lastError{96, "2026-03-01T04:50:00"}) {
		t.Errorf("%+v after the clock was set", got)
	}
}

// The installer reads how often a heater has had some of its faults.
func TestDiagnosticsCountFaults(t *testing.T) {
	h := alone(t, Config{})
	for _, code := range []int{901, 901, 326, 990, 799, 911, 913, 915, 96} {
		h.RaiseFault(code, 0)
		h.RaiseFault(code, 0) // stands already
		h.ClearFault()
	}
	got := map[string]int{}
	for _, part := range h.diagnostics() {
		for _, figure := range part.figures {
			got[figure.name] = figure.value
		}
	}
	for name, want := range map[string]int{
		"cumulatedOccNumEco": 2, "cumulatedOccNumDryFire": 1, "cumulatedOccNumConOvrFlow": 1, "cumulatedOccNumWtrOvrFlow": 1,
		"cumulatedOccNumAbDisTmp": 1, "cumulatedOccNumAbSucTmp": 1, "cumulatedOccNumAbDisSucTmp": 1, "cumulatedOccNumHpo": 0,
	} {
		if got[name] != want {
			t.Errorf("%s is %d, not %d", name, got[name], want)
		}
	}
}

// With the lower element failed and no heat pump to stand in, the upper one heats as long
// as anything is to be heated: there is no recovery in which nothing does.
func TestWithoutTheLowerElementTheUpperOneGoesOn(t *testing.T) {
	h := alone(t, Config{})
	h.SetTank(40, 40)
	h.change(func() {
		h.write(modeElectric)
		h.raise(97, 0)
	})
	h.pass(2 * time.Minute)
	h.change(h.powerOff)
	h.SetTank(47, 40) // less below the setpoint than an element starts at by itself
	h.pass(10 * time.Second)
	h.change(h.powerOn)
	if got := h.ran(10 * time.Minute); got != "U" {
		t.Errorf("%q ran", got)
	}
	if s := h.Status(); s["operationBusy"] != off || s["tankUpperTemperature"] < 490 {
		t.Errorf("busy %d at %d", s["operationBusy"], s["tankUpperTemperature"])
	}
}
