package simulator

import (
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
)

// mostBody bounds what a REST call may send; tariffs are long.
const mostBody = 1 << 20

// envelope is every REST answer (docs/protocol.md §2).
type envelope struct {
	Code int    `json:"code"`
	Msg  string `json:"msg"`
	Data any    `json:"data,omitzero"`
}

// restError is an answer that is no success: an HTTP status and what the
// envelope says.
type restError struct {
	status int
	code   int
	msg    string
}

// The first two are captured; that the HTTP status was 200 then is, too. What the
// cloud says to the rest is unconfirmed.
var (
	userNotFound    = restError{http.StatusOK, 1000, "USER_NOT_FOUND"}
	invalidPassword = restError{http.StatusOK, 1001, "INVALID_USER_PASSWORD"}
	unauthorised    = plainError(http.StatusUnauthorized)
	forbidden       = plainError(http.StatusForbidden)
	badRequest      = plainError(http.StatusBadRequest)
	tooLarge        = plainError(http.StatusRequestEntityTooLarge)
	noDevice        = restError{http.StatusNotFound, http.StatusNotFound, "DEVICE_NOT_FOUND"}
)

// plainError says the HTTP status in the words of the envelope.
func plainError(status int) restError {
	return restError{status, status, strings.ToUpper(strings.ReplaceAll(http.StatusText(status), " ", "_"))}
}

// call is one REST call on its way: who asks, what, and when.
type call struct {
	account *account // nil where none is needed
	request *http.Request
	body    []byte
	now     time.Time
	fault   Fault // that the answer takes members from
}

// decode reads the body into v. Members that v does not have are let through, as
// clients differ.
func (c *call) decode(v any) *restError {
	if json.Unmarshal(c.body, v) != nil {
		return &badRequest
	}
	return nil
}

// own says whether the call is made in the name of the account that signed in.
func (c *call) own(userID string) *restError {
	switch userID {
	case "":
		return &badRequest
	case c.account.Email:
		return nil
	}
	return &forbidden
}

// endpoint answers a call with the data of the envelope; nil leaves it out.
type endpoint func(*call) (any, *restError)

// route is one row of the table of docs/protocol.md §2.
type route struct {
	method, path string
	open         bool // needs no token
	answer       endpoint
}

func (s *Simulator) routes() []route {
	return []route{
		{http.MethodPost, "/user/sign-in", true, s.signIn},
		{http.MethodPost, "/auth/refresh", true, s.refresh},
		{http.MethodPost, "/device/list", false, s.deviceList},
		{http.MethodPost, "/device/info", false, s.deviceInfo},
		{http.MethodPost, "/device/firmware/info", false, s.firmwareInfo},
		{http.MethodGet, "/device/tou", false, s.readPlan},
		{http.MethodPost, "/device/tou/convert", false, s.convertPlans},
		{http.MethodPut, "/device/tou", false, s.writePlan},
		{http.MethodPost, "/app/update-push-token", false, s.pushToken},
	}
}

// restHandler answers what lies under restBase.
func (s *Simulator) restHandler() http.Handler {
	routes := s.routes()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path := strings.TrimPrefix(r.URL.Path, restBase)
		var methods []string
		var found *route
		for i := range routes {
			if routes[i].path == path {
				methods = append(methods, routes[i].method)
				if routes[i].method == r.Method {
					found = &routes[i]
				}
			}
		}
		switch {
		case len(methods) == 0:
			fail(w, plainError(http.StatusNotFound))
		case found == nil:
			w.Header().Set("Allow", strings.Join(slices.Sorted(slices.Values(methods)), ", "))
			fail(w, plainError(http.StatusMethodNotAllowed))
		default:
			s.serveREST(w, r, found)
		}
	})
}

// serveREST checks what all calls have in common.
func (s *Simulator) serveREST(w http.ResponseWriter, r *http.Request, to *route) {
	// The body comes first: the server notices that a client has gone only after it.
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, mostBody))
	if status, hit := s.hooks.meet(r.Context(), to); hit {
		if status == 0 {
			panic(http.ErrAbortHandler) // cuts the connection without an answer
		}
		fail(w, plainError(status))
		return
	}
	fault, answered := s.suffer(w, r, to.path)
	if answered {
		return
	}
	if err != nil {
		if large := (*http.MaxBytesError)(nil); errors.As(err, &large) {
			fail(w, tooLarge)
			return
		}
		fail(w, badRequest)
		return
	}
	c := &call{request: r, body: body, now: time.Now(), fault: fault}
	if !to.open {
		var ok bool
		if c.account, ok = s.directory.authenticate(r.Header.Get("authorization"), c.now); !ok {
			fail(w, unauthorised)
			return
		}
	}
	data, refused := to.answer(c)
	if refused != nil {
		fail(w, *refused)
		return
	}
	reply(w, http.StatusOK, envelope{http.StatusOK, "SUCCESS", fault.amend(data)})
}

func fail(w http.ResponseWriter, e restError) { reply(w, e.status, envelope{e.code, e.msg, nil}) }

func reply(w http.ResponseWriter, status int, e envelope) {
	text, err := json.Marshal(e)
	if err != nil {
		panic("simulator: an answer that is no JSON: " + err.Error())
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(text) // a client that has gone hears nothing
}
