package fleet

import (
	"errors"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/api"
)

// failed notes why the account could not be reached for the first time.
func (a *account) failed(err error) {
	state := api.Connecting
	if final(err) {
		state = api.Refused
	}
	a.becomes(describe(state, err), true)
}

// refused notes that the session has stopped for want of credentials.
func (a *account) refused(err error) {
	a.fleet.log.Error("an account cannot be used until its credentials change", "account", a.name, "err", err)
	a.becomes(describe(api.Refused, err), true)
}

// lost notes that a connection of the session went down, and why unless the session
// itself is renewing it.
func (a *account) lost(err error) {
	if err == nil {
		return
	}
	lost := describe(api.Down, err)
	lost.Advice = a.advice()
	a.down(lost)
}

// down notes that a connection is down, unless that is known by another heater of it.
func (a *account) down(lost api.Connection) {
	a.mu.Lock()
	known := a.connection.State == api.Down
	a.mu.Unlock()
	if !known {
		a.becomes(lost, false)
	}
}

func (a *account) resumed() {
	a.seeUp()
	select {
	case a.relist <- struct{}{}:
	default:
	}
}

// seeUp notes that all connections are up, if they are.
func (a *account) seeUp() {
	if session := a.live(); session != nil && session.Connected() {
		a.becomes(api.Connection{State: api.Up}, false)
	}
}

// becomes takes the state of the account's connection over, and has its heaters do so if
// they share it. One that is refused stays refused until it is up.
func (a *account) becomes(connection api.Connection, shared bool) {
	a.mu.Lock()
	if before := a.connection; before.State == connection.State {
		connection.Since = before.Since
	} else {
		connection.Since = time.Now()
	}
	if a.connection.State != api.Refused || connection.State != api.Down {
		a.connection = connection
	}
	a.mu.Unlock()
	if !shared {
		return
	}
	for _, h := range a.listed() {
		h.mu.Lock()
		h.linked = false
		h.becomes(connection)
		h.mu.Unlock()
	}
}

// advice is what can be done about the connection that is down, as the session sees it.
func (a *account) advice() string {
	session := a.live()
	if session == nil {
		return ""
	}
	for _, c := range session.Diagnostics().Connections {
		if !c.Up && c.Advice != "" {
			return c.Advice
		}
	}
	return ""
}

// describe is a connection that is not up, and why.
func describe(state api.ConnectionState, err error) api.Connection {
	diagnosis := nwp500.Diagnose(err)
	text := err.Error()
	if diagnosis.Guess != "" && !errors.Is(err, nwp500.ErrDisconnected) {
		text += " (" + diagnosis.Guess + ")"
	}
	return api.Connection{State: state, Error: text, Advice: diagnosis.Advice}
}

// disconnected notes that the heater's connection to the cloud went down; without an error
// the session renews it by itself, and it is back in a moment or comes to be missed.
func (h *Heater) disconnected(err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.linked = false
	if err == nil {
		h.backBy = time.Now().Add(renewalTime)
		return
	}
	connection := describe(api.Down, err)
	connection.Advice = h.account.adviceNow()
	h.becomes(connection)
}

// missRenewal notes that a connection that the session renews has not come back in time.
func (h *Heater) missRenewal() {
	missed := func() bool { return !h.linked && !h.backBy.IsZero() && time.Now().After(h.backBy) }
	h.mu.Lock()
	late := missed()
	h.mu.Unlock()
	if !late {
		return
	}
	down := api.Connection{
		State: api.Down, Error: "the connection was to be renewed and has not come back yet", Advice: h.account.advice(),
	}
	h.mu.Lock()
	if late = missed(); late {
		h.backBy = time.Time{}
		h.becomes(down)
	}
	h.mu.Unlock()
	if late {
		h.account.down(down)
		h.account.seeUp() // it may be back by now, and that was told before
	}
}

// adviceNow is the advice that the account has for its connection already.
func (a *account) adviceNow() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.connection.Advice
}

// silent notes that the heater does not answer although the connection is there.
func (h *Heater) silent() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.plan.missed < unansweredLimit || !h.linked {
		return // it was heard meanwhile, or cannot be
	}
	advice := "see whether the heater has power and reaches the WiFi; its panel shows the state of the WiFi"
	if h.State().Device.Connected.IsOff() {
		advice += ". The cloud lists it as not connected"
	}
	h.becomes(api.Connection{State: api.Silent, Error: "the heater does not answer", Advice: advice})
}

// becomes takes a state of the connection that is not up over, and tells it when it is
// another. The heater's lock is held.
func (h *Heater) becomes(connection api.Connection) {
	before := h.State().Connection
	if before.State == api.Refused && connection.State == api.Down {
		return // that it is down follows
	}
	connection.Fresh, connection.Since = before.Fresh, time.Now()
	notice := Notice{}
	if connection.State == before.State {
		connection.Since = before.Since
		if connection == before {
			return
		}
	} else if text := connectionTexts[connection.State]; text != "" {
		notice.Event = h.event(api.ConnectionEvent, text)
		if connection.Error != "" {
			notice.Event.Text += ": " + connection.Error
		}
	}
	h.updateLocked(notice, func(next *State) { next.Connection = connection })
}

var connectionTexts = map[api.ConnectionState]string{
	api.Down:    "the connection to the cloud is interrupted",
	api.Silent:  "silent",
	api.Refused: "the account's credentials do not serve",
}

// upSince is the connection of a heater that was just heard.
func upSince(before api.Connection, now time.Time) api.Connection {
	up := api.Connection{State: api.Up, Since: now, Fresh: true}
	if before.State == api.Up {
		up.Since = before.Since
	}
	return up
}

// upEvent tells that the heater is back, nil when it was not away. The heater's lock is held.
func (h *Heater) upEvent(before *State) *api.Event {
	switch before.Connection.State {
	case api.Down, api.Silent, api.Refused:
		return h.event(api.ConnectionEvent, "it is heard again")
	}
	return nil
}

// answered reports whether a heater that was not up is now. The heater's lock is held.
func (h *Heater) answered(before *State) bool { return before.Connection.State != api.Up }

// setLinked notes whether questions reach the cloud; when they do the heater is asked.
func (h *Heater) setLinked(linked bool) {
	h.mu.Lock()
	h.linked, h.backBy = linked, time.Time{}
	h.plan.missed = 0
	if linked {
		h.plan.due[pollStatus] = time.Now()
	}
	h.mu.Unlock()
	h.signal()
}

// age has a status that is older than the limit count as old. Both clocks are asked: one
// stands still while a machine sleeps, the other may be set back.
func (h *Heater) age() {
	h.mu.Lock()
	defer h.mu.Unlock()
	state := h.State()
	if !state.Connection.Fresh || age(state.StatusAt) <= h.account.fleet.config.FreshFor {
		return
	}
	h.updateLocked(Notice{}, func(next *State) { next.Connection.Fresh = false })
}

func age(at time.Time) time.Duration {
	now := time.Now()
	return max(now.Sub(at), now.Round(0).Sub(at.Round(0)))
}
