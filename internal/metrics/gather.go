package metrics

import (
	"slices"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"

	"github.com/nwp500/nwp500/internal/fleet"
)

var _ prometheus.TransactionalGatherer = (*Metrics)(nil)

// Gather returns the families of all heaters, accounts and the process, in the order of
// their names. They are valid until done is called, which must be.
func (m *Metrics) Gather() (families []*dto.MetricFamily, done func(), err error) {
	s, _ := m.scrapes.Get().(*scrape)
	if s == nil {
		s = newScrape(m.families)
	}
	s.fill(m.families, m.heaters())
	families, err = m.registry.Gather()
	for _, family := range s.families {
		if len(family.Metric) > 0 {
			families = append(families, family)
		}
	}
	slices.SortFunc(families, func(a, b *dto.MetricFamily) int { return strings.Compare(a.GetName(), b.GetName()) })
	return families, func() { m.scrapes.Put(s) }, err
}

// chunkSize is how many samples are allocated at once: about what a heater has.
const chunkSize = 128

// scrape is the memory of one scrape of the heaters, used again by a later one.
type scrape struct {
	families []*dto.MetricFamily // in the order of the definitions
	chunks   []*[chunkSize]sample
	used     int // samples

	// While it is filled: where the next sample belongs, and what stands before its labels.
	family *dto.MetricFamily
	heater [2]*dto.LabelPair
}

// sample is one sample and all that it points to.
type sample struct {
	metric  dto.Metric
	gauge   dto.Gauge
	counter dto.Counter
	value   float64
	labels  [5]*dto.LabelPair
}

func newScrape(definitions []family) *scrape {
	s := &scrape{families: make([]*dto.MetricFamily, len(definitions))}
	for i, d := range definitions {
		s.families[i] = &dto.MetricFamily{Name: &d.name, Help: &d.help, Type: d.kind().Enum()}
	}
	return s
}

// fill makes the samples of all heaters.
func (s *scrape) fill(definitions []family, states []*fleet.State) {
	labels := make([][2]*dto.LabelPair, len(states))
	for i, state := range states {
		labels[i] = [2]*dto.LabelPair{label("heater", state.ID), label("name", state.Name)}
	}
	s.used = 0
	for i := range definitions {
		s.family = s.families[i]
		s.family.Metric = s.family.Metric[:0]
		for j, state := range states {
			s.heater = labels[j]
			definitions[i].read(s, state)
		}
	}
}

// add adds a sample of the heater's; it has at most three labels of its own.
func (s *scrape) add(value float64, labels ...*dto.LabelPair) {
	if s.used/chunkSize == len(s.chunks) {
		s.chunks = append(s.chunks, new([chunkSize]sample))
	}
	next := &s.chunks[s.used/chunkSize][s.used%chunkSize]
	s.used++
	next.value = value
	n := copy(next.labels[:], s.heater[:])
	n += copy(next.labels[n:], labels)
	next.metric.Label = next.labels[:n]
	next.metric.Gauge, next.metric.Counter = nil, nil
	if s.family.GetType() == dto.MetricType_COUNTER {
		next.counter.Value = &next.value
		next.metric.Counter = &next.counter
	} else {
		next.gauge.Value = &next.value
		next.metric.Gauge = &next.gauge
	}
	s.family.Metric = append(s.family.Metric, &next.metric)
}

// label makes a label. Prometheus takes no scrape with a text that is not UTF-8.
func label(name, value string) *dto.LabelPair {
	value = strings.ToValidUTF8(value, "�")
	return &dto.LabelPair{Name: &name, Value: &value}
}
