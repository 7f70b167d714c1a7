package schedule

import (
	"errors"
	"regexp"
	"strconv"
	"strings"

	"github.com/nwp500/nwp500"
)

// Degrees is a temperature as somebody wrote it.
type Degrees struct {
	Number float64
	Unit   string // "C", "F", or nothing
}

// degreesForm takes the comma of half the world, too.
var degreesForm = regexp.MustCompile(`^([+-]?[0-9]+(?:[.,][0-9]+)?)\s*(?:°|deg)?\s*([CcFf])?$`)

// ParseDegrees takes 55C, 131 °F or 55. Anything else is a *Mistake.
func ParseDegrees(text string) (Degrees, error) {
	text = strings.NewReplacer("℃", "C", "℉", "F").Replace(strings.TrimSpace(text))
	parts := degreesForm.FindStringSubmatch(text)
	if parts == nil {
		return Degrees{}, mistakef("%q is no temperature: it looks like 55C, 131F or 55", text)
	}
	number, err := strconv.ParseFloat(strings.Replace(parts[1], ",", ".", 1), 64)
	if err != nil {
		return Degrees{}, mistakef("%q is no temperature: %w", text, errors.Unwrap(err))
	}
	return Degrees{number, strings.ToUpper(parts[2])}, nil
}

// In returns the temperature; a number without a unit is in the units given.
func (d Degrees) In(units nwp500.Units) nwp500.Temperature {
	if d.Unit == "F" || d.Unit == "" && units == nwp500.US {
		return nwp500.Fahrenheit(d.Number)
	}
	return nwp500.Celsius(d.Number)
}
