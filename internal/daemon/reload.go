package daemon

import (
	"context"
	"errors"
	"reflect"
	"slices"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/api"
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

// changes are the parts that settings make anew, or their handler: for what it shows, or to whom.
type changes struct{ log, fleet, past, bridge, metrics, web, handler bool }

// all is the beginning of the process, and its end.
var all = changes{true, true, true, true, true, true, true}

func (d *Daemon) changes(next Settings, token nwp500.Secret) changes {
	if d.parts.fleet == nil {
		return all
	}
	old, now := d.settings.Config, next.Config
	var c changes
	c.log = old.Log != now.Log
	c.fleet = c.log || old.PollEvery != now.PollEvery || old.FreshFor != now.FreshFor || !reflect.DeepEqual(old.Accounts, now.Accounts)
	for _, account := range d.parts.fleet.Accounts() {
		c.fleet = c.fleet || account.Connection.State == api.Refused // somebody may have signed in meanwhile
	}
	c.past = c.fleet || old.History != now.History
	c.bridge = c.fleet || old.HomeAssistant != now.HomeAssistant
	c.metrics = c.past || c.bridge || old.Metrics != now.Metrics
	c.web = old.Listen != now.Listen
	c.handler = c.metrics || c.web || token != d.token || !slices.Equal(old.Names, now.Names) || old.Tariff != now.Tariff
	return c
}

// apply makes the parts anew that settings change, and leaves the others alone. An error comes before anything has changed.
func (d *Daemon) apply(ctx context.Context, next Settings) error {
	token, err := d.findToken(next.Config)
	if err != nil {
		return err
	}
	changed, log, web := d.changes(next, token), d.log, d.web
	if changed.log {
		log = newLogger(d.options.Log, next.Config.Log)
	}
	made, err := d.remake(d.parts, changed, next, log)
	if err != nil {
		return err
	}
	if changed.web {
		if web, err = d.moveWeb(ctx, next.Config.Listen); err != nil {
			return err
		}
	}
	// Nothing is refused from here on.
	d.ended(end(d.parts.stages(changed)...))
	d.settings, d.token, d.log, d.parts, d.web = next, token, log, made, web
	d.parts.begin(ctx)
	if changed.handler {
		d.switchboard.put(d.handler)
	}
	if changed.web {
		d.serve(ctx, d.web, d.log)
		d.announce()
	}
	return nil
}

// ended tells of parts that did not end as they should.
func (d *Daemon) ended(err error) {
	if err != nil {
		d.log.Error("not all that has changed ended as it should", "err", err)
	}
}
