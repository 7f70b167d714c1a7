package metrics

import (
	"reflect"
	"strings"
	"testing"

	dto "github.com/prometheus/client_model/go"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/api"
	"github.com/nwp500/nwp500/internal/fleet"
)

// talkative is a heater that says all that there is to say.
func talkative(t testing.TB) *fleet.State {
	t.Helper()
	state := garage()
	state.Status, state.Features, state.Lifetime = &nwp500.Status{}, &nwp500.Features{}, &nwp500.InstallerDiagnostics{}
	for _, message := range []any{state.Status, &state.Lifetime.Totals, &state.Lifetime.HotWater, &state.Lifetime.Components} {
		fill(t, reflect.ValueOf(message).Elem())
	}
	state.Features.Volume = nwp500.ValueOf(nwp500.Gallons65)
	state.Features.SetpointMin, state.Features.SetpointMax = nwp500.Celsius(35), nwp500.Celsius(65)
	return state
}

// complete is a scrape in which every metric is.
func complete(t *testing.T) map[string]*dto.MetricFamily {
	t.Helper()
	h := &household{states: []*fleet.State{talkative(t)}, accounts: []fleet.AccountState{{
		Name: "home", Connection: api.Connection{State: api.Up}, Diagnostics: &nwp500.Diagnostics{
			Connections: []nwp500.ConnectionDiagnostics{{Drops: map[string]int{"other": 1}}},
		},
	}}}
	all, done, err := h.metrics(Config{
		Bridge: func() Bridge { return Bridge{Connected: true, Connections: 1, Sent: 400, Received: 3} }, HistoryHealth: func() error { return nil },
	}).Gather()
	if err != nil {
		t.Fatal(err)
	}
	defer done()
	families := make(map[string]*dto.MetricFamily)
	for _, family := range all {
		families[family.GetName()] = family
	}
	return families
}

// fill makes every field of a message known that is of the wire.
func fill(t testing.TB, message reflect.Value) {
	t.Helper()
	for i := range message.NumField() {
		if message.Type().Field(i).Tag.Get("wire") != "" {
			message.Field(i).Set(reflect.ValueOf(something(t, message.Field(i).Interface())))
		}
	}
}

// something is a value that is known.
func something(t testing.TB, of any) any {
	switch of.(type) {
	case nwp500.Value[int]:
		return nwp500.ValueOf(1)
	case nwp500.Value[float64]:
		return nwp500.ValueOf(1.0)
	case nwp500.Value[bool]:
		return nwp500.ValueOf(true)
	case nwp500.Value[nwp500.FaultCode]:
		return nwp500.ValueOf(nwp500.FaultCode(799))
	case nwp500.Value[nwp500.Mode]:
		return nwp500.ValueOf(nwp500.HeatPump)
	case nwp500.Value[nwp500.OperationMode]:
		return nwp500.ValueOf(nwp500.HeatPumpRuns)
	case nwp500.Value[nwp500.HeatUse]:
		return nwp500.ValueOf(nwp500.HeatFromPump)
	case nwp500.Value[nwp500.DemandResponseEvent]:
		return nwp500.ValueOf(nwp500.Shed)
	case nwp500.Value[nwp500.RecirculationMode]:
		return nwp500.ValueOf(nwp500.RecirculationAlways)
	case nwp500.Value[nwp500.TemperatureType]:
		return nwp500.ValueOf(nwp500.ShowsCelsius)
	case nwp500.Value[nwp500.FormulaType]:
		return nwp500.ValueOf(nwp500.FormulaStandard)
	case nwp500.OnOff:
		return nwp500.On
	case nwp500.Temperature:
		return nwp500.Celsius(20)
	case nwp500.TemperatureDifference:
		return nwp500.Kelvin(2)
	}
	t.Fatalf("a field has a type that this test does not know: %s", strings.TrimPrefix(reflect.TypeOf(of).String(), "nwp500."))
	return nil
}
