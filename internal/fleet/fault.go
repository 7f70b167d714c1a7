package fleet

import (
	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/api"
)

// newFault is a fault with what an owner can do about it.
func newFault(code nwp500.FaultCode, sub int) *api.Fault {
	advice, known := faultAdvice[code]
	if !known {
		advice = "what this code means is not known here: look it up in the heater's manual, or ask the maker's service"
	}
	return &api.Fault{Code: int(code), Sub: sub, Name: code.String(), Detail: code.Detail(sub), Advice: advice}
}

// What an owner can do. The codes are those of docs/protocol.md §6, which has no more of
// them than their names: what is said here follows from what the parts are for.
const (
	callService = "have a technician look at it"
	restart     = "switch the heater off at its breaker for a minute and on again; if it comes back, " + callService
	sensor      = "a sensor reads what it cannot: " + restart
	refrigerant = "the heat pump's circuit is out of its range: clean the air filter, see that air can flow; if it stays, " + callService +
		", and set the mode electric to have hot water meanwhile"
	noElement = "one heating element is out of order; the heat pump goes on: set the mode heat pump, and " + callService
)

var faultAdvice = map[nwp500.FaultCode]string{
	96:  noElement,
	97:  noElement,
	326: "an element was on without water around it: switch the heater off, fill the tank until water runs at a hot tap, and only then switch it on",
	407: sensor,
	445: restart,
	480: sensor,
	481: sensor,
	515: "a relay does not switch: " + restart,
	517: "the switches on the controller's board do not fit the heater: " + callService,
	593: "a key of the panel is stuck: press each key once; if it stays, " + callService,
	594: restart,
	595: "the power is not measured, and heating goes on: " + restart,
	596: "the WiFi module is out of order: " + restart,
	598: "the heater's clock is out of order, so that schedules may run at wrong times: " + restart,
	615: "a part does not do what the controller tells it: " + restart,
	781: "the module for the electricity supplier's signals is out of order: take it out and put it in again",
	798: "the shut-off valve does not move: close the water by hand when you leave, and " + callService,
	799: "water is where it should not be: close the cold water, switch the heater off at its breaker, and " + callService,
	901: "the water became too hot and the cut-out has opened: switch the heater off, let the water cool; if it comes back, " + callService,
	907: refrigerant,
	908: "the compressor does not run: set the mode electric to have hot water, and " + callService,
	909: "the fan does not turn: see whether something blocks it; if not, " + callService,
	910: sensor,
	911: refrigerant,
	912: sensor,
	913: refrigerant,
	914: sensor,
	915: refrigerant,
	916: refrigerant,
	920: sensor,
	940: refrigerant,
	990: "condensate does not run off: clean the drain and its hose, and empty the pan",
}
