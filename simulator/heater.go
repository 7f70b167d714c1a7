package simulator

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"golang.org/x/time/rate"
)

// deviceType is the NWP500's WiFi module (docs/protocol.md §2).
const deviceType = 52

// Heater is one water heater of the cloud: its WiFi module, its controller and
// the water in its tank. Its methods may be called from any goroutine; each
// first lets the heater live up to now.
type Heater struct {
	fleet *fleet

	// Set when the heater is made, never changed.
	mac             string
	name            string
	additionalValue string
	serial          string
	homeSeq         int
	model           Model
	place           place
	home            household
	climate         Weather

	// The rest is guarded by fleet.mu.
	state
	location    *time.Location // of its clock, and of At
	hour        hourOfWeather
	index       int       // in fleet.queue
	wake        time.Time // the key in it
	nextDraw    draw
	silent      bool
	delay       time.Duration // set by SetDelay
	late        int           // requests that wait for it
	lateUntil   time.Time     // the last of them, by the process's clock
	losing      int           // set by LoseWrites
	received    map[string]Received
	features    map[string]int // set by SetFeature
	replaced    map[string]int // set by SetStatus
	dialect     Dialect        // set by SetDialect
	listeners   []string       // client ids heard of, the latest last
	pushes      int
	lastMessage time.Time
	lastCommand time.Time     // by the process's clock
	lastPush    time.Time     // by the process's clock
	unsaid      bool          // a push waits
	pace        *rate.Limiter // of the pushes of its account while the heaters' clock is fast
	told        bool          // what the cloud has last said: the heater is online
	power       int           // W, as shown
	news        news
	recent      *recent // nil unless Config.Control
	counters    HeaterCounters
}

// place is where a heater stands.
type place struct {
	state, city, address string
	latitude, longitude  float64
}

// state is what a snapshot holds of a heater.
type state struct {
	At     time.Time `json:"at"`    // up to here everything has happened
	Lived  time.Time `json:"lived"` // up to here water, machine and ledger have come; see flow
	Online bool      `json:"online"`

	ClockOffset int64 `json:"clockOffset"` // ns that its own clock is ahead

	Tank    tank    `json:"tank"`
	Pump    pump    `json:"pump"`
	Circuit circuit `json:"circuit"`
	Upper   bool    `json:"upper"` // element on
	Lower   bool    `json:"lower"` // element on

	UpperFrom float64 `json:"upperFrom"` // °C with which the upper one was switched on

	Tap      float64   `json:"tap"`     // litres still to be drawn
	TapFlow  float64   `json:"tapFlow"` // l/min
	TapSince time.Time `json:"tapSince"`
	Leak     float64   `json:"leak"` // l/min

	Draws   DrawProfile `json:"draws"`
	Weather Weather     `json:"weather"`

	Away      bool      `json:"away"` // from the network
	RSSI      int       `json:"rssi"`
	LeavesAt  time.Time `json:"leavesAt"`  // the network; zero: not by itself
	ReturnsAt time.Time `json:"returnsAt"` // to it; zero: not by itself

	Mode          int        `json:"mode"`        // dhwOperationSetting
	PoweredMode   int        `json:"poweredMode"` // before power off
	PoweredBusy   bool       `json:"poweredBusy"` // before power off
	HomeMode      int        `json:"homeMode"`    // before vacation
	Setpoint      int        `json:"setpoint"`    // half °C
	VacationDays  int        `json:"vacationDays"`
	VacationEnds  time.Time  `json:"vacationEnds"`
	Busy          bool       `json:"busy"`          // operationBusy
	OperationMode int        `json:"operationMode"` // as shown
	Thresholds    thresholds `json:"thresholds"`
	Window        bool       `json:"window"`     // a TOU window is in force
	Held          int        `json:"held"`       // a mode that waits for the window to end; 0: none
	Kept          int        `json:"kept"`       // the mode that acts meanwhile
	Written       bool       `json:"written"`    // a setting was written and demand not looked at since
	Lowered       bool       `json:"lowered"`    // the setpoint was, likewise
	Entry         bool       `json:"entry"`      // as Written, for the elements
	Lots          uint64     `json:"lots"`       // drawn for Config.LostWrites
	RegulateAt    time.Time  `json:"regulateAt"` // not before that; see regulate
	RecoverySince time.Time  `json:"recoverySince"`
	Sated         bool       `json:"sated"` // the last recovery stopped short in this window
	Energy        energy     `json:"energy"`

	ErrorCode    int             `json:"errorCode"`
	SubErrorCode int             `json:"subErrorCode"`
	ErrorTime    time.Time       `json:"errorTime"`
	Standing     []StandingFault `json:"standing"` // the latest last
	Reported     reported        `json:"reported"`
	Occurred     []occurrence    `json:"occurred"`
	Plan         touPlan         `json:"plan"`
	Settings     settings        `json:"settings"`
	Programs     programs        `json:"programs"`
	Ledger       ledger          `json:"ledger"`
}

// HeaterCounters counts what reached a heater and what it said.
type HeaterCounters struct {
	Requests    int // requests that read, answered
	Commands    int // control commands obeyed
	Ends        int // applications that left (st/end)
	Answers     int // messages in answer to a request or a command
	Pushes      int // statuses sent without a request
	Ignored     int // malformed, out of range or not for this heater
	Unsupported int // for what the heater's features say is not fitted
	Refused     int // came within Config.CommandGap
	LostWrites  int // control commands lost: Config.LostWrites, LoseWrites
	Presences   int // applications that said that they come or go
	Unheard     int // came while the heater was offline or silent
	Weak        int // lost on weak WiFi, either way; see SetWiFi
	Lost        int // dropped because too many waited
}

// MAC returns the heater's MAC address: 12 hexadecimal digits in lower case.
func (h *Heater) MAC() string { return h.mac }

// Name returns the heater's name in the device list.
func (h *Heater) Name() string { return h.name }

// Serial returns the serial number of its controller.
func (h *Heater) Serial() string { return h.serial }

// Model returns what kind of heater it is.
func (h *Heater) Model() Model { return h.model }

// String returns the heater's name, so that a heater in a log gives no MAC
// address away.
func (h *Heater) String() string { return h.name }

// GoString is String.
func (h *Heater) GoString() string { return h.name }

// Date returns the time on the heater's clock.
func (h *Heater) Date() time.Time { return h.fleet.now().In(h.location) }

// Counters returns what was counted so far.
func (h *Heater) Counters() (c HeaterCounters) {
	h.look(func() { c = h.counters })
	return c
}

// wall is the heater's own clock as its owner reads it: in its time zone, and as
// far ahead as it goes.
func (h *Heater) wall() time.Time { return h.At.Add(time.Duration(h.ClockOffset)) }

// change lets the heater live up to now and calls do, which does something to it.
// The fleet's mutex is held: do only computes.
func (h *Heater) change(do func()) {
	h.look(func() {
		h.flow()
		do()
	})
}

// look lets everything happen to the heater that is due and calls do, which reads.
// It leaves no trace in what becomes of the heater: the water is not stepped to the
// moment at which somebody happens to look. The fleet's mutex is held: do only
// computes.
func (h *Heater) look(do func()) {
	h.fleet.mu.Lock()
	h.fleet.advance()
	h.fleet.visit(h, do)
	h.fleet.mu.Unlock()
	h.fleet.poke()
}

// fleet.add makes heater number n of an account.
func (f *fleet) add(random *rand.Rand, n int) *Heater {
	model := f.config.Models[n%len(f.config.Models)]
	if model.Gallons == 0 {
		model.Gallons = 65
	}
	h := &Heater{
		fleet:           f,
		name:            "NWP500",
		additionalValue: fmt.Sprint(1000 + random.IntN(9000)),
		serial:          letters(random, "0123456789", 8) + "BT" + letters(random, "0123456789", 8),
		homeSeq:         10001 + len(f.heaters),
		model:           model,
		place: place{
			state: "California", city: "Springfield", address: fmt.Sprintf("%d Example Street", 1+len(f.heaters)),
			latitude: 38 + random.Float64(), longitude: -122 - random.Float64(),
		},
		home:     household{random.Uint64(), random.Uint64()},
		location: f.config.location(n),
	}
	warmth := random.Float64()
	if n > 0 {
		h.name = fmt.Sprintf("NWP500 %d", n+1)
	}
	for h.mac == "" || f.byMAC[h.mac] != nil {
		h.mac = fmt.Sprintf("0a%010x", random.Uint64()&(1<<40-1))
	}
	h.climate = climate(h.place.latitude, warmth, random.Float64())
	h.settle(f.config.Start.In(h.location), random.Float64())
	f.heaters = append(f.heaters, h)
	f.byMAC[h.mac] = h
	return h
}

// settle puts the heater into the state in which it leaves the plumber: energy
// saver, 49 °C (docs/protocol.md §5), its tank warmed up and a little used.
func (h *Heater) settle(at time.Time, used float64) {
	const setpoint = 98
	h.state = state{
		At: at, Lived: at, Online: true, RSSI: usualRSSI, Draws: h.model.Draws, Weather: h.climate,
		Tank:        newTank(h.model.litres(), setpoint/2.0-0.3, setpoint/2.0-0.6-4*used),
		Pump:        pump{State: pumpIdle},
		Mode:        modeEnergySaver,
		PoweredMode: modeEnergySaver,
		HomeMode:    modeEnergySaver,
		Setpoint:    setpoint,
		Plan:        defaultPlan(h.serial),
	}
	h.Circuit = restingCircuit(h.air())
	h.power = idleWatts
	h.told = true
	h.Ledger = newLedger(at, h.fleet.config.Past, h.home[1], h.model, h.climate)
	h.Settings, h.Programs.Loop = h.delivered(), h.air()
	h.Thresholds.reset(h.model.lowestSetpoint(), setpoint)
	h.Thresholds.enter(h.Mode, setpoint)
	h.Energy = energy{Setpoint: setpoint, Elements: true, SinceWrite: at}
	h.news = h.latest()
	h.nextDraw = h.drawAfter(at)
	h.reschedule()
}

// Status returns the status document that the heater would send now, as integers
// by wire name, undecoded (docs/protocol.md §4). The command is 0.
func (h *Heater) Status() map[string]int {
	var d document
	h.look(func() { h.writeStatus(&d, 0) })
	return d.values()
}

// Features returns the features document by wire name, undecoded, without the
// serial number, which is no integer (docs/protocol.md §4).
func (h *Heater) Features() map[string]int {
	var d document
	h.look(func() { h.writeFeatures(&d) })
	return d.values()
}

// hear remembers a client, the one to push to from now on. How the real device
// finds those to push to is unconfirmed.
func (h *Heater) hear(clientID string) {
	const remembered = 8
	h.forget(clientID)
	h.listeners = append(h.listeners, clientID)
	if len(h.listeners) > remembered {
		h.listeners = slices.Delete(h.listeners, 0, 1)
	}
}

// forget is what a device does when an application leaves.
func (h *Heater) forget(clientID string) {
	h.listeners = slices.DeleteFunc(h.listeners, func(id string) bool { return id == clientID })
}
