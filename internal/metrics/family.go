package metrics

import (
	"slices"

	dto "github.com/prometheus/client_model/go"

	"github.com/nwp500/nwp500/internal/fleet"
)

// family is a metric that heaters have.
type family struct {
	name, help string
	counter    bool
	// read adds the samples of a heater, none when nothing is known.
	read func(*scrape, *fleet.State)
}

func (f family) kind() dto.MetricType {
	if f.counter {
		return dto.MetricType_COUNTER
	}
	return dto.MetricType_GAUGE
}

// reader reads a number of a heater's state, and whether it is known.
type reader func(*fleet.State) (value float64, known bool)

// series is one series of a family: what it reads, and its labels beside the heater's.
type series struct {
	read   reader
	labels []*dto.LabelPair
}

// of makes a series with the labels given as name and value in turn.
func of(read reader, labels ...string) series {
	s := series{read: read}
	for i := 0; i < len(labels); i += 2 {
		s.labels = append(s.labels, label(labels[i], labels[i+1]))
	}
	return s
}

func gauge(name, help string, all ...series) family {
	return family{name: name, help: help, read: func(s *scrape, state *fleet.State) {
		for _, one := range all {
			if value, known := one.read(state); known {
				s.add(value, one.labels...)
			}
		}
	}}
}

func counter(name, help string, all ...series) family {
	f := gauge(name, help, all...)
	f.counter = true
	return f
}

// stateSet is a family with a series for each state, 1 for the one that value says and 0
// for the others. A state that is not among them has a series while it lasts.
func stateSet(name, help, labelName string, states []string, value func(*fleet.State) (state string, known bool)) family {
	labels := make([]*dto.LabelPair, len(states))
	for i, state := range states {
		labels[i] = label(labelName, state)
	}
	return family{name: name, help: help, read: func(s *scrape, of *fleet.State) {
		now, known := value(of)
		if !known {
			return
		}
		for i, state := range states {
			s.add(truth(state == now), labels[i])
		}
		if !slices.Contains(states, now) {
			s.add(1, label(labelName, now))
		}
	}}
}

func truth(is bool) float64 {
	if is {
		return 1
	}
	return 0
}
