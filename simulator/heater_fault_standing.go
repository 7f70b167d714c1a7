package simulator

import (
	"fmt"
	"slices"
	"time"

	"github.com/nwp500/nwp500/internal/topic"
)

// StandingFault is a fault that a heater has and that has not ended.
type StandingFault struct {
	Code  int       `json:"code"` // errorCode
	Sub   int       `json:"sub"`  // subErrorCode
	Since time.Time `json:"since"`
}

// mostFaults is how many stand at once at most; of more the first are forgotten.
const mostFaults = 64

// RaiseFault gives the heater a fault (docs/protocol.md §6) and pushes a status. The
// status and the device list show the fault that came last of those that stand; a
// code that stands already gets the new sub-code and comes last again. What a fault
// does to the machine is listed by [Defects]. A code that is not among them, and a
// sub-code that does not belong to its code, is shown as it is and does nothing more:
// [CheckFault] tells. A code of 0 or less is ClearFault.
func (h *Heater) RaiseFault(code, sub int) {
	if code <= 0 {
		h.ClearFault()
		return
	}
	h.change(func() {
		h.raise(code, max(sub, 0))
		h.push(topic.PushPlain)
	})
}

// ClearFault ends all faults and pushes a status. What a fault that came by itself
// came from is not mended: while the tank leaks, say, it comes again.
func (h *Heater) ClearFault() {
	h.change(func() {
		h.mend(func(StandingFault) bool { return true })
		h.push(topic.PushPlain)
	})
}

// ClearFaultCode ends the fault of this code, if it stands, and pushes a status.
func (h *Heater) ClearFaultCode(code int) {
	h.change(func() {
		h.mend(func(f StandingFault) bool { return f.Code == code })
		h.push(topic.PushPlain)
	})
}

// StandingFaults returns the faults that have not ended, the latest last.
func (h *Heater) StandingFaults() (standing []StandingFault) {
	h.look(func() { standing = slices.Clone(h.Standing) })
	return standing
}

// raise lets a fault stand; the machine follows a moment later.
func (h *Heater) raise(code, sub int) {
	before := len(h.Standing)
	h.Standing = slices.DeleteFunc(h.Standing, func(f StandingFault) bool { return f.Code == code })
	if len(h.Standing) == before {
		h.count(code)
	}
	if len(h.Standing) >= mostFaults {
		h.Standing = slices.Delete(h.Standing, 0, 1)
	}
	h.Standing = append(h.Standing, StandingFault{code, sub, h.At})
	h.showFault(h.At)
}

// mend ends the faults that ended says.
func (h *Heater) mend(ended func(StandingFault) bool) {
	before := len(h.Standing)
	if h.Standing = slices.DeleteFunc(h.Standing, ended); len(h.Standing) < before {
		h.showFault(h.At)
	}
}

// showFault has the status show the latest fault that stands, or that none has since
// the given moment, and everything that is broken or whole again take effect.
func (h *Heater) showFault(at time.Time) {
	h.ErrorCode, h.SubErrorCode, h.ErrorTime = 0, 0, at
	if n := len(h.Standing); n > 0 {
		last := h.Standing[n-1]
		h.ErrorCode, h.SubErrorCode, h.ErrorTime = last.Code, last.Sub, last.Since
	}
	h.connect(h.reaches())
	h.report()
	h.reschedule() // the clock may have failed, or go again
	h.RegulateAt = h.At.Add(between)
}

// reported is what the cloud knows of the faults of a heater (docs/protocol.md §2):
// what it was told last.
type reported struct {
	Code int       `json:"code"`
	Time time.Time `json:"time"` // on the heater's own clock; zero: never had one
}

// report tells the cloud, if that can be reached.
func (h *Heater) report() {
	if h.Online && !h.ErrorTime.IsZero() {
		h.Reported = reported{h.ErrorCode, h.ErrorTime.Add(time.Duration(h.ClockOffset))}
	}
}

// errorTime is the time of the last fault, or of the last one's end, as the device
// list has it: local and without offset.
func (h *Heater) errorTime() string {
	const form = "2006-01-02T15:04:05"
	if h.Reported.Time.IsZero() {
		return h.fleet.config.Start.In(h.location).Format(form)
	}
	return h.Reported.Time.In(h.location).Format(form)
}

// occurrence is how often a fault has come.
type occurrence struct {
	Code  int `json:"code"`
	Times int `json:"times"`
}

// count counts the faults that installer diagnostics tell of.
func (h *Heater) count(code int) {
	if defectOf(code) == nil {
		return
	}
	for i := range h.Occurred {
		if h.Occurred[i].Code == code {
			h.Occurred[i].Times++
			return
		}
	}
	h.Occurred = append(h.Occurred, occurrence{code, 1})
}

// occurred is how often a fault has come since the heater was installed.
func (h *Heater) occurred(code int) int {
	for _, o := range h.Occurred {
		if o.Code == code {
			return o.Times
		}
	}
	return 0
}

// resetCondenser ends the faults of the heat pump and of its condensate. What the
// real command resets is unconfirmed.
func (h *Heater) resetCondenser() {
	h.mend(func(f StandingFault) bool {
		d := defectOf(f.Code)
		return d != nil && d.Resets
	})
}

// unlatch ends the faults that power off and on ends.
func (h *Heater) unlatch() {
	h.mend(func(f StandingFault) bool {
		d := defectOf(f.Code)
		return d != nil && d.Latches
	})
}

// checkFaults refuses what cannot have been raised.
func (s *state) checkFaults() error {
	if len(s.Standing) > mostFaults || len(s.Occurred) > len(defects) {
		return fmt.Errorf("%d faults", len(s.Standing))
	}
	code, sub := 0, 0
	for _, f := range s.Standing {
		if code, sub = f.Code, f.Sub; code < 1 || sub < 0 {
			return fmt.Errorf("a fault with code %d and sub-code %d", code, sub)
		}
	}
	if code != s.ErrorCode || sub != s.SubErrorCode {
		return fmt.Errorf("a fault %d is shown, and the latest is %d", s.ErrorCode, code)
	}
	for _, o := range s.Occurred {
		if o.Times < 0 || defectOf(o.Code) == nil {
			return fmt.Errorf("a fault %d that came %d times", o.Code, o.Times)
		}
	}
	return nil
}
