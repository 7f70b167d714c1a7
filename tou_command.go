package nwp500

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/nwp500/nwp500/internal/topic"
	"github.com/nwp500/nwp500/internal/wire"
)

// errNoSerial is a heater whose tariff can neither be read nor written.
var errNoSerial = errors.New("the heater does not tell its controller's serial number, which a tariff goes by")

// TOU asks the cloud for the tariff that it keeps for the heater, by the serial number
// that the heater tells (docs/protocol.md §2): over MQTT a heater does not tell its
// tariff. The errors are those of Features and of Client.TOU.
func (h *Heater) TOU(ctx context.Context) (*TOU, error) {
	features, err := h.knownFeatures(ctx, false)
	if err != nil {
		return nil, err
	}
	if features.Serial.IsEmpty() {
		return nil, errNoSerial
	}
	return h.session.client.TOU(ctx, h.device, features.Serial)
}

// SetTOU puts a tariff in place of the heater's (docs/protocol.md §3 and §4): 1 to 16
// periods. It is confirmed by the heater's answer with the same periods, order aside.
// A heater does not tell its tariff otherwise, so without that answer the outcome is
// unknown. Every error is a *CommandError; a heater that lacks programReservationUse
// is an *UnsupportedError.
func (h *Heater) SetTOU(ctx context.Context, tariff TOUSchedule) error {
	const name = "set TOU"
	tariff.Periods = slices.Clone(tariff.Periods)
	if err := checkPeriods(tariff.Periods); err != nil {
		return refused(name, err, "")
	}
	features, err := h.touFeatures(ctx, name)
	if err != nil {
		return err
	}
	return h.sendTOU(ctx, name, features.Serial, tariff)
}

// touFeatures returns the features of a heater that takes a tariff.
func (h *Heater) touFeatures(ctx context.Context, name string) (*Features, error) {
	features, pass, err := h.featuresFor(ctx, touKind.name)
	pass() // a schedule is written in a turn of its own
	if err != nil {
		return nil, failed(name, NotSent, err)
	}
	if err := needs(features.Reservations, "programReservationUse"); err != nil {
		return nil, failed(name, Refused, err)
	}
	if features.Serial.IsEmpty() {
		return nil, failed(name, Refused, errNoSerial)
	}
	return features, nil
}

// sendTOU writes a tariff over MQTT.
func (h *Heater) sendTOU(ctx context.Context, name string, serial Secret, tariff TOUSchedule) error {
	want := tariff.schedule()
	body := wire.Object{{Name: "controllerSerialNumber", Value: textValue(serial.Reveal())}}
	err := h.writeSchedule(ctx, name, want, append(body, want.body()...), nil)
	var unknown *CommandError
	if errors.As(err, &unknown) && unknown.Outcome == OutcomeUnknown {
		unknown.Hint = "a heater does not tell its tariff: send it again until it is confirmed"
	}
	return err
}

// EnableTOU tells the heater to go by its tariff or not (docs/protocol.md §3). Every
// error is a *CommandError; a heater that lacks programReservationUse is an
// *UnsupportedError.
func (h *Heater) EnableTOU(ctx context.Context, on bool) error {
	c := command{
		name: "TOU off", kind: "TOU", code: topic.TOUOff, mode: "tou-off",
		param: func(f *Features) ([]int, error) {
			return []int{}, needs(f.Reservations, "programReservationUse")
		},
		shown: func(s *Status) bool { return s.TOU.Or(0) == 0 },
	}
	if on {
		c.name, c.code, c.mode = "TOU on", topic.TOUOn, "tou-on"
		c.shown = func(s *Status) bool { return !s.TOU.Is(0) }
	}
	return h.control(ctx, c)
}

// ApplyTOU has the cloud keep a tariff for the heater and then writes it to the
// heater, which is to go by it from then on: Client.UpdateTOU and SetTOU, in this
// order, as the vendor's app does. Every error is a *CommandError: NotSent when the
// cloud did not take the tariff, and the heater's end when the cloud has it already.
func (h *Heater) ApplyTOU(ctx context.Context, update TOUUpdate) error {
	const name = "apply TOU"
	if err := update.check(); err != nil {
		return refused(name, err, "")
	}
	features, err := h.touFeatures(ctx, name)
	if err != nil {
		return err
	}
	if _, err := h.session.client.UpdateTOU(ctx, h.device, update); err != nil {
		return failed(name, NotSent, fmt.Errorf("the cloud did not take the tariff: %w", err))
	}
	err = h.sendTOU(ctx, name, features.Serial, TOUSchedule{Enabled: true, Periods: slices.Clone(update.Plan.Periods)})
	var end *CommandError
	if errors.As(err, &end) {
		end.Err = fmt.Errorf("the cloud keeps the tariff, the heater: %w", end.Err)
	}
	return err
}
