//go:build integration

package homeassistant

import (
	"bufio"
	"context"
	"crypto/rand"
	"log/slog"
	"net"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/internal/fleet"
	"github.com/nwp500/nwp500/internal/mqtt"
	"github.com/nwp500/nwp500/simulator"
)

// An observer is Home Assistant's place at a real broker: it hears all that is below two prefixes.
type observer struct {
	t    *testing.T
	conn net.Conn

	mu   sync.Mutex
	last map[string]string // by topic
	news chan struct{}     // holds a token when something came
	done chan struct{}
}

func observe(t *testing.T, broker, base, prefix string) *observer {
	t.Helper()
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", broker)
	if err != nil {
		t.Fatal(err)
	}
	hello := mqtt.Connect{ClientID: "observer-" + base, KeepAlive: 10 * time.Minute}.Append(nil)
	if _, err := conn.Write(mqtt.AppendSubscribe(hello, 1, 0, base+"/#", prefix+"/#")); err != nil {
		t.Fatal(err)
	}
	o := &observer{t: t, conn: conn, last: make(map[string]string), news: make(chan struct{}, 1), done: make(chan struct{})}
	go o.read()
	t.Cleanup(func() {
		_ = conn.Close()
		<-o.done
	})
	return o
}

func (o *observer) read() {
	defer close(o.done)
	packets := mqtt.Reader{From: bufio.NewReader(o.conn), Max: 1 << 20}
	for {
		p, err := packets.Read()
		if err != nil {
			return
		}
		if p.Type != mqtt.TypePublish {
			continue
		}
		o.mu.Lock()
		if o.last[p.Topic] = string(p.Payload); len(p.Payload) == 0 {
			delete(o.last, p.Topic)
		}
		o.mu.Unlock()
		select {
		case o.news <- struct{}{}:
		default:
		}
	}
}

// until waits until what was heard is so.
func (o *observer) until(what string, so func(last map[string]string) bool) {
	o.t.Helper()
	limit := time.After(time.Minute)
	for {
		o.mu.Lock()
		ok := so(o.last)
		n := len(o.last)
		o.mu.Unlock()
		if ok {
			return
		}
		select {
		case <-o.news:
		case <-limit:
			o.t.Fatalf("%s: not within a minute; %d topics", what, n)
		}
	}
}

func (o *observer) publish(topic, payload string, retain bool) {
	o.t.Helper()
	if _, err := o.conn.Write(mqtt.Publish{Topic: topic, Payload: []byte(payload), Retain: retain}.Append(nil)); err != nil {
		o.t.Fatal(err)
	}
}

// TestMosquitto is the life of a bridge at the broker that most owners have: told, commanded, killed, started again,
// leftovers taken away.
func TestMosquitto(t *testing.T) {
	broker := os.Getenv("NWP500_TEST_MQTT")
	if broker == "" {
		t.Fatal("NWP500_TEST_MQTT does not name a broker, host:port: .ci/components starts one")
	}
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	sim, err := simulator.New(simulator.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer sim.Close()
	server, err := sim.Memory()
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	account := sim.Accounts()[0]
	f, err := fleet.New(fleet.Config{Accounts: []fleet.Account{{Name: "home", Cloud: nwp500.Config{
		Email: account.Email, Password: nwp500.NewSecret(account.Password),
		RESTURL: server.RESTURL, MQTTEndpoint: server.MQTTEndpoint, Dial: server.Dial,
	}}}})
	if err != nil {
		t.Fatal(err)
	}
	start := func(run func(context.Context) error) (end func()) {
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- run(ctx) }()
		return sync.OnceFunc(func() {
			cancel()
			if err := <-ended; err != nil {
				t.Error(err)
			}
		})
	}
	defer start(f.Run)()

	name := rand.Text()[:8]
	base, prefix := "nwp500-"+name, "homeassistant-"+name
	o := observe(t, broker, base, prefix)
	defer func() { _ = o.conn.Close() }()
	dialled := make(chan net.Conn, 16)
	config := Config{
		Broker: "mqtt://" + broker, BaseTopic: base, DiscoveryPrefix: prefix, Fleet: f, Logger: slog.New(slog.NewTextHandler(t.Output(), nil)),
		Dial: func(ctx context.Context, network, address string) (conn net.Conn, err error) {
			conn, err = new(net.Dialer).DialContext(ctx, network, address)
			dialled <- conn
			return conn, err
		},
	}
	bridge, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	end := start(bridge.Run)
	defer func() { end() }()

	id := ""
	o.until("a heater", func(last map[string]string) bool {
		for topic, payload := range last {
			if rest, ours := strings.CutPrefix(topic, base+"/"); ours && payload == online && strings.HasSuffix(rest, "/availability") && !strings.HasPrefix(rest, bridgeLevel) {
				id = strings.TrimSuffix(rest, "/availability")
			}
		}
		return id != "" && last[base+"/bridge/availability"] == online && last[prefix+"/water_heater/nwp500_"+id+"/water_heater/config"] != ""
	})
	setpoint := base + "/" + id + "/water_heater/temperature"
	o.publish(setpoint+"/set", "53.5", false)
	o.until("the setpoint", func(last map[string]string) bool { return last[setpoint+"/state"] == "53.5" })
	o.publish(setpoint+"/set", strings.Repeat("9", 100<<10), false)
	o.until("the refusal", func(last map[string]string) bool {
		return strings.Contains(last[base+"/"+id+"/command_failed/state"], "64 KiB")
	})

	_ = (<-dialled).Close() // as if killed
	o.until("the last will", func(last map[string]string) bool { return last[base+"/bridge/availability"] == offline })
	end()
	o.publish(setpoint+"/set", "60", true)
	o.publish(prefix+"/sensor/nwp500_"+id+"/no_field/config", "{}", true)
	o.publish(base+"/"+id+"/no_field/state", "1", true)
	o.publish(base+"/00112233aa/availability", online, true)
	o.publish(prefix+"/sensor/nwp500_00112233aa/x/config", "{}", true)
	o.until("the leftovers", func(last map[string]string) bool { return last[prefix+"/sensor/nwp500_00112233aa/x/config"] == "{}" })
	if bridge, err = New(config); err != nil {
		t.Fatal(err)
	}
	end = start(bridge.Run)
	o.until("nothing left", func(last map[string]string) bool {
		for _, topic := range []string{setpoint + "/set", prefix + "/sensor/nwp500_" + id + "/no_field/config", base + "/" + id + "/no_field/state", base + "/00112233aa/availability"} {
			if _, there := last[topic]; there {
				return false
			}
		}
		return last[base+"/bridge/availability"] == online && last[setpoint+"/state"] == "53.5"
	})
	end()
	o.until("the end", func(last map[string]string) bool { return last[base+"/bridge/availability"] == offline })

	o.mu.Lock()
	defer o.mu.Unlock()
	for topic := range o.last { // the broker may be somebody's
		o.publish(topic, "", true)
	}
}
