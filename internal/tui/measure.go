package tui

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// measures are the units in which a heater is shown.
type measures struct{ us bool }

// unknown stands for a value that nobody has said.
const unknown = "–"

// degrees is a temperature in the units, without its sign.
func (m measures) degrees(celsius float64) float64 {
	if m.us {
		return celsius*1.8 + 32
	}
	return celsius
}

func (m measures) sign() string {
	if m.us {
		return "°F"
	}
	return "°C"
}

func (m measures) temperature(celsius *float64) string {
	if celsius == nil {
		return unknown
	}
	return fmt.Sprintf("%.1f %s", m.degrees(*celsius), m.sign())
}

func (m measures) volume(litres *float64) string {
	switch {
	case litres == nil:
		return unknown
	case m.us:
		return fmt.Sprintf("%.0f gal", *litres/3.785411784)
	}
	return fmt.Sprintf("%.0f l", *litres)
}

func (m measures) flow(litres *float64) string {
	switch {
	case litres == nil:
		return unknown
	case m.us:
		return fmt.Sprintf("%.1f gpm", *litres/3.785411784)
	}
	return fmt.Sprintf("%.1f l/min", *litres)
}

// number is a number with its unit.
func number(value *float64, format string) string {
	if value == nil {
		return unknown
	}
	return fmt.Sprintf(format, *value)
}

// energy is electricity in kilowatt-hours.
func energy(wattHours *int) string {
	if wattHours == nil {
		return unknown
	}
	return fmt.Sprintf("%.1f kWh", float64(*wattHours)/1000)
}

// span is a time that has passed, roughly: "12 s", "5 min", "3 h", "2 days".
func span(of time.Duration) string {
	of = max(0, of)
	switch {
	case of < 2*time.Minute:
		return fmt.Sprintf("%.0f s", math.Floor(of.Seconds()))
	case of < 2*time.Hour:
		return fmt.Sprintf("%.0f min", math.Floor(of.Minutes()))
	case of < 48*time.Hour:
		return fmt.Sprintf("%.0f h", math.Floor(of.Hours()))
	}
	return fmt.Sprintf("%.0f days", math.Floor(of.Hours()/24))
}

// sentence is a reason as the end of a line: without a full stop of its own.
func sentence(text string) string { return strings.TrimRight(shown(text), ".") }
