package metrics

import (
	"fmt"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/api"
	"github.com/nwp500/nwp500/internal/fleet"
)

// instant is when everything in these tests happened.
var instant = time.Date(2026, 11, 22, 7, 0, 0, 0, time.UTC)

// garage is a heater that says all that matters.
func garage() *fleet.State {
	return &fleet.State{
		ID: "a1b2c3d4e5", Name: `Garage "left"`, Account: "home",
		Connection: api.Connection{State: api.Up, Fresh: true},
		StatusAt:   instant,
		Status: &nwp500.Status{
			Mode:      nwp500.ValueOf(nwp500.EnergySaver),
			Operation: nwp500.ValueOf(nwp500.HeatPumpRuns),
			HeatUse:   nwp500.ValueOf(nwp500.HeatFromPump),
			Fault:     nwp500.ValueOf(nwp500.FaultCode(0)),
			Heating:   nwp500.On, Compressor: nwp500.On, UpperElement: nwp500.Off,
			Temperature: nwp500.Celsius(51.5), Setpoint: nwp500.Celsius(55),
			TankUpper: nwp500.Celsius(52), TankLower: nwp500.Celsius(31.5), Inlet: nwp500.Celsius(0),
			Superheat: nwp500.Kelvin(4.5),
			Charge:    nwp500.ValueOf(82.0), Power: nwp500.ValueOf(466.0), Flow: nwp500.ValueOf(6.0),
			EnergyToSetpoint: nwp500.ValueOf(1000), FullRecoveryEnergy: nwp500.ValueOf(3500),
			AirFilterPeriod: nwp500.ValueOf(1000), TOUOverridden: nwp500.ValueOf(true),
			TotalDrawn: nwp500.ValueOf(12345),
		},
		Features: &nwp500.Features{
			Volume: nwp500.ValueOf(nwp500.Gallons65), ControllerVersion: nwp500.ValueOf(184614912),
			SetpointMin: nwp500.Celsius(35), SetpointMax: nwp500.Celsius(65),
		},
		Lifetime: &nwp500.InstallerDiagnostics{
			Totals:     nwp500.DiagnosticTotals{HeatPumpEnergy: nwp500.ValueOf(1000), ElementEnergy: nwp500.ValueOf(200), Days: nwp500.ValueOf(2)},
			Components: nwp500.DiagnosticComponents{CompressorStarts: nwp500.ValueOf(78), CompressorTime: nwp500.ValueOf(10)},
		},
		Energy: &nwp500.Energy{Total: nwp500.EnergyUsage{HeatPump: nwp500.ValueOf(1500)}},
	}
}

// household is a fleet of its own, which tests change as they like.
type household struct {
	states   []*fleet.State
	accounts []fleet.AccountState
}

func (h *household) metrics(config Config) *Metrics {
	return newMetrics(config,
		func() []*fleet.State { return h.states },
		func() []fleet.AccountState { return h.accounts },
		func() *fleet.Feed { return nil })
}

// many is a fleet of n heaters that are alike.
func many(n int, alike *fleet.State) *household {
	h := &household{}
	for i := range n {
		state := *alike
		state.ID, state.Name = fmt.Sprintf("%010x", i), fmt.Sprintf("Heater %d", i)
		h.states = append(h.states, &state)
	}
	return h
}
