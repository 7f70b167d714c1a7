package httpapi

import (
	"log/slog"
	"net/http"
	"strings"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/api"
	"github.com/nwp500/nwp500/internal/fleet"
	"github.com/nwp500/nwp500/internal/history"
)

// prefix is where the interface begins.
const prefix = "/api/v1"

// Config says what an API shows, and to whom.
type Config struct {
	// Fleet is the heaters.
	Fleet *fleet.Fleet
	// History is their past; if nil, what asks for it is answered that none is kept.
	History *history.Store
	// Tariff says what electricity costs; the zero value says nothing.
	Tariff Tariff
	// Loopback tells that the server listens on addresses of the loopback interface alone: then no token is asked for.
	Loopback bool
	// Token is what other requests need to have. If empty, those are all refused.
	Token nwp500.Secret
	// Hosts are names by which clients may call the server, as they stand in a URL: "heater.lan", or
	// "heater.lan:8500" for that port alone. localhost and addresses of the loopback interface always serve, and
	// if Loopback is false every address in numbers.
	Hosts []string
	// Version is that of the program.
	Version string
	// Logger receives what goes wrong inside; if nil, it is not logged.
	Logger *slog.Logger
}

// API is the HTTP interface.
type API struct {
	fleet     *fleet.Fleet
	history   *history.Store
	tariff    Tariff
	door      door
	version   string
	log       *slog.Logger
	mux       *http.ServeMux
	documents documents
	streams   chan struct{} // a place for each that is open
}

// New makes the interface. It does no input or output.
func New(config Config) *API {
	a := &API{
		fleet:     config.Fleet,
		history:   config.History,
		tariff:    config.Tariff,
		door:      newDoor(config),
		version:   config.Version,
		log:       config.Logger,
		mux:       http.NewServeMux(),
		documents: documents{tariff: config.Tariff, known: make(map[string]document)},
		streams:   make(chan struct{}, mostStreams),
	}
	if a.log == nil {
		a.log = slog.New(slog.DiscardHandler)
	}
	for path, methods := range a.resources() {
		a.mux.HandleFunc(prefix+path, a.answer(methods))
	}
	a.mux.HandleFunc("/", a.answer(resource{}))
	return a
}

// resource is what can be done with one path, by method.
type resource map[string]handler

// handler answers a request, or returns why it does not: then nothing was written yet.
type handler func(w http.ResponseWriter, r *http.Request) error

// resources are the paths of the interface.
func (a *API) resources() map[string]resource {
	return map[string]resource{
		"/session":                           {http.MethodPost: a.signIn, http.MethodDelete: a.signOut},
		"/version":                           {http.MethodGet: a.getVersion},
		"/openapi.json":                      {http.MethodGet: a.getOpenAPI},
		"/accounts":                          {http.MethodGet: a.getAccounts},
		"/heaters":                           {http.MethodGet: a.getHeaters},
		"/heaters/{heater}":                  {http.MethodGet: a.getHeater},
		"/heaters/{heater}/status":           {http.MethodGet: a.getStatus},
		"/heaters/{heater}/features":         {http.MethodGet: a.getFeatures},
		"/heaters/{heater}/commands":         {http.MethodPost: a.command},
		"/heaters/{heater}/schedules/{kind}": {http.MethodGet: a.getSchedule, http.MethodPut: a.putSchedule},
		"/heaters/{heater}/history":          {http.MethodGet: a.getHistory},
		"/heaters/{heater}/energy":           {http.MethodGet: a.getEnergy},
		"/events":                            {http.MethodGet: a.getEvents},
		"/events/stream":                     {http.MethodGet: a.getStream},
	}
}

// ServeHTTP answers a request to a path under /api/.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	harden(w.Header())
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	if err := a.door.enter(r, r.URL.Path == prefix+"/session"); err != nil {
		a.fail(w, r, err)
		return
	}
	if !plain(r.URL.EscapedPath()) {
		a.fail(w, r, errNothing)
		return
	}
	a.mux.ServeHTTP(w, r)
}

// Protect holds the rules of the interface before another handler of the same server, but for its header of writing
// requests: the handler changes nothing. A page from which one signs in is open: it needs no token, and a link on another site may
// lead to it.
func (a *API) Protect(next http.Handler, open bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		harden(w.Header())
		if err := a.door.look(r, open); err != nil {
			a.fail(w, r, err)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// harden sets what tells a browser to be careful with whatever comes.
func harden(header http.Header) {
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("X-Frame-Options", "DENY")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Cross-Origin-Resource-Policy", "same-origin")
}

// plain tells paths in which nothing is hidden: no escapes, no empty and no dotted elements. All of ours are.
func plain(path string) bool {
	for _, c := range []byte(path) {
		switch {
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9', c == '/', c == '-', c == '_', c == '.':
		default:
			return false
		}
	}
	return strings.HasPrefix(path, "/") && !strings.Contains(path, "//") && !strings.Contains(path, "/.")
}

// answer makes a handler of the methods of a path.
func (a *API) answer(methods resource) http.HandlerFunc {
	allowed := methods.allow()
	return func(w http.ResponseWriter, r *http.Request) {
		method := r.Method
		if method == http.MethodHead {
			method = http.MethodGet
		}
		do, ok := methods[method]
		err := error(errNothing)
		switch {
		case ok:
			err = do(w, r)
		case len(methods) > 0:
			w.Header().Set("Allow", allowed)
			err = &api.Error{Status: http.StatusMethodNotAllowed, Text: "this path takes " + allowed}
		}
		if err != nil {
			a.fail(w, r, err)
		}
	}
}
