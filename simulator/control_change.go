package simulator

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// heaterInputs are what can be done to a heater.
var heaterInputs = []input{
	{Name: "draw", Low: 0.1, High: 1000, Unit: "litres", Step: 0.1},
	{Name: "flow", Low: 0.1, High: mostFlow, Unit: "litres a minute", Step: 0.1, With: "draw"},
	{Name: "draws", Kind: inputWord, Words: drawProfiles[:]},
	{Name: "leak", High: mostFlow, Unit: "litres a minute", Step: 0.1},
	{Name: "upper", High: 99, Unit: "°C", Step: 0.1},
	{Name: "lower", High: 99, Unit: "°C", Step: 0.1},
	{Name: "air", Low: coldestRoom, High: hottestRoom, Unit: "°C", Step: 0.1},
	{Name: "inlet", Low: coldestInlet, High: hottestInlet, Unit: "°C", Step: 0.1},
	{Name: "seasons", Kind: inputToggle},

	{Name: "fault", Low: 1, High: mostFaultCode, Step: 1},
	{Name: "sub", High: mostFaultCode, Step: 1, With: "fault"},
	{Name: "clear", Low: 1, High: mostFaultCode, Step: 1},
	{Name: "clear_all", Kind: inputToggle},

	{Name: "offline", Kind: inputToggle},
	{Name: "silent", Kind: inputToggle},
	{Name: "wifi", High: highestRSSI, Step: 1},

	{Name: "event", Kind: inputWord, Words: eventNames()},
	{Name: "minutes", Low: 1, High: 7 * 24 * 60, Unit: "minutes", Step: 1, With: "event"},

	{Name: "power", Kind: inputToggle},
	{Name: "mode", Kind: inputWord, Words: modeNames[:modeVacation]},
	{Name: "days", Low: 1, High: 30, Unit: "days", Step: 1, With: "mode"},
	{Name: "setpoint", Low: 1, High: boiling / 2, Unit: "°C", Step: 0.5},
}

// eventNames are the demand response events.
func eventNames() (names []string) {
	for event := DemandNone; event.known(); event++ {
		names = append(names, event.String())
	}
	return names
}

// changeHeater does what was posted and returns the heater as it is then.
func (c *console) changeHeater(r *http.Request) (any, error) {
	h, err := c.find(r)
	if err != nil {
		return nil, err
	}
	in, err := readInputs(r, heaterInputs)
	if err != nil {
		return nil, err
	}
	if err := checkDefect(in); err != nil {
		return nil, err
	}
	if err := h.operate(in); err != nil {
		return nil, err
	}
	h.surround(in)
	h.trouble(in)
	return c.view(h), nil
}

// checkDefect refuses a sub-code with which a fault does not come.
func checkDefect(in inputs) error {
	if !in.has("sub") || CheckFault(int(in.number("fault", 0)), int(in.number("sub", 0))) == nil {
		return nil
	}
	var subs []string
	for _, sub := range defectOf(int(in.number("fault", 0))).Subs {
		subs = append(subs, strconv.Itoa(sub.Code))
	}
	return &notDone{
		status: http.StatusUnprocessableEntity, Message: "the fault does not come with this sub-code",
		Field: "sub", Value: in["sub"], Allowed: strings.Join(subs, ", "),
	}
}

// firstSub is the sub-code of a fault of which only the code was said.
func firstSub(in inputs) int {
	if d := defectOf(int(in.number("fault", 0))); d != nil {
		return d.Subs[0].Code
	}
	return 0
}

// surround does what happens around a heater: water, air, network.
func (h *Heater) surround(in inputs) {
	if in.has("upper") || in.has("lower") {
		now := h.Water()
		h.SetTank(in.number("upper", now.Upper), in.number("lower", now.Lower))
	}
	if seasons, ok := in["seasons"].(bool); ok && seasons {
		h.SetWeather(Weather{})
	}
	if in.has("air") {
		h.SetAir(in.number("air", 0))
	}
	if in.has("inlet") {
		h.SetInlet(in.number("inlet", 0))
	}
	if profile, ok := in["draws"].(string); ok {
		h.SetDraws(DrawProfile(slices.Index(drawProfiles[:], profile)))
	}
	if in.has("leak") {
		h.SetLeak(in.number("leak", 0))
	}
	if in.has("draw") {
		h.change(func() { h.openTap(in.number("draw", 0), in.number("flow", tapFlow)) })
	}
	if event, ok := in["event"].(string); ok {
		lasts := time.Duration(in.number("minutes", 0)) * time.Minute
		h.SetDemandResponse(DemandEvent(slices.Index(eventNames(), event)), lasts)
	}
	if in.has("wifi") {
		h.SetWiFi(int(in.number("wifi", 0)))
	}
	if offline, ok := in["offline"].(bool); ok {
		h.SetOffline(offline)
	}
	if silent, ok := in["silent"].(bool); ok {
		h.SetSilent(silent)
	}
}

// trouble raises and clears faults.
func (h *Heater) trouble(in inputs) {
	if all, ok := in["clear_all"].(bool); ok && all {
		h.ClearFault()
	}
	if in.has("clear") {
		h.ClearFaultCode(int(in.number("clear", 0)))
	}
	if in.has("fault") {
		h.RaiseFault(int(in.number("fault", 0)), int(in.number("sub", float64(firstSub(in)))))
	}
}
