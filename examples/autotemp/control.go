package main

import (
	"errors"
	"time"

	"github.com/nwp500/nwp500"
)

const (
	// enough is the temperature, in °F, at which water that is drawn needs no more heat.
	enough = 130
	// idleAfter is how long nothing is drawn before the heater saves energy again.
	idleAfter = 2 * time.Hour
)

// control decides on the mode. A use goes on until nothing was drawn for idleAfter; in each use, and in each time without,
// it decides once.
type control struct {
	lastUse time.Time // zero before the first status
	idle    bool
	decided bool
}

// decide takes a status and returns the mode that is due now, if one is. What the status does not say decides nothing.
func (c *control) decide(s *nwp500.Status) (mode nwp500.Mode, due bool) {
	drawing := s.Drawing.IsOn() || s.DrawingSustained.IsOn()
	if drawing || c.lastUse.IsZero() { // whether it was used before this program began is not known
		c.lastUse = s.Received
	}
	if idle := s.Received.Sub(c.lastUse) >= idleAfter; idle != c.idle {
		c.idle, c.decided = idle, false
	}
	switch {
	case c.decided:
		return 0, false
	case drawing && s.Mode.Is(nwp500.EnergySaver) && s.Temperature.Known() && s.Temperature.Fahrenheit() < enough:
		mode = nwp500.HighDemand
	case c.idle && s.Mode.Is(nwp500.HighDemand):
		mode = nwp500.EnergySaver
	default:
		return 0, false
	}
	c.decided = true
	return mode, true
}

// failed takes the error of writing what was decided. What certainly never left, or came too soon after another command, is
// decided anew with the next status.
func (c *control) failed(err error) {
	var command *nwp500.CommandError
	var tooSoon *nwp500.ControlFailure
	if errors.As(err, &command) && command.Outcome == nwp500.NotSent || errors.As(err, &tooSoon) {
		c.decided = false
	}
}
