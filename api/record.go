package api

import "time"

// Event is something that happened to a heater.
type Event struct {
	// ID grows by one an event in what a history has stored; 0 otherwise.
	ID     int64      `json:"id,omitzero"`
	At     time.Time  `json:"at"`
	Heater string     `json:"heater"`
	Class  EventClass `json:"class"`
	// Text tells it in a sentence.
	Text string `json:"text"`
	// By is who asked, of a command: "api", "page", "homeassistant", "top", or "" when
	// somebody else did, such as the heater's panel or the vendor's app.
	By string `json:"by,omitempty"`
	// Result is a command's end.
	Result *Result `json:"result,omitempty"`
	// Fault is of the classes fault and fault-cleared.
	Fault *Fault `json:"fault,omitempty"`
}

// EventClass is what an event is about.
type EventClass string

// The classes of events.
const (
	FaultEvent        EventClass = "fault"
	FaultClearedEvent EventClass = "fault-cleared"
	ModeEvent         EventClass = "mode"
	SetpointEvent     EventClass = "setpoint"
	HeatingEvent      EventClass = "heating"
	CommandEvent      EventClass = "command"
	ConnectionEvent   EventClass = "connection"
	ScheduleEvent     EventClass = "schedule"
)

// SeriesQuery asks for fields of a heater's history.
type SeriesQuery struct {
	Heater   string
	From, To time.Time
	// Fields are names of the status as it is printed, such as tank_upper_temperature.
	Fields []string
	// Points is how many points a field may have at most; if zero, 500.
	Points int
}

// Series is fields over a time.
type Series struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
	// StepSeconds is how far points are apart; 0 when each is a change as it came.
	StepSeconds int     `json:"step_seconds"`
	Fields      []Curve `json:"fields"`
}

// Curve is one field over a time. The slices are as long as Times; a null in Mean is a
// time of which nothing is known.
type Curve struct {
	Field string `json:"field"`
	Unit  string `json:"unit,omitempty"`
	// Times are seconds since 1970.
	Times []int64    `json:"times"`
	Min   []*float64 `json:"min"`
	Mean  []*float64 `json:"mean"`
	Max   []*float64 `json:"max"`
}

// EnergyQuery asks for electricity used, from a day to another, inclusive, of the heater's
// own calendar ("2026-11-22"), by "hour", "day", "month" or "year".
type EnergyQuery struct {
	Heater   string
	From, To string
	By       string
}

// EnergyUse is electricity used by hours, days, months or years.
type EnergyUse struct {
	By    string       `json:"by"`
	Items []EnergyItem `json:"items"`
	Total Usage        `json:"total"`
}

// EnergyItem is one of them: "2026-11-22T07", "2026-11-22", "2026-11" or "2026".
type EnergyItem struct {
	Date string `json:"date"`
	Usage
}

// EventQuery asks for events, the newest first.
type EventQuery struct {
	Heater   string // if empty, all
	From, To time.Time
	Classes  []EventClass // if empty, all
	Limit    int          // if zero, 200
	Before   int64        // only events with a smaller ID; if zero, all
}

// Events is what answers an EventQuery.
type Events struct {
	Events []Event `json:"events"`
}
