package fleet

import (
	"encoding/json"
	"sync"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/api"
)

// State is what is known of a heater. It is never changed after it was made.
type State struct {
	ID, Name, Account string
	Device            nwp500.Device
	Connection        api.Connection

	Status     *nwp500.Status // nil until one came
	StatusAt   time.Time
	Features   *nwp500.Features // nil until they came
	FeaturesAt time.Time

	// Firmware is what the cloud and the heater say of the software, nil while unknown.
	Firmware []api.Firmware
	// Reservations, TOU and Recirculation are the schedules as they were read last, nil
	// while unknown or where the heater has none.
	Reservations, TOU, Recirculation *api.Schedule
	// Energy is the record of the running month by day, nil while unknown; EnergyAt when it was read.
	Energy   *nwp500.Energy
	EnergyAt time.Time
	// Today and Month are what it says of the day and of the month in which it was read.
	Today, Month *api.Usage
	// Lifetime is what the heater counted since it was installed, nil while unknown.
	Lifetime   *nwp500.InstallerDiagnostics
	LifetimeAt time.Time

	status, features *printed
}

// StatusValues returns what StatusValues makes of the last status, nil without one. It is
// made once, whoever asks, and must not be changed.
func (s *State) StatusValues() []Value { return s.status.fields() }

// FeatureValues returns what FeatureValues makes of the features, like StatusValues.
func (s *State) FeatureValues() []Value { return s.features.fields() }

// printed is what is made of a message for all who ask, once, and by whoever asks first:
// several states have the same status.
type printed struct {
	values   func() []Value
	document func() json.RawMessage
}

func printStatus(status *nwp500.Status) *printed {
	return &printed{
		values:   sync.OnceValue(func() []Value { return StatusValues(status) }),
		document: sync.OnceValue(func() json.RawMessage { return statusDocument(status) }),
	}
}

func printFeatures(features *nwp500.Features) *printed {
	return &printed{
		values:   sync.OnceValue(func() []Value { return FeatureValues(features) }),
		document: sync.OnceValue(func() json.RawMessage { return featuresDocument(features) }),
	}
}

func (p *printed) fields() []Value {
	if p == nil {
		return nil
	}
	return p.values()
}

func (p *printed) json() json.RawMessage {
	if p == nil {
		return nil
	}
	return p.document()
}
