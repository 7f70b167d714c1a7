package daemon

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/nwp500/nwp500/internal/fleet"
	"github.com/nwp500/nwp500/internal/history"
)

const (
	// openAfter and openAtLast are how long a history that cannot be opened is left alone: a PostgreSQL server may start
	// after us, a disk may be mounted.
	openAfter  = time.Second
	openAtLast = time.Minute
)

var errNotOpen = errors.New("the history is not open yet")

// past is the history of a fleet, which may take its time to open.
type past struct {
	config history.Config
	fleet  *fleet.Fleet
	log    *slog.Logger
	store  atomic.Pointer[history.Store] // nil until it is open
	opened chan struct{}
}

func (d *Daemon) newPast(config History, freshFor time.Duration, heaters *fleet.Fleet, log *slog.Logger) *past {
	path := string(config.Path)
	if path == "" {
		path = filepath.Join(d.options.StateDir, d.options.Database)
	}
	return &past{
		config: history.Config{
			Path: path, DSN: config.DSN.Reveal(), Gap: freshFor, Logger: log, Keep: config.Keep.Classes(),
		},
		fleet: heaters, log: log, opened: make(chan struct{}),
	}
}

// Classes returns it as the history has it.
func (k Keep) Classes() history.Keep {
	return history.Keep{Raw: orForEver(k.Raw), Minutes: orForEver(k.Minutes), Hours: orForEver(k.Hours), Events: orForEver(k.Events)}
}

// orForEver is a time as the history has it, in which zero stands for its default.
func orForEver(keep time.Duration) time.Duration {
	if keep == 0 {
		return -1
	}
	return keep
}

// run opens the history, tells opened, has the fleet recall from it, and records until ctx ends.
func (p *past) run(ctx context.Context) error {
	heard := history.Hear(p.fleet) // also of what happens before it is open
	defer heard.Close()
	store := p.open(ctx)
	if store == nil {
		return nil
	}
	p.store.Store(store)
	close(p.opened)
	p.fleet.RecallModes(store.LastMode)
	return errors.Join(store.Record(ctx, heard), store.Close())
}

// open tries until the history is open; nil when ctx has ended first.
func (p *past) open(ctx context.Context) *history.Store {
	for wait := openAfter; ; wait = min(2*wait, openAtLast) {
		store, err := history.Open(ctx, p.config)
		switch {
		case err == nil && wait > openAfter:
			p.log.Info("the history is open now")
			return store
		case err == nil:
			return store
		case ctx.Err() != nil:
			return nil
		case wait == openAfter:
			p.log.Error("the history cannot be opened; trying again and going on without it", "err", err)
		}
		again := time.NewTimer(wait)
		select {
		case <-again.C:
		case <-ctx.Done():
			again.Stop()
			return nil
		}
	}
}

// health is why the history cannot be written, nil when it can.
func (p *past) health() error {
	if store := p.store.Load(); store != nil {
		return store.Health()
	}
	return errNotOpen
}
