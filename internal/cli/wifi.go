package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/nwp500/nwp500"
)

func (p *program) wifiCommand() *cobra.Command {
	reconnect := p.command("reconnect", "Have a heater's WiFi connect anew", arguments(0, 0, "no arguments"), func(ctx context.Context, _ []string) error {
		return p.withHeater(ctx, func(heater *nwp500.Heater) error {
			if err := heater.ReconnectWiFi(ctx, nwp500.AcceptUnverified); err != nil {
				return err
			}
			return p.acknowledged(heater, "wifi reconnect", nil, "connecting its WiFi anew")
		})
	})
	reconnect.Long = "Have a heater's WiFi connect anew. This command is unverified: no heater is known to act on it."
	reconnect.Example = "  nwp500 wifi reconnect --yes"

	reset := p.command("reset", "Have a heater forget its WiFi network", arguments(0, 0, "no arguments"), func(ctx context.Context, _ []string) error {
		return p.withHeater(ctx, func(heater *nwp500.Heater) error {
			if err := heater.ResetWiFi(ctx, nwp500.AcceptUnverified); err != nil {
				return err
			}
			return p.acknowledged(heater, "wifi reset", nil, "forgetting its WiFi network")
		})
	})
	reset.Long = `Have a heater forget its WiFi network. If it does, it is offline until somebody stands before
it and pairs it again. This command is unverified: no heater is known to act on it.`
	reset.Example = "  nwp500 wifi reset --yes"

	return commandGroup("wifi", "Reconnect or reset a heater's WiFi",
		p.asksFirst(reconnect, unverified),
		p.asksFirst(reset, "the heater may forget its WiFi network, and is offline then until somebody pairs it again at its panel; "+unverified))
}
