package cli

import (
	"context"
	"encoding/json"
	"fmt"

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
	var serials bool
	cmd := p.command("info", "Show what the heaters are and can do", arguments(0, 0, "no arguments"), func(ctx context.Context, _ []string) error {
		return p.withHeaters(ctx, func(client *nwp500.Client, session *nwp500.Session, devices []nwp500.Device) error {
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
			view := p.infoView()
			if serials {
				view = p.serialView()
			}
			return show(ctx, p, devices, question, view)
		})
	})
	cmd.Long = `Show each heater's model, serial number, MAC address, limits, functions and software.
With -o json the heater's features, and in "device" and "firmware" what the cloud says.`
	cmd.Example = "  nwp500 info\n  nwp500 info --serial --device basement"
	cmd.Flags().BoolVar(&serials, "serial", false, "show the serial numbers alone")
	return cmd
}

func (p *program) infoView() view[infoAnswer] {
	units := p.options.units.units
	return view[infoAnswer]{
		table: func(device nwp500.Device, answer infoAnswer) error {
			return p.sheet(infoSheet(device, answer, units))
		},
		document: func(device nwp500.Device, answer infoAnswer) ([]byte, error) {
			return infoDocument(device, answer, units)
		},
		header: sheetHeader,
		records: func(device nwp500.Device, answer infoAnswer) [][]string {
			return infoSheet(device, answer, units).records(device)
		},
	}
}

// serialView shows the serial numbers of heaters, and nothing else to people: a script can use it.
func (p *program) serialView() view[infoAnswer] {
	serial := func(answer infoAnswer) string { return answer.features.Serial.Reveal() }
	return view[infoAnswer]{
		table: func(_ nwp500.Device, answer infoAnswer) error {
			return p.say("%s", orUnknown(serial(answer)))
		},
		document: func(device nwp500.Device, answer infoAnswer) ([]byte, error) {
			return json.Marshal(struct {
				whose
				Serial string `json:"serial_number"`
			}{of(device), serial(answer)})
		},
		header: []string{"name", "mac_address", "serial_number"},
		records: func(device nwp500.Device, answer infoAnswer) [][]string {
			return [][]string{of(device).record(serial(answer))}
		},
	}
}

// infoDocument is the features as decode prints them, and two members more.
func infoDocument(device nwp500.Device, answer infoAnswer, units nwp500.Units) ([]byte, error) {
	document, err := with(answer.features.AppendJSON(nil, units), "device", newDeviceDocument(device, false))
	if err != nil {
		return nil, err
	}
	return with(document, "firmware", firmwareDocuments(answer.firmware))
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
	limits := []fact{
		{"setpoint", span(in, f.SetpointMin, f.SetpointMax) + ", " + steps(f.TemperatureSetting)},
		{"freeze protection", span(in, f.FreezeProtectionMin, f.FreezeProtectionMax)},
	}
	if f.Recirculation == nwp500.Fitted {
		limits = append(limits, fact{"recirculation", span(in, f.RecirculationMin, f.RecirculationMax)})
	}
	sheet.group("Limits", limits...)
	sheet.group("Functions", functions(f)...)
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

// functions says what the heater has, in the order in which an owner meets it.
func functions(f *nwp500.Features) []fact {
	var facts []fact
	for _, function := range []struct {
		name string
		has  nwp500.Capability
	}{
		{"power switch", f.PowerSwitch},
		{"heat pump mode", f.HeatPumpMode},
		{"energy saver mode", f.EnergySaverMode},
		{"high demand mode", f.HighDemandMode},
		{"electric mode", f.ElectricMode},
		{"vacation", f.VacationMode},
		{"reservations", f.Reservations},
		{"recirculation", f.Recirculation},
		{"energy history", f.EnergyHistory},
		{"demand response", f.DemandResponse},
		{"anti-Legionella", f.AntiLegionella},
		{"freeze protection", f.FreezeProtection},
		{"high-limit cut-out", f.HighLimit},
		{"mixing valve", f.MixingValve},
		{"refill", f.Refill},
		{"smart diagnostic", f.SmartDiagnostic},
		{"Title 24", f.Title24},
	} {
		facts = append(facts, fact{function.name, function.has.String()})
	}
	return facts
}

// steps says how finely the setpoint can be set: the heater counts in degrees Celsius whatever its panel shows.
func steps(setting nwp500.Value[nwp500.TemperatureSetting]) string {
	switch {
	case setting.Is(nwp500.HalfDegrees):
		return "in steps of 0.5 °C"
	case setting.Is(nwp500.WholeDegrees):
		return "in steps of 1 °C"
	}
	return "steps: " + setting.String()
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
