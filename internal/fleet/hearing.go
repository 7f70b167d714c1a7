package fleet

import (
	"fmt"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/api"
)

// hear takes an event of the account's session. It runs on one goroutine, in the order in
// which things happened, and never waits.
func (a *account) hear(event nwp500.Event) {
	switch e := event.(type) {
	case nwp500.SignInNeeded:
		a.refused(e.Err)
		return
	case nwp500.Missed:
		a.fleet.log.Warn("messages came faster than they could be read", "account", a.name, "missed", e.Count)
		a.missed()
		return
	case nwp500.ConnectionLost:
		a.lost(e.Err)
	case nwp500.ConnectionResumed:
		a.resumed()
	}
	if h := a.find(event.Origin().Device.MAC); h != nil {
		h.hear(event)
	}
}

// missed asks all heaters for what may have been lost. That a connection came back may be among it.
func (a *account) missed() {
	a.seeUp()
	session := a.live()
	connected := session != nil && session.Connected()
	for _, h := range a.listed() {
		if connected {
			h.setLinked(true)
		} else {
			h.nudge(pollStatus, 0)
		}
	}
}

// hear takes an event of the heater.
func (h *Heater) hear(event nwp500.Event) {
	switch e := event.(type) {
	case nwp500.StatusReceived:
		h.hearStatus(e.Status)
	case nwp500.FeaturesReceived:
		h.update(Notice{}, func(next *State) {
			next.Features, next.FeaturesAt, next.features = e.Features, e.Features.Received, printFeatures(e.Features)
		})
		h.postpone(askFeatures)
	case nwp500.ConnectionLost:
		h.disconnected(e.Err)
	case nwp500.ConnectionResumed:
		h.setLinked(true)
	case nwp500.HeaterSilent, nwp500.HeaterHeard:
		// Some question was not answered, which may be one that this heater never answers;
		// or it says something again. Its status tells.
		h.nudge(pollStatus, 0)
	case nwp500.ModeChanged:
		h.changed(api.ModeEvent, modeText(e.New))
	case nwp500.SetpointChanged:
		h.changed(api.SetpointEvent, fmt.Sprintf("the setpoint was changed from %v to %v", e.Old, e.New))
	case nwp500.HeatingStarted:
		h.changed(api.HeatingEvent, "heating began")
	case nwp500.HeatingStopped:
		h.changed(api.HeatingEvent, "heating ended")
	case nwp500.FaultDetected:
		fault := newFault(e.Code, e.Sub)
		told := h.event(api.FaultEvent, "fault "+fault.Name)
		if fault.Detail != "" {
			told.Text += " (" + fault.Detail + ")"
		}
		told.Fault = fault
		h.tell(Notice{Event: told})
	case nwp500.FaultCleared:
		told := h.event(api.FaultClearedEvent, "the fault "+e.Code.String()+" is over")
		told.Fault = newFault(e.Code, 0)
		h.tell(Notice{Event: told})
	}
}

func modeText(mode nwp500.Value[nwp500.Mode]) string {
	if mode.Is(nwp500.PowerOff) {
		return "switched off"
	}
	return "the mode was changed to " + mode.String()
}

// hearStatus takes a status: it is there, and so is the heater.
func (h *Heater) hearStatus(status *nwp500.Status) {
	h.mu.Lock()
	defer h.mu.Unlock()
	before := h.State()
	if mode, known := status.Mode.Get(); known && mode >= nwp500.HeatPump && mode <= nwp500.HighDemand {
		h.lastMode = mode
	}
	h.linked = true
	h.plan.heard(time.Now(), h.account.fleet.config.PollEvery)
	h.plan.noteSchedules(before.Status, status, time.Now())
	close(h.heard)
	h.heard = make(chan struct{})
	if h.answered(before) {
		h.signal() // what waited for the heater is due
	}
	h.updateLocked(Notice{Status: true, Event: h.upEvent(before)}, func(next *State) {
		next.Status, next.StatusAt, next.status = status, status.Received, printStatus(status)
		next.Connection = upSince(before.Connection, status.Received)
	})
}

// changed tells a change of a status, and who asked for it if one of ours did.
func (h *Heater) changed(class api.EventClass, text string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	told := h.event(class, text)
	told.By = h.askers.of(class, told.At)
	h.tellLocked(Notice{Event: told})
}

// nextStatus returns what is closed when the next status comes.
func (h *Heater) nextStatus() <-chan struct{} {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.heard
}
