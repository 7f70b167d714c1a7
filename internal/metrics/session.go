package metrics

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/nwp500/nwp500"
)

// sink is where a collector sends to.
type sink struct{ to chan<- prometheus.Metric }

func (s sink) gauge(desc *prometheus.Desc, value float64, labels ...string) {
	s.to <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, value, labels...)
}

func (s sink) counter(desc *prometheus.Desc, value float64, labels ...string) {
	s.to <- prometheus.MustNewConstMetric(desc, prometheus.CounterValue, value, labels...)
}

// session sends how an account's connections to the cloud have been doing.
func (s sink) session(account string, d *nwp500.Diagnostics) {
	var up, made int
	var received, lost uint64
	drops := make(map[string]int)
	for _, connection := range d.Connections {
		up += int(truth(connection.Up))
		made += connection.Made
		received += connection.Received
		lost += connection.Lost
		for cause, n := range connection.Drops {
			drops[cause] += n
		}
	}
	s.gauge(connectionsUp, float64(up), account)
	s.counter(connectionsMade, float64(made), account)
	s.counter(messages, float64(received), account)
	s.counter(messagesLost, float64(lost), account)
	s.counter(messagesBad, float64(d.Unreadable), account)
	s.counter(answersLate, float64(d.LateAnswers), account)
	s.gauge(publications, float64(d.Waiting), account)
	for cause, n := range drops {
		s.counter(connectionDrops, float64(n), account, cause)
	}
}
