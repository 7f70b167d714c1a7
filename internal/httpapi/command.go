package httpapi

import (
	"context"
	"net/http"

	"github.com/nwp500/nwp500/api"
	"github.com/nwp500/nwp500/internal/fleet"
)

// command has a heater carry out what a request says.
func (a *API) command(w http.ResponseWriter, r *http.Request) error {
	heater, err := a.heater(r)
	if err != nil {
		return err
	}
	var command api.Command
	if err := readBody(w, r, &command); err != nil {
		return err
	}
	if command.Name == "" {
		return &api.Error{Status: http.StatusBadRequest, Text: "the name of a command is wanted", Field: "command"}
	}
	for _, text := range []struct{ field, value string }{
		{"command", command.Name}, {"mode", command.Mode}, {"if_match", command.IfMatch},
	} {
		if !tame(text.value) {
			return &api.Error{Status: http.StatusBadRequest, Text: "a short text without control characters is wanted", Field: text.field}
		}
	}
	return a.do(w, r, heater, command)
}

// do carries a command out and answers with its end. It goes on when the client hangs up: a half-given command would have no
// end that anybody knows.
func (a *API) do(w http.ResponseWriter, r *http.Request, heater *fleet.Heater, command api.Command) error {
	result := heater.Do(context.WithoutCancel(r.Context()), by(r), command)
	return write(w, statusOf(result), result)
}

// statusOf returns the status code for the end of a command.
func statusOf(result api.Result) int {
	switch {
	case result.End == api.Done:
		return http.StatusOK
	case result.Stale:
		return http.StatusPreconditionFailed
	case result.End == api.Refusal:
		return http.StatusConflict
	case result.End == api.NotSent:
		return http.StatusServiceUnavailable
	}
	return http.StatusGatewayTimeout
}

// by returns who asks.
func by(r *http.Request) string {
	switch asks := r.Header.Get(api.WriteHeader); asks {
	case "page", "top":
		return asks
	}
	return "api"
}
