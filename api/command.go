package api

import (
	"encoding/json"
	"time"
)

// Command is something for a heater to do. Name says what; each takes the members that
// its constant names.
type Command struct {
	Name string `json:"command"`
	// On is on or off.
	On *bool `json:"on,omitempty"`
	// Mode is a mode's name: heat_pump, energy_saver, high_demand, electric, vacation;
	// of recirculation: always, button, schedule, temperature.
	Mode string `json:"mode,omitempty"`
	// Celsius or Fahrenheit is a temperature: one of the two.
	Celsius    *float64 `json:"celsius,omitempty"`
	Fahrenheit *float64 `json:"fahrenheit,omitempty"`
	Days       *int     `json:"days,omitempty"`
	Hours      *int     `json:"hours,omitempty"`
	// Code and Version name a firmware.
	Code    *int `json:"code,omitempty"`
	Version *int `json:"version,omitempty"`
	// Schedule is a whole schedule as GET gives it, and IfMatch the version that it
	// replaces: a schedule that has changed since is not overwritten. Without IfMatch it
	// is written whatever is there.
	Schedule json.RawMessage `json:"schedule,omitempty"`
	IfMatch  string          `json:"if_match,omitempty"`
}

// The commands.
const (
	SetPower             = "power"              // On
	SetMode              = "mode"               // Mode; vacation takes Days, too, if zero those set before
	SetTemperature       = "temperature"        // Celsius or Fahrenheit
	SetVacationDays      = "vacation-days"      // Days
	SetVacation          = "vacation"           // On; with it Days, if zero those set before. Off goes back to the mode from before, or energy saver, and does nothing without a vacation
	EnableTOU            = "tou"                // On
	EnableReservations   = "reservations"       // On; the entries stay
	EnableDemandResponse = "demand-response"    // On
	EnableIntelligent    = "intelligent"        // On
	EnableAntiLegionella = "anti-legionella"    // On, Days (if zero those set before, else 7)
	SetAirFilterLife     = "filter-life"        // Hours
	ResetAirFilter       = "filter-reset"       //
	SetRecirculationMode = "recirculation-mode" // Mode
	PressHotButton       = "hot-button"         //
	ResetCondenserFault  = "condenser-reset"    //
	InstallFirmware      = "firmware-install"   // Code, Version
	SetReservations      = "set-reservations"   // Schedule, IfMatch
	SetTOU               = "set-tou"            // Schedule, IfMatch
	SetRecirculation     = "set-recirculation"  // Schedule, IfMatch
	Refresh              = "refresh"            // asks for the status, features, schedules, energy and firmware anew
)

// End is how a command ended.
type End string

// The ends of a command.
const (
	// Done: the heater's own answer shows it, or it has acknowledged what no answer shows.
	Done End = "done"
	// Refused: the value is not allowed, the heater lacks it, or the cloud refused it.
	Refusal End = "refused"
	// NotSent: it certainly did not reach the cloud.
	NotSent End = "not sent"
	// Unknown: it was sent and no answer came. It is never repeated by itself: read the
	// status and decide.
	OutcomeUnknown End = "outcome unknown"
)

// Result is how a command ended.
type Result struct {
	Command string    `json:"command"`
	End     End       `json:"end"`
	At      time.Time `json:"at"`
	// Error says why it is not done, with what is allowed and what to do; no secrets.
	Error string `json:"error,omitempty"`
	// Field is the member of the command that was refused, if one was.
	Field string `json:"field,omitempty"`
	// Stale tells that a schedule was refused because it has changed since IfMatch.
	Stale bool `json:"stale,omitzero"`
}

// Schedule is a schedule and its version, for IfMatch.
type Schedule struct {
	// Kind is "reservations", "tou" or "recirculation".
	Kind string `json:"kind"`
	// Version is another one whenever the schedule says something else, whether it is on
	// or off included.
	Version string `json:"version"`
	// At is when it was read.
	At time.Time `json:"at"`
	// Schedule has reservation_use (whether it is on) and reservation (a list of entries),
	// as nwp500 prints schedules in metric units (docs/protocol.md §10.2); that of a tariff
	// also has name and utility, which only the cloud knows and a write does not change.
	// What is written may have days as "mon-fri", times as "06:30" and temperatures as
	// "131F", too; a recirculation schedule may have windows, in a list named schedule.
	Schedule json.RawMessage `json:"schedule"`
}
