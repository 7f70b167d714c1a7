package simulator_test

import (
	"syscall"
	"testing"
	"time"

	"github.com/nwp500/nwp500/simulator"
)

// BenchmarkFleet is a minute in the life of 10 000 heaters: 250 accounts of 40, whose
// clients ask each heater every 30 seconds from another process, over the loopback
// interface. It is a winter's morning, when the most water is drawn. It reports what the
// simulator's process costs (docs/performance.md): the share of a core, the most memory
// that it ever had, and what the clients got.
func BenchmarkFleet(b *testing.B) {
	const heaters, every, rounds = 10_000, 30 * time.Second, 2
	began := time.Now()
	cloud, err := simulator.New(simulator.Config{
		TotalHeaters: heaters, Start: time.Date(2026, time.January, 15, 7, 0, 0, 0, time.UTC),
	})
	if err != nil {
		b.Fatal(err)
	}
	defer cloud.Close()
	starting := time.Since(began)
	server, err := cloud.Listen("127.0.0.1:0", false)
	if err != nil {
		b.Fatal(err)
	}
	defer server.Close()
	clients := newFleetProcess(b, orderFor(cloud, server, every, rounds))

	var spent, passed time.Duration
	var report fleetReport
	for b.Loop() {
		before, start := processorTime(b), time.Now()
		report = clients.ask(b)
		spent += processorTime(b) - before
		passed += time.Since(start)
	}
	b.ReportMetric(0, "ns/op") // a minute, as asked
	b.ReportMetric(starting.Seconds(), "s-start")
	b.ReportMetric(100*spent.Seconds()/passed.Seconds(), "%core")
	b.ReportMetric(float64(usage(b).Maxrss)/1024, "MiB-most")
	b.ReportMetric(float64(report.Answered), "answers")
	b.ReportMetric(float64(report.Asked-report.Answered), "missing")
	b.ReportMetric(report.Median.Seconds()*1000, "ms-p50")
	b.ReportMetric(report.P99.Seconds()*1000, "ms-p99")
	b.ReportMetric(report.Max.Seconds()*1000, "ms-max")
	report.check(b, heaters, rounds)
}

func usage(b *testing.B) syscall.Rusage {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return u
}

// processorTime is what this process has used, of user and system.
func processorTime(b *testing.B) time.Duration {
	u := usage(b)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
