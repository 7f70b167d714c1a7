package metrics

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/internal/fleet"
)

// Config says what is measured.
type Config struct {
	// Fleet has the heaters.
	Fleet *fleet.Fleet
	// Version is the program's, for nwp500_build_info.
	Version string
	// Bridge tells how the bridge to Home Assistant is doing; if nil, there is no bridge and
	// no metric of it.
	Bridge func() Bridge
	// HistoryHealth is why the history cannot be written, nil when it can; if the function
	// is nil, there is no history and no metric of it.
	HistoryHealth func() error
	// Logger receives what goes wrong with a scrape; if nil, it is not logged.
	Logger *slog.Logger
}

// Bridge is how the bridge to Home Assistant is doing, and what it has done since it was made.
type Bridge struct {
	// Connected tells whether it reaches the owner's broker.
	Connected bool
	// Connections is how often it has reached it, Sent and Received how many messages it has exchanged.
	Connections, Sent, Received uint64
	// Refused is how many messages were no command, or none that was taken, and Missed how many events
	// were not told for want of a connection.
	Refused, Missed uint64
}

// Metrics answers scrapes.
type Metrics struct {
	heaters  func() []*fleet.State
	accounts func() []fleet.AccountState
	listen   func() *fleet.Feed
	config   Config
	families []family
	registry *prometheus.Registry
	handler  http.Handler
	scrapes  sync.Pool // of *scrape
	tally    *tally
}

// New makes metrics of a fleet. It does no input or output.
func New(config Config) *Metrics {
	return newMetrics(config, func() []*fleet.State {
		heaters := config.Fleet.Heaters()
		states := make([]*fleet.State, len(heaters))
		for i, heater := range heaters {
			states[i] = heater.State()
		}
		return states
	}, config.Fleet.Accounts, config.Fleet.Listen)
}

func newMetrics(
	config Config, heaters func() []*fleet.State, accounts func() []fleet.AccountState, listen func() *fleet.Feed,
) *Metrics {
	m := &Metrics{heaters: heaters, accounts: accounts, listen: listen, config: config, registry: prometheus.NewRegistry(), tally: newTally()}
	m.families = m.allFamilies()
	m.registry.MustRegister(
		processCollector{m},
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
	options := promhttp.HandlerOpts{CoalesceGather: true, EnableOpenMetrics: true}
	if config.Logger != nil {
		options.ErrorLog = slog.NewLogLogger(config.Logger.Handler(), slog.LevelWarn)
	}
	m.handler = promhttp.HandlerForTransactional(m, options)
	return m
}

// Run counts what happens until ctx ends.
func (m *Metrics) Run(ctx context.Context) error {
	feed := m.listen()
	defer feed.Close()
	for {
		notices, missed, err := feed.Next(ctx)
		if ctx.Err() != nil || errors.Is(err, nwp500.ErrClosed) {
			return nil
		}
		if err != nil {
			return err
		}
		m.tally.count(notices, missed)
	}
}

// ServeHTTP answers a scrape, in the form that the client asks for.
func (m *Metrics) ServeHTTP(w http.ResponseWriter, r *http.Request) { m.handler.ServeHTTP(w, r) }
