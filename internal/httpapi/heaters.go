package httpapi

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"

	"github.com/nwp500/nwp500/api"
	"github.com/nwp500/nwp500/internal/fleet"
)

func (a *API) getVersion(w http.ResponseWriter, _ *http.Request) error {
	return write(w, http.StatusOK, api.Version{Version: a.version, API: 1})
}

func (a *API) getAccounts(w http.ResponseWriter, _ *http.Request) error {
	all := api.Accounts{Accounts: []api.Account{}}
	for _, state := range a.fleet.Accounts() {
		account := api.Account{Name: state.Name, Connection: state.Connection, Heaters: state.Heaters}
		if state.Diagnostics != nil {
			text, err := json.Marshal(state.Diagnostics)
			if err != nil {
				return err
			}
			account.Diagnostics = text
		}
		all.Accounts = append(all.Accounts, account)
	}
	return write(w, http.StatusOK, all)
}

func (a *API) getHeaters(w http.ResponseWriter, _ *http.Request) error {
	heaters := a.fleet.Heaters()
	texts := make([][]byte, len(heaters))
	for i, heater := range heaters {
		text, err := a.documents.text(heater.State())
		if err != nil {
			return err
		}
		texts[i] = text
	}
	return writeBody(w, http.StatusOK, slices.Concat([]byte(`{"heaters":[`), bytes.Join(texts, []byte(",")), []byte("]}")))
}

func (a *API) getHeater(w http.ResponseWriter, r *http.Request) error {
	heater, err := a.heater(r)
	if err != nil {
		return err
	}
	text, err := a.documents.text(heater.State())
	if err != nil {
		return err
	}
	return writeBody(w, http.StatusOK, text)
}

func (a *API) getStatus(w http.ResponseWriter, r *http.Request) error {
	return a.getPart(w, r, "status", func(heater api.Heater) json.RawMessage { return heater.Status })
}

func (a *API) getFeatures(w http.ResponseWriter, r *http.Request) error {
	return a.getPart(w, r, "features", func(heater api.Heater) json.RawMessage { return heater.Features })
}

// getPart answers with a part of what is known of a heater.
func (a *API) getPart(w http.ResponseWriter, r *http.Request, name string, part func(api.Heater) json.RawMessage) error {
	heater, err := a.heater(r)
	if err != nil {
		return err
	}
	text := part(heater.State().Document())
	if text == nil {
		return &api.Error{Status: http.StatusServiceUnavailable, Text: "the heater has not sent its " + name + " yet"}
	}
	return writeBody(w, http.StatusOK, text)
}

// heater returns the heater that a path names.
func (a *API) heater(r *http.Request) (*fleet.Heater, error) {
	heater, ok := a.fleet.Heater(r.PathValue("heater"))
	if !ok {
		return nil, &api.Error{Status: http.StatusNotFound, Text: "there is no such heater", Field: "heater"}
	}
	return heater, nil
}
