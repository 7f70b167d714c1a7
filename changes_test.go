package nwp500

import (
	"testing"

	"github.com/nwp500/nwp500/internal/wire"
)

// A status that leaves a field out does not hide a change of it.
func TestChangeAcrossAStatusWithoutTheField(t *testing.T) {
	state := &heaterState{}
	learn := func(status string) (events []Event) {
		payload := []byte(`{"response":{"status":` + status + `}}`)
		envelope, err := wire.ParseEnvelope(payload)
		if err != nil {
			t.Fatal(err)
		}
		return state.learn(envelope, payload)
	}
	learn(`{"currentInstPower":1}`)
	if events := learn(`{"errorCode":96}`); len(events) != 2 {
		t.Errorf("%d events of a fault that is there from the first, want the status and the fault", len(events))
	}
	learn(`{"errorCode":0,"dhwTemperature":100,"currentInstPower":1,"operationBusy":1}`)
	learn(`{"currentInstPower":2}`)
	events := learn(`{"errorCode":907,"dhwTemperature":90,"currentInstPower":2,"operationBusy":2}`)
	var fault, colder, heating bool
	for _, event := range events {
		switch event := event.(type) {
		case FaultDetected:
			fault = event.Code == 907
		case TemperatureChanged:
			colder = event.New == Celsius(45)
		case HeatingStarted:
			heating = true
		}
	}
	if !fault || !colder || !heating {
		t.Errorf("fault %t, colder %t, heating %t: each is a change since the status before the last", fault, colder, heating)
	}
}
