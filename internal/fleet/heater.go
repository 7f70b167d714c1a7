package fleet

import (
	"context"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/api"
)

// Heater is one heater of a fleet, for as long as its account lists it.
type Heater struct {
	state *State
}

// ID returns the ten digits that stand for the heater everywhere, made of its MAC address.
func (h *Heater) ID() string { return h.state.ID }

// Name returns the owner's name of the heater.
func (h *Heater) Name() string { return h.state.Name }

// Account returns the name of its account.
func (h *Heater) Account() string { return h.state.Account }

// State returns what is known of it now. It is never nil.
func (h *Heater) State() *State { return h.state }

// Do carries a command out and returns its end, which is also told in the feed. by is who
// asks: "api", "page", "homeassistant", "top".
func (h *Heater) Do(ctx context.Context, by string, command api.Command) api.Result {
	return api.Result{Command: command.Name, End: api.NotSent, Error: nwp500.ErrDisconnected.Error()}
}

// Schedule reads a schedule from the heater: "reservations", "tou" or "recirculation".
func (h *Heater) Schedule(ctx context.Context, kind string) (api.Schedule, error) {
	return api.Schedule{}, nwp500.ErrDisconnected
}

// EnergyMonthly, EnergyDaily and EnergyHourly ask the heater for its record, like the
// functions of nwp500.Heater. While the account has no session they are nwp500.ErrDisconnected.
func (h *Heater) EnergyMonthly(ctx context.Context, years ...int) (*nwp500.Energy, error) {
	return nil, nwp500.ErrDisconnected
}

func (h *Heater) EnergyDaily(ctx context.Context, year int, months ...int) (*nwp500.Energy, error) {
	return nil, nwp500.ErrDisconnected
}

func (h *Heater) EnergyHourly(ctx context.Context, year, month, day int) (*nwp500.Energy, error) {
	return nil, nwp500.ErrDisconnected
}
