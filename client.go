package nwp500

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

const (
	// DefaultRESTURL is the cloud's REST address (docs/protocol.md §1).
	DefaultRESTURL = "https://nlus.naviensmartcontrol.com/api/v2.1"
	// DefaultMQTTEndpoint is the cloud's message broker (docs/protocol.md §1).
	DefaultMQTTEndpoint = "a1t30mldyslmuq-ats.iot.us-east-1.amazonaws.com"
)

// dialSpacing is the time between two connections that one client opens, so that an
// account with many of them does not return as a wave: never more than five in a second,
// also when one is a tenth of a second late. They are spaced, without a burst: that would
// add to what the rest of its second lets through.
const dialSpacing = 220 * time.Millisecond

// Config says how a client reaches the cloud and who it is. The zero Config works:
// it is Navien's cloud, and SignIn says who.
type Config struct {
	// Email and Password are the account's. If they are set, the client signs in by
	// itself when there are no tokens that serve; if empty, SignIn gives them.
	Email    string
	Password Secret

	// Tokens keeps the tokens between runs; if nil, they are kept in memory.
	Tokens TokenStore

	// RESTURL is the REST address; if empty, DefaultRESTURL. An http address is
	// taken for the loopback interface alone.
	RESTURL string

	// MQTTEndpoint is the message broker, "host", "host:port" or with wss:// before
	// it; if empty, DefaultMQTTEndpoint. A ws address is taken for the loopback
	// interface alone.
	MQTTEndpoint string

	// RootCAs are the authorities that TLS certificates are checked with; if nil,
	// the system's. Nothing turns the check off.
	RootCAs *x509.CertPool

	// Dial opens the connections to both addresses; if nil, a net.Dialer does, or
	// the proxy that the environment names.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)

	// KeepAlive is how often the live connection is probed when nothing is sent; if
	// zero, 60 s. It is raised to 30 s and lowered to 1200 s (docs/protocol.md §3).
	KeepAlive time.Duration

	// AnswerTimeout is how long a heater may take to answer, at most; if zero, 15 s.
	// The context of a call may end it earlier.
	AnswerTimeout time.Duration

	// ServiceNotices makes sessions listen for the cloud's notice that it is about to be
	// serviced, which Events tells as ServiceAnnounced. It is not the default because
	// whether an account may listen there is unconfirmed: where it may not, the broker
	// ends the connection, and Connect takes 5 seconds longer and gives the notices up
	// for that session.
	ServiceNotices bool

	// Time is the wall clock, for the ends of tokens, for signatures and to notice that
	// the machine slept; if nil, time.Now.
	Time func() time.Time

	// Logger receives what the client does by itself: reconnections, refused
	// tokens, dropped messages. If nil, it is not logged. No secret is ever in it.
	Logger *slog.Logger
}

// Format writes "[config]", whatever the verb: an e-mail belongs into no log.
func (c Config) Format(state fmt.State, _ rune) { hide(state, "[config]") }

// MarshalText encodes "[config]".
func (c Config) MarshalText() ([]byte, error) { return []byte("[config]"), nil }

// Client is an account of the cloud. Its methods may be called from several
// goroutines.
type Client struct {
	config  Config
	log     *slog.Logger
	http    *http.Client
	account account
	limiter *rate.Limiter

	// publishRate is the transport's own unless a benchmark takes the bound away.
	publishRate int

	lifetime context.Context // ends with Close
	end      context.CancelFunc

	mu        sync.Mutex
	closed    bool
	sessions  map[*Session]struct{}
	rewriting map[MAC]chan struct{} // held by whoever rewrites a schedule of the heater
}

// New returns a client. It does no input or output: a wrong address shows in the
// first call that uses it.
func New(config Config) *Client {
	if config.Tokens == nil {
		config.Tokens = MemoryTokens()
	}
	if config.RESTURL == "" {
		config.RESTURL = DefaultRESTURL
	}
	if config.MQTTEndpoint == "" {
		config.MQTTEndpoint = DefaultMQTTEndpoint
	}
	if config.AnswerTimeout <= 0 {
		config.AnswerTimeout = 15 * time.Second
	}
	if config.Time == nil {
		config.Time = time.Now
	}
	if config.Logger == nil {
		config.Logger = slog.New(slog.DiscardHandler)
	}
	c := &Client{
		config:    config,
		log:       config.Logger,
		limiter:   rate.NewLimiter(rate.Every(dialSpacing), 1),
		sessions:  make(map[*Session]struct{}),
		rewriting: make(map[MAC]chan struct{}),
	}
	c.lifetime, c.end = context.WithCancel(context.Background())
	c.http = c.newHTTPClient()
	c.account.email = NewSecret(config.Email)
	c.account.password = config.Password
	c.config.Email = "" // a plain text, which fmt would show of a Client
	return c
}

// now returns what the wall clock shows, without a monotonic reading.
func (c *Client) now() time.Time { return c.config.Time().Round(0) }

func (c *Client) newHTTPClient() *http.Client {
	transport := &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           c.dialREST,
		TLSClientConfig:       &tls.Config{RootCAs: c.config.RootCAs, MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:   20 * time.Second,
		ResponseHeaderTimeout: 30 * time.Second,
		IdleConnTimeout:       90 * time.Second,
		MaxIdleConnsPerHost:   4,
		ForceAttemptHTTP2:     true,
	}
	if c.config.Dial != nil {
		transport.Proxy = nil
	}
	return &http.Client{
		Transport: transport,
		// A redirect would carry the token to an address that nobody named.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// dialREST opens a connection for REST. The transport goes on dialling when the call that wanted the
// connection has given up, and has no limit of its own: in a network that drops packets dials would
// pile up, and outlive the client.
func (c *Client) dialREST(ctx context.Context, network, address string) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, restDialTimeout)
	defer cancel()
	defer context.AfterFunc(c.lifetime, cancel)()
	if c.config.Dial != nil {
		return c.config.Dial(ctx, network, address)
	}
	return new(net.Dialer).DialContext(ctx, network, address)
}

// closeTimeout is how long Close takes at most.
const closeTimeout = 950 * time.Millisecond

// Close ends the client's sessions and its connections, and waits for them; it takes less
// than a second. Calling it again does nothing.
func (c *Client) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
	defer cancel()
	c.mu.Lock()
	c.closed = true
	sessions := slices.Collect(maps.Keys(c.sessions))
	c.mu.Unlock()
	errs := make([]error, len(sessions)+1)
	var closing sync.WaitGroup
	for i, session := range sessions {
		closing.Go(func() { errs[i] = session.Close() })
	}
	closing.Wait()
	c.end()
	errs[len(sessions)] = c.account.settle(ctx)
	c.http.CloseIdleConnections()
	return errors.Join(errs...)
}
