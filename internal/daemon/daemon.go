package daemon

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/internal/dashboard"
	"github.com/nwp500/nwp500/internal/fleet"
)

// Settings are what a process goes by, as it was read at one moment.
type Settings struct {
	Config   Config
	Accounts []fleet.Account
}

// DefaultDatabase is the name of the history's file in the state directory.
const DefaultDatabase = "history.db"

// Options say how a process is run. Read and StateDir are required.
type Options struct {
	// Read reads the settings, at first and at each Reload.
	Read func(context.Context) (Settings, error)
	// Reload has them read again.
	Reload <-chan os.Signal
	// StateDir is where the history and the token are when the configuration names no other place.
	StateDir string
	// Database is the name of the history's file in it; if empty, DefaultDatabase.
	Database string
	// Calendar is the date in the heaters' own calendar; if nil, time.Now.
	Calendar func() time.Time
	// Version is that of the program.
	Version string
	// Log receives the lines of the log; if nil, they are dropped.
	Log io.Writer
	// Dial opens connections to Home Assistant's broker; if nil, a net.Dialer does.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// Listen opens the address of the page; if nil, a net.ListenConfig does.
	Listen func(ctx context.Context, network, address string) (net.Listener, error)
}

// Daemon is the process: its parts. They belong to the goroutine of Run.
type Daemon struct {
	options  Options
	settings Settings
	log      *slog.Logger
	token    nwp500.Secret // empty where none is needed

	parts       parts
	page        http.Handler
	web         *web
	switchboard switchboard
	failed      chan error // why the web server ended by itself
}

// Run runs the process until ctx ends, and ends it within five seconds. Its error is why it could not begin, or what did
// not end as it should.
func Run(ctx context.Context, options Options) error {
	if options.Log == nil {
		options.Log = io.Discard
	}
	if options.Listen == nil {
		options.Listen = new(net.ListenConfig).Listen
	}
	settings, err := options.Read(ctx)
	if err != nil {
		return err
	}
	if options.Database == "" {
		options.Database = DefaultDatabase
	}
	d := &Daemon{options: options, page: dashboard.Handler(), failed: make(chan error, 2)}
	if err := d.apply(ctx, settings); err != nil {
		return err
	}
	notify(ctx, "READY=1")
	err = d.attend(ctx)
	notify(context.WithoutCancel(ctx), "STOPPING=1")
	return errors.Join(err, d.end())
}

// attend does what comes from outside until ctx ends or the process cannot go on.
func (d *Daemon) attend(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case err := <-d.failed:
			return err
		case <-d.parts.past.opened:
			d.parts.past.opened = nil // it tells once
			d.switchboard.put(d.handler)
		case <-d.options.Reload:
			notify(ctx, "RELOADING=1")
			d.reload(ctx)
			notify(ctx, "READY=1")
		}
	}
}

// end stops all parts, who asks them first.
func (d *Daemon) end() error {
	d.log.Info("ending")
	stages := d.parts.stages(all)
	stages[0] = append(stages[0], d.web.task)
	return end(stages...)
}
