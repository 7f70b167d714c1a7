package simulator

import (
	"fmt"
	"math"
	"net/http"
	"slices"

	"github.com/nwp500/nwp500/internal/topic"
)

// An ownerWrite is something that an owner does, by the command that an owner has.
type ownerWrite struct {
	name  string // of the input
	code  topic.Code
	param []int
}

// ownerWrites are those that a post asks for.
func ownerWrites(in inputs) (writes []ownerWrite) {
	if on, ok := in["power"].(bool); ok {
		code := topic.PowerOff
		if on {
			code = topic.PowerOn
		}
		writes = append(writes, ownerWrite{"power", code, nil})
	}
	if name, ok := in["mode"].(string); ok {
		param := []int{1 + slices.Index(modeNames, name)}
		if param[0] == modeVacation {
			param = append(param, int(in.number("days", usualVacation)))
		}
		writes = append(writes, ownerWrite{"mode", topic.SetMode, param})
	}
	if in.has("setpoint") {
		writes = append(writes, ownerWrite{"setpoint", topic.SetTemperature, []int{int(math.Round(2 * in.number("setpoint", 0)))}})
	}
	return writes
}

// usualVacation is how many days one has of which nothing else was said.
const usualVacation = 7

// operate does what an owner does, or nothing if the heater would not take one of it,
// and pushes what comes of it.
func (h *Heater) operate(in inputs) (err error) {
	writes := ownerWrites(in)
	if len(writes) == 0 {
		return nil
	}
	h.change(func() {
		for _, w := range writes {
			if refused := h.refuses(w); refused != nil {
				refused.Field, refused.Value = w.name, in[w.name]
				err = refused
				return
			}
		}
		for _, w := range writes {
			h.carryOut(&asked{Command: w.code, Mode: commands[w.code].mode, Param: w.param})
		}
		h.push(topic.PushPlain)
	})
	return err
}

// refuses says why the heater would not do something; nil: it would.
func (h *Heater) refuses(w ownerWrite) *notDone {
	refused := &notDone{status: http.StatusUnprocessableEntity, Message: "the heater has no such function"}
	switch w.name {
	case "mode":
		if needs := modeNeeds[w.param[0]]; needs != "" && !h.has(needs) {
			return refused
		}
	case "setpoint":
		if !h.settable(w.param[0]) {
			low, high := h.setpointLimits()
			refused.Message = "the heater does not take this setpoint"
			refused.Allowed = fmt.Sprintf("%s to %s °C", plainNumber(float64(low)/2), plainNumber(float64(high)/2))
			return refused
		}
	}
	if !h.fits(commands[w.code].needs) {
		return refused
	}
	return nil
}
