package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/nwp500/nwp500"
)

func (p *program) recirculationCommand() *cobra.Command {
	cmd := commandGroup("recirculation", "Run the recirculation pump of a heater",
		p.recirculationModeCommand(), p.recirculationPressCommand(), p.recirculationScheduleCommand())
	cmd.Long = `Run the recirculation pump of a heater that has one: nwp500 info says so, and nwp500 status
shows what it does.`
	cmd.Example = `  nwp500 recirculation mode schedule
  nwp500 recirculation press
  nwp500 recirculation schedule`
	return cmd
}

func (p *program) recirculationModeCommand() *cobra.Command {
	cmd := p.command("mode NAME", "Set when the pump runs", arguments(1, 1, "the name of a mode"), func(ctx context.Context, args []string) error {
		mode, err := nwp500.ParseRecirculationMode(args[0])
		if err != nil {
			return usageError{err}
		}
		return p.withHeater(ctx, func(heater *nwp500.Heater) error {
			if err := heater.SetRecirculationMode(ctx, mode); err != nil {
				return err
			}
			return p.done(heater, "recirculation mode", mode, "has its recirculation in mode "+mode.String())
		})
	})
	cmd.Long = `Set when the recirculation pump runs:

  always       all the time
  button       when its button is pressed, or nwp500 recirculation press
  schedule     by its schedule: nwp500 recirculation schedule
  temperature  when the returning water is cold`
	cmd.Example = "  nwp500 recirculation mode schedule"
	cmd.ValidArgs = []string{
		"always\tall the time", "button\twhen the button is pressed", "schedule\tby its schedule", "temperature\twhen the returning water is cold",
	}
	cmd.ValidArgsFunction = nil
	return cmd
}

func (p *program) recirculationPressCommand() *cobra.Command {
	cmd := p.command("press", "Press the hot button: run the pump now", arguments(0, 0, "no arguments"), func(ctx context.Context, _ []string) error {
		return p.withHeater(ctx, func(heater *nwp500.Heater) error {
			if err := heater.PressHotButton(ctx); err != nil {
				return err
			}
			return p.done(heater, "recirculation press", "pressed", "has its hot button pressed")
		})
	})
	cmd.Long = "Press the hot button: the pump runs once, now. The heater acknowledges it; its answer does\nnot show whether the pump started."
	cmd.Example = "  nwp500 recirculation press --device basement"
	return cmd
}
