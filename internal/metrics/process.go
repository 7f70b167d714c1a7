package metrics

import (
	"runtime"

	"github.com/prometheus/client_golang/prometheus"
)

// The metrics of accounts and of the process.
var (
	buildInfo       = desc("nwp500_build_info", "The program; 1.", "version", "go_version")
	bridgeConnected = desc("nwp500_bridge_connected", "Whether the bridge to Home Assistant reaches its broker.")
	bridgeMade      = desc("nwp500_bridge_connections_made_total", "How often the bridge to Home Assistant has reached its broker.")
	bridgeSent      = desc("nwp500_bridge_messages_sent_total", "Messages that the bridge has sent to its broker.")
	bridgeReceived  = desc("nwp500_bridge_messages_received_total", "Messages from the broker that were meant for the bridge.")
	bridgeRefused   = desc("nwp500_bridge_commands_refused_total", "Messages that were no command of a heater, or none that was taken: retained, malformed, or too many.")
	bridgeMissed    = desc("nwp500_bridge_events_missed_total", "Events that Home Assistant was not told because its broker was away.")
	historyWritable = desc("nwp500_history_writable", "Whether the history can be written.")
	noticesMissed   = desc("nwp500_notices_missed_total", "What the metrics did not hear because it came too fast; commands may lack in their counters.")

	accountConnection = desc("nwp500_account_connection", "How the account is doing: 1 for the present state.", "account", "state")
	accountHeaters    = desc("nwp500_account_heaters", "How many heaters of the account are used.", "account")
	connectionsUp     = desc("nwp500_connections_up", "How many of the account's connections to the cloud are up; one serves about 40 heaters.", "account")
	connectionsMade   = desc("nwp500_connections_made_total", "How often a connection to the cloud was made.", "account")
	connectionDrops   = desc("nwp500_connection_drops_total", "How often a connection to the cloud went down, by what is taken for the cause.", "account", "cause")
	messages          = desc("nwp500_messages_received_total", "Messages from the cloud.", "account")
	messagesLost      = desc("nwp500_messages_lost_total", "Messages from the cloud that came too fast to be read.", "account")
	messagesBad       = desc("nwp500_messages_unreadable_total", "Messages from the cloud that were skipped because they could not be read.", "account")
	answersLate       = desc("nwp500_answers_late_total", "Answers of heaters that nobody waited for any more.", "account")
	publications      = desc("nwp500_requests_waiting", "Requests and commands that wait to be sent.", "account")
)

func desc(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc(name, help, labels, nil)
}

// processCollector collects what belongs to accounts and to the process.
type processCollector struct{ m *Metrics }

// Describe describes nothing: which metrics there are depends on what is configured.
func (c processCollector) Describe(chan<- *prometheus.Desc) {}

// Collect sends the present values.
func (c processCollector) Collect(to chan<- prometheus.Metric) {
	config := c.m.config
	out := sink{to}
	out.gauge(buildInfo, 1, config.Version, runtime.Version())
	out.counter(noticesMissed, float64(c.m.tally.lost()))
	if config.Bridge != nil {
		bridge := config.Bridge()
		out.gauge(bridgeConnected, truth(bridge.Connected))
		out.counter(bridgeMade, float64(bridge.Connections))
		out.counter(bridgeSent, float64(bridge.Sent))
		out.counter(bridgeReceived, float64(bridge.Received))
		out.counter(bridgeRefused, float64(bridge.Refused))
		out.counter(bridgeMissed, float64(bridge.Missed))
	}
	if config.HistoryHealth != nil {
		out.gauge(historyWritable, truth(config.HistoryHealth() == nil))
	}
	for _, account := range c.m.accounts() {
		for _, state := range connectionStates() {
			out.gauge(accountConnection, truth(state == string(account.Connection.State)), account.Name, state)
		}
		out.gauge(accountHeaters, float64(account.Heaters), account.Name)
		if account.Diagnostics == nil {
			continue
		}
		out.session(account.Name, account.Diagnostics)
	}
}
