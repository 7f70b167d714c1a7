package nwp500

import (
	"context"
	"fmt"

	"github.com/nwp500/nwp500/internal/topic"
)

// ResetAirFilter tells the heater that its air filter was cleaned: the hours since then
// begin at 0 (docs/protocol.md §3, air-filter-reset). Nil says that the heater has
// acknowledged it; a later status has AirFilterElapsed.
func (h *Heater) ResetAirFilter(ctx context.Context) error {
	return h.control(ctx, command{
		name: "reset air filter", kind: "air filter reset", code: topic.ResetAirFilter, mode: "air-filter-reset",
		param: parameters(anyHeater), shown: acknowledged,
	})
}

// SetAirFilterLife sets after how many hours of the fan the heater asks for its air
// filter to be cleaned: 1000 to 10000 in steps of 500, or 0 for never (docs/protocol.md
// §3, air-filter-life). Nil says that the heater has acknowledged it; a later status has
// AirFilterPeriod.
func (h *Heater) SetAirFilterLife(ctx context.Context, hours int) error {
	const name, step = "set air filter life", 500
	if hours != 0 && (hours < 1000 || hours > 10000 || hours%step != 0) {
		return refused(name, &RangeError{"hours", fmt.Sprint(hours), "0, or 1000 to 10000 in steps of 500"}, "")
	}
	return h.control(ctx, command{
		name: name, kind: "air filter life", code: topic.SetAirFilterLife, mode: "air-filter-life",
		param: parameters(anyHeater, hours/step), shown: acknowledged,
	})
}

// ResetCondenserFault clears a fault of the condenser (docs/protocol.md §3,
// cond-fault-reset). Nil says that the heater has acknowledged it; whether the fault is
// gone shows in the Fault of a later status.
func (h *Heater) ResetCondenserFault(ctx context.Context) error {
	return h.control(ctx, command{
		name: "reset condenser fault", kind: "condenser fault", code: topic.ResetCondenserFault, mode: "cond-fault-reset",
		param: parameters(anyHeater), shown: acknowledged,
	})
}

// RunSmartDiagnostic starts the heater's own diagnosis (docs/protocol.md §3,
// smart-diagnostic). The heater needs smartDiagnosticUse.
//
// It is unverified: the vendor's app never sends it and no heater is known to act on
// it, so it takes AcceptUnverified. Nil says that the heater has acknowledged it, and
// not more.
func (h *Heater) RunSmartDiagnostic(ctx context.Context, accept Unverified) error {
	return h.unverified(ctx, accept, command{
		name: "run smart diagnostic", kind: "smart diagnostic", code: topic.RunSmartDiagnostic, mode: "smart-diagnostic",
		param: parameters(func(f *Features) error { return needs(f.SmartDiagnostic, "smartDiagnosticUse") }),
	})
}

// ReconnectWiFi has the heater's WiFi module connect anew (docs/protocol.md §3,
// wifi-reconnect). It may not answer any more: then the outcome is unknown.
//
// It is unverified: the vendor's app never sends it and no heater is known to act on
// it, so it takes AcceptUnverified. Nil says that the heater has acknowledged it, and
// not more.
func (h *Heater) ReconnectWiFi(ctx context.Context, accept Unverified) error {
	return h.unverified(ctx, accept, command{
		name: "reconnect wifi", kind: "wifi", code: topic.WiFiReconnect, mode: "wifi-reconnect",
		param: parameters(anyHeater),
	})
}

// ResetWiFi has the heater's WiFi module forget its network (docs/protocol.md §3,
// wifi-reset). If it does, the heater is offline until somebody pairs it again at its
// panel, and it may not answer any more: then the outcome is unknown.
//
// It is unverified: the vendor's app never sends it and no heater is known to act on
// it, so it takes AcceptUnverified. Nil says that the heater has acknowledged it, and
// not more.
func (h *Heater) ResetWiFi(ctx context.Context, accept Unverified) error {
	return h.unverified(ctx, accept, command{
		name: "reset wifi", kind: "wifi", code: topic.WiFiReset, mode: "wifi-reset",
		param: parameters(anyHeater),
	})
}

// unverified carries a command out that no heater is known to act on.
func (h *Heater) unverified(ctx context.Context, accept Unverified, c command) error {
	if err := accept.check(c.name); err != nil {
		return err
	}
	c.shown = acknowledged
	return h.control(ctx, c)
}
