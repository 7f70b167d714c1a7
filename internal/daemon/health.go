package daemon

import (
	"encoding/json"
	"net/http"
	"time"

	"github.com/nwp500/nwp500/api"
	"github.com/nwp500/nwp500/internal/fleet"
)

// readiness is the body of /readyz.
type readiness struct {
	Ready    bool               `json:"ready"`
	Accounts []accountReadiness `json:"accounts"`
	Heaters  []heaterReadiness  `json:"heaters"`
}

type accountReadiness struct {
	Ready      bool                `json:"ready"`
	Connection api.ConnectionState `json:"connection"`
	Heaters    int                 `json:"heaters"`
}

// heaterReadiness tells a heater by its ID, which says nothing to strangers.
type heaterReadiness struct {
	Heater     string              `json:"heater"`
	Ready      bool                `json:"ready"`
	Connection api.ConnectionState `json:"connection"`
	Fresh      bool                `json:"fresh"`
	StatusAt   time.Time           `json:"status_at,omitzero"`
}

// ready tells whether each account is connected, and each heater heard of within its limit.
func ready(f *fleet.Fleet) readiness {
	all := readiness{Ready: true, Accounts: []accountReadiness{}, Heaters: []heaterReadiness{}}
	for _, account := range f.Accounts() {
		one := accountReadiness{account.Connection.State == api.Up, account.Connection.State, account.Heaters}
		all.Ready = all.Ready && one.Ready
		all.Accounts = append(all.Accounts, one)
	}
	for _, heater := range f.Heaters() {
		state := heater.State()
		connection := state.Connection
		one := heaterReadiness{state.ID, connection.State == api.Up && connection.Fresh, connection.State, connection.Fresh, state.StatusAt}
		all.Ready = all.Ready && one.Ready
		all.Heaters = append(all.Heaters, one)
	}
	return all
}

// readyz answers 200 when all is ready, else 503, and says of each heater whether it is.
func readyz(f *fleet.Fleet) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		all := ready(f)
		body, err := json.MarshalIndent(all, "", "  ")
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "no-store")
		if !all.Ready {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		_, _ = w.Write(append(body, '\n')) // who asked has gone
	}
}

// healthz answers as long as the process does.
func healthz(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write([]byte("ok\n")) // who asked has gone
}
