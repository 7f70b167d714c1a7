package httpapi

import (
	"sync"

	"github.com/nwp500/nwp500/internal/fleet"
)

// documents keeps what the heaters look like in JSON, so that a change is encoded once, however many streams tell it.
type documents struct {
	tariff Tariff
	mu     sync.Mutex
	known  map[string]document // by the ID of the heater
}

type document struct {
	of   *fleet.State
	text []byte
}

// text returns a state as JSON, which nobody changes.
func (d *documents) text(state *fleet.State) ([]byte, error) {
	d.mu.Lock()
	kept := d.known[state.ID]
	d.mu.Unlock()
	if kept.of == state {
		return kept.text, nil
	}
	heater := state.Document()
	heater.Today, heater.Month = d.tariff.of(heater.Today), d.tariff.of(heater.Month)
	text, err := encode(heater)
	if err != nil {
		return nil, err
	}
	d.mu.Lock()
	d.known[state.ID] = document{of: state, text: text}
	d.mu.Unlock()
	return text, nil
}

// forget drops what is known of a heater that went.
func (d *documents) forget(id string) {
	d.mu.Lock()
	delete(d.known, id)
	d.mu.Unlock()
}
