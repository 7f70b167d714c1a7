package schedule

import (
	"fmt"
	"math"
	"strconv"

	"github.com/nwp500/nwp500"
)

// Reservations is a weekly program as reservations list -o json prints it, or as a person writes it.
type Reservations struct {
	head
	Use     *bool              `json:"reservation_use"`
	Entries *[]reservationText `json:"reservation"`
}

// reservationText is an entry of it: days, time and temperature for people, the rest as the wire has it. Either will do.
type reservationText struct {
	Enable      *bool     `json:"enable"`
	Days        *names    `json:"days"`
	Time        *string   `json:"time"`
	Mode        flexible  `json:"mode"`
	Temperature *flexible `json:"temperature"`

	Week   *int `json:"week"`
	Hour   *int `json:"hour"`
	Minute *int `json:"min"`
	Param  *int `json:"param"`

	Unknown map[string]any `json:"unknown"` // the heater keeps its own
}

// Draft is a reservation whose temperature may still lack its unit, which may be that of the heater's panel.
type Draft struct {
	nwp500.Reservation
	Wanted *Degrees // nil when no temperature is named
	Param  *int     // the same in half degrees Celsius, nil when that is not named
}

// Drafts returns whether the program runs, and its entries.
func (f Reservations) Drafts() (enabled bool, drafts []Draft, err error) {
	if err := f.check("reservations"); err != nil {
		return false, nil, err
	}
	unit, err := f.unit()
	if err != nil {
		return false, nil, err
	}
	if f.Use == nil || f.Entries == nil {
		return false, nil, mistakef("a weekly program has reservation_use (true or false) and reservation (a list)")
	}
	for i, text := range *f.Entries {
		draft, err := text.draft(unit)
		if err != nil {
			return false, nil, fmt.Errorf("reservation %d: %w", i+1, err)
		}
		drafts = append(drafts, draft)
	}
	return *f.Use, drafts, nil
}

func (t reservationText) draft(unit string) (d Draft, err error) {
	d.Enabled = t.Enable == nil || *t.Enable
	if d.Days, err = entryDays(t.Days, t.Week); err != nil {
		return d, err
	}
	at, err := entryTime("time", t.Time, "hour", t.Hour, "min", t.Minute)
	if err != nil {
		return d, err
	}
	d.Hour, d.Minute = at.Hour, at.Minute
	if d.Mode, err = reservationMode(string(t.Mode)); err != nil {
		return d, err
	}
	d.Param = t.Param
	if t.Temperature != nil {
		wanted, err := ParseDegrees(string(*t.Temperature))
		if err != nil {
			return d, err
		}
		if wanted.Unit == "" {
			wanted.Unit = unit
		}
		d.Wanted = &wanted
	}
	return d, nil
}

// reservationMode takes the name of any mode, or its number on the wire.
func reservationMode(text string) (nwp500.Mode, error) {
	if number, err := strconv.Atoi(text); err == nil {
		return nwp500.Mode(number), nil // the library knows which there are
	}
	if text == "" {
		return 0, mistakef("a mode is missing")
	}
	mode, err := nwp500.ParseMode(text)
	if err != nil {
		return 0, mistakef("%w, power-off", err)
	}
	return mode, nil
}

// TemperatureIn returns the temperature that is named, a number without a unit in these
// units, and an unknown one when none is.
func (d Draft) TemperatureIn(units nwp500.Units) (nwp500.Temperature, error) {
	switch {
	case d.Wanted == nil && d.Param == nil:
		return nwp500.Temperature{}, nil
	case d.Wanted == nil:
		return nwp500.Celsius(float64(*d.Param) / 2), nil
	case d.Param == nil:
		return d.Wanted.In(units), nil
	}
	temperature := d.Wanted.In(units)
	if math.Round(temperature.Celsius()*2) != float64(*d.Param) {
		return temperature, disagree("temperature", temperature, "param", *d.Param)
	}
	return temperature, nil
}

// Heats reports whether a reservation to a mode has a setpoint that matters.
func Heats(mode nwp500.Mode) bool { return mode != nwp500.Vacation && mode != nwp500.PowerOff }
