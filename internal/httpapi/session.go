package httpapi

import (
	"net/http"
	"strings"

	"github.com/nwp500/nwp500/api"
)

// cookieLife is how long a browser stays signed in, in seconds: a year. A new token ends it earlier.
const cookieLife = 365 * 24 * 3600

// signIn gives a browser the cookie for a token. Where no token is asked for, none is needed.
func (a *API) signIn(w http.ResponseWriter, r *http.Request) error {
	var given api.SignIn
	if err := readBody(w, r, &given); err != nil {
		return err
	}
	if a.door.digest != nil {
		if !a.door.is(string(given.Token)) {
			return &api.Error{Status: http.StatusUnauthorized, Text: "this is not the token of the server", Field: "token"}
		}
		http.SetCookie(w, a.sessionCookie(r, a.door.session, cookieLife))
	} else if !a.door.loopback {
		return &api.Error{Status: http.StatusUnauthorized, Text: "the server has no token, so nobody can sign in"}
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// signOut has a browser forget the cookie.
func (a *API) signOut(w http.ResponseWriter, r *http.Request) error {
	http.SetCookie(w, a.sessionCookie(r, "", -1))
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func (a *API) sessionCookie(r *http.Request, value string, life int) *http.Cookie {
	return &http.Cookie{
		Name: cookie, Value: value, Path: "/", MaxAge: life, HttpOnly: true, SameSite: http.SameSiteStrictMode,
		// Behind a proxy the browser has TLS and we have not; its origin tells.
		Secure: r.TLS != nil || strings.HasPrefix(r.Header.Get("Origin"), "https:"),
	}
}
