package cli

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/internal/schedule"
)

func (p *program) freezeProtectionCommand() *cobra.Command {
	cmd := p.command("freeze-protection TEMP", "Set below which temperature freeze protection heats", arguments(1, 2, "a temperature"), func(ctx context.Context, args []string) error {
		wanted, err := schedule.ParseDegrees(strings.Join(args, " "))
		if err != nil {
			return err
		}
		return p.withHeater(ctx, func(heater *nwp500.Heater) error {
			in, err := p.scaleFor(ctx, heater, wanted)
			if err != nil {
				return err
			}
			threshold := wanted.In(in.units())
			if err := heater.SetFreezeProtection(ctx, threshold, nwp500.AcceptUnverified); err != nil {
				return err
			}
			return p.acknowledged(heater, "freeze-protection", threshold, "freeze protection below "+in.temperature(threshold))
		})
	})
	cmd.Long = `Set below which temperature freeze protection heats: 7C, 45F, or a number in --units. A heater
that does not tell its limits is taken to have 6 to 10 °C.

This command is unverified: no heater is known to act on it. nwp500 status shows a little
later whether one does.`
	cmd.Example = "  nwp500 freeze-protection 7C --yes"
	return p.asksFirst(cmd, unverified)
}
