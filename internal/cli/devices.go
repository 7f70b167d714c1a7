package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/nwp500/nwp500"
)

func (p *program) devicesCommand() *cobra.Command {
	var withLocation bool
	cmd := p.command("devices", "List the account's heaters", arguments(0, 0, "no arguments"), func(ctx context.Context, _ []string) error {
		return p.withClient(ctx, func(client *nwp500.Client) error {
			devices, err := p.heaters(ctx, client)
			if err != nil {
				return err
			}
			switch {
			case p.options.format.csv:
				return p.csv(deviceRecords(devices, withLocation))
			case !p.options.format.json:
				return p.rows(deviceRows(devices, withLocation))
			}
			for _, device := range devices {
				if err := p.document(newDeviceDocument(device, withLocation)); err != nil {
					return err
				}
			}
			return nil
		})
	})
	cmd.Long = `List the heaters of the account with their MAC addresses, whether the cloud has a
connection to them, and the last fault that it recorded.`
	cmd.Flags().BoolVar(&withLocation, "location", false, "show the home addresses, too")
	return cmd
}

func deviceRows(devices []nwp500.Device, withLocation bool) [][]string {
	heading := []string{"NAME", "MAC ADDRESS", "CONNECTED", "LAST FAULT"}
	if withLocation {
		heading = append(heading, "LOCATION")
	}
	rows := [][]string{heading}
	for _, device := range devices {
		row := []string{title(device), device.MAC.Reveal(), yesNo(device.Connected), lastFault(device)}
		if withLocation {
			row = append(row, address(device.Location))
		}
		rows = append(rows, row)
	}
	return rows
}

func deviceRecords(devices []nwp500.Device, withLocation bool) (header []string, records [][]string) {
	header = []string{"name", "mac_address", "connected", "device_type", "install_type", "last_fault"}
	if withLocation {
		header = append(header, "location")
	}
	for _, device := range devices {
		fault := "" // rather than none
		if device.LastFault != nil && device.LastFault.Code != 0 {
			fault = lastFault(device)
		}
		record := of(device).record(cell(device.Connected), cell(device.Type), device.InstallType, fault)
		if withLocation {
			record = append(record, address(device.Location))
		}
		records = append(records, record)
	}
	return header, records
}

func yesNo(state nwp500.OnOff) string {
	switch {
	case state.IsOn():
		return "yes"
	case state.IsOff():
		return "no"
	}
	return unknown
}

func lastFault(device nwp500.Device) string {
	fault := device.LastFault
	switch {
	case fault == nil || fault.Code == 0:
		return "none"
	case fault.Time == "":
		return fault.Code.String()
	}
	return fmt.Sprintf("%v at %s", fault.Code, strings.Replace(fault.Time, "T", " ", 1))
}

func address(location *nwp500.Location) string {
	if location == nil {
		return unknown
	}
	var parts []string
	for _, part := range []string{location.Address, location.City, location.State} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	if len(parts) == 0 {
		return unknown
	}
	return strings.Join(parts, ", ")
}

// deviceDocument is a device for programs.
type deviceDocument struct {
	Name        string            `json:"name"`
	MAC         string            `json:"mac_address"`
	Connected   nwp500.OnOff      `json:"connected"`
	DeviceType  int               `json:"device_type"`
	InstallType string            `json:"install_type"`
	LastFault   *faultDocument    `json:"last_fault"`
	Location    *locationDocument `json:"location,omitempty"`
}

type faultDocument struct {
	Code int    `json:"code"`
	Text string `json:"text"`
	Time string `json:"time"`
}

type locationDocument struct {
	Address   string                `json:"address"`
	City      string                `json:"city"`
	State     string                `json:"state"`
	Latitude  nwp500.Value[float64] `json:"latitude"`
	Longitude nwp500.Value[float64] `json:"longitude"`
	Altitude  nwp500.Value[float64] `json:"altitude"`
}

func newDeviceDocument(device nwp500.Device, withLocation bool) deviceDocument {
	document := deviceDocument{
		Name: device.Name, MAC: device.MAC.Reveal(), Connected: device.Connected,
		DeviceType: device.Type, InstallType: device.InstallType,
	}
	if fault := device.LastFault; fault != nil && fault.Code != 0 {
		document.LastFault = &faultDocument{int(fault.Code), fault.Code.String(), fault.Time}
	}
	if at := device.Location; at != nil && withLocation {
		document.Location = &locationDocument{at.Address, at.City, at.State, at.Latitude, at.Longitude, at.Altitude}
	}
	return document
}

// with returns an object with another member at its end.
func with(object []byte, name string, value any) ([]byte, error) {
	encoded, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	object = append(object[:len(object)-1], fmt.Sprintf(",%q:", name)...)
	return append(append(object, encoded...), '}'), nil
}
