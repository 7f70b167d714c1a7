package daemon

import (
	"context"
	"errors"
	"log/slog"
	"reflect"
	"slices"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/api"
	"github.com/nwp500/nwp500/internal/fleet"
)

// reload takes over what has changed in the configuration. With something wrong in it all stays as it was.
func (d *Daemon) reload(ctx context.Context) {
	settings, err := d.options.Read(ctx)
	if err == nil {
		err = d.apply(ctx, settings)
	}
	var problems Problems
	switch {
	case err == nil:
		d.log.Info("the configuration was read again")
		return
	case errors.As(err, &problems):
		for _, problem := range problems {
			d.log.Error("the new configuration is wrong", "problem", problem.Error())
		}
	default:
		d.log.Error("the new configuration cannot be used", "err", err)
	}
	d.log.Error("the configuration from before stays in force")
}

// changes are the parts that settings make anew.
type changes struct {
	log, fleet, web bool
	handler         bool // for what it shows, or to whom
}

func (d *Daemon) changes(next Settings, token nwp500.Secret) changes {
	if d.heaters == nil {
		return changes{log: true, fleet: true, web: true, handler: true}
	}
	old, now := d.settings.Config, next.Config
	c := changes{log: old.Log != now.Log, web: old.Listen != now.Listen}
	c.fleet = c.log || old.PollEvery != now.PollEvery || old.FreshFor != now.FreshFor || !reflect.DeepEqual(old.Accounts, now.Accounts)
	for _, account := range d.heaters.fleet.Accounts() {
		c.fleet = c.fleet || account.Connection.State == api.Refused // somebody may have signed in meanwhile
	}
	c.handler = c.fleet || c.web || token != d.token || !slices.Equal(old.Names, now.Names)
	return c
}

// apply makes the parts anew that settings change, and leaves the others alone. An error comes before anything has changed.
func (d *Daemon) apply(ctx context.Context, next Settings) (err error) {
	token, err := d.findToken(next.Config)
	if err != nil {
		return err
	}
	changed, log, now, web := d.changes(next, token), d.log, d.heaters, d.web
	if changed.log {
		log = newLogger(d.options.Log, next.Config.Log)
	}
	if changed.fleet {
		if now, err = newHeaters(next, log); err != nil {
			return err
		}
	}
	if changed.web {
		if web, err = d.moveWeb(ctx, next.Config.Listen); err != nil {
			return err
		}
	}
	// Nothing is refused from here on.
	if changed.fleet && d.heaters != nil {
		d.ended("the heaters", d.heaters.task.stop())
	}
	d.settings, d.token, d.log, d.heaters, d.web = next, token, log, now, web
	if changed.fleet {
		d.heaters.task = begin(ctx, d.heaters.fleet.Run)
	}
	if changed.handler {
		d.switchboard.put(d.handler)
	}
	if changed.web {
		d.serve(ctx, d.web, d.log)
		d.announce()
	}
	return nil
}

// ended tells of a part that did not end as it should.
func (d *Daemon) ended(part string, err error) {
	if err != nil {
		d.log.Error("a part of the process did not end as it should", "part", part, "err", err)
	}
}

// heaters is the fleet that runs.
type heaters struct {
	fleet *fleet.Fleet
	task  *task
}

func newHeaters(settings Settings, log *slog.Logger) (*heaters, error) {
	f, err := fleet.New(fleet.Config{
		Accounts:  settings.Accounts,
		PollEvery: settings.Config.PollEvery,
		FreshFor:  settings.Config.FreshFor,
		Logger:    log,
	})
	return &heaters{fleet: f}, err
}
