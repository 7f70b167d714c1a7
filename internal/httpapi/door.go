package httpapi

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/nwp500/nwp500/api"
)

// cookie is the name of the cookie that signing in sets.
const cookie = "nwp500"

// door decides who may come in.
type door struct {
	loopback bool
	hosts    []string           // in lower case
	digest   *[sha256.Size]byte // of the token, nil without one
	session  string             // the value of the cookie
}

func newDoor(config Config) door {
	d := door{loopback: config.Loopback}
	for _, host := range config.Hosts {
		d.hosts = append(d.hosts, strings.ToLower(host))
	}
	if !config.Token.IsEmpty() {
		sum := sha256.Sum256([]byte(config.Token.Reveal()))
		d.digest = &sum
		// The cookie stands for the token and is not it: who sees the cookie cannot sign in elsewhere, and it
		// lasts as long as the token does, over restarts.
		session := sha256.Sum256([]byte("nwp500 session " + config.Token.Reveal()))
		d.session = hex.EncodeToString(session[:])
	}
	return d
}

// enter decides on a request to the interface. To sign in one needs no token yet.
func (d *door) enter(r *http.Request, signingIn bool) error {
	if err := d.look(r, signingIn); err != nil {
		return err
	}
	if site := r.Header.Get("Sec-Fetch-Site"); site != "" && site != "same-origin" && site != "none" {
		return &api.Error{Status: http.StatusForbidden, Text: "a page of another site may not use this interface"}
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead && r.Method != http.MethodOptions && r.Header.Get(api.WriteHeader) == "" {
		return &api.Error{Status: http.StatusForbidden, Text: "what changes something needs the header " + api.WriteHeader + ", with any value", Field: api.WriteHeader}
	}
	return nil
}

// look decides on a request to whatever the server has.
func (d *door) look(r *http.Request, open bool) error {
	if !d.knows(r.Host) {
		return &api.Error{
			Status: http.StatusMisdirectedRequest, Field: "Host",
			Text: "this server does not go by that name; if it should, add it to names in its configuration",
		}
	}
	if origins := r.Header.Values("Origin"); len(origins) > 0 && (len(origins) > 1 || !d.own(origins[0], r.Host)) {
		return &api.Error{Status: http.StatusForbidden, Text: "a page of another site may not use this server", Field: "Origin"}
	}
	if !open && !d.loopback && !d.has(r) {
		return &api.Error{Status: http.StatusUnauthorized, Text: "this needs the token of the server, as Authorization: Bearer, or a sign-in"}
	}
	return nil
}

// knows tells the names of this server from those that anybody could have resolved to it.
func (d *door) knows(host string) bool {
	host = strings.ToLower(host)
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	}
	if name == "localhost" || slices.Contains(d.hosts, name) || slices.Contains(d.hosts, host) {
		return true
	}
	address, err := netip.ParseAddr(name)
	return err == nil && (address.Unmap().IsLoopback() || !d.loopback)
}

// own tells whether an origin is the server itself, or one that the configuration names.
func (d *door) own(origin, host string) bool {
	from, err := url.Parse(origin)
	if err != nil || from.Scheme != "http" && from.Scheme != "https" || from.Host == "" {
		return false
	}
	site := strings.ToLower(from.Host)
	return site == strings.ToLower(host) || slices.Contains(d.hosts, site)
}

// has tells whether a request has the token, or the cookie of one who had it.
func (d *door) has(r *http.Request) bool {
	if d.digest == nil {
		return false
	}
	if token, ok := bearer(r); ok {
		return d.is(token)
	}
	kept, err := r.Cookie(cookie)
	return err == nil && subtle.ConstantTimeCompare([]byte(kept.Value), []byte(d.session)) == 1
}

// is compares a token with the right one. The sums have one length, so that the time taken tells nothing.
func (d *door) is(token string) bool {
	sum := sha256.Sum256([]byte(token))
	return d.digest != nil && subtle.ConstantTimeCompare(sum[:], d.digest[:]) == 1
}

func bearer(r *http.Request) (token string, ok bool) {
	scheme, token, ok := strings.Cut(r.Header.Get("Authorization"), " ")
	return token, ok && strings.EqualFold(scheme, "Bearer")
}
