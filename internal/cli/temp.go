package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/internal/schedule"
)

func (p *program) tempCommand() *cobra.Command {
	cmd := p.command("temp VALUE", "Set how hot a heater keeps its water", arguments(1, 2, "a temperature"), func(ctx context.Context, args []string) error {
		wanted, err := schedule.ParseDegrees(strings.Join(args, " "))
		if err != nil {
			return err
		}
		return p.withHeater(ctx, func(heater *nwp500.Heater) error {
			in, err := p.scaleFor(ctx, heater, wanted)
			if err != nil {
				return err
			}
			setpoint := wanted.In(in.units())
			if err := heater.SetTemperature(ctx, setpoint); err != nil {
				return inScale(ctx, heater, err, setpoint, in)
			}
			return p.done(heater, "temp", setpoint, "has a setpoint of "+in.temperature(setpoint))
		})
	})
	cmd.Long = `Set how hot a heater keeps its water: 55C, 131F, "55 °C", or a number in --units, which
are what the heater's panel shows unless you say otherwise.

Each write can start the compressor, also one of the temperature that is set already.`
	cmd.Example = "  nwp500 temp 55C\n  nwp500 temp 131 --units us"
	return cmd
}

// scaleFor returns the scale in which the user speaks of a heater: that of the temperature as it was written, else of
// --units, else of the heater's panel.
func (p *program) scaleFor(ctx context.Context, heater *nwp500.Heater, wanted schedule.Degrees) (scale, error) {
	units := p.options.units.units
	switch {
	case wanted.Unit != "":
		return scale{wanted.Unit == "F"}, nil
	case units != nwp500.Auto:
		return scale{units == nwp500.US}, nil
	}
	features, err := heater.Features(ctx)
	if err != nil {
		return scale{}, err
	}
	return scaleOf(units, features.Shows), nil
}

// inScale says a setpoint that is out of range, and the heater's limits, in the units of the user.
func inScale(ctx context.Context, heater *nwp500.Heater, err error, setpoint nwp500.Temperature, in scale) error {
	var outside *nwp500.RangeError
	if !errors.As(err, &outside) {
		return err
	}
	features, unknown := heater.Features(ctx) // kept since the limits were looked up
	if unknown != nil || !features.SetpointMin.Known() || !features.SetpointMax.Known() {
		return err
	}
	return outOfRangeError{in.temperature(setpoint), span(in, features.SetpointMin, features.SetpointMax), err}
}

// outOfRangeError is a setpoint that the heater does not take, in the user's words.
type outOfRangeError struct {
	wanted, allowed string
	err             error
}

func (e outOfRangeError) Error() string {
	return fmt.Sprintf("%s is out of range: this heater takes %s", e.wanted, e.allowed)
}

func (e outOfRangeError) Unwrap() error { return e.err }
