package simulator

import (
	"embed"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// controlBase is the path under which the control page lies.
const controlBase = "/_sim"

// A console is what is served under /_sim/ when Config.Control asks for it: pages on
// which somebody sees and steers the heaters, and the same for programs.
//
//	GET  /_sim/                   a page with all heaters
//	GET  /_sim/heaters/{mac}      a page with one heater
//	GET  /_sim/cloud              a page with connections, faults and counters
//	GET  /_sim/scenario           a page with the scenarios that are played
//
//	GET  /_sim/api/heaters        a list; see heaterQuery
//	GET  /_sim/api/heaters/{mac}  one heater; see heaterView
//	POST /_sim/api/heaters/{mac}  what is to be done to it; see heaterInputs
//	GET  /_sim/api/clock          the heaters' clock; see clockView
//	POST /_sim/api/clock          what is to be done to it; see clockInputs
//	GET  /_sim/api/cloud          connections and counters; see cloudView
//	GET  /_sim/api/faults         faults in place, and those that there are; see faultsView
//	POST /_sim/api/faults         what is to be done about them; see faultInputs
//	GET  /_sim/api/scenarios      scenarios that are played; see scenarioView
//	GET  /_sim/api/snapshot       what Config.Restore takes
//
// A POST takes a JSON object, or the form of a page, which then is shown again. What
// it does not know or cannot be is refused whole, with the member, its value and what
// is allowed; nothing is done then.
//
// It has no password, so it is for those who may do as they like with the simulator:
// a page of another origin may not write, and names other than localhost are not
// answered to, because a page of a foreign name that is made to point here counts as
// this origin in its browser.
type console struct {
	simulator *Simulator
	owners    map[*Heater]string // e-mail addresses of the accounts
	handler   http.Handler
}

//go:embed control
var controlFiles embed.FS

func newConsole(s *Simulator) *console {
	c := &console{simulator: s, owners: make(map[*Heater]string)}
	for _, a := range s.directory.ordered {
		for _, h := range a.Heaters {
			c.owners[h] = a.Email
			h.recent = new(recent)
		}
	}
	mux := http.NewServeMux()
	mux.Handle("GET "+controlBase, http.RedirectHandler(controlBase+"/", http.StatusFound))
	for _, name := range []string{"style.css", "refresh.js"} {
		mux.HandleFunc("GET "+controlBase+"/"+name, func(w http.ResponseWriter, r *http.Request) {
			http.ServeFileFS(w, r, controlFiles, "control/"+name)
		})
	}
	mux.HandleFunc("GET "+controlBase+"/{$}", c.showHeaters)
	mux.HandleFunc("GET "+controlBase+"/heaters/{mac}", c.showHeater)
	mux.HandleFunc("GET "+controlBase+"/cloud", c.showCloud)
	mux.HandleFunc("GET "+controlBase+"/scenario", c.showScenarios)

	api := func(pattern string, do func(*http.Request) (any, error)) {
		method, path, _ := strings.Cut(pattern, " ")
		mux.HandleFunc(method+" "+controlBase+"/api/"+path, func(w http.ResponseWriter, r *http.Request) {
			result, err := do(r)
			c.answer(w, r, result, err)
		})
	}
	api("GET heaters", c.listHeaters)
	api("GET heaters/{mac}", c.readHeater)
	api("POST heaters/{mac}", c.changeHeater)
	api("GET clock", c.readClock)
	api("POST clock", c.changeClock)
	api("GET cloud", c.readCloud)
	api("GET faults", c.readFaults)
	api("POST faults", c.changeFaults)
	api("GET scenarios", c.readScenarios)
	mux.HandleFunc("GET "+controlBase+"/api/snapshot", c.downloadSnapshot)

	foreign := http.NewCrossOriginProtection()
	foreign.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c.answer(w, r, nil, &notDone{status: http.StatusForbidden, Message: "a page of another origin may not do this"})
	}))
	c.handler = foreign.Handler(mux)
	return c
}

// controlURL is the address of the control at a server, if there is one.
func (s *Simulator) controlURL(server *Server) string {
	if s.console == nil {
		return ""
	}
	return strings.TrimSuffix(server.RESTURL, restBase) + controlBase + "/"
}

// mostPosted is how many bytes can be posted at most.
const mostPosted = 64 << 10

// ServeHTTP serves what is addressed to this computer by a name that nobody else can
// give it.
func (c *console) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "+
		"img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
	h.Set("Referrer-Policy", "same-origin") // by which a form finds its page again
	h.Set("X-Content-Type-Options", "nosniff")
	if !properHost(r) {
		c.answer(w, r, nil, &notDone{
			status: http.StatusForbidden, Message: "the host is neither localhost nor an address of this computer",
			Allowed: "localhost, or the number of the address",
		})
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, mostPosted)
	c.handler.ServeHTTP(w, r)
}

// properHost says whether a request names its host as nothing but this computer can
// be named: by a number, or as localhost; where it came over the loopback interface,
// by a number of that.
func properHost(r *http.Request) bool {
	host := r.Host
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.Trim(host, "[]")
	if strings.EqualFold(host, "localhost") {
		return true
	}
	named, err := netip.ParseAddr(host)
	if err != nil {
		return false
	}
	local, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	if !ok {
		return true // no listener that could say
	}
	at, err := netip.ParseAddrPort(local.String())
	return err != nil || !at.Addr().Unmap().IsLoopback() || named.Unmap().IsLoopback()
}

// notDone is why something was not done.
type notDone struct {
	status  int
	Message string `json:"error"`
	Field   string `json:"field,omitzero"` // the member that is wrong
	Value   any    `json:"value,omitzero"`
	Allowed string `json:"allowed,omitzero"` // what would not be
}

func (r *notDone) Error() string { return r.Message }

// answer writes the result of a call, or shows the page of the form that made it.
func (c *console) answer(w http.ResponseWriter, r *http.Request, result any, err error) {
	status := http.StatusOK
	if err != nil {
		var refused *notDone
		if !errors.As(err, &refused) {
			refused = &notDone{status: http.StatusUnprocessableEntity, Message: strings.TrimPrefix(err.Error(), "simulator: ")}
		}
		result, status = refused, refused.status
	}
	switch {
	case isForm(r) && err == nil:
		http.Redirect(w, r, pageOf(r), http.StatusSeeOther)
	case isForm(r) || !strings.HasPrefix(r.URL.Path, controlBase+"/api/"):
		c.show(w, status, "refused", refusedPage{c.head("Not done"), result, pageOf(r)})
	default:
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		if err := writeJSON(w, result); err != nil {
			c.simulator.config.Logger.Debug("the control's answer was not read", slog.Any("error", err))
		}
	}
}

// refusedPage is the page that tells that nothing was done.
type refusedPage struct {
	head
	Refusal any
	Back    string
}

func (c *console) downloadSnapshot(w http.ResponseWriter, r *http.Request) {
	text, err := c.simulator.Snapshot()
	if err != nil {
		c.answer(w, r, nil, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Disposition", `attachment; filename="heaters.json"`)
	_, _ = w.Write(text) // who has gone does not want it any more
}
