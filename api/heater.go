package api

import (
	"encoding/json"
	"time"
)

// Heaters is what lists all heaters.
type Heaters struct {
	Heaters []Heater `json:"heaters"`
}

// Heater is one heater as it was known last.
type Heater struct {
	// ID is ten hexadecimal digits.
	ID string `json:"id"`
	// Name is the owner's, Account the name of the account in the configuration.
	Name    string `json:"name"`
	Account string `json:"account"`

	Connection Connection `json:"connection"`

	// Status is the status as nwp500 status -o json prints it (docs/protocol.md §10), in
	// metric units, without what names the heater; null until one came.
	Status   json.RawMessage `json:"status"`
	StatusAt time.Time       `json:"status_at,omitzero"`
	// Features is what nwp500 info -o json prints of them, alike.
	Features   json.RawMessage `json:"features"`
	FeaturesAt time.Time       `json:"features_at,omitzero"`

	// Summary is what people want to know of all that; null without a status.
	Summary *Summary `json:"summary"`
	// Fault is the fault that stands, null when there is none.
	Fault *Fault `json:"fault"`
	// Firmware is what runs and what waits to be installed.
	Firmware []Firmware `json:"firmware,omitempty"`
	// Today and Month are the electricity used on the day and in the month of the heater's
	// own calendar in which they were read, at EnergyAt, null while unknown. They are read
	// each hour and after midnight: of a heater that has been silent since, today is a day
	// that is over.
	Today    *Usage    `json:"today"`
	Month    *Usage    `json:"month"`
	EnergyAt time.Time `json:"energy_at,omitzero"`
}

// ConnectionState is how a heater can be reached.
type ConnectionState string

// The states of a connection.
const (
	// Connecting: the account was not reached, or the heater not heard, yet.
	Connecting ConnectionState = "connecting"
	// Up: connected, and the heater was heard within the limit.
	Up ConnectionState = "up"
	// Down: the connection to the cloud is interrupted, and is being made anew.
	Down ConnectionState = "down"
	// Silent: the connection is there and the heater does not answer.
	Silent ConnectionState = "silent"
	// Refused: the account's credentials do not serve; nothing is tried until they change.
	Refused ConnectionState = "refused"
)

// Connection is how a heater can be reached.
type Connection struct {
	State ConnectionState `json:"state"`
	Since time.Time       `json:"since,omitzero"`
	// Error says why it is not up, and Advice what can be done, without secrets.
	Error  string `json:"error,omitempty"`
	Advice string `json:"advice,omitempty"`
	// Fresh tells whether the last status is younger than the limit; false until one came, and of an account, which has none.
	Fresh bool `json:"fresh"`
}

// Summary is a status in a person's words and numbers.
type Summary struct {
	// Doing is what runs now: "heating with the heat pump", "standing by", "off".
	Doing string `json:"doing"`
	// Why is the reason as far as the status tells it, "" when it does not.
	Why string `json:"why,omitempty"`
	// Sources are what heats: "heat_pump", "upper_element", "lower_element".
	Sources []string `json:"sources"`
	// TankLitres is the volume of the tank, null when the heater does not say.
	TankLitres *float64 `json:"tank_litres"`
	// HotLitres is how much water of 40 °C the tank yields now, mixed with cold water of
	// InletCelsius; Showers is that in showers of 50 litres. Null while unknown.
	HotLitres    *float64 `json:"hot_litres"`
	Showers      *float64 `json:"showers"`
	InletCelsius *float64 `json:"inlet_celsius"`
	// InletAssumed tells that the heater does not measure the cold water.
	InletAssumed bool `json:"inlet_assumed"`
}

// Fault is a fault, its meaning and what to do.
type Fault struct {
	Code   int    `json:"code"`
	Sub    int    `json:"sub,omitzero"`
	Name   string `json:"name"`
	Detail string `json:"detail,omitempty"`
	Advice string `json:"advice,omitempty"`
}

// Firmware is the software of one component.
type Firmware struct {
	// Code is the component's number, Component its name or "component 17".
	Code      int    `json:"code"`
	Component string `json:"component"`
	Installed string `json:"installed"`
	// Available is what was downloaded and can be installed, "" when nothing was.
	Available string `json:"available,omitempty"`
}

// Usage is electricity used and how long, by source.
type Usage struct {
	HeatPumpWh      *int     `json:"heat_pump_wh"`
	ElementWh       *int     `json:"element_wh"`
	HeatPumpMinutes *int     `json:"heat_pump_minutes,omitempty"`
	ElementMinutes  *int     `json:"element_minutes,omitempty"`
	Cost            *float64 `json:"cost,omitempty"`
	Currency        string   `json:"currency,omitempty"`
}
