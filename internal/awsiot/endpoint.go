package awsiot

import (
	"errors"
	"net"
	"net/netip"
	"net/url"
	"strings"
)

// path is where AWS IoT Core takes WebSocket connections.
const path = "/mqtt"

// An endpoint is the address of a broker.
type endpoint struct {
	secure bool
	host   string // as the Host header carries it and the signature covers it: without the default port
}

// parseEndpoint reads Config.Endpoint. Text without a scheme means wss.
func parseEndpoint(s string) (endpoint, error) {
	if !strings.Contains(s, "://") {
		s = "wss://" + s
	}
	u, err := url.Parse(s)
	if err != nil {
		return endpoint{}, errors.New("endpoint: malformed address") // the text of err may quote a password
	}
	e := endpoint{secure: u.Scheme == "wss", host: strings.ToLower(u.Host)}
	switch {
	case u.Scheme != "wss" && u.Scheme != "ws":
		return endpoint{}, errors.New("endpoint: neither wss:// nor ws://")
	case u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return endpoint{}, errors.New("endpoint: not a host with an optional port")
	case u.Path != "" && u.Path != "/" && u.Path != path:
		return endpoint{}, errors.New("endpoint: the path is always " + path)
	case !e.secure && !loopback(u.Hostname()):
		return endpoint{}, errors.New("endpoint: ws:// is for loopback addresses only")
	}
	e.host = strings.TrimSuffix(e.host, ":"+e.defaultPort())
	return e, nil
}

func (e endpoint) defaultPort() string {
	if e.secure {
		return "443"
	}
	return "80"
}

func (e endpoint) scheme() string {
	if e.secure {
		return "wss"
	}
	return "ws"
}

// name returns the host without port: what a certificate has to be for.
func (e endpoint) name() string {
	if host, _, err := net.SplitHostPort(e.host); err == nil {
		return host
	}
	return strings.Trim(e.host, "[]")
}

func loopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}
