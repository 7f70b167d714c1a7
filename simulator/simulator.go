package simulator

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Config says what cloud to build. The zero value is one account with one
// heater, the clock of the machine, and a broker that is as strict as AWS is.
type Config struct {
	// Heaters is the number of heaters of the first account, at most 10 000.
	// If zero, one.
	Heaters int

	// Accounts is the number of accounts, at most 10 000. If zero, one.
	Accounts int

	// AccountHeaters is the number of heaters of each account after the
	// first, at most 10 000, and 100 000 in all. If zero, one.
	AccountHeaters int

	// TotalHeaters is the number of heaters of all accounts together, at most
	// 100 000, in place of Heaters and AccountHeaters: spread evenly over
	// Accounts, or if that is zero over as few as have 40 each at most. If zero,
	// those other fields say how many there are.
	TotalHeaters int

	// Models says what is installed: heater i is of model i modulo their
	// number. If empty, three models take turns; see [Model].
	Models []Model

	// Seed makes accounts, identifiers, tokens, the use of hot water and all
	// else that is drawn by lot. The same seed gives the same cloud.
	Seed uint64

	// Start dates the clock of the heaters at New; its location is the one in
	// which their owners shower. Tokens, signatures and the broker keep the
	// time of the process whatever Start says. If zero, time.Now().
	Start time.Time

	// Speed is how many times as fast as the process's clock the heaters' goes, 1
	// to 100 000. If zero, one. Paused has it stand still. See [Simulator.SetSpeed].
	Speed  int
	Paused bool

	// Past is how long before Start the heaters were installed, of which their
	// meters tell: in whole days, at most twenty years. If zero, about a year, for
	// each a little more or less; if negative, they are new.
	Past time.Duration

	// Locations are the time zones of the heaters: heater i is in that of i modulo
	// their number. If empty, all are in that of Start.
	Locations []*time.Location

	// Broker is the profile of the MQTT side.
	Broker Broker

	// TokenLife is how long a JWT is good, KeyLife how long the AWS keys of a
	// sign-in are. If zero, an hour each, as the real cloud has it.
	TokenLife, KeyLife time.Duration

	// CommandGap is the least time between two control commands for a heater;
	// one that comes sooner is refused on ctrl-fail with failCode 2
	// (docs/protocol.md §5). If zero, none is refused.
	CommandGap time.Duration

	// LostWrites is the share of control commands, writes of schedules included,
	// that heaters lose without a word, from 0 to 1; Seed decides which. On a real
	// heater it was about 2 of 30 (docs/protocol.md §4). If zero, none. See also
	// [Heater.LoseWrites].
	LostWrites float64

	// WrongPassword401 makes a refused sign-in an HTTP 401, as documents have
	// it, and not an HTTP 200 with another code, as it was seen
	// (docs/protocol.md §2).
	WrongPassword401 bool

	// Control serves a page under /_sim/, on which heaters, clock and faults are
	// seen and steered, and the same for programs as JSON: docs/simulator.md tells
	// what there is. It has no password. If false, nothing is there.
	Control bool

	// Restore is what an earlier simulator's Snapshot gave. Its heaters live
	// the time in between before New returns: of more than 366 days the last
	// 366, and none when the clock was set back. Heaters that are not in it are
	// new, as all are if it is empty.
	Restore []byte

	// Logger receives what happens, without secrets. If nil, nothing is
	// logged.
	Logger *slog.Logger
}

// Simulator is a running cloud. All its methods may be called from any
// goroutine.
type Simulator struct {
	config    Config
	directory *directory
	fleet     *fleet
	hooks     *hooks
	faults    *faults
	broker    *broker
	rest      http.Handler
	mixtures  mixtures
	console   *console // nil unless Config.Control
}

// New builds a cloud and starts its heaters. It fails when a number in config is
// negative or too large, LostWrites is no share, a Model is impossible, or Restore
// is no snapshot of a cloud with this Seed and these Models. Close ends it.
func New(config Config) (*Simulator, error) {
	if err := config.complete(); err != nil {
		return nil, err
	}
	s := &Simulator{config: config, hooks: newHooks()}
	s.fleet = newFleet(config)
	s.directory = newDirectory(config, s.fleet)
	if len(config.Restore) > 0 {
		if err := s.fleet.restore(config.Restore); err != nil {
			return nil, err
		}
	}
	s.rest = s.restHandler()
	s.broker = newBroker(config.Broker, config.Seed, s.directory.key, s.directory.allowed, s.handle, config.Logger)
	s.faults = s.broker.faults
	s.fleet.faults = s.faults
	if config.Control {
		s.console = newConsole(s)
	}
	s.fleet.start(s.broker.publish)
	return s, nil
}

func (c *Config) complete() error {
	if err := c.spread(); err != nil {
		return err
	}
	if c.TokenLife < 0 || c.KeyLife < 0 || c.CommandGap < 0 {
		return errors.New("simulator: a negative duration")
	}
	if !(c.LostWrites >= 0 && c.LostWrites <= 1) {
		return fmt.Errorf("simulator: LostWrites is %v, not a share from 0 to 1", c.LostWrites)
	}
	if c.TokenLife == 0 {
		c.TokenLife = time.Hour
	}
	if c.KeyLife == 0 {
		c.KeyLife = time.Hour
	}
	if c.Start.IsZero() {
		c.Start = time.Now()
	}
	c.Start = c.Start.Round(0) // without the monotonic reading, which is the process's own
	if err := checkDate(c.Start); err != nil {
		return fmt.Errorf("simulator: Start: %w", err)
	}
	if c.Speed == 0 {
		c.Speed = 1
	}
	if c.Past > longestPast {
		return fmt.Errorf("simulator: a past of %v, more than twenty years", c.Past)
	}
	if err := checkSpeed(c.Speed); err != nil {
		return err
	}
	if len(c.Models) == 0 {
		c.Models = defaultModels
	}
	if slices.Contains(c.Locations, nil) {
		return errors.New("simulator: a nil location")
	}
	for _, m := range c.Models {
		if err := m.check(); err != nil {
			return err
		}
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return nil
}

// restBase is the path under which the REST calls lie.
const restBase = "/api/v2.1"

// ServeHTTP answers the REST calls under /api/v2.1 and MQTT over WebSocket at
// /mqtt, as two hosts of the real cloud do.
func (s *Simulator) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.URL.Path == "/mqtt":
		s.broker.ServeHTTP(w, r)
	case strings.HasPrefix(r.URL.Path, restBase+"/"):
		s.rest.ServeHTTP(w, r)
	case s.console != nil && (r.URL.Path == controlBase || strings.HasPrefix(r.URL.Path, controlBase+"/")):
		s.console.ServeHTTP(w, r)
	default:
		http.NotFound(w, r)
	}
}

// Close heals every mix of faults, ends every MQTT connection, lets go of every
// held REST call and stops the heaters. It returns when nothing of the simulator
// runs any more. Servers of Memory and Listen are closed by their owners. Closing
// twice is harmless.
func (s *Simulator) Close() error {
	s.mixtures.heal()
	s.hooks.close()
	s.fleet.close() // before what it publishes to
	s.broker.close()
	return nil
}

// Counters counts what clients did since New.
type Counters struct {
	// SignIns and Refreshes count the calls that succeeded.
	SignIns, Refreshes int
	// Calls counts REST calls, failed ones too, by method and path, as in
	// "POST /device/list".
	Calls map[string]int

	MQTTCounters
}

// Counters returns what was counted so far; the maps are the caller's.
func (s *Simulator) Counters() Counters {
	c := Counters{Calls: s.hooks.counted(), MQTTCounters: s.broker.tally.counters()}
	c.SignIns, c.Refreshes = s.directory.counted()
	return c
}

// Accounts returns all accounts, the one with Config.Heaters heaters first.
func (s *Simulator) Accounts() []Account { return s.directory.list() }

// Heater returns the heater with this MAC address (12 hexadecimal digits in
// lower case), or nil.
func (s *Simulator) Heater(mac string) *Heater { return s.fleet.byMAC[mac] }

// SilentHeaters makes all heaters take requests without a word, as a device
// does that hangs; the broker still acknowledges what is published. False ends
// it.
func (s *Simulator) SilentHeaters(on bool) {
	for _, h := range s.fleet.heaters {
		h.SetSilent(on)
	}
}

// Snapshot returns the whole state of all heaters and the date of their clock, as
// JSON, for Config.Restore. What belongs to the cloud is not in it, such as tokens,
// connections and injected faults; nor are counters, Received, what waits for a
// slow heater, and what SetSilent, SetDelay, LoseWrites, SetFeature and SetStatus
// were told.
func (s *Simulator) Snapshot() ([]byte, error) { return s.fleet.snapshot() }
