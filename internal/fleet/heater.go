package fleet

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/api"
)

// Heater is one heater of a fleet, for as long as its account lists it.
type Heater struct {
	id      string
	mac     nwp500.MAC
	account *account
	current atomic.Pointer[State]
	wake    chan struct{}      // holds a token when something may be due
	leave   context.CancelFunc // ends attend
	left    chan struct{}      // closed when attend has ended
	turn    chan struct{}      // held by whoever writes its tariff

	mu       sync.Mutex // held while a state is told, so that notices keep the order of states
	removed  bool
	linked   bool      // questions reach the cloud, as far as is known
	backBy   time.Time // when a connection that is being renewed is missed; zero: never
	plan     plan
	askers   askers
	heard    chan struct{}  // closed by the next status
	lastMode nwp500.Mode    // in which it made hot water, 0 while unknown
	tariff   *writtenTariff // nil when none was
}

func newHeater(a *account, id, name string, device nwp500.Device) *Heater {
	h := &Heater{
		id: id, mac: device.MAC, account: a,
		wake: make(chan struct{}, 1), left: make(chan struct{}), turn: make(chan struct{}, 1), heard: make(chan struct{}),
	}
	a.mu.Lock()
	connection := a.connection
	a.mu.Unlock()
	if connection.State == api.Up {
		connection = api.Connection{State: api.Connecting}
	}
	h.current.Store(&State{ID: id, Name: name, Account: a.name, Device: device, Connection: connection})
	return h
}

// ID returns the ten digits that stand for the heater everywhere, made of its MAC address.
func (h *Heater) ID() string { return h.id }

// Name returns the owner's name of the heater.
func (h *Heater) Name() string { return h.State().Name }

// Account returns the name of its account.
func (h *Heater) Account() string { return h.account.name }

// State returns what is known of it now. It is never nil.
func (h *Heater) State() *State { return h.current.Load() }

// update changes the state and tells it.
func (h *Heater) update(notice Notice, edit func(next *State)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.updateLocked(notice, edit)
}

func (h *Heater) updateLocked(notice Notice, edit func(next *State)) {
	next := *h.State()
	edit(&next)
	h.current.Store(&next)
	h.tellLocked(notice)
}

// tell tells what happened without a change of the state.
func (h *Heater) tell(notice Notice) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.tellLocked(notice)
}

func (h *Heater) tellLocked(notice Notice) {
	if h.removed {
		return
	}
	notice.Heater, notice.State = h, h.State()
	h.account.fleet.feeds.tell(notice)
}

// event is something that happened to the heater now.
func (h *Heater) event(class api.EventClass, text string) *api.Event {
	return &api.Event{At: time.Now(), Heater: h.id, Class: class, Text: text}
}

// relisted takes what the account's list says of the heater.
func (h *Heater) relisted(name string, device nwp500.Device) {
	h.update(Notice{}, func(next *State) { next.Name, next.Device = name, device })
}

// setRemoved tells that the heater is gone, as the last that is told of it.
func (h *Heater) setRemoved() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.tellLocked(Notice{Removed: true})
	h.removed = true
}

// errNotListed is a heater that its account lists no more.
var errNotListed = errors.New("the account does not list the heater any more")

// live returns the heater's handle in its account's session.
func (h *Heater) live() (*nwp500.Heater, error) {
	h.mu.Lock()
	removed := h.removed
	h.mu.Unlock()
	if removed {
		return nil, errNotListed
	}
	session := h.account.live()
	if session == nil {
		return nil, nwp500.ErrDisconnected
	}
	return session.Heater(h.State().Device), nil
}

// EnergyMonthly asks the heater for its record of years, like the function of
// nwp500.Heater. While the account has no session it is nwp500.ErrDisconnected, and so are
// EnergyDaily and EnergyHourly.
func (h *Heater) EnergyMonthly(ctx context.Context, years ...int) (*nwp500.Energy, error) {
	live, err := h.live()
	if err != nil {
		return nil, err
	}
	return live.EnergyMonthly(ctx, years...)
}

// EnergyDaily asks for days: see EnergyMonthly.
func (h *Heater) EnergyDaily(ctx context.Context, year int, months ...int) (*nwp500.Energy, error) {
	live, err := h.live()
	if err != nil {
		return nil, err
	}
	return live.EnergyDaily(ctx, year, months...)
}

// EnergyHourly asks for hours: see EnergyMonthly.
func (h *Heater) EnergyHourly(ctx context.Context, year, month, day int) (*nwp500.Energy, error) {
	live, err := h.live()
	if err != nil {
		return nil, err
	}
	return live.EnergyHourly(ctx, year, month, day)
}
