package reliability

import (
	"context"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/simulator"
)

// A shipped day on which WiFi, provider and cloud fail one after the other: a client that asks every minute is right all day. What it is
// told is what the heater is, it is told again soon after each trouble, and it learns what the heater did alone.
func TestBadCloudDay(t *testing.T) {
	scenario, err := simulator.LoadScenario("bad-cloud-day")
	if err != nil {
		t.Fatal(err)
	}
	inFault(t, setup{simulator: scenario.Config()}, func(t *testing.T, c *cloud) {
		// The mix of the afternoon sets the cloud's clock wrong: a client that has made up for that signs once with the wrong time when
		// the clock is right again.
		c.offences = []simulator.Offence{simulator.OffenceSignature, simulator.OffenceOldSignature}
		c.connect()
		performance, err := c.Play(scenario)
		if err != nil {
			t.Fatal(err)
		}
		day := &badDay{cloud: c, performance: performance}
		for day.goesOn() {
			pass(time.Minute)
			day.ask()
		}
		for _, result := range performance.Results() {
			if !result.Met {
				t.Errorf("line %d, %s: %s", result.Line, result.Text, result.Seen)
			}
		}
		t.Logf("%d statuses were answered, %d not", day.answered, day.unanswered)
		if day.answered < 500 || day.unanswered < 30 {
			t.Errorf("%d statuses were answered, %d not: was it a bad day?", day.answered, day.unanswered)
		}
		if !day.learned {
			t.Error("what the heater did while it was offline was never told")
		}
	})
}

// A badDay is what a client makes of it.
type badDay struct {
	*cloud
	performance          *simulator.Performance
	answered, unanswered int
	learned              bool // the mode that a reservation chose meanwhile
}

func (d *badDay) goesOn() bool {
	select {
	case <-d.performance.Done():
		return false
	default:
		return true
	}
}

// calm tells whether nothing fails, and for long enough that the client has to be well again.
func (d *badDay) calm() bool {
	soFar, cancel := context.WithCancel(context.Background())
	cancel()
	troubles, last := 0, time.Time{}
	for happening := range d.performance.Follow(soFar) {
		text, ended := strings.CutPrefix(happening.Text, "ends: ")
		switch keyword, _, _ := strings.Cut(text, " "); {
		case keyword != "cloud" && keyword != "offline" && keyword != "wifi":
		case ended:
			troubles--
			last = happening.At
		default:
			troubles++
		}
	}
	return troubles == 0 && d.Date().Sub(last) > healing
}

// ask compares what the client is told with the heater itself.
func (d *badDay) ask() {
	d.t.Helper()
	calm := d.calm()
	var told *nwp500.Status
	err := d.try("status", 20*time.Second, func(ctx context.Context) (err error) {
		told, err = d.heater.Status(ctx)
		return err
	})
	if err != nil {
		if d.unanswered++; calm && d.calm() {
			d.t.Errorf("%s: nothing fails, and the client has no status: %v", d.Date().Format(time.TimeOnly), err)
		}
		return
	}
	d.answered++
	truth := d.account.Heaters[0].Status()
	if got, want := told.TankUpper.Celsius(), float64(truth["tankUpperTemperature"])/10; math.Abs(got-want) > 3 {
		d.t.Errorf("%s: told of %.1f °C, the heater is at %.1f", d.Date().Format(time.TimeOnly), got, want)
	}
	if got, want := told.Setpoint.Celsius(), float64(truth["dhwTemperatureSetting"])/2; got != want {
		d.t.Errorf("%s: told of a setpoint of %.1f °C, it is %.1f", d.Date().Format(time.TimeOnly), got, want)
	}
	d.learned = d.learned || told.Setpoint.Celsius() == 55
}
