package daemon

import (
	"context"
	"log/slog"

	"github.com/nwp500/nwp500/internal/fleet"
	"github.com/nwp500/nwp500/internal/homeassistant"
	"github.com/nwp500/nwp500/internal/metrics"
)

// parts are what runs beside the server, each with its task. A part that the owner does not want is nil, and so is the task
// of one that has not begun.
type parts struct {
	fleet   *fleet.Fleet
	past    *past
	bridge  *homeassistant.Bridge
	metrics *metrics.Metrics

	fleetTask, pastTask, bridgeTask, metricsTask *task
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
	if c.past {
		p.past, p.pastTask = d.newPast(settings.Config.History, settings.Config.FreshFor, p.fleet, log), nil
	}
	if c.bridge {
		p.bridge, p.bridgeTask = nil, nil
		if settings.Config.HomeAssistant.Broker != "" {
			if p.bridge, err = d.newBridge(settings.Config.HomeAssistant, p.fleet, log); err != nil {
				return p, err
			}
		}
	}
	if c.metrics {
		p.metrics, p.metricsTask = nil, nil
		if settings.Config.Metrics {
			config := metrics.Config{Fleet: p.fleet, Version: d.options.Version, HistoryHealth: p.past.health, Logger: log}
			if p.bridge != nil {
				config.Bridge = bridgeMetrics(p.bridge)
			}
			p.metrics = metrics.New(config)
		}
	}
	return p, nil
}

func (d *Daemon) newBridge(config HomeAssistant, heaters *fleet.Fleet, log *slog.Logger) (*homeassistant.Bridge, error) {
	authorities, err := config.CA.Pool()
	if err != nil {
		return nil, err
	}
	return homeassistant.New(homeassistant.Config{
		Broker: config.Broker, User: config.User, Password: config.Password, RootCAs: authorities,
		DiscoveryPrefix: config.Prefix, BaseTopic: config.Base,
		Fleet: heaters, Dial: d.options.Dial, Logger: log,
	})
}

// bridgeMetrics is what the metrics tell of a bridge.
func bridgeMetrics(bridge *homeassistant.Bridge) func() metrics.Bridge {
	return func() metrics.Bridge {
		stats := bridge.Stats()
		return metrics.Bridge{
			Connected: bridge.Connected(), Connections: stats.Connections, Sent: stats.Published, Received: stats.Received,
			Refused: stats.Refused, Missed: stats.Missed,
		}
	}
}

// begin runs the parts that do not run yet; those that listen come before what they listen to.
func (p *parts) begin(ctx context.Context) {
	if p.pastTask == nil {
		p.pastTask = begin(ctx, "the history", p.past.run)
	}
	if p.metrics != nil && p.metricsTask == nil {
		p.metricsTask = begin(ctx, "the metrics", p.metrics.Run)
	}
	if p.bridge != nil && p.bridgeTask == nil {
		p.bridgeTask = begin(ctx, "the bridge to Home Assistant", p.bridge.Run)
	}
	if p.fleetTask == nil {
		p.fleetTask = begin(ctx, "the heaters", p.fleet.Run)
	}
}

// stages are the tasks of the parts that have changed, in the order of their end: those that speak of the heaters, the
// heaters, and last the history, which has heard of all that.
func (p *parts) stages(c changes) [][]*task {
	stages := make([][]*task, 3)
	if c.bridge {
		stages[0] = append(stages[0], p.bridgeTask)
	}
	if c.metrics {
		stages[0] = append(stages[0], p.metricsTask)
	}
	if c.fleet {
		stages[1] = append(stages[1], p.fleetTask)
	}
	if c.past {
		stages[2] = append(stages[2], p.pastTask)
	}
	return stages
}
