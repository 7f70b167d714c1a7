package fleet

import (
	"bytes"
	"encoding/json"
	"math"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/api"
)

// Document returns the state as the HTTP interface has it. Its members must not be
// changed: documents of one state share them.
func (s *State) Document() api.Heater {
	return api.Heater{
		ID: s.ID, Name: s.Name, Account: s.Account, Connection: s.Connection,
		Status: s.status.json(), StatusAt: s.StatusAt, Features: s.features.json(), FeaturesAt: s.FeaturesAt,
		Summary: s.Summary(), Fault: s.fault(), Firmware: s.Firmware, Today: s.Today, Month: s.Month,
		EnergyAt: s.EnergyAt,
	}
}

// fault is the fault that stands, nil when there is none.
func (s *State) fault() *api.Fault {
	if s.Status == nil || s.Status.Fault.Or(0) == 0 {
		return nil
	}
	return newFault(s.Status.Fault.Or(0), s.Status.SubFault.Or(0))
}

func statusDocument(status *nwp500.Status) json.RawMessage {
	return without(status.AppendJSON(nil, nwp500.Metric), identifying...)
}

func featuresDocument(features *nwp500.Features) json.RawMessage {
	return without(features.AppendJSON(nil, nwp500.Metric), identifying...)
}

// identifying are the members of printed messages that name a heater, its owner's home or
// nothing new.
var identifying = []string{
	"kind", "mac_address", "controller_serial_number", "additional_value", "device_type",
	"controller_id", "manufacture_id", "zip_code",
}

// without returns a JSON object without some of its members, the others as they are and
// in their order. It takes printed messages alone, which are objects.
func without(document []byte, names ...string) json.RawMessage {
	decoder := jsontext.NewDecoder(bytes.NewReader(document), jsontext.AllowDuplicateNames(true))
	if _, err := decoder.ReadToken(); err != nil {
		return nil
	}
	rest := append(make([]byte, 0, len(document)), '{')
	for decoder.PeekKind() == '"' {
		name, err := decoder.ReadValue()
		if err != nil {
			return nil
		}
		text, _ := jsontext.AppendUnquote(nil, name)
		leave := contains(names, text)
		if !leave {
			if len(rest) > 1 {
				rest = append(rest, ',')
			}
			rest = append(append(rest, name...), ':')
		}
		value, err := decoder.ReadValue()
		if err != nil {
			return nil
		}
		if !leave {
			rest = append(rest, value...)
		}
	}
	return append(rest, '}')
}

func contains(names []string, text []byte) bool {
	for _, name := range names {
		if name == string(text) {
			return true
		}
	}
	return false
}

// usage is a heater's energy as a document has it, nil where it does not say anything.
func usage(used nwp500.EnergyUsage) *api.Usage {
	u := api.Usage{
		HeatPumpWh: pointer(used.HeatPump), ElementWh: pointer(used.Elements),
		HeatPumpMinutes: minutes(used.HeatPumpTime), ElementMinutes: minutes(used.ElementsTime),
	}
	if u == (api.Usage{}) {
		return nil
	}
	return &u
}

func minutes(hours nwp500.Value[float64]) *int {
	if value, known := hours.Get(); known {
		rounded := int(math.Round(value * 60))
		return &rounded
	}
	return nil
}

func pointer[T comparable](value nwp500.Value[T]) *T {
	if known, ok := value.Get(); ok {
		return &known
	}
	return nil
}
