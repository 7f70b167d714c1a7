package reliability

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/simulator"
)

// How long the soak lasts and what it draws. A month, on a machine that needs more than the ten minutes that go test allows:
//
//	go test ./internal/reliability -run G12 -v -timeout 1h -soak.days 30 -soak.seed 7
var (
	soakDays = flag.Int("soak.days", 1, "virtual days that TestFault_G12_Soak lasts")
	soakSeed = flag.Uint64("soak.seed", 1, "what TestFault_G12_Soak draws faults and commands by")
)

// What a soak is made of. Faults of all groups come about every 20 minutes, so that they meet each other and still leave quiet in between.
const (
	soakHeaters     = 20
	soakAskedEvery  = 5 * time.Minute
	soakToldEvery   = 6 * time.Hour // the mean time between two setpoints for a heater
	soakFaultEvery  = 20 * time.Minute
	soakFaultLasts  = 10 * time.Minute
	soakAnswer      = 15 * time.Second // that a status may take
	soakCommand     = 3 * time.Minute  // that a command may take: it may wait for the connection
	soakSampleEvery = time.Hour
)

// A cloud that fails in every way, drawn by lot, and an application that asks 20 heaters all the time: the seven invariants hold while
// it lasts, statuses are answered whenever no fault is in place, and after a month the heap is as it was after two days.
//
// The seed decides the faults and their times, the heaters' lives, and what the application does when. It does not decide the client's own
// jitter, its client ids, and which of two goroutines is faster. So a defect that hangs on a fault is there again with its seed. One that
// hangs on a draw of the client's may take more runs (-count), and the record that is printed says what to try it with.
func TestFault_G12_Soak(t *testing.T) {
	began := time.Now()
	t.Logf("-soak.days %d -soak.seed %d", *soakDays, *soakSeed)
	synctest.Test(t, func(t *testing.T) { newSoak(t, *soakSeed).run(*soakDays) })
	t.Logf("%d days took %v of real time", *soakDays, time.Since(began).Round(time.Millisecond))
}

// A soak is a client that lives with a mix of faults, and what watches it.
type soak struct {
	t       *testing.T
	seed    uint64
	began   time.Time
	cloud   *simulator.Simulator
	server  *simulator.Server
	account simulator.Account
	client  *nwp500.Client
	session *nwp500.Session
	heaters []*nwp500.Heater
	filters []string // that are subscribed when all is well

	log     *scannedLog
	sockets *sockets

	application sync.WaitGroup
	lifetime    context.Context // of the application
	end         context.CancelFunc

	counts soakCounts

	mu      sync.Mutex
	mixture *simulator.Mixture
	told    int       // violations
	quiet   time.Time // when all should be well; zero while a fault is in place
}

func newSoak(t *testing.T, seed uint64) *soak {
	t.Helper()
	cloud, err := simulator.New(simulator.Config{
		Heaters: soakHeaters, Seed: seed, Start: time.Now().UTC(),
		Broker: simulator.Broker{SubackDelay: 500 * time.Millisecond, Duplicates: 0.01}, // as AWS does
	})
	if err != nil {
		t.Fatal(err)
	}
	server, err := cloud.MemoryTLS()
	if err != nil {
		t.Fatal(err)
	}
	s := &soak{
		t: t, seed: seed, began: time.Now(), cloud: cloud, server: server, account: cloud.Accounts()[0],
		sockets: &sockets{server: server}, counts: soakCounts{cases: make(map[string]bool), outcomes: make(map[nwp500.Outcome]int)},
	}
	s.lifetime, s.end = context.WithCancel(context.Background())
	s.log = &scannedLog{report: func(text string) { s.violated("%s", text) }}
	s.log.hide("e-mail", s.account.Email)
	s.log.hide("password", s.account.Password)
	s.log.hide("signature", "X-Amz-")
	for _, heater := range s.account.Heaters {
		s.log.hide("MAC", heater.MAC())
	}
	s.client = nwp500.New(nwp500.Config{
		Email: s.account.Email, Password: nwp500.NewSecret(s.account.Password),
		RESTURL: server.RESTURL, MQTTEndpoint: s.sockets.mqttEndpoint(), Dial: s.sockets.Dial, RootCAs: pool(t, server.CA),
		Tokens: scannedTokens{nwp500.MemoryTokens(), s.log},
		Logger: slog.New(slog.NewJSONHandler(s.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	return s
}

func (s *soak) run(days int) {
	defer s.dismantle()
	s.connect()
	events := make(chan struct{})
	go func() {
		defer close(events)
		s.watchEvents()
	}()
	healed := make(chan int, 1000)
	checked := make(chan struct{})
	go func() {
		defer close(checked)
		s.watchHealing(healed)
	}()
	mixture := s.cloud.InjectMix(simulator.Mix{
		Seed: s.seed, Every: soakFaultEvery, Lasting: soakFaultLasts,
		Changed: func(f simulator.DrawnFault, inPlace int) {
			s.counts.changed(f)
			s.setQuiet(inPlace)
			healed <- inPlace
		},
	})
	s.mu.Lock()
	s.mixture = mixture
	s.mu.Unlock()
	for i, heater := range s.heaters {
		s.application.Go(func() { s.apply(i, heater) })
	}
	memory := s.live(days)
	s.end()
	s.application.Wait()
	mixture.Heal()
	s.await("all subscriptions, in the end", s.isLive)
	close(healed)
	<-checked
	s.check(memory, days)
	s.leave()
	<-events
}

// live lets the days pass, and measures.
func (s *soak) live(days int) *memory {
	m := new(memory)
	for hour := range days * 24 {
		pass(soakSampleEvery)
		s.checkOffences()
		if s.failed() {
			break
		}
		if s.isQuiet() && s.isLive() {
			m.sample(hour / 24)
		}
	}
	return m
}

// connect opens the session and makes all heaters known to it.
func (s *soak) connect() {
	s.t.Helper()
	ctx := s.lifetime
	devices, err := s.client.Devices(ctx)
	if err != nil {
		s.t.Fatal(err)
	}
	s.log.hide("address", devices[0].Location.Address)
	if s.session, err = s.client.Connect(ctx); err != nil {
		s.t.Fatal(err)
	}
	for _, device := range devices {
		heater := s.session.Heater(device)
		features, err := heater.Features(ctx)
		if err != nil {
			s.t.Fatal(err)
		}
		s.log.hide("serial number", features.Serial.Reveal())
		s.heaters = append(s.heaters, heater)
	}
	s.filters = s.subscribed()
}

// apply is what an application does with a heater: it asks, it is told, and it gives a setpoint now and then.
func (s *soak) apply(i int, heater *nwp500.Heater) {
	random := rand.New(rand.NewPCG(s.seed, uint64(i)))
	if i%2 == 0 {
		heater.Poll(nwp500.PollStatus, soakAskedEvery)
	}
	command := time.Now().Add(time.Duration(random.Int64N(int64(2 * soakToldEvery))))
	for {
		select {
		case <-s.lifetime.Done():
			return
		case <-time.After(soakAskedEvery*9/10 + time.Duration(random.Int64N(int64(soakAskedEvery/5)))):
		}
		if i%2 == 1 {
			s.ask(heater)
		}
		if time.Now().After(command) {
			command = time.Now().Add(time.Duration(random.Int64N(int64(2 * soakToldEvery))))
			s.tell(heater, nwp500.Celsius(45+float64(random.IntN(10))))
		}
		if i == 0 && random.IntN(12) == 0 {
			s.list()
		}
	}
}

func (s *soak) ask(heater *nwp500.Heater) {
	err := s.call("status", soakAnswer, func(ctx context.Context) error {
		_, err := heater.Status(ctx)
		return err
	})
	s.counts.asked(err, s.isQuiet())
}

func (s *soak) tell(heater *nwp500.Heater, setpoint nwp500.Temperature) {
	err := s.call("set temperature", soakCommand, func(ctx context.Context) error {
		return heater.SetTemperature(ctx, setpoint)
	})
	var failed *nwp500.CommandError
	if err != nil && !errors.As(err, &failed) {
		s.violated("a command failed with a %T", err)
	}
	s.counts.commanded(failed)
}

// list makes a call of REST: 30 s each, and it may take a renewal of tokens before.
func (s *soak) list() {
	_ = s.call("list", 90*time.Second, func(ctx context.Context) error {
		_, err := s.client.Devices(ctx)
		return err
	})
}

// call makes a call of the client's, which has to return within its limit, by itself or by its context.
func (s *soak) call(what string, limit time.Duration, call func(ctx context.Context) error) error {
	ctx, cancel := context.WithTimeout(context.Background(), limit+time.Second)
	defer cancel()
	began := time.Now()
	err := call(ctx)
	if took := time.Since(began); took > limit+time.Second {
		s.violated("%s returned after %v: its limit was %v", what, took, limit)
	}
	s.log.err(err)
	return err
}

// subscribed returns the filters that the broker has.
func (s *soak) subscribed() []string {
	var filters []string
	for _, connection := range s.cloud.Connections() {
		filters = append(filters, connection.Subscriptions...)
	}
	slices.Sort(filters)
	return slices.Compact(filters)
}

func (s *soak) isLive() bool { return s.session.Connected() && slices.Equal(s.subscribed(), s.filters) }

func (s *soak) await(what string, holds func() bool) {
	for began := time.Now(); !holds(); time.Sleep(time.Second) {
		if time.Since(began) > healing {
			s.violated("%s: not within %v", what, healing)
			return
		}
	}
}

// violated reports what may not be, with when it was and what was in place. After a few the soak ends.
func (s *soak) violated(format string, values ...any) {
	s.mu.Lock()
	s.told++
	first, mixture := s.told == 1, s.mixture
	s.mu.Unlock()
	s.t.Errorf("seed %d, after %v: %s", s.seed, time.Since(s.began).Round(time.Millisecond), fmt.Sprintf(format, values...))
	if first && mixture != nil {
		s.t.Logf("the faults:\n%v\nthe end of the log:\n%s", mixture, s.log.tail())
	}
}

func (s *soak) failed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.told > 3
}

func (s *soak) dismantle() {
	s.end()
	_ = s.client.Close()
	_ = s.server.Close()
	_ = s.cloud.Close()
}
