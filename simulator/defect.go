package simulator

import (
	"fmt"
	"slices"
)

// Defect is a fault that a heater can have: a row of docs/protocol.md §6, and what
// it does to the simulated machine. (A [Fault] befalls the cloud.) What the codes do
// to a real heater is unconfirmed: docs/simulator.md says what was chosen and why.
type Defect struct {
	Code int
	Name string
	// Subs are the sub-codes with which it comes: one or more.
	Subs []SubDefect
	// Does says what it does, in a few words.
	Does string
	// Latches says that power off and on ends it, Resets that
	// cond-fault-reset does. Either comes back while its cause lasts.
	Latches, Resets bool

	limits sensorLimits
}

// SubDefect is one sub-code of a defect.
type SubDefect struct {
	Code int
	Name string // "lower limit", or "" where there is nothing to tell apart

	breaks broken
}

// Defects returns all that [Heater.RaiseFault] knows, by code.
func Defects() []Defect {
	all := slices.Clone(defects)
	for i := range all {
		all[i].Subs = slices.Clone(all[i].Subs)
	}
	return all
}

// mostFaultCode is what fits in how codes are shown: E and three digits.
const mostFaultCode = 999

// CheckFault says what is wrong with a fault that somebody wants to raise: a code
// that is not 1 to 999, or a sub-code with which a known one does not come
// (docs/protocol.md §6). A code that is not known is right with any sub-code from 0
// to 999: a newer heater may have it.
func CheckFault(code, sub int) error {
	if code < 1 || code > mostFaultCode {
		return fmt.Errorf("simulator: an error code of %d, not 1 to %d", code, mostFaultCode)
	}
	if sub < 0 || sub > mostFaultCode {
		return fmt.Errorf("simulator: a sub-code of %d, not 0 to %d", sub, mostFaultCode)
	}
	d := defectOf(code)
	if d == nil || d.sub(sub) != nil {
		return nil
	}
	text := ""
	for i, s := range d.Subs {
		if i > 0 {
			text += ", "
		}
		text += fmt.Sprintf("%02d", s.Code)
	}
	return fmt.Errorf("simulator: E%03d %s does not come with sub-code %02d but with %s", code, d.Name, sub, text)
}

// defectOf finds a row by its code; nil when there is none.
func defectOf(code int) *Defect {
	i, known := slices.BinarySearchFunc(defects, code, func(d Defect, code int) int { return d.Code - code })
	if !known {
		return nil
	}
	return &defects[i]
}

func (d *Defect) sub(code int) *SubDefect {
	i := slices.IndexFunc(d.Subs, func(s SubDefect) bool { return s.Code == code })
	if i < 0 {
		return nil
	}
	return &d.Subs[i]
}
