package simulator_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/nwp500/nwp500"
)

// fleetClient in the environment makes this test's binary the client of a fleet,
// which has a process of its own so that what the simulator costs is the
// simulator's alone.
const fleetClient = "NWP500_FLEET_CLIENT"

func TestMain(m *testing.M) {
	if os.Getenv(fleetClient) == "" {
		os.Exit(m.Run())
	}
	if err := serveFleetOrders(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// A fleetOrder says whom to be, and how to ask: each heater every so often, so
// many times, all of them spread evenly over the time between.
type fleetOrder struct {
	RESTURL, MQTTEndpoint string
	Accounts              []fleetAccount
	Every                 time.Duration
	Rounds                int
}

type fleetAccount struct{ Email, Password string }

// A fleetReport says what came of it.
type fleetReport struct {
	Heaters          int
	Asked, Answered  int
	Failures         map[string]int // by what the client said
	Median, P99, Max time.Duration  // from a question to its answer
}

// serveFleetOrders is the client's process: it gets an order, says that it is
// ready, and reports for each word that it is told to begin.
func serveFleetOrders(stdin io.Reader, stdout io.Writer) (err error) {
	in, out := json.NewDecoder(stdin), json.NewEncoder(stdout)
	var order fleetOrder
	if err := in.Decode(&order); err != nil {
		return err
	}
	clients, err := connectFleet(order, nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, clients.close()) }()
	if err := out.Encode("ready"); err != nil {
		return err
	}
	for {
		var begin string
		if err := in.Decode(&begin); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		if err := out.Encode(clients.ask(order.Every, order.Rounds)); err != nil {
			return err
		}
	}
}

// fleetClients are connected clients, one for each account.
type fleetClients struct {
	clients []*nwp500.Client
	heaters [][]*nwp500.Heater
}

// connectFleet signs all accounts in, a few at a time, and connects them.
func connectFleet(order fleetOrder, dial func(ctx context.Context, network, address string) (net.Conn, error)) (*fleetClients, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	f := &fleetClients{make([]*nwp500.Client, len(order.Accounts)), make([][]*nwp500.Heater, len(order.Accounts))}
	var connecting sync.WaitGroup
	errs := make([]error, len(order.Accounts))
	few := make(chan struct{}, 8)
	for i, account := range order.Accounts {
		connecting.Go(func() {
			few <- struct{}{}
			defer func() { <-few }()
			f.clients[i] = nwp500.New(nwp500.Config{
				Email: account.Email, Password: nwp500.NewSecret(account.Password),
				RESTURL: order.RESTURL, MQTTEndpoint: order.MQTTEndpoint, Dial: dial,
			})
			f.heaters[i], errs[i] = connectAccount(ctx, f.clients[i])
		})
	}
	connecting.Wait()
	if err := errors.Join(errs...); err != nil {
		return nil, errors.Join(err, f.close())
	}
	return f, nil
}

func connectAccount(ctx context.Context, client *nwp500.Client) ([]*nwp500.Heater, error) {
	devices, err := client.Devices(ctx)
	if err != nil {
		return nil, err
	}
	session, err := client.Connect(ctx)
	if err != nil {
		return nil, err
	}
	var heaters []*nwp500.Heater
	for _, device := range devices {
		heaters = append(heaters, session.Heater(device))
	}
	return heaters, nil
}

func (f *fleetClients) close() error {
	errs := make([]error, len(f.clients))
	var closing sync.WaitGroup
	for i, client := range f.clients {
		closing.Go(func() { errs[i] = client.Close() })
	}
	closing.Wait()
	return errors.Join(errs...)
}

// ask asks every heater for its status.
func (f *fleetClients) ask(every time.Duration, rounds int) fleetReport {
	report := fleetReport{Failures: make(map[string]int)}
	var mu sync.Mutex
	var latencies []time.Duration
	var asking sync.WaitGroup
	status := func(heater *nwp500.Heater) {
		asked := time.Now()
		_, err := heater.Status(context.Background())
		mu.Lock()
		defer mu.Unlock()
		report.Asked++
		if err != nil {
			report.Failures[err.Error()]++
			return
		}
		latencies = append(latencies, time.Since(asked))
	}
	begin := time.Now()
	for i, heaters := range f.heaters {
		report.Heaters += len(heaters)
		asking.Go(func() {
			for n := range rounds * len(heaters) {
				share := (float64(n) + float64(i)/float64(len(f.heaters))) / float64(len(heaters))
				<-time.After(time.Until(begin.Add(time.Duration(share * float64(every)))))
				asking.Go(func() { status(heaters[n%len(heaters)]) })
			}
		})
	}
	asking.Wait()
	slices.Sort(latencies)
	report.Answered = len(latencies)
	if n := len(latencies); n > 0 {
		report.Median, report.P99, report.Max = latencies[n/2], latencies[n*99/100], latencies[n-1]
	}
	return report
}

// fleetProcess is a client of the fleet in another process.
type fleetProcess struct {
	in  *json.Encoder
	out *json.Decoder
}

// newFleetProcess starts a client of the fleet and waits until it is connected. It
// ends with the test.
func newFleetProcess(t testing.TB, order fleetOrder) *fleetProcess {
	t.Helper()
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	command := exec.Command(path)
	command.Env = append(os.Environ(), fleetClient+"=1")
	command.Stderr = os.Stderr
	stdin, err := command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = stdin.Close() // which ends it
		if err := command.Wait(); err != nil {
			t.Errorf("the client: %v", err)
		}
	})
	p := &fleetProcess{json.NewEncoder(stdin), json.NewDecoder(stdout)}
	if err := p.in.Encode(order); err != nil {
		t.Fatal(err)
	}
	var ready string
	if err := p.out.Decode(&ready); err != nil {
		t.Fatalf("the client did not connect: %v", err)
	}
	return p
}

// ask has the client ask every heater.
func (p *fleetProcess) ask(t testing.TB) fleetReport {
	t.Helper()
	var report fleetReport
	if err := p.in.Encode("begin"); err != nil {
		t.Fatal(err)
	}
	if err := p.out.Decode(&report); err != nil {
		t.Fatal(err)
	}
	return report
}
