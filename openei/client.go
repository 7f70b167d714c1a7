package openei

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// DefaultBaseURL is OpenEI's address (docs/protocol.md §1).
const DefaultBaseURL = "https://api.openei.org/utility_rates"

// Config says how a client reaches OpenEI.
type Config struct {
	// APIKey is the caller's key; KeyFromEnvironment has the one of the environment.
	// If empty, each call ends in ErrNoKey.
	APIKey Key

	// BaseURL is the address of the service, without a query; if empty,
	// DefaultBaseURL. An http address is taken for the loopback interface alone.
	BaseURL string

	// RootCAs are the authorities that TLS certificates are checked with; if nil,
	// the system's. Nothing turns the check off.
	RootCAs *x509.CertPool

	// Dial opens the connections; if nil, a net.Dialer does, or the proxy that the
	// environment names.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)

	// Logger receives a line for each call, and a warning when OpenEI has more plans
	// than it may answer with. If nil, it is not logged. Neither the key nor the ZIP
	// code is ever in it.
	Logger *slog.Logger
}

// Client asks OpenEI for tariffs. Its methods may be called from several goroutines.
type Client struct {
	key       Key
	baseURL   string
	transport http.RoundTripper
	log       *slog.Logger
}

// New returns a client. It does no input or output: a wrong address or a missing key
// shows in the first call.
func New(config Config) *Client {
	if config.BaseURL == "" {
		config.BaseURL = DefaultBaseURL
	}
	if config.Logger == nil {
		config.Logger = slog.New(slog.DiscardHandler)
	}
	transport := &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		TLSClientConfig:     &tls.Config{RootCAs: config.RootCAs, MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout: 20 * time.Second,
		// Calls are rare: a connection kept between them would need somebody to close it.
		DisableKeepAlives: true,
	}
	if config.Dial != nil {
		transport.Proxy = nil
		transport.DialContext = config.Dial
	}
	return &Client{key: config.APIKey, baseURL: config.BaseURL, transport: transport, log: config.Logger}
}
