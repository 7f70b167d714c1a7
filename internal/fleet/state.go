package fleet

import (
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
	// Lifetime is what the heater counted since it was installed, nil while unknown.
	Lifetime   *nwp500.InstallerDiagnostics
	LifetimeAt time.Time
}

// Document returns the state as the HTTP interface has it.
func (s *State) Document() api.Heater {
	return api.Heater{ID: s.ID, Name: s.Name, Account: s.Account, Connection: s.Connection, StatusAt: s.StatusAt, FeaturesAt: s.FeaturesAt}
}
