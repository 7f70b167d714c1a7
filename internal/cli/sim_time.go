package cli

import (
	"fmt"
	"time"

	"github.com/spf13/pflag"

	"github.com/nwp500/nwp500/simulator"
)

// simTime is what the flags of sim say about the heaters' clock.
type simTime struct {
	speed  int
	start  string
	paused bool
}

func (o *simTime) add(flags *pflag.FlagSet) {
	flags.IntVar(&o.speed, "speed", 1, "how many times as fast as yours the heaters' clock goes, 1 to 100000")
	flags.StringVar(&o.start, "start", "", "the `DATE` on the heaters' clock at first, as in 2026-01-15, or \"2026-01-15 06:30\"; now unless given")
	flags.BoolVar(&o.paused, "paused", false, "have the heaters' clock stand")
}

// configure sets the clock of a simulator to be made.
func (o *simTime) configure(config *simulator.Config) error {
	if o.speed < 1 || o.speed > simulator.MostSpeed {
		return usagef("--speed %d: the heaters' clock can go 1 to %d times as fast as yours", o.speed, simulator.MostSpeed)
	}
	if o.start != "" {
		start, err := parseStart(o.start)
		if err != nil {
			return err
		}
		config.Start = start
	}
	config.Speed, config.Paused = o.speed, o.paused
	return nil
}

// parseStart reads a date, or a date and the time of day, in the time zone of this computer unless it names another.
func parseStart(text string) (time.Time, error) {
	for _, form := range []string{
		time.DateOnly, "2006-01-02 15:04", "2006-01-02T15:04", time.DateTime, "2006-01-02T15:04:05", time.RFC3339,
	} {
		if date, err := time.ParseInLocation(form, text, time.Local); err == nil {
			if date.Before(simulator.FirstDate()) || !date.Before(simulator.LastDate()) {
				return time.Time{}, usagef("--start %q: the heaters' clock shows dates from %s to before %s", text,
					simulator.FirstDate().Format(time.DateOnly), simulator.LastDate().Format(time.DateOnly))
			}
			return date, nil
		}
	}
	return time.Time{}, usagef(`--start %q: write a date as in 2026-01-15, or with the time of day, "2026-01-15 06:30" or 2026-01-15T06:30:00Z`, text)
}

// simClock is the heaters' clock as it is at first.
type simClock struct {
	Date   time.Time `json:"date"`
	Speed  int       `json:"speed"`
	Paused bool      `json:"paused"`
}

func newSimClock(simulated *simulator.Simulator) simClock {
	return simClock{simulated.Date(), simulated.Speed(), simulated.Paused()}
}

// text says it to people.
func (c simClock) text() string {
	goes := "goes as fast as yours"
	switch {
	case c.Paused:
		goes = "stands"
	case c.Speed > 1:
		goes = fmt.Sprintf("goes %d times as fast as yours", c.Speed)
	}
	return fmt.Sprintf("\nThe heaters' clock shows %s and %s.\n", c.Date.Format("2006-01-02 15:04:05 MST"), goes)
}
