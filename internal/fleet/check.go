package fleet

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/api"
)

// FieldError is a command that is malformed, whatever the heater.
type FieldError struct {
	// Field is the member, "command" or "mode".
	Field string
	// Problem says what is wrong with it, and what it takes.
	Problem string
}

// Error names the member and what is wrong with it.
func (e *FieldError) Error() string { return e.Field + ": " + e.Problem }

// Check says what is wrong with a command whatever the heater, with a *FieldError, or nil.
// Do refuses what Check finds, and besides what the heater itself does not take.
func Check(command api.Command) error {
	_, err := parseCommand(command)
	return err
}

// parseCommand returns what a command asks for. Its errors are *FieldError.
func parseCommand(command api.Command) (order, error) {
	form, known := forms[command.Name]
	if !known {
		return order{}, &FieldError{"command", fmt.Sprintf("%q is none of the commands, which are %s",
			shorten(command.Name), strings.Join(slices.Sorted(maps.Keys(forms)), ", "))}
	}
	for member, there := range membersOf(command) {
		if there && !strings.Contains(" "+form.takes+" ", " "+member+" ") {
			return order{}, &FieldError{member, "the command " + command.Name + " does not take it"}
		}
	}
	run, err := form.parse(command)
	if err != nil {
		return order{}, err
	}
	return order{run: run, changes: form.changes, reads: form.reads}, nil
}

// membersOf tells which members a command has.
func membersOf(c api.Command) map[string]bool {
	return map[string]bool{
		"on": c.On != nil, "mode": c.Mode != "", "celsius": c.Celsius != nil, "fahrenheit": c.Fahrenheit != nil,
		"days": c.Days != nil, "hours": c.Hours != nil, "code": c.Code != nil, "version": c.Version != nil,
		"schedule": c.Schedule != nil, "if_match": c.IfMatch != "",
	}
}

// shorten keeps a text of somebody else's from filling a message.
func shorten(text string) string {
	const most = 40
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + "…"
}

func needOn(c api.Command) (bool, error) {
	if c.On == nil {
		return false, &FieldError{"on", "it is missing: true or false"}
	}
	return *c.On, nil
}

func needDays(c api.Command) (int, error) {
	if c.Days == nil {
		return 0, &FieldError{"days", "they are missing: 1 to 30"}
	}
	return *c.Days, checkDays(*c.Days)
}

func checkDays(days int) error {
	if days < 1 || days > 30 {
		return &FieldError{"days", fmt.Sprintf("%d is not allowed: 1 to 30", days)}
	}
	return nil
}

// optionalDays returns the days that are named, or 0.
func optionalDays(c api.Command) (int, error) {
	if c.Days == nil || *c.Days == 0 {
		return 0, nil
	}
	return *c.Days, checkDays(*c.Days)
}

func needTemperature(c api.Command) (nwp500.Temperature, error) {
	switch {
	case c.Celsius != nil && c.Fahrenheit != nil:
		return nwp500.Temperature{}, &FieldError{"fahrenheit", "a temperature is in celsius or in fahrenheit"}
	case c.Celsius != nil && sensible(*c.Celsius):
		return nwp500.Celsius(*c.Celsius), nil
	case c.Fahrenheit != nil && sensible(*c.Fahrenheit):
		return nwp500.Fahrenheit(*c.Fahrenheit), nil
	case c.Celsius != nil:
		return nwp500.Temperature{}, &FieldError{"celsius", "it is no temperature of water"}
	case c.Fahrenheit != nil:
		return nwp500.Temperature{}, &FieldError{"fahrenheit", "it is no temperature of water"}
	}
	return nwp500.Temperature{}, &FieldError{"celsius", "a temperature is missing, in celsius or in fahrenheit"}
}

// sensible tells a number of degrees that a heater's limits can be compared with.
func sensible(degrees float64) bool { return !math.IsNaN(degrees) && math.Abs(degrees) <= 1000 }

func needMode(c api.Command) (nwp500.Mode, error) {
	mode, err := nwp500.ParseMode(c.Mode)
	allowed := "heat_pump, energy_saver, high_demand, electric or vacation"
	switch {
	case c.Mode == "":
		return 0, &FieldError{"mode", "it is missing: " + allowed}
	case err != nil:
		return 0, &FieldError{"mode", fmt.Sprintf("%q is not known: %s", shorten(c.Mode), allowed)}
	case mode == nwp500.PowerOff:
		return 0, &FieldError{"mode", "power_off is no mode to set: use the command power"}
	}
	return mode, nil
}

func needHours(c api.Command) (int, error) {
	if c.Hours == nil {
		return 0, &FieldError{"hours", "they are missing: 0, or 1000 to 10000 in steps of 500"}
	}
	return *c.Hours, nil
}

func needFirmware(c api.Command) (code, version int, err error) {
	switch {
	case c.Code == nil || *c.Code < 1:
		return 0, 0, &FieldError{"code", "the code of a firmware that can be installed is missing"}
	case c.Version == nil || *c.Version < 1:
		return 0, 0, &FieldError{"version", "the version of a firmware that can be installed is missing"}
	}
	return *c.Code, *c.Version, nil
}
