package cli

import (
	"context"
	"encoding/json"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/nwp500/nwp500"
)

func (p *program) firmwareCommand() *cobra.Command {
	cmd := commandGroup("firmware", "Show the heaters' software and install what was downloaded",
		p.firmwareListCommand(), p.firmwareDownloadsCommand(), p.firmwareCommitCommand())
	cmd.Example = "  nwp500 firmware list\n  nwp500 firmware downloads"
	return cmd
}

func (p *program) firmwareListCommand() *cobra.Command {
	cmd := p.command("list", "Show the software that is installed", arguments(0, 0, "no arguments"), func(ctx context.Context, _ []string) error {
		return p.withClient(ctx, func(client *nwp500.Client) error {
			devices, err := p.heaters(ctx, client)
			if err != nil {
				return err
			}
			return show(ctx, p, devices, client.Firmware, p.firmwareView())
		})
	})
	cmd.Long = `Show the software that is installed in each component of the heaters, and what was downloaded
for it, as the cloud lists them.`
	cmd.Example = "  nwp500 firmware list"
	return cmd
}

// firmwareDocument is the software of a component, for programs.
type firmwareDocument struct {
	Code       int               `json:"code"`
	Version    int               `json:"version"`
	Downloaded nwp500.Value[int] `json:"downloaded_version"`
}

func firmwareDocuments(firmware []nwp500.Firmware) []firmwareDocument {
	documents := []firmwareDocument{}
	for _, component := range firmware {
		documents = append(documents, firmwareDocument{component.Code, component.Version, component.Downloaded})
	}
	return documents
}

func (p *program) firmwareView() view[[]nwp500.Firmware] {
	return view[[]nwp500.Firmware]{
		table: func(device nwp500.Device, firmware []nwp500.Firmware) error {
			if len(firmware) == 0 {
				return p.say("%s: the cloud lists no software", title(device))
			}
			rows := [][]string{{"CODE", "VERSION", "DOWNLOADED"}}
			for _, component := range firmware {
				downloaded := "nothing"
				if version := component.Downloaded.Or(0); version != 0 {
					downloaded = strconv.Itoa(version)
				}
				rows = append(rows, []string{strconv.Itoa(component.Code), strconv.Itoa(component.Version), downloaded})
			}
			if err := p.say("%s", title(device)); err != nil {
				return err
			}
			return p.rows(rows)
		},
		document: func(device nwp500.Device, firmware []nwp500.Firmware) ([]byte, error) {
			return json.Marshal(struct {
				whose
				Firmware []firmwareDocument `json:"firmware"`
			}{of(device), firmwareDocuments(firmware)})
		},
		header: []string{"name", "mac_address", "code", "version", "downloaded_version"},
		records: func(device nwp500.Device, firmware []nwp500.Firmware) (records [][]string) {
			for _, component := range firmware {
				records = append(records, of(device).record(cell(component.Code), cell(component.Version), cell(component.Downloaded)))
			}
			return records
		},
	}
}

func (p *program) firmwareDownloadsCommand() *cobra.Command {
	cmd := p.command("downloads", "Show the software that waits to be installed", arguments(0, 0, "no arguments"), func(ctx context.Context, _ []string) error {
		question := func(ctx context.Context, heater *nwp500.Heater) (*nwp500.FirmwareDownloads, error) {
			return heater.FirmwareDownloads(ctx)
		}
		return showHeaters(ctx, p, question, view[*nwp500.FirmwareDownloads]{
			table: p.downloads,
			document: func(_ nwp500.Device, downloads *nwp500.FirmwareDownloads) ([]byte, error) {
				return downloads.AppendJSON(nil, p.options.units.units), nil
			},
			header: []string{"name", "mac_address", "code", "version", "mode", "status"},
			records: func(device nwp500.Device, downloads *nwp500.FirmwareDownloads) (records [][]string) {
				for _, d := range downloads.Pending {
					records = append(records, of(device).record(cell(d.Code), cell(d.Version), cell(d.Mode), cell(d.Status)))
				}
				return records
			},
		})
	})
	cmd.Long = `Ask the heaters which software they have downloaded and not yet installed, and show the command
that installs it.`
	cmd.Example = "  nwp500 firmware downloads"
	return cmd
}

func (p *program) downloads(device nwp500.Device, downloads *nwp500.FirmwareDownloads) error {
	if len(downloads.Pending) == 0 {
		return p.say("%s  nothing waits to be installed", title(device))
	}
	for _, d := range downloads.Pending {
		if err := p.say("%s  version %d waits; to install it: nwp500 firmware commit %d %d", title(device), d.Version, d.Code, d.Version); err != nil {
			return err
		}
	}
	return nil
}

func (p *program) firmwareCommitCommand() *cobra.Command {
	cmd := p.command("commit CODE VERSION", "Install software that was downloaded", arguments(2, 2, "the code and the version of a download"), func(ctx context.Context, args []string) error {
		code, err := strconv.Atoi(args[0])
		if err != nil {
			return usagef("%q is no code of a download: it is a number that nwp500 firmware downloads shows", args[0])
		}
		version, err := strconv.Atoi(args[1])
		if err != nil {
			return usagef("%q is no version of a download: it is a number that nwp500 firmware downloads shows", args[1])
		}
		return p.withHeater(ctx, func(heater *nwp500.Heater) error {
			if err := heater.CommitFirmware(ctx, code, version); err != nil {
				return err
			}
			return p.acknowledged(heater, "firmware commit", []int{code, version},
				"installing version "+args[1]+"; nwp500 firmware list shows when it has")
		})
	})
	cmd.Long = `Install software that was downloaded: its code and its version, which nwp500 firmware downloads
shows. The heater reboots then and makes no hot water meanwhile, so the command asks first.`
	cmd.Example = "  nwp500 firmware commit 33556241 50462720 --yes"
	return p.asksFirst(cmd, "the heater installs the software and reboots, and makes no hot water meanwhile")
}
