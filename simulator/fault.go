package simulator

import (
	"net/http"
	"slices"
	"sync"
	"time"
)

// A Step is a place in the life of an MQTT connection where a [Fault] can be
// put. Each is one point in the code.
type Step int

// The steps, in the order in which a connection meets them.
const (
	StepUpgrade     Step = iota + 1 // the request for the WebSocket came; its signature is not yet looked at
	StepConnect                     // CONNECT came and is good; the client is not yet connected
	StepConnack                     // the client is connected; its CONNACK is next
	StepConnected                   // the CONNACK is on its way
	StepPacket                      // a packet came on a connected connection, whichever it is
	StepSubscribe                   // SUBSCRIBE came and is good; nothing is subscribed yet
	StepSuback                      // the filters are subscribed; the SUBACK is next
	StepUnsubscribe                 // UNSUBSCRIBE came; the filters are still subscribed
	StepPublish                     // PUBLISH came and is good; no heater and no subscriber has seen it
	StepPuback                      // the message went to heaters and subscribers; the PUBACK is next
	StepPing                        // PINGREQ came
	StepDeliver                     // a message is about to be queued for a subscriber
)

// An Action is what a [Fault] does at its step.
type Action int

// The actions.
const (
	// Proceed does what would have been done, after Fault.Delay.
	Proceed Action = iota
	// Lose leaves the step out: what came is ignored, or what is next is never
	// sent. The connection lives.
	Lose
	// Cut leaves the step out and ends the connection for Fault.Reason.
	Cut
	// Refuse answers with an error: at StepUpgrade with Fault.Status and
	// Fault.Message, at StepConnect with a CONNACK of Fault.Code and the end of
	// the connection, at StepSubscribe with a SUBACK of Fault.Code for each
	// filter. At other steps it is Lose.
	Refuse
	// BlackHole makes the connection half open, from this step on: nothing that
	// comes is heard, nothing is sent, nobody is told.
	BlackHole
)

// A Fault makes the MQTT side of the cloud fail at one step.
type Fault struct {
	Step   Step
	Action Action
	// ClientID limits the fault to one client. If empty, it meets all.
	// StepUpgrade comes before the client id is known: there a fault with a
	// client id never fires.
	ClientID string
	// Skip is how many times the step goes well first. If zero, the first is
	// met.
	Skip int
	// Times is how many times the fault fires. If zero, until it is healed.
	Times int
	// Delay is how long a Cut or the answer to the upgrade takes, or with
	// Proceed by how much the answer of the broker or the delivery is late. If
	// zero, there is none. The connection does other things meanwhile.
	Delay time.Duration
	// Reason is that of a Cut. If zero, DropServer.
	Reason DropReason
	// Status is the HTTP status of a Refuse at StepUpgrade. If zero, 403.
	Status int
	// Message is the error message of a Refuse at StepUpgrade. If zero, the
	// text of the status.
	Message string
	// RetryAfter is sent as header by a Refuse at StepUpgrade. If zero, it is
	// not.
	RetryAfter time.Duration
	// Code is that of a Refuse. If zero, 5 (not authorised) in a CONNACK and
	// 0x80 (failure) in a SUBACK.
	Code byte
}

// withDefaults fills in what the zero values stand for.
func (f Fault) withDefaults() Fault {
	if f.Reason == "" {
		f.Reason = DropServer
	}
	if f.Status == 0 {
		f.Status = http.StatusForbidden
	}
	if f.Message == "" {
		f.Message = http.StatusText(f.Status)
	}
	if f.Code == 0 {
		f.Code = 5
		if f.Step == StepSubscribe {
			f.Code = subackFailure
		}
	}
	return f
}

// Inject puts a fault in place until it is healed. Of several for one step, the
// first that fires is the only one.
//
//	s.Inject(simulator.Fault{Step: simulator.StepUpgrade, Action: simulator.Refuse, Times: 1}) // one 403
//	s.Inject(simulator.Fault{Step: simulator.StepConnack, Action: simulator.Lose})             // no CONNACK
//	s.Inject(simulator.Fault{Step: simulator.StepPuback, Action: simulator.Cut, Times: 1})     // the outcome is unknown
//	s.Inject(simulator.Fault{Step: simulator.StepDeliver, Action: simulator.Lose})             // connected, but deaf
//	s.Inject(simulator.Fault{Step: simulator.StepPacket, Action: simulator.BlackHole})         // half open
//	s.Inject(simulator.Fault{Step: simulator.StepConnected, Action: simulator.Cut, Delay: 50 * time.Millisecond})
func (s *Simulator) Inject(f Fault) *Injected { return s.broker.faults.inject(f) }

// An Injected is a fault in place.
type Injected struct {
	faults *faults
	fault  Fault
	passed int // both guarded by faults.mu
	fired  int
}

// Fired returns how many times the fault has fired.
func (i *Injected) Fired() int {
	i.faults.mu.Lock()
	defer i.faults.mu.Unlock()
	return i.fired
}

// Heal takes the fault away. What it has done to a connection stays done.
// Healing twice does nothing.
func (i *Injected) Heal() {
	i.faults.mu.Lock()
	defer i.faults.mu.Unlock()
	i.faults.list = slices.DeleteFunc(i.faults.list, func(other *Injected) bool { return other == i })
}

// faults are those in place, in the order in which they were injected. Safe for
// concurrent use.
type faults struct {
	mu   sync.Mutex
	list []*Injected
}

func (fs *faults) inject(f Fault) *Injected {
	i := &Injected{faults: fs, fault: f.withDefaults()}
	fs.mu.Lock()
	defer fs.mu.Unlock()
	fs.list = append(fs.list, i)
	return i
}

// at returns the first fault that fires at the step, and counts it.
func (fs *faults) at(step Step, clientID string) (Fault, bool) {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	for _, i := range fs.list {
		f := i.fault
		if f.Step != step || f.ClientID != "" && f.ClientID != clientID || f.Times > 0 && i.fired == f.Times {
			continue
		}
		if i.passed < f.Skip {
			i.passed++
			continue
		}
		i.fired++
		return f, true
	}
	return Fault{}, false
}
