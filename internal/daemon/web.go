package daemon

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"path/filepath"
	"syscall"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/internal/httpapi"
)

// requestGrace is how long what is being answered has to end when the process does: a command may be on its way.
const requestGrace = 1500 * time.Millisecond

// web is the server of the page, the API and the metrics.
type web struct {
	listener net.Listener
	task     *task
}

func (d *Daemon) openWeb(ctx context.Context, address string) (*web, error) {
	listener, err := d.options.Listen(ctx, "tcp", address)
	if reason := syscall.Errno(0); errors.As(err, &reason) {
		return nil, fmt.Errorf("nothing can be served at %s: %w; listen names another address", address, reason) // which err names again
	}
	if err != nil {
		return nil, fmt.Errorf("nothing can be served at %s: %w", address, err)
	}
	return &web{listener: listener}, nil
}

// moveWeb listens at another address. The server at the old one goes first, which would be in the way of :8500 if it were
// 127.0.0.1:8500, and comes back if the new one is not to be had.
func (d *Daemon) moveWeb(ctx context.Context, address string) (*web, error) {
	if d.web == nil {
		return d.openWeb(ctx, address)
	}
	d.ended(end([]*task{d.web.task}))
	next, err := d.openWeb(ctx, address)
	if err == nil {
		return next, nil
	}
	before, lost := d.openWeb(ctx, d.settings.Config.Listen)
	if lost != nil {
		d.failed <- lost
		return nil, err
	}
	d.web = before
	d.serve(ctx, before, d.log)
	return nil, err
}

// serve begins to answer.
func (d *Daemon) serve(ctx context.Context, w *web, log *slog.Logger) {
	w.task = begin(ctx, "the server", func(ctx context.Context) error {
		err := httpapi.Serve(ctx, w.listener, &d.switchboard, requestGrace, log)
		if ctx.Err() == nil {
			d.failed <- fmt.Errorf("the server ended: %w", err)
		}
		return err
	})
}

// announce says where the page is, and what others need who come to it.
func (d *Daemon) announce() {
	address := d.web.listener.Addr().String()
	if isLoopbackListen(d.settings.Config.Listen) {
		d.log.Info("the page is ready", "url", "http://"+address)
		return
	}
	d.log.Info("the page is ready for this computer and others, who need the token", "address", address, "token_file", tokenFile(d.settings.Config, d.options.StateDir))
}

// isLoopbackListen tells whether an address to listen on is for this computer alone.
func isLoopbackListen(listen string) bool {
	host, _, err := net.SplitHostPort(listen)
	if err != nil {
		return false
	}
	address, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && address.IsLoopback()
}

func tokenFile(config Config, stateDir string) string {
	if config.TokenFile != "" {
		return string(config.TokenFile)
	}
	return filepath.Join(stateDir, "token")
}

// findToken returns the token that others need, or nothing where there are no others.
func (d *Daemon) findToken(config Config) (nwp500.Secret, error) {
	if isLoopbackListen(config.Listen) {
		return nwp500.Secret{}, nil
	}
	return loadToken(tokenFile(config, d.options.StateDir))
}

// handler is all that can be asked over HTTP, of the parts as they are now.
func (d *Daemon) handler(place context.Context) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", healthz)
	mux.HandleFunc("GET /readyz", readyz(d.parts.fleet))
	inside := httpapi.New(httpapi.Config{
		Fleet:    d.parts.fleet,
		History:  d.parts.past.store.Load(),
		Tariff:   httpapi.Tariff(d.settings.Config.Tariff),
		Loopback: isLoopbackListen(d.settings.Config.Listen),
		Token:    d.token,
		Hosts:    d.settings.Config.Names,
		Version:  d.options.Version,
		Logger:   d.log,
	})
	mux.Handle("/api/", inside)
	mux.Handle("/api/v1/events/stream", until(place, inside))
	if d.parts.metrics != nil {
		mux.Handle("GET /metrics", inside.Protect(d.parts.metrics, false))
	}
	mux.Handle("/", inside.Protect(d.page, true))
	return mux
}
