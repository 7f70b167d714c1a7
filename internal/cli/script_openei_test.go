package cli

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"

	"github.com/rogpeppe/go-internal/testscript"
)

// tariffKey is a key that the OpenEI of a script takes. No command prints it.
const tariffKey = "Zq7DmQ0Kz3Xb9Lw2Vt5Rn8Yc1Hs6Jp4Fg0Ae3Uo9"

func scriptOpenEI(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) > 2 {
		ts.Fatalf("usage: openei [FILE [STATUS]]")
	}
	path, status := filepath.Join("..", "..", "openei", "testdata", "94102.json"), http.StatusOK
	if len(args) > 0 {
		path = ts.MkAbs(args[0])
	}
	if len(args) > 1 {
		var err error
		status, err = strconv.Atoi(args[1])
		ts.Check(err)
	}
	answer, err := os.ReadFile(path)
	ts.Check(err)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.FormValue("api_key") != tariffKey {
			http.Error(w, "An invalid api_key was supplied.", http.StatusForbidden)
			return
		}
		w.WriteHeader(status)
		_, _ = w.Write(answer) // it fails when the client has gone away
	}))
	ts.Defer(server.Close)
	ts.Setenv("OPENEI_URL", server.URL+"/utility_rates")
	ts.Setenv("OPENEI_API_KEY", tariffKey)
}
