package simulator

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// An Action is what a [Fault] does at its step.
type Action int

// The actions.
const (
	// Proceed does what would have been done, after Fault.Delay, in the form of
	// Fault.Wire, or with the clock of Fault.Skew. Without any of them it only
	// counts.
	Proceed Action = iota
	// Lose leaves the step out: what came is ignored, or what is next is never
	// sent. The connection lives.
	Lose
	// Cut leaves the step out and ends the connection for Fault.Reason; at
	// StepResolve, where there is none yet, it is refused.
	Cut
	// Refuse answers with an error: at StepResolve that there is no such name, at
	// StepAccept with a reset, at StepTLS with Fault.Certificate, at StepREST with
	// Fault.Status and at StepUpgrade with Fault.Message, too, or at either with
	// Fault.Answer, at StepConnect with a CONNACK of Fault.Code and the end of the connection, at
	// StepSubscribe with a SUBACK of Fault.Code for each filter of Fault.Topic, at
	// StepHeater on ctrl-fail with code 2. At other steps it is Lose.
	Refuse
	// BlackHole makes the connection half open, from this step on: nothing that
	// comes is heard, nothing is sent, nobody is told.
	BlackHole
	// Mute is half of a BlackHole: what comes is heard and done, but nothing is sent
	// from this step on.
	Mute
	// Stall stops reading, from the end of this step on, so that what the client
	// writes piles up until its writes block. What is there to send is sent.
	Stall
)

// A Fault makes the cloud fail at one step.
type Fault struct {
	Step   Step
	Action Action
	// ClientID limits the fault to one client. If empty, it meets all. Up to
	// StepUpgrade the client id is not known: there a fault with one never fires.
	ClientID string
	// Path limits a fault at StepREST to the calls of a path, such as
	// "/device/list". If empty, it meets all.
	Path string
	// Topic limits a fault at StepSubscribe, StepPublish, StepPuback, StepDeliver
	// and StepHeater to topics and filters that end in it. If empty, it meets all;
	// at other steps a fault with one never fires.
	Topic string
	// Offence limits a fault at StepOffence to one kind. If empty, it meets all.
	Offence Offence
	// Within limits the fault to a client that met the same step less than so
	// long ago. If zero, it meets every time.
	Within time.Duration
	// Age limits the fault to connections that were opened at least so long ago. If
	// zero, it meets all. Up to StepUpgrade there is none: there a fault with an age
	// never fires.
	Age time.Duration
	// Skip is how many times the step goes well first. If zero, the first is
	// met.
	Skip int
	// Every is how often the fault fires after that: 3 is every third time. If
	// zero, each time.
	Every int
	// Times is how many times the fault fires. If zero, until it is healed.
	Times int
	// Lasts is for how long the fault fires, from the first time on. If zero,
	// until it is healed.
	Lasts time.Duration
	// Delay is how long a Cut takes, or whatever is done at StepResolve, StepTLS,
	// StepREST and StepUpgrade, or with Proceed by how much the answer of the
	// broker or the delivery is late. If zero, there is none. A connection that was
	// made does other things meanwhile.
	Delay time.Duration
	// Reason is that of a Cut. If zero, DropServer.
	Reason DropReason
	// Everybody makes a Cut end all connections at once, unless the one that met the
	// step ends before its Delay is over.
	Everybody bool
	// Status is the HTTP status of a Refuse at StepREST or StepUpgrade. If zero,
	// 403.
	Status int
	// Message is the error message of a Refuse at StepUpgrade. If zero, the
	// text of the status.
	Message string
	// Answer is what a Refuse at StepREST or StepUpgrade answers with, in place of
	// Status, Message and RetryAfter. It returns when the request's context ends.
	// If nil, those do.
	Answer http.HandlerFunc
	// Members replaces members of what a StepREST that proceeds is answered with,
	// however deep they are: JSON by name, and a member whose JSON is empty is left
	// out. A refresh token whose successor is left out serves on. If nil, the answer
	// is as it should be.
	Members map[string]string
	// Skew is by how much the cloud's clock is ahead at a StepUpgrade that
	// proceeds: signatures are judged by it and the answer is dated by it.
	Skew time.Duration
	// Certificate is what a Refuse at StepTLS shows. If zero, one of an authority
	// that nobody knows.
	Certificate Certificate
	// Wire makes the bytes that go over the socket in place of the WebSocket
	// message with the packet, when a StepConnack, StepSuback, StepUnsubscribe,
	// StepPuback, StepPing or StepDeliver proceeds; see [Frame]. At StepConnected
	// and StepPacket there is no packet: it is called with nil, and what it makes
	// is sent in addition. If nil, packets go as they should.
	Wire func(packet []byte) []byte
	// AtMostOnce makes a message at a StepDeliver that proceeds go at QoS 0, whatever
	// was asked for: nobody acknowledges it, and it is not sent again.
	AtMostOnce bool
	// Close and CloseCode are how a Cut looks on the wire. If zero, as the
	// profile says.
	Close     CloseForm
	CloseCode int
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

// Inject puts faults in place until they are healed. Of several for one step, the
// first that fires is the only one.
//
//	s.Inject(simulator.Fault{Step: simulator.StepUpgrade, Action: simulator.Refuse, Times: 1}) // one 403
//	s.Inject(simulator.Fault{Step: simulator.StepConnack, Action: simulator.Lose})             // no CONNACK
//	s.Inject(simulator.Fault{Step: simulator.StepPuback, Action: simulator.Cut, Times: 1})     // the outcome is unknown
//	s.Inject(simulator.Fault{Step: simulator.StepDeliver, Action: simulator.Lose})             // connected, but deaf
//	s.Inject(simulator.Fault{Step: simulator.StepPacket, Action: simulator.BlackHole})         // half open
//	s.Inject(simulator.Fault{Step: simulator.StepConnected, Action: simulator.Cut, Delay: 50 * time.Millisecond})
func (s *Simulator) Inject(faults ...Fault) *Injected { return s.faults.inject(faults...) }

// Injected is what one [Simulator.Inject] put in place.
type Injected struct {
	faults *faults
	placed []*placed
}

// Fired returns how many times the faults have fired, all together.
func (i *Injected) Fired() int {
	i.faults.mu.Lock()
	defer i.faults.mu.Unlock()
	fired := 0
	for _, p := range i.placed {
		fired += p.fired
	}
	return fired
}

// Heal takes the faults away. What they have done to a connection stays done.
// Healing twice does nothing.
func (i *Injected) Heal() {
	i.faults.mu.Lock()
	defer i.faults.mu.Unlock()
	i.faults.list = slices.DeleteFunc(i.faults.list, func(p *placed) bool { return slices.Contains(i.placed, p) })
}

// A placed fault is one in place.
type placed struct {
	Fault
	name   string               // of its FaultCase; empty: of none
	passed int                  // how often the step went well, of Fault.Skip
	turn   int                  // how often it was met since, of Fault.Every
	fired  int                  // how often it did not go well
	since  time.Time            // when it did not for the first time, for Fault.Lasts
	met    map[string]time.Time // when each client met the step last, for Fault.Within
}

// A meeting is somebody's arrival at a step, and whatever is known of it there.
type meeting struct {
	step     Step
	clientID string
	path     string
	topics   []string
	offence  Offence
	since    time.Time // when the connection was opened
}

// faults are those in place, in the order in which they were injected. Safe for
// concurrent use.
type faults struct {
	mu   sync.Mutex
	list []*placed
}

func (fs *faults) inject(list ...Fault) *Injected { return fs.injectCase(FaultCase{Faults: list}) }

func (fs *faults) injectCase(c FaultCase) *Injected {
	i := &Injected{faults: fs}
	for _, f := range c.Faults {
		i.placed = append(i.placed, &placed{Fault: f.withDefaults(), name: c.Name, met: make(map[string]time.Time)})
	}
	fs.mu.Lock()
	defer fs.mu.Unlock()
	fs.list = append(fs.list, i.placed...)
	return i
}

// at returns the first fault that fires, and counts it.
func (fs *faults) at(m meeting) (Fault, bool) {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	for _, p := range fs.list {
		if p.concerns(m) && p.isDue(m) {
			p.fired++
			return p.Fault, true
		}
	}
	return Fault{}, false
}

// concerns tells whether the fault is put where somebody has arrived.
func (p *placed) concerns(m meeting) bool {
	return p.Step == m.step &&
		(p.ClientID == "" || p.ClientID == m.clientID) &&
		(p.Path == "" || p.Path == m.path) &&
		(p.Age == 0 || !m.since.IsZero() && time.Since(m.since) >= p.Age) &&
		(p.Topic == "" || slices.ContainsFunc(m.topics, func(t string) bool { return strings.HasSuffix(t, p.Topic) })) &&
		(p.Offence == "" || p.Offence == m.offence)
}

// isDue tells whether the fault fires this time. The caller holds faults.mu.
func (p *placed) isDue(m meeting) bool {
	if p.Within > 0 {
		now := time.Now()
		last, again := p.met[m.clientID]
		p.met[m.clientID] = now
		if !again || now.Sub(last) >= p.Within {
			return false
		}
	}
	if p.Times > 0 && p.fired == p.Times {
		return false
	}
	if p.passed < p.Skip {
		p.passed++
		return false
	}
	if p.turn++; p.Every > 1 && p.turn%p.Every != 0 {
		return false
	}
	if p.since.IsZero() {
		p.since = time.Now()
	}
	return p.Lasts == 0 || time.Since(p.since) < p.Lasts
}
