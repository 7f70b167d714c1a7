package nwp500

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/nwp500/nwp500/internal/awsiot"
	"github.com/nwp500/nwp500/internal/topic"
)

// SignalAppConnection tells the heater that an application has come, as the vendor's app
// does when it starts (docs/protocol.md §3, app-connection). Nothing answers: nil says
// that the broker has it. Every error is a *CommandError. Session.Close tells that the
// application has gone.
func (h *Heater) SignalAppConnection(ctx context.Context) error {
	const name = "signal app connection"
	state, err := h.session.attach(ctx, h.device, true)
	if err != nil {
		return failed(name, NotSent, err)
	}
	payload, err := json.Marshal(struct {
		ClientID  string `json:"clientID"`
		Timestamp string `json:"timestamp"`
	}{state.connection.clientID, time.Now().UTC().Format(time.RFC3339)})
	if err != nil {
		return failed(name, NotSent, err)
	}
	err = state.connection.link.Publish(ctx, awsiot.Publication{
		Topic: topic.AppConnection(h.device.Type, h.device.MAC.Reveal()), Payload: payload,
		Supersede: h.device.MAC.Reveal() + "/app connection",
	})
	var published *awsiot.PublishError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &published) && !published.Sent:
		return failed(name, NotSent, fromTransport(published.Err))
	}
	return failed(name, OutcomeUnknown, fromTransport(err))
}
