package cli

import (
	"fmt"
	"math"
	"strconv"

	"github.com/nwp500/nwp500"
)

// reservationFile is a weekly program as reservations list -o json prints it, or as a person writes it.
type reservationFile struct {
	scheduleHead
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

// draft is a reservation whose temperature may still lack its unit, which may be that of the heater's panel.
type draft struct {
	nwp500.Reservation
	wanted *degrees // nil when no temperature is named
	param  *int     // the same in half degrees Celsius, when that is named, too
}

// drafts returns whether the program runs, and its entries.
func (f reservationFile) drafts() (enabled bool, drafts []draft, err error) {
	if err := f.check("reservations"); err != nil {
		return false, nil, err
	}
	unit, err := f.unit()
	if err != nil {
		return false, nil, err
	}
	if f.Use == nil || f.Entries == nil {
		return false, nil, usagef("a weekly program has reservation_use (true or false) and reservation (a list)")
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

func (t reservationText) draft(unit string) (d draft, err error) {
	d.Enabled = t.Enable == nil || *t.Enable
	if d.Days, err = entryDays(t.Days, t.Week); err != nil {
		return d, err
	}
	at, err := entryTime("time", t.Time, "hour", t.Hour, "min", t.Minute)
	if err != nil {
		return d, err
	}
	d.Hour, d.Minute = at.hour, at.minute
	if d.Mode, err = reservationMode(string(t.Mode)); err != nil {
		return d, err
	}
	d.param = t.Param
	if t.Temperature != nil {
		wanted, err := parseDegrees(string(*t.Temperature))
		if err != nil {
			return d, err
		}
		if wanted.unit == "" {
			wanted.unit = unit
		}
		d.wanted = &wanted
	}
	return d, nil
}

// reservationMode takes the name of any mode, or its number on the wire.
func reservationMode(text string) (nwp500.Mode, error) {
	if number, err := strconv.Atoi(text); err == nil {
		return nwp500.Mode(number), nil // the library knows which there are
	}
	if text == "" {
		return 0, usagef("a mode is missing")
	}
	mode, err := nwp500.ParseMode(text)
	if err != nil {
		return 0, usagef("%w, power-off", err)
	}
	return mode, nil
}

// temperature returns the temperature on the scale of a number without a unit.
func (d draft) temperature(in scale) (nwp500.Temperature, error) {
	switch {
	case d.wanted == nil:
		return nwp500.Celsius(float64(*d.param) / 2), nil
	case d.param == nil:
		return d.wanted.on(in), nil
	}
	temperature := d.wanted.on(in)
	if math.Round(temperature.Celsius()*2) != float64(*d.param) {
		return temperature, disagree("temperature", temperature, "param", *d.param)
	}
	return temperature, nil
}
