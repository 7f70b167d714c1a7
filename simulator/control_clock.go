package simulator

import (
	"fmt"
	"net/http"
	"time"
)

// clockView is the heaters' clock.
type clockView struct {
	Date    time.Time `json:"date"`
	Speed   int       `json:"speed"`   // asked for
	Reached float64   `json:"reached"` // that the machine manages; 0 while paused
	Paused  bool      `json:"paused"`
}

// clockInputs are what can be done to the clock.
var clockInputs = []input{
	{Name: "speed", Low: 1, High: MostSpeed, Step: 1},
	{Name: "paused", Kind: inputToggle},
	{Name: "step", Kind: inputText, Unit: "a duration such as 90m, 12h or 36h"},
	{Name: "jump", Kind: inputText, Unit: "a date such as 2026-12-24T18:00, in the heaters' time zone, or with one as in RFC 3339"},
}

// Slow says whether the machine lags behind the speed that is asked for.
func (v clockView) Slow() bool { return !v.Paused && v.Reached < 0.95*float64(v.Speed) }

func (c *console) clock() clockView {
	s := c.simulator
	return clockView{Date: s.Date(), Speed: s.Speed(), Reached: tenth(s.SpeedReached()), Paused: s.Paused()}
}

func (c *console) readClock(*http.Request) (any, error) { return c.clock(), nil }

// changeClock does what was posted, and returns when heaters have lived what they
// were to live, or who asked has gone: a server that closes does not wait for them.
func (c *console) changeClock(r *http.Request) (any, error) {
	in, err := readInputs(r, clockInputs)
	if err != nil {
		return nil, err
	}
	s := c.simulator
	var step time.Duration
	if text, ok := in["step"].(string); ok {
		if step, err = time.ParseDuration(text); err != nil || step <= 0 {
			return nil, refuseText("step", text)
		}
	}
	var date time.Time
	if text, ok := in["jump"].(string); ok {
		if date, err = parseDate(text, s.config.Start.Location()); err != nil {
			return nil, refuseText("jump", text)
		}
	}
	change := func(c *clock) {
		c.speed = int(in.number("speed", float64(c.speed)))
		if paused, ok := in["paused"].(bool); ok {
			c.paused = paused
		}
	}
	switch {
	case in.has("step") && in.has("jump"):
		return nil, &notDone{status: http.StatusUnprocessableEntity, Message: "a step and a jump at once", Field: "jump", Value: in["jump"]}
	case in.has("step"):
		err = s.fleet.leap(r.Context(), func(from time.Time) time.Time { return from.Add(step) }, change)
	case in.has("jump"):
		err = s.fleet.leap(r.Context(), func(time.Time) time.Time { return date }, change)
	default:
		s.fleet.adjust(change)
	}
	return c.clock(), err
}

func refuseText(name, given string) error {
	i, err := findInput(clockInputs, name)
	if err != nil {
		return err
	}
	return i.refuse(given, name+" is not understood")
}

// parseDate reads a date as programs write it, or as a page's field gives it.
func parseDate(text string, zone *time.Location) (time.Time, error) {
	if date, err := time.Parse(time.RFC3339, text); err == nil {
		return date, nil
	}
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02T15:04"} {
		if date, err := time.ParseInLocation(layout, text, zone); err == nil {
			return date, nil
		}
	}
	return time.Time{}, fmt.Errorf("no date: %q", text)
}
