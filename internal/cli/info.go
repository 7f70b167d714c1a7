package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/nwp500/nwp500"
)

// infoAnswer is what there is to know of a heater that does not change from minute to minute.
type infoAnswer struct {
	features *nwp500.Features
	device   *nwp500.DeviceInfo
	firmware []nwp500.Firmware
}

func (p *program) infoCommand() *cobra.Command {
	cmd := p.command("info", "Show what the heaters are and can do", arguments(0, 0, "no arguments"), func(ctx context.Context, _ []string) error {
		return p.withHeaters(ctx, func(client *nwp500.Client, session *nwp500.Session, devices []nwp500.Device) error {
			shown := 0
			question := func(ctx context.Context, device nwp500.Device) (a infoAnswer, err error) {
				if a.device, err = client.DeviceInfo(ctx, device); err != nil {
					return a, err
				}
				if a.firmware, err = client.Firmware(ctx, device); err != nil {
					return a, err
				}
				a.features, err = session.Heater(device).Features(ctx)
				return a, err
			}
			return askAll(ctx, p, devices, question, func(device nwp500.Device, answer infoAnswer) error {
				if p.options.format.json {
					document, err := infoDocument(device, answer, p.options.units.units)
					if err != nil {
						return err
					}
					return p.line(document)
				}
				if shown++; shown > 1 {
					fmt.Fprintln(p.stdout)
				}
				return p.sheet(infoSheet(device, answer, p.options.units.units))
			})
		})
	})
	cmd.Long = `Show each heater's model, serial number, MAC address, limits, functions and software.
With -o json the heater's features, and in "device" and "firmware" what the cloud says.`
	return cmd
}

// infoDocument is the features as decode prints them, and two members more.
func infoDocument(device nwp500.Device, answer infoAnswer, units nwp500.Units) ([]byte, error) {
	type firmwareDocument struct {
		Code       int               `json:"code"`
		Version    int               `json:"version"`
		Downloaded nwp500.Value[int] `json:"downloaded_version"`
	}
	firmware := []firmwareDocument{}
	for _, component := range answer.firmware {
		firmware = append(firmware, firmwareDocument{component.Code, component.Version, component.Downloaded})
	}
	document, err := with(answer.features.AppendJSON(nil, units), "device", newDeviceDocument(device, false))
	if err != nil {
		return nil, err
	}
	return with(document, "firmware", firmware)
}

func infoSheet(device nwp500.Device, answer infoAnswer, units nwp500.Units) *sheet {
	f := answer.features
	in := scaleOf(units, f.Shows)
	sheet := &sheet{title: title(device)}
	sheet.group("Heater",
		fact{"MAC address", device.MAC.Reveal()},
		fact{"serial number", orUnknown(f.Serial.Reveal())},
		fact{"tank", tankSize(in, f.Volume)},
		fact{"panel shows", f.Shows.String()},
		fact{"installed", installType(answer.device.InstallType)},
		fact{"connected", yesNo(answer.device.Connected)},
	)
	sheet.group("Limits",
		fact{"setpoint", span(in, f.SetpointMin, f.SetpointMax) + ", set in " + f.TemperatureSetting.String()},
		fact{"freeze protection", span(in, f.FreezeProtectionMin, f.FreezeProtectionMax)},
		fact{"recirculation", span(in, f.RecirculationMin, f.RecirculationMax)},
	)
	fitted, not, untold := functions(f)
	sheet.group("Functions", fact{"fitted", list(fitted)}, fact{"not fitted", list(not)}, fact{"not mentioned", list(untold)})
	software := []fact{
		{"controller", f.ControllerVersion.String()},
		{"panel", f.PanelVersion.String()},
		{"WiFi", f.WiFiVersion.String()},
	}
	for _, component := range answer.firmware {
		if next, known := component.Downloaded.Get(); known && next != 0 && next != component.Version {
			software = append(software, fact{"update waiting", fmt.Sprintf("%d to %d (component %d)", component.Version, next, component.Code)})
		}
	}
	sheet.group("Software", software...)
	return sheet
}

// functions sorts the heater's functions by whether it has them.
func functions(f *nwp500.Features) (fitted, not, untold []string) {
	for _, function := range []struct {
		name string
		has  nwp500.Capability
	}{
		{"power switch", f.PowerSwitch}, {"heat pump mode", f.HeatPumpMode}, {"electric mode", f.ElectricMode},
		{"energy saver mode", f.EnergySaverMode}, {"high demand mode", f.HighDemandMode}, {"vacation", f.VacationMode},
		{"reservations", f.Reservations}, {"energy history", f.EnergyHistory}, {"demand response", f.DemandResponse},
		{"anti-Legionella", f.AntiLegionella}, {"freeze protection", f.FreezeProtection}, {"mixing valve", f.MixingValve},
		{"recirculation", f.Recirculation}, {"recirculation schedule", f.RecirculationSchedule}, {"refill", f.Refill},
		{"smart diagnostic", f.SmartDiagnostic}, {"high-limit cut-out", f.HighLimit}, {"Title 24", f.Title24},
	} {
		switch function.has {
		case nwp500.Fitted:
			fitted = append(fitted, function.name)
		case nwp500.NotFitted:
			not = append(not, function.name)
		default:
			untold = append(untold, function.name)
		}
	}
	return fitted, not, untold
}

func list(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

func span(in scale, lowest, highest nwp500.Temperature) string {
	if !lowest.Known() && !highest.Known() {
		return unknown
	}
	return in.temperature(lowest) + " to " + in.temperature(highest)
}

func tankSize(in scale, volume nwp500.Value[nwp500.VolumeCode]) string {
	code, known := volume.Get()
	switch {
	case !known:
		return unknown
	case in.us || code.Litres() == 0:
		return code.String()
	}
	return in.volume(code.Litres())
}

func installType(code string) string {
	switch code {
	case "R":
		return "in a residence"
	case "C":
		return "commercially"
	}
	return orUnknown(code)
}

func orUnknown(text string) string {
	if text == "" {
		return unknown
	}
	return text
}
