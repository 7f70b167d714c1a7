// Package metrics answers Prometheus with what the heaters of a fleet are doing.
//
// [New] makes an [http.Handler] for /metrics; [Metrics.Run] counts what happens in the
// meantime, such as the ends of commands. docs/metrics.md lists every metric.
//
// # What a metric is here
//
// Units are Prometheus' base units and stand in the names: celsius, kelvin, joules, watts,
// litres, seconds, ratios from 0 to 1. What only grows ends in _total. What has states has
// a series for each, 1 for the present one and 0 for the others; a state without a name
// has a series while it lasts. Each series of a heater has the labels heater, its ID, and
// name, the owner's.
//
// What is unknown is absent, and never 0. So is what a status says that is no longer
// fresh: a flat line through an outage would be a lie. nwp500_status_timestamp_seconds
// remains, and the counters do. A heater that its account no longer lists disappears.
//
// # How a scrape is made
//
// Nothing is asked of a heater: a scrape reads the states that the fleet has. The heaters'
// families are filled in a buffer that is used again by the next scrape (gather.go), so
// that a thousand heaters with a hundred series each cost no garbage; what belongs to
// accounts and to the process, a few dozen series, is a registry with a collector as usual.
//
// # Concurrency
//
// All methods may be called from several goroutines; Run is called once.
package metrics
