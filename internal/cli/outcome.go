package cli

import "github.com/nwp500/nwp500"

// done says that the heater has taken a command: its own answer showed it.
func (p *program) done(heater *nwp500.Heater, command string, value any, says string) error {
	return p.outcome(heater, command, value, "done", says)
}

// acknowledged says that the heater has answered a command of which no answer shows more than that.
func (p *program) acknowledged(heater *nwp500.Heater, command string, value any, what string) error {
	return p.outcome(heater, command, value, "acknowledged", "has acknowledged: "+what)
}

// outcome says how a command ended: to people what the heater does now, after its name.
func (p *program) outcome(heater *nwp500.Heater, command string, value any, outcome, says string) error {
	device := heater.Device()
	switch {
	case p.options.format.json:
		return p.document(struct {
			whose
			Command string `json:"command"`
			Value   any    `json:"value"`
			Outcome string `json:"outcome"`
		}{of(device), command, value, outcome})
	case p.options.format.csv:
		return p.csv([]string{"name", "mac_address", "command", "value", "outcome"},
			[][]string{of(device).record(command, cell(value), outcome)})
	}
	return p.say("%s %s", title(device), says)
}
