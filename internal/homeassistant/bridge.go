package homeassistant

import (
	"context"
	"fmt"
	"hash/maphash"
	"sync/atomic"
)

// What is published to say whether something can be reached.
const (
	online  = "online"
	offline = "offline"
)

// A Bridge hands the heaters of a fleet to Home Assistant. Make one with [New].
type Bridge struct {
	cfg     Config
	address address
	topics  topics
	table   []*entity
	targets map[string]target // what commands there are, by the topic below the heater's
	seed    maphash.Seed

	connected atomic.Bool // whether there is a session at the broker
	count     tally
}

// New checks a configuration and makes a bridge of it. It does no input or output.
func New(cfg Config) (*Bridge, error) {
	cfg, err := cfg.normalised()
	if err != nil {
		return nil, fmt.Errorf("home assistant: %w", err)
	}
	at, err := parseBroker(cfg.Broker)
	if err != nil {
		return nil, fmt.Errorf("home assistant: %w", err)
	}
	b := &Bridge{
		cfg: cfg, address: at, topics: topics{base: cfg.BaseTopic, prefix: cfg.DiscoveryPrefix},
		table: entities(), seed: maphash.MakeSeed(),
	}
	b.targets = targets(b.table)
	return b, nil
}

// Run keeps Home Assistant informed until ctx ends, and waits for all that it started. A broker that cannot be reached,
// or refuses the bridge, is tried again for ever. When ctx has ended, commands under way get a moment, the broker is
// told that the bridge is offline, and Run returns nil, within three seconds. It is called once.
func (b *Bridge) Run(ctx context.Context) error {
	newOwner(ctx, b).run(ctx)
	return nil
}

// Connected tells whether there is a session at the broker.
func (b *Bridge) Connected() bool { return b.connected.Load() }

// Stats is what a bridge has done since it was made.
type Stats struct {
	// Connections is how many sessions there were.
	Connections uint64
	// Published is how many messages were sent, Received how many came that were meant for the bridge.
	Published, Received uint64
	// Commands is how many commands were passed on to heaters, Failed how many of them did not end done, and Refused
	// how many never got that far: retained, too long, no text, of unknown things, or too many at once.
	Commands, Failed, Refused uint64
	// Missed is how many events were not told because there was no session.
	Missed uint64
}

type tally struct {
	connections, published, received, commands, failed, refused, missed atomic.Uint64
}

// Stats returns the counters.
func (b *Bridge) Stats() Stats {
	return Stats{
		Connections: b.count.connections.Load(),
		Published:   b.count.published.Load(), Received: b.count.received.Load(),
		Commands: b.count.commands.Load(), Failed: b.count.failed.Load(), Refused: b.count.refused.Load(),
		Missed: b.count.missed.Load(),
	}
}
