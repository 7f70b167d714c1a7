package nwp500

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/nwp500/nwp500/internal/topic"
	"github.com/nwp500/nwp500/internal/wire"
)

// command is a control command (docs/protocol.md §3).
type command struct {
	name string // for people
	kind string // a newer command of a kind takes the place of one that waits
	code topic.Code
	mode string
	// param returns what the command says, or why the heater cannot take it.
	param func(*Features) ([]int, error)
	// shown says whether the heater's answer shows that the command is done. What the
	// answer leaves out speaks neither for nor against.
	shown func(*Status) bool
}

// SetPower turns the heater on or off (docs/protocol.md §3, power-on and power-off). On
// restores the mode from before. Every error is a *CommandError; a heater that lacks
// powerUse is an *UnsupportedError.
func (h *Heater) SetPower(ctx context.Context, on bool) error {
	c := command{
		name: "power off", kind: "power", code: topic.PowerOff, mode: "power-off",
		param: func(f *Features) ([]int, error) { return []int{}, needs(f.PowerSwitch, "powerUse") },
		shown: func(s *Status) bool { return s.Mode.Or(PowerOff) == PowerOff },
	}
	if on {
		c.name, c.code, c.mode = "power on", topic.PowerOn, "power-on"
		c.shown = func(s *Status) bool { return !s.Mode.Is(PowerOff) }
	}
	return h.control(ctx, c)
}

// SetMode sets how the heater makes hot water (docs/protocol.md §3, dhw-mode). Vacation
// takes a number of days: SetVacation. PowerOff is no mode to set: SetPower. Each write
// can start the compressor. Every error is a *CommandError; another mode is a
// *RangeError, one that the heater lacks an *UnsupportedError.
func (h *Heater) SetMode(ctx context.Context, mode Mode) error {
	switch mode {
	case HeatPump, Electric, EnergySaver, HighDemand:
	case Vacation:
		return refused("set mode", &RangeError{"mode", "vacation", "a number of days with it"}, "use SetVacation")
	case PowerOff:
		return refused("set mode", &RangeError{"mode", "power off", "heat pump, electric, energy saver, high demand"}, "use SetPower")
	default:
		return refused("set mode", &RangeError{"mode", mode.String(), "heat pump, electric, energy saver, high demand"}, "")
	}
	return h.control(ctx, command{
		name: "set mode", kind: "mode", code: topic.SetMode, mode: "dhw-mode",
		param: func(f *Features) ([]int, error) { return []int{int(mode)}, modeSupported(f, mode) },
		shown: func(s *Status) bool { return s.Mode.Or(mode) == mode },
	})
}

// modeSupported says why a heater cannot be set to a mode, or nil.
func modeSupported(f *Features, mode Mode) error {
	if err := needs(f.HotWater, "dhwUse"); err != nil {
		return err
	}
	switch mode {
	case HeatPump:
		return needs(f.HeatPumpMode, "heatpumpUse")
	case Electric:
		return needs(f.ElectricMode, "electricUse")
	case EnergySaver:
		return needs(f.EnergySaverMode, "energySaverUse")
	case HighDemand:
		return needs(f.HighDemandMode, "highDemandUse")
	}
	return needs(f.VacationMode, "holidayUse")
}

// SetVacation sets the mode Vacation for 1 to 30 days (docs/protocol.md §3, dhw-mode).
// Every error is a *CommandError; other days are a *RangeError.
func (h *Heater) SetVacation(ctx context.Context, days int) error {
	if days < 1 || days > 30 {
		return refused("set vacation", &RangeError{"days", fmt.Sprint(days), "1 to 30"}, "")
	}
	return h.control(ctx, command{
		name: "set vacation", kind: "mode", code: topic.SetMode, mode: "dhw-mode",
		param: func(f *Features) ([]int, error) { return []int{int(Vacation), days}, modeSupported(f, Vacation) },
		shown: func(s *Status) bool { return s.Mode.Or(Vacation) == Vacation && s.VacationDays.Or(days) == days },
	})
}

// SetTemperature sets the setpoint, within the heater's own limits and rounded to
// its own steps of half a degree or a degree Celsius (docs/protocol.md §3,
// dhw-temperature). Each write can start the compressor, also one of the setpoint that
// is set already. Every error is a *CommandError; a temperature outside of the limits is
// a *RangeError, a heater that cannot be set an *UnsupportedError.
func (h *Heater) SetTemperature(ctx context.Context, setpoint Temperature) error {
	if !setpoint.Known() {
		return refused("set temperature", &RangeError{"temperature", "unknown", "a number of degrees"}, "")
	}
	var raw int
	return h.control(ctx, command{
		name: "set temperature", kind: "temperature", code: topic.SetTemperature, mode: "dhw-temperature",
		param: func(f *Features) ([]int, error) {
			if f.TemperatureSetting.Is(SettingUnknown) || f.TemperatureSetting.Is(SettingDisabled) {
				return nil, &UnsupportedError{"dhwTemperatureSettingUse"}
			}
			raw = setpoint.raw()
			if f.TemperatureSetting.Is(WholeDegrees) {
				raw = wholeDegrees(f, setpoint)
			}
			return []int{raw}, setpointAllowed(f, setpoint, raw)
		},
		shown: func(s *Status) bool { return !s.Setpoint.Known() || s.Setpoint.raw() == raw },
	})
}

// The widest limits of any firmware (docs/protocol.md §5), for a heater that does not
// tell its own.
var widestMin, widestMax = Celsius(35), Celsius(65.5)

func setpointLimits(f *Features) (lowest, highest Temperature) {
	lowest, highest = f.SetpointMin, f.SetpointMax
	if !lowest.Known() {
		lowest = widestMin
	}
	if !highest.Known() {
		highest = widestMax
	}
	return lowest, highest
}

// wholeDegrees returns the setpoint in half °C to the nearest whole degree, or to the
// next one when the nearest is beyond a limit that the setpoint itself keeps: limits may
// be half degrees.
func wholeDegrees(f *Features, setpoint Temperature) int {
	lowest, highest := setpointLimits(f)
	raw := 2 * int(math.Round(setpoint.celsius))
	switch {
	case raw > highest.raw() && setpoint.raw() <= highest.raw():
		return raw - 2
	case raw < lowest.raw() && setpoint.raw() >= lowest.raw():
		return raw + 2
	}
	return raw
}

func setpointAllowed(f *Features, setpoint Temperature, raw int) error {
	lowest, highest := setpointLimits(f)
	if raw < lowest.raw() || raw > highest.raw() {
		return &RangeError{"temperature", setpoint.String(), lowest.String() + " to " + highest.String()}
	}
	return nil
}

// needs refuses a function that the heater says it lacks. One that it does not
// mention is left to the heater.
func needs(has Capability, function string) error {
	if has == NotFitted {
		return &UnsupportedError{function}
	}
	return nil
}

func refused(name string, err error, hint string) error {
	return &CommandError{Command: name, Outcome: Refused, Err: err, Hint: hint}
}

// control carries a command out: it checks that the heater can take it, sends it
// once and waits for the heater's own answer. Every error is a *CommandError.
func (h *Heater) control(ctx context.Context, c command) error {
	features, pass, err := h.featuresFor(ctx, c.kind)
	defer pass()
	if err != nil {
		return failed(c.name, NotSent, err)
	}
	param, err := c.param(features)
	if err != nil {
		return failed(c.name, Refused, err)
	}
	envelope, err := h.tell(ctx, c.name, c.kind, transaction{
		code: c.code, suffix: topic.SuffixControl, mode: c.mode, param: param, wants: statusAnswering(c.code), queued: pass,
	})
	if err != nil {
		return err
	}
	message, _ := envelope.Status()
	if !c.shown(newStatus(message, h.device.MAC, time.Now())) {
		return failed(c.name, OutcomeUnknown, errors.New("the heater answered, but its answer does not show the change"))
	}
	return nil
}

// statusAnswering reports whether a message is the status that answers a code.
func statusAnswering(code topic.Code) func(*wire.Envelope) bool {
	return func(envelope *wire.Envelope) bool {
		status, ok := envelope.Status()
		if !ok {
			return false
		}
		value, ok := status.Get("command")
		number, isNumber := wire.Integer(value)
		return !ok || isNumber && topic.Code(number) == code
	}
}
