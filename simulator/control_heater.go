package simulator

import (
	"fmt"
	"math"
	"net/http"
	"strings"
	"time"
)

// heaterRow is a heater in the list. Temperatures are in °C.
type heaterRow struct {
	MAC      string  `json:"mac"`
	Account  string  `json:"account"` // e-mail address
	Name     string  `json:"name"`
	Online   bool    `json:"online"`
	Mode     string  `json:"mode"`
	Setpoint float64 `json:"setpoint"`
	Upper    float64 `json:"upper"` // sensor
	Lower    float64 `json:"lower"`
	Runs     string  `json:"runs"`    // "heat pump", "upper element", "lower element", with + between; "" nothing
	Power    int     `json:"power"`   // W
	Charge   int     `json:"charge"`  // %
	Fault    int     `json:"fault"`   // error code; 0: none
	Program  string  `json:"program"` // in force; "" none
}

// row reads a heater as of its last step. The fleet's mutex is held.
func (c *console) row(h *Heater) heaterRow {
	r := heaterRow{
		MAC: h.mac, Account: c.owners[h], Name: h.name, Online: h.Online,
		Mode: modeNames[h.Mode-1], Setpoint: float64(h.Setpoint) / 2,
		Upper: tenth(h.Tank.upper()), Lower: tenth(h.Tank.lower()),
		Power: h.watts(), Charge: h.charge(), Fault: h.ErrorCode, Program: h.program(),
	}
	switch {
	case h.Pump.compressor() && h.Upper:
		r.Runs = "heat pump + upper element"
	case h.Pump.compressor() && h.Lower:
		r.Runs = "heat pump + lower element"
	case h.Pump.compressor():
		r.Runs = "heat pump"
	case h.Upper:
		r.Runs = "upper element"
	case h.Lower:
		r.Runs = "lower element"
	case h.Pump.fan():
		r.Runs = "fan"
	}
	return r
}

// program is what overrules the chosen mode now; empty: nothing does.
func (h *Heater) program() string {
	switch because := h.order().reason; because {
	case byMode, byPowerOff:
		return ""
	case byDemandResponse:
		return h.demandEvent(h.At).String()
	default:
		return because.String()
	}
}

// why says in a sentence what the heater is about.
func (h *Heater) why() string {
	o := h.order()
	because := o.reason.String()
	switch program := h.program(); {
	case program != "":
		because = program
	case o.reason == byMode:
		because += " " + modeNames[h.Mode-1]
	}
	switch {
	case o.sources == 0 && h.ranked().sources != 0:
		return "Nothing is heated: its faults leave nothing to heat with."
	case o.sources == 0:
		return fmt.Sprintf("Nothing is heated: %s.", because)
	case h.Busy:
		return fmt.Sprintf("It heats to %.1f °C: %s.", o.setpoint, because)
	}
	return fmt.Sprintf("The water is warm enough for %.1f °C: %s.", o.setpoint, because)
}

func tenth(v float64) float64 { return math.Round(10*v) / 10 }

// heaterView is everything about one heater.
type heaterView struct {
	heaterRow
	Gallons     int       `json:"gallons"`
	NewFirmware bool      `json:"new_firmware"`
	Date        time.Time `json:"date"` // on its clock
	Silent      bool      `json:"silent"`
	WiFi        int       `json:"wifi"`

	Litres float64   `json:"litres"` // of the tank
	Layers []float64 `json:"layers"` // °C from the top
	Flow   float64   `json:"flow"`   // l/min drawn
	Left   float64   `json:"left"`   // litres still to be drawn
	Leak   float64   `json:"leak"`   // l/min
	Inlet  float64   `json:"inlet"`  // °C
	Air    float64   `json:"air"`    // °C
	Draws  string    `json:"draws"`  // the profile

	HeatPump      string `json:"heat_pump"` // what it does
	UpperElement  bool   `json:"upper_element"`
	LowerElement  bool   `json:"lower_element"`
	Recirculation bool   `json:"recirculation"`
	Reason        string `json:"reason"` // why it heats, or does not

	VacationDays int            `json:"vacation_days"` // left
	DemandEvent  string         `json:"demand_event"`  // that it was told of
	Faults       []standingView `json:"faults"`        // that have not ended
	Meter        Meter          `json:"meter"`
	Counters     HeaterCounters `json:"counters"`
	Recent       []recentChange `json:"recent"` // the latest first
}

// standingView is a fault that stands, with its name.
type standingView struct {
	StandingFault
	Name string `json:"name"`
	Does string `json:"does"`
}

// pumpStates are the states of the heat pump in words.
var pumpStates = map[int]string{
	pumpIdle: "at rest", pumpFan: "its fan starts", pumpStarting: "its compressor starts", pumpRunning: "runs",
	pumpStopping: "its fan runs on", pumpStopped: "waits until the pressure has fallen",
}

// find returns the heater that a request names.
func (c *console) find(r *http.Request) (*Heater, error) {
	if h := c.simulator.Heater(strings.ToLower(r.PathValue("mac"))); h != nil {
		return h, nil
	}
	return nil, &notDone{status: http.StatusNotFound, Message: "there is no such heater", Field: "mac", Value: r.PathValue("mac")}
}

func (c *console) readHeater(r *http.Request) (any, error) {
	h, err := c.find(r)
	if err != nil {
		return nil, err
	}
	return c.view(h), nil
}

// view looks at everything about a heater at one moment.
func (c *console) view(h *Heater) (v heaterView) {
	h.look(func() {
		v = heaterView{
			heaterRow: c.row(h), Gallons: h.model.Gallons, NewFirmware: h.model.NewFirmware,
			Date: h.wall(), Silent: h.silent, WiFi: h.RSSI,
			Litres: h.Tank.Litres, Left: tenth(h.Tap), Leak: h.Leak, Inlet: tenth(h.inlet()), Air: tenth(h.air()), Draws: h.Draws.String(),
			HeatPump: pumpStates[h.Pump.State], UpperElement: h.Upper, LowerElement: h.Lower, Recirculation: h.pumpRuns(h.At),
			Reason: h.why(), VacationDays: h.vacationLeft(), DemandEvent: h.Programs.Demand.Event.String(), Meter: h.Ledger.meter(), Counters: h.counters,
			Recent: h.recent.list(),
		}
		if h.Tap > 0 {
			v.Flow = h.TapFlow
		}
		for _, layer := range h.Tank.Nodes {
			v.Layers = append(v.Layers, tenth(layer))
		}
		for _, f := range h.Standing {
			shown := standingView{StandingFault: f, Name: "unknown"}
			if d := defectOf(f.Code); d != nil {
				shown.Name, shown.Does = d.Name, d.Does
			}
			v.Faults = append(v.Faults, shown)
		}
	})
	return v
}
