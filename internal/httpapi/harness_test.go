package httpapi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/api"
	"github.com/nwp500/nwp500/internal/fleet"
	"github.com/nwp500/nwp500/internal/history"
	"github.com/nwp500/nwp500/internal/memnet"
	"github.com/nwp500/nwp500/simulator"
)

// origin is where the server of the tests is found.
const origin = "http://127.0.0.1:8500"

// grace is how long what is being answered may take when the server ends.
const grace = 5 * time.Second

// house is a server in a bubble, and the heaters behind it.
type house struct {
	*testing.T
	sim     *simulator.Simulator // nil where there are no heaters
	fleet   *fleet.Fleet
	api     *API
	network *memnet.Network
	http    *http.Client
	client  *api.Client
	stop    func() // ends the server, and waits for it

	contract contract
	mu       sync.Mutex
	seen     map[string]bool // what was answered: "GET /heaters 200"
}

// inHouse runs a test in a bubble, with a server of these settings and no heater.
func inHouse(t *testing.T, config Config, test func(h *house)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		empty, err := fleet.New(fleet.Config{})
		if err != nil {
			t.Fatal(err)
		}
		h := &house{T: t, fleet: empty}
		defer h.open(config)()
		test(h)
	})
}

// home is a cloud with heaters, and what their server remembers.
type home struct {
	cloud  simulator.Config
	faults []simulator.Fault // from the beginning; then the heaters are not waited for
	past   bool              // a history is kept
	tariff Tariff
}

// inHome runs a test in a bubble, with a server on the loopback interface and simulated heaters that are up.
func inHome(t *testing.T, with home, test func(h *house)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		if with.cloud.Start.IsZero() {
			with.cloud.Start = time.Now().UTC() // the heaters' day is the same wherever the test runs
		}
		sim, err := simulator.New(with.cloud)
		if err != nil {
			t.Fatal(err)
		}
		defer sim.Close()
		sim.Inject(with.faults...)
		cloud, err := sim.Memory()
		if err != nil {
			t.Fatal(err)
		}
		defer cloud.Close()
		h := &house{T: t, sim: sim, fleet: newFleet(t, sim, cloud)}
		defer h.run("fleet", h.fleet.Run)()
		config := Config{Loopback: true, Tariff: with.tariff}
		if with.past {
			if config.History, err = history.Open(h.Context(), history.Config{Path: ":memory:"}); err != nil {
				t.Fatal(err)
			}
			defer config.History.Close()
			defer h.run("history", func(ctx context.Context) error { return config.History.Record(ctx, history.Hear(h.fleet)) })()
		}
		h.awaitHeaters(len(with.faults) == 0)
		defer h.open(config)()
		test(h)
	})
}

// run starts a part of the house; the function that it returns ends it.
func (h *house) run(name string, part func(context.Context) error) (end func()) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- part(ctx) }()
	return func() {
		cancel()
		if err := <-ended; err != nil {
			h.Errorf("%s: %v", name, err)
		}
	}
}

// newFleet makes a fleet of all heaters of a simulator.
func newFleet(t testing.TB, sim *simulator.Simulator, cloud *simulator.Server) *fleet.Fleet {
	t.Helper()
	config := fleet.Config{Calendar: sim.Date}
	for i, account := range sim.Accounts() {
		config.Accounts = append(config.Accounts, fleet.Account{
			Name: fmt.Sprintf("home %d", i+1),
			Cloud: nwp500.Config{
				Email: account.Email, Password: nwp500.NewSecret(account.Password),
				RESTURL: cloud.RESTURL, MQTTEndpoint: cloud.MQTTEndpoint, Dial: cloud.Dial,
			},
		})
	}
	made, err := fleet.New(config)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// awaitHeaters waits until there are heaters, and if up until all is known of them that the API may be asked for.
func (h *house) awaitHeaters(up bool) {
	h.Helper()
	for range 120 {
		time.Sleep(time.Second)
		synctest.Wait()
		heaters := h.fleet.Heaters()
		if len(heaters) > 0 && !slices.ContainsFunc(heaters, func(heater *fleet.Heater) bool {
			state := heater.State()
			return up && (state.Connection.State != api.Up || state.Features == nil || state.Reservations == nil || state.TOU == nil)
		}) {
			return
		}
	}
	h.Fatal("the heaters did not come up in two minutes")
}

// open starts a server for the heaters; the function that it returns ends it.
func (h *house) open(config Config) (shut func()) {
	h.Helper()
	config.Fleet = h.fleet
	h.api, h.network = New(config), memnet.New()
	if h.seen == nil {
		h.seen = make(map[string]bool)
	}
	h.contract = readContract(h)
	h.http = &http.Client{Transport: judge{h, &http.Transport{DialContext: h.network.Dial}}}
	h.client = api.New(origin, config.Token.Reveal())
	h.client.HTTP = h.http
	h.serve()
	return func() {
		h.http.CloseIdleConnections()
		h.stop()
	}
}

// judge holds every answer that passes against openapi.json.
type judge struct {
	*house
	transport *http.Transport
}

func (j judge) CloseIdleConnections() { j.transport.CloseIdleConnections() }

func (j judge) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := j.transport.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	judged := reply{status: answer.StatusCode, header: answer.Header}
	if answer.Header.Get("Content-Type") != "text/event-stream" && answer.Header.Get("Content-Encoding") == "" {
		text, err := io.ReadAll(answer.Body)
		if err := errors.Join(err, answer.Body.Close()); err != nil {
			return nil, err
		}
		judged.body = string(text)
		answer.Body = io.NopCloser(strings.NewReader(judged.body))
	}
	name, wrong := j.contract.check(r.Method, r.URL.Path, judged)
	for _, what := range wrong {
		j.Errorf("%s %s: %d: %s", r.Method, r.URL.Path, answer.StatusCode, what)
	}
	j.mu.Lock()
	j.seen[name] = true
	j.mu.Unlock()
	return answer, nil
}

// heater is the first heater.
func (h *house) heater() *fleet.Heater { return h.fleet.Heaters()[0] }

// serve starts the server.
func (h *house) serve() {
	h.Helper()
	listener, err := h.network.Listen("127.0.0.1:8500")
	if err != nil {
		h.Fatal(err)
	}
	ctx, cancel := context.WithCancel(h.Context())
	ended := make(chan error, 1)
	go func() { ended <- Serve(ctx, listener, h.api, grace, nil) }()
	h.stop = func() {
		cancel()
		if err := <-ended; err != nil {
			h.Errorf("Serve: %v", err)
		}
	}
}

// reply is an answer that has been read.
type reply struct {
	status  int
	header  http.Header
	cookies []*http.Cookie
	body    string
}

// do sends a request and reads the answer. header has names and values in turn.
func (h *house) do(method, path, body string, header ...string) reply {
	h.Helper()
	request, err := http.NewRequestWithContext(h.Context(), method, origin+path, strings.NewReader(body))
	if err != nil {
		h.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		if header[i] == "Host" {
			request.Host = header[i+1]
		}
		request.Header.Add(header[i], header[i+1])
	}
	answer, err := h.http.Do(request)
	if err != nil {
		h.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		h.Fatal(err)
	}
	return reply{status: answer.StatusCode, header: answer.Header, cookies: answer.Cookies(), body: string(text)}
}

// decode reads a document of an answer.
func decode(t testing.TB, text string, document any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), document, json.RejectUnknownMembers(true)); err != nil {
		t.Errorf("%v: %.300s", err, text)
	}
}
