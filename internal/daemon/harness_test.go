package daemon

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/api"
	"github.com/nwp500/nwp500/internal/fleet"
	"github.com/nwp500/nwp500/internal/homebroker"
	"github.com/nwp500/nwp500/internal/memnet"
	"github.com/nwp500/nwp500/simulator"
)

// house is a process in a bubble, with a simulated cloud and a network in memory.
type house struct {
	*testing.T
	cloud   *simulator.Simulator
	server  *simulator.Server
	network *memnet.Network    // of the house
	lan     *memnet.Network    // between the process and the owner's broker
	broker  *homebroker.Broker // that broker, once it was asked for; see ownBroker
	http    *http.Client
	state   string // the state directory
	log     lines

	mu     sync.Mutex
	config func() (Config, error) // what Read says

	reload chan os.Signal
	stop   context.CancelFunc
	ended  chan error
}

// inHouse runs a test in a bubble, with a process that goes by a configuration that change has made of the default one.
func inHouse(t *testing.T, cloud simulator.Config, change func(h *house, c *Config), test func(h *house)) {
	t.Helper()
	state := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		h := &house{T: t, network: memnet.New(), lan: memnet.New(), state: state, reload: make(chan os.Signal), ended: make(chan error, 1)}
		h.http = &http.Client{Transport: &http.Transport{DialContext: h.dial}}
		cloud.Start = time.Now()
		var err error
		if h.cloud, err = simulator.New(cloud); err != nil {
			t.Fatal(err)
		}
		if h.server, err = h.cloud.Memory(); err != nil {
			t.Fatal(err)
		}
		defer func() {
			h.http.CloseIdleConnections()
			if err := errors.Join(h.server.Close(), h.cloud.Close()); err != nil {
				t.Error(err)
			}
			if h.broker != nil {
				_ = h.broker.Close() // its connections have ended
			}
		}()
		h.goesBy(func(c *Config) {
			if change != nil {
				change(h, c)
			}
		})
		ctx, cancel := context.WithCancel(t.Context())
		h.stop = cancel
		defer cancel()
		go func() { h.ended <- Run(ctx, h.options()) }()
		synctest.Wait()
		test(h)
		h.end()
	})
}

func (h *house) options() Options {
	return Options{
		Read: h.read, Reload: h.reload, StateDir: h.state, Version: "v1.2.3", Log: &h.log, Calendar: h.cloud.Date, Dial: h.lan.Dial,
		Listen: func(_ context.Context, _, address string) (net.Listener, error) { return h.network.Listen(address) },
	}
}

// dial connects to an address that is listened at. Every name is one of this computer, which others reach at 0.0.0.0.
func (h *house) dial(ctx context.Context, network, address string) (net.Conn, error) {
	if host, port, err := net.SplitHostPort(address); err == nil && host != "127.0.0.1" {
		address = net.JoinHostPort("0.0.0.0", port)
	}
	return h.network.Dial(ctx, network, address)
}

// goesBy sets what Read says from now on.
func (h *house) goesBy(change func(*Config)) {
	h.reads(func() (Config, error) {
		config := Default()
		config.Log.Level = slog.LevelDebug
		config.FreshFor = 3 * config.PollEvery
		change(&config)
		return config, nil
	})
}

func (h *house) reads(config func() (Config, error)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.config = config
}

func (h *house) read(context.Context) (Settings, error) {
	h.mu.Lock()
	config, err := h.config()
	h.mu.Unlock()
	if err != nil {
		return Settings{}, err
	}
	settings := Settings{Config: config}
	for _, account := range h.cloud.Accounts() {
		settings.Accounts = append(settings.Accounts, fleet.Account{Name: account.Email, Cloud: nwp500.Config{
			Email: account.Email, Password: nwp500.NewSecret(account.Password),
			RESTURL: h.server.RESTURL, MQTTEndpoint: h.server.MQTTEndpoint, Dial: h.server.Dial,
		}})
	}
	return settings, nil
}

// hangUp has the configuration read again and waits until that was done.
func (h *house) hangUp() {
	h.Helper()
	h.reload <- syscall.SIGHUP
	time.Sleep(10 * time.Second)
}

// end ends the process, unless it has ended, and waits for it.
func (h *house) end() {
	h.Helper()
	if h.ended == nil {
		return
	}
	began := time.Now()
	h.stop()
	if err := <-h.ended; err != nil {
		h.Errorf("Run: %v", err)
	}
	h.ended = nil
	if took := time.Since(began); took > 5*time.Second {
		h.Errorf("the end took %s", took)
	}
}

// get asks for a path and returns the status and the body.
func (h *house) get(url string, header ...string) (int, string) {
	h.Helper()
	if strings.HasPrefix(url, "/") {
		url = "http://127.0.0.1:8500" + url
	}
	request, err := http.NewRequestWithContext(h.Context(), http.MethodGet, url, nil)
	if err != nil {
		h.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	response, err := h.http.Do(request)
	if err != nil {
		h.Errorf("%s: %v", url, err)
		return 0, ""
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) { // how a stream ends
		h.Errorf("%s: %v", url, err)
	}
	return response.StatusCode, string(body)
}

// stream opens the stream of events and returns a channel that is closed when it ends.
func (h *house) stream() <-chan struct{} {
	h.Helper()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if status, body := h.get("/api/v1/events/stream"); status != http.StatusOK || !strings.Contains(body, "event: heater") {
			h.Errorf("the stream: %d %.200s", status, body)
		}
	}()
	synctest.Wait()
	return ended
}

// has tells whether something has happened by now.
func has(ended <-chan struct{}) bool {
	synctest.Wait()
	select {
	case <-ended:
		return true
	default:
		return false
	}
}

// lines are those of a log.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(data []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(data)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// count is how many lines have these words.
func (l *lines) count(words string) int { return strings.Count(l.String(), words) }

// id is that of the first heater.
func (h *house) id() string {
	h.Helper()
	_, body := h.get("/api/v1/heaters")
	var all api.Heaters
	if err := json.Unmarshal([]byte(body), &all); err != nil || len(all.Heaters) == 0 {
		h.Fatalf("no heaters: %v", err)
	}
	return all.Heaters[0].ID
}

// post posts a document and returns the status and the body, 0 when there is no answer.
func (h *house) post(path, document string) (int, string) {
	request, err := http.NewRequestWithContext(h.Context(), http.MethodPost, "http://127.0.0.1:8500"+path, strings.NewReader(document))
	if err != nil {
		return 0, err.Error()
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set(api.WriteHeader, "1")
	response, err := h.http.Do(request)
	if err != nil {
		return 0, err.Error()
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return 0, err.Error()
	}
	return response.StatusCode, string(body)
}
