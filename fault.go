package nwp500

import "github.com/nwp500/nwp500/internal/wire"

// FaultCode is a fault's number, 0 when there is none (docs/protocol.md §6).
type FaultCode int

// String returns the fault as it is shown, "E799 water leak", "E123" for a number
// without a meaning, or "none".
func (c FaultCode) String() string {
	if c == 0 {
		return "none"
	}
	return wire.FaultName(int64(c))
}

// Detail returns what the sub-code says of the fault, "lower limit", or "" when it
// adds nothing.
func (c FaultCode) Detail(sub int) string { return wire.FaultDetail(int64(c), int64(sub)) }
