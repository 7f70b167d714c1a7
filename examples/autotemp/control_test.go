package main

import (
	"testing"
	"time"

	"github.com/nwp500/nwp500"
)

// Hours are counted whole: a day and an hour without use are 25 hours and not one. What a status leaves out decides nothing.
func TestDecide(t *testing.T) {
	const none = nwp500.Mode(0)
	saver, demand := nwp500.ValueOf(nwp500.EnergySaver), nwp500.ValueOf(nwp500.HighDemand)
	start := time.Date(2026, time.March, 7, 12, 0, 0, 0, time.UTC)
	for name, test := range map[string]struct {
		lastUse time.Duration // before the status
		status  nwp500.Status
		want    nwp500.Mode
	}{
		"cold and drawn":         {0, nwp500.Status{Mode: saver, Drawing: nwp500.On, Temperature: nwp500.Fahrenheit(129)}, nwp500.HighDemand},
		"drawn for long":         {0, nwp500.Status{Mode: saver, DrawingSustained: nwp500.On, Temperature: nwp500.Fahrenheit(129)}, nwp500.HighDemand},
		"0 °C is cold":           {0, nwp500.Status{Mode: saver, Drawing: nwp500.On, Temperature: nwp500.Celsius(0)}, nwp500.HighDemand},
		"130 °F is enough":       {0, nwp500.Status{Mode: saver, Drawing: nwp500.On, Temperature: nwp500.Fahrenheit(130)}, none},
		"temperature not said":   {0, nwp500.Status{Mode: saver, Drawing: nwp500.On}, none},
		"mode not said":          {0, nwp500.Status{Drawing: nwp500.On, Temperature: nwp500.Fahrenheit(100)}, none},
		"mode unheard of":        {0, nwp500.Status{Mode: nwp500.ValueOf(nwp500.Mode(17)), Drawing: nwp500.On, Temperature: nwp500.Fahrenheit(100)}, none},
		"boosted already":        {0, nwp500.Status{Mode: demand, Drawing: nwp500.On, Temperature: nwp500.Fahrenheit(100)}, none},
		"drawing not said":       {time.Hour, nwp500.Status{Mode: saver, Temperature: nwp500.Fahrenheit(100)}, none},
		"unused for an hour":     {time.Hour, nwp500.Status{Mode: demand}, none},
		"unused for two hours":   {2 * time.Hour, nwp500.Status{Mode: demand}, nwp500.EnergySaver},
		"unused for a day":       {25 * time.Hour, nwp500.Status{Mode: demand}, nwp500.EnergySaver},
		"unused and saving":      {25 * time.Hour, nwp500.Status{Mode: saver}, none},
		"unused and off":         {25 * time.Hour, nwp500.Status{Mode: nwp500.ValueOf(nwp500.PowerOff)}, none},
		"unused and on vacation": {25 * time.Hour, nwp500.Status{Mode: nwp500.ValueOf(nwp500.Vacation)}, none},
	} {
		t.Run(name, func(t *testing.T) {
			c := control{lastUse: start.Add(-test.lastUse)}
			test.status.Received = start
			mode, due := c.decide(&test.status)
			if mode != test.want || due != (test.want != none) {
				t.Errorf("got %v, %v; want %v", mode, due, test.want)
			}
			if again, due := c.decide(&test.status); due {
				t.Errorf("and then %v again", again)
			}
		})
	}
}
