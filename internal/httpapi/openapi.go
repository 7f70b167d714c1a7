package httpapi

import (
	_ "embed" // openapi.json
	"net/http"
)

// openAPI describes the interface to tools. A test holds it against the handlers.
//
//go:embed openapi.json
var openAPI []byte

func (a *API) getOpenAPI(w http.ResponseWriter, _ *http.Request) error {
	return writeBody(w, http.StatusOK, openAPI)
}
