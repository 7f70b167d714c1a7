package metrics

import (
	"slices"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/api"
	"github.com/nwp500/nwp500/internal/fleet"
)

// allFamilies are the metrics that heaters have.
func (m *Metrics) allFamilies() []family {
	return slices.Concat(
		m.heaterFamilies(), waterFamilies(), machineFamilies(), settingFamilies(), serviceFamilies(), lifetimeFamilies(),
	)
}

// heaterFamilies are what is known of a heater whether it speaks or not.
func (m *Metrics) heaterFamilies() []family {
	return []family{
		{name: "nwp500_heater_info", help: "A heater of an account; 1.", read: info},
		stateSet(
			"nwp500_heater_connection", "How the heater can be reached: 1 for the present state.", "state", connectionStates(),
			func(s *fleet.State) (string, bool) { return string(s.Connection.State), s.Connection.State != "" },
		),
		gauge("nwp500_status_fresh", "Whether the last status is younger than the limit of the configuration.",
			of(func(s *fleet.State) (float64, bool) { return truth(s.Connection.Fresh), true })),
		gauge("nwp500_status_timestamp_seconds", "When the last status came, in seconds since 1970.",
			of(func(s *fleet.State) (float64, bool) { return float64(s.StatusAt.UnixMilli()) / 1000, s.Status != nil })),
		{name: "nwp500_commands_total", help: "Commands given through this process, by how they ended.", counter: true, read: m.commands},
		gauge("nwp500_fault_active", "Whether a fault stands.",
			of(func(s *fleet.State) (float64, bool) {
				code, known := fault(s)
				return truth(code != 0), known
			})),
		{name: "nwp500_fault_info", help: "The fault that stands, by its number and its name; 1.", read: faultInfo},
	}
}

// connectionStates are the states of a connection, of heaters and of accounts.
func connectionStates() []string {
	var states []string
	for _, state := range []api.ConnectionState{api.Connecting, api.Up, api.Down, api.Silent, api.Refused} {
		states = append(states, string(state))
	}
	return states
}

// info adds what a heater is, as far as it is known.
func info(s *scrape, state *fleet.State) {
	volume, software := "", ""
	if f := state.Features; f != nil {
		if code, known := f.Volume.Get(); known {
			volume = code.String()
		}
		if version, known := f.ControllerVersion.Get(); known {
			software = nwp500.ValueOf(version).String()
		}
	}
	s.add(1, label("account", state.Account), label("tank", volume), label("controller_version", software))
}

// fault is the code of the fault that stands, as long as the status is fresh.
func fault(s *fleet.State) (nwp500.FaultCode, bool) {
	status, ok := fresh(s)
	if !ok {
		return 0, false
	}
	return status.Fault.Get()
}

func faultInfo(s *scrape, state *fleet.State) {
	code, known := fault(state)
	if !known || code == 0 {
		return
	}
	s.add(1, label("code", nwp500.ValueOf(int(code)).String()), label("fault", code.String()))
}

// commands adds the ends of a heater's commands. All four are there from the beginning: a
// counter that appears with its first event hides it from increase().
func (m *Metrics) commands(s *scrape, state *fleet.State) {
	counted := m.tally.of(state.ID)
	for i, end := range m.tally.labels {
		s.add(float64(counted[i]), end)
	}
}
