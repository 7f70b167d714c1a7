package nwp500

import "time"

// Event is something that a session noticed: a message of a heater, what changed
// with it, or the state of the live connection. It is one of the types of this
// package that hold a Source; a switch on the type tells which.
type Event interface {
	// Origin returns which heater the event is of, and when it was noticed.
	Origin() Source
	event()
}

// Source is which heater an event is of, and when it was noticed.
type Source struct {
	Device Device
	Time   time.Time
}

// Origin returns the source itself.
func (s Source) Origin() Source { return s }

func (Source) event() {}

// StatusReceived is a status that came: an answer to anybody's request, or one that
// the heater sent by itself. A status that arrives twice is told once.
type StatusReceived struct {
	Source
	Status *Status
}

// FeaturesReceived is features that came. Those that arrive twice are told once.
type FeaturesReceived struct {
	Source
	Features *Features
}

// TemperatureChanged is hot water of another temperature.
type TemperatureChanged struct {
	Source
	Old, New Temperature
}

// SetpointChanged is another temperature wanted.
type SetpointChanged struct {
	Source
	Old, New Temperature
}

// ModeChanged is another mode, power off and on included.
type ModeChanged struct {
	Source
	Old, New Value[Mode]
}

// PowerChanged is another power drawn, in watts.
type PowerChanged struct {
	Source
	Old, New Value[float64]
}

// HeatingStarted is a heater that began to heat.
type HeatingStarted struct{ Source }

// HeatingStopped is a heater that ended heating.
type HeatingStopped struct{ Source }

// FaultDetected is a fault that came up.
type FaultDetected struct {
	Source
	Code FaultCode
	// Sub narrows the fault down, 0 when it does not.
	Sub int
}

// FaultCleared is a fault that is over.
type FaultCleared struct {
	Source
	Code FaultCode
}

// ConnectionLost is a live connection that went down. The session reconnects by
// itself; Err says why it went down, and is nil when the session itself replaced
// it, as it does about once a day.
type ConnectionLost struct {
	Source
	Err error
}

// ConnectionResumed is a live connection that is up again. What happened in between
// was not heard: ask for the status.
type ConnectionResumed struct{ Source }

// HeaterSilent is a heater that did not answer although the connection lives, or was
// made anew because nothing came on it any more: it may be offline. It is told once, until
// HeaterHeard. A session that is asked nothing asks by itself when nothing at all has come
// for 15 minutes.
type HeaterSilent struct{ Source }

// HeaterHeard is a heater that was silent and has said something.
type HeaterHeard struct{ Source }

// SignInNeeded is a session that has stopped reconnecting because its credentials do
// not serve any more: ErrCredentials, ErrPasswordNeeded or ErrNotSignedIn. It goes on
// after SignIn, and is told once until then.
type SignInNeeded struct {
	Source
	Err error
}

// ServiceAnnounced is the cloud telling that it is about to be serviced
// (docs/protocol.md §3, disconnect-mqtt): the session makes its connections anew within
// the minute that follows. It comes only with Config.ServiceNotices. What the notice says was never captured.
type ServiceAnnounced struct {
	Source
	// Notice is the message as it came.
	Notice Payload
}

// Missed stands where a slow reader lost events: so many of the oldest that waited.
type Missed struct {
	Source
	Count int
}

// changes returns the events between two statuses of one heater; before is nil for
// the first. What is unknown on either side is no change, but a fault that is there from
// the first is told.
func changes(source Source, before, now *Status) []Event {
	if before == nil {
		before = &Status{}
	}
	var events []Event
	add := func(changed bool, event Event) {
		if changed {
			events = append(events, event)
		}
	}
	add(temperatureDiffers(before.Temperature, now.Temperature),
		TemperatureChanged{source, before.Temperature, now.Temperature})
	add(temperatureDiffers(before.Setpoint, now.Setpoint), SetpointChanged{source, before.Setpoint, now.Setpoint})
	add(differs(before.Mode, now.Mode), ModeChanged{source, before.Mode, now.Mode})
	add(differs(before.Power, now.Power), PowerChanged{source, before.Power, now.Power})
	add(before.Heating.IsOff() && now.Heating.IsOn(), HeatingStarted{source})
	add(before.Heating.IsOn() && now.Heating.IsOff(), HeatingStopped{source})
	if old, current := before.Fault.Or(0), now.Fault.Or(0); now.Fault.Known() && old != current {
		add(old != 0, FaultCleared{source, old})
		add(current != 0, FaultDetected{source, current, now.SubFault.Or(0)})
	}
	return events
}

// over returns the status with what it does not say of what changes tells as it was
// before, so that a status that leaves a field out does not hide a change of it.
func (s *Status) over(before *Status) *Status {
	if before == nil {
		return s
	}
	whole := *s
	whole.Mode, whole.Power, whole.Fault = s.Mode.over(before.Mode), s.Power.over(before.Power), s.Fault.over(before.Fault)
	if !s.Temperature.Known() {
		whole.Temperature = before.Temperature
	}
	if !s.Setpoint.Known() {
		whole.Setpoint = before.Setpoint
	}
	if s.Heating == NotSaid {
		whole.Heating = before.Heating
	}
	return &whole
}

func (v Value[T]) over(before Value[T]) Value[T] {
	if v.known {
		return v
	}
	return before
}

func differs[T comparable](before, now Value[T]) bool {
	return before.Known() && now.Known() && before != now
}

func temperatureDiffers(before, now Temperature) bool {
	return before.Known() && now.Known() && before != now
}
