package daemon

import (
	"context"
	"errors"
	"log/slog"

	"github.com/nwp500/nwp500/internal/fleet"
	"github.com/nwp500/nwp500/internal/metrics"
)

// parts are what runs beside the server, each with its task. A part that the owner does not want is nil, and so is the task
// of one that has not begun.
type parts struct {
	fleet   *fleet.Fleet
	metrics *metrics.Metrics

	fleetTask, metricsTask *task
}

// remake returns the parts with those made anew, and not begun, that have changed.
func (d *Daemon) remake(p parts, c changes, settings Settings, log *slog.Logger) (parts, error) {
	var err error
	if c.fleet {
		p.fleetTask = nil
		p.fleet, err = fleet.New(fleet.Config{
			Accounts:  settings.Accounts,
			PollEvery: settings.Config.PollEvery,
			FreshFor:  settings.Config.FreshFor,
			Calendar:  d.options.Calendar,
			Logger:    log,
		})
		if err != nil {
			return p, err
		}
	}
	if c.metrics {
		p.metrics, p.metricsTask = nil, nil
		if settings.Config.Metrics {
			p.metrics = metrics.New(metrics.Config{Fleet: p.fleet, Version: d.options.Version, Logger: log})
		}
	}
	return p, nil
}

// begin runs the parts that do not run yet; those that listen come before what they listen to.
func (p *parts) begin(ctx context.Context) {
	if p.metrics != nil && p.metricsTask == nil {
		p.metricsTask = begin(ctx, p.metrics.Run)
	}
	if p.fleetTask == nil {
		p.fleetTask = begin(ctx, p.fleet.Run)
	}
}

// stop ends the parts that have changed, those that listen before what they listen to.
func (p *parts) stop(c changes) error {
	var errs []error
	if c.metrics {
		errs = append(errs, p.metricsTask.stop())
	}
	if c.fleet {
		errs = append(errs, p.fleetTask.stop())
	}
	return errors.Join(errs...)
}
