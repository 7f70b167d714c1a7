//go:build integration && unix

package cli

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"math/rand/v2"
	"net"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	_ "modernc.org/sqlite" // the driver "sqlite"

	"github.com/nwp500/nwp500/api"
	"github.com/nwp500/nwp500/internal/homebroker"
	"github.com/nwp500/nwp500/simulator"
)

const (
	kills = 8
	// surely is how old what was acknowledged is when it must survive. The promise is a second, which the daemon's tests
	// hold in virtual time; on the real clock a machine may be busy with other things.
	surely = 5 * time.Second
	// patience is how long anything may take.
	patience = 2 * time.Minute
)

// A mortal is a process that is killed again and again, between a cloud and a broker that stay.
type mortal struct {
	*testing.T
	cloud  *simulator.Simulator
	broker *homebroker.Broker
	state  string
	args   []string

	service *service
	client  *api.Client
	id      string

	sent   int       // commands, whatever became of them
	killed time.Time // for the last time

	mu           sync.Mutex
	acknowledged int
	done         []time.Time // when those ended that must be remembered
}

// A process is killed at any moment, in the middle of commands, too, and started again: the database is whole and has all but
// the last moments, no command is repeated, and Home Assistant keeps the entities that it had.
func TestServiceIsKilledAtAnyMoment(t *testing.T) {
	m := newMortal(t)
	random := rand.New(rand.NewPCG(6, 5)) //nolint:gosec // the same moments each time
	m.start()
	m.settle()
	entities := m.entities()
	for range kills {
		if random.IntN(4) > 0 { // else it is killed while it begins
			m.ready()
			m.commands(time.Duration(random.Int64N(int64(8 * time.Second))))
		} else {
			<-time.After(time.Duration(random.Int64N(int64(time.Second))))
		}
		m.kill()
		carriedOut := m.carriedOut()
		m.start()
		m.ready()
		if again := m.carriedOut(); again != carriedOut {
			t.Errorf("%d commands were carried out when the process began again", again-carriedOut)
		}
		m.remembers()
		m.undamaged()
	}
	m.settle()
	if now := m.entities(); !maps.Equal(now, entities) {
		t.Errorf("Home Assistant had %d entities and has %d, or others", len(entities), len(now))
	}
	for _, message := range m.broker.Messages() {
		if document, known := entities[message.Name]; known && message.Payload != document {
			t.Errorf("an entity was changed or taken away for a time: %.200s", message.Payload)
		}
	}

	// One that is asked to end has written everything.
	<-m.command()
	m.service.signal(syscall.SIGTERM)
	if took, said := m.service.ends(); took > 5*time.Second || strings.Contains(said, "level=ERROR") {
		t.Errorf("the end took %s; the log says %s", took, said)
	}
	m.undamaged()
	m.start()
	m.ready()
	m.remembers()
	m.service.signal(syscall.SIGTERM)
	m.service.ends()
	m.mu.Lock()
	defer m.mu.Unlock()
	if carriedOut := m.carriedOut(); carriedOut < m.acknowledged || carriedOut > m.sent {
		t.Errorf("%d commands were given and %d acknowledged, and the heater carried %d out", m.sent, m.acknowledged, carriedOut)
	}
}

func newMortal(t *testing.T) *mortal {
	t.Helper()
	cloud, err := simulator.New(simulator.Config{Seed: 9})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cloud.Close() })
	server, err := cloud.Listen("127.0.0.1:0", false)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	broker := homebroker.New(listener)
	t.Cleanup(func() { _ = broker.Close() })
	account := cloud.Accounts()[0]
	t.Setenv("NAVIEN_EMAIL", account.Email)
	t.Setenv("NAVIEN_PASSWORD", account.Password)
	t.Setenv("NWP500_REST_URL", server.RESTURL)
	t.Setenv("NWP500_MQTT_ENDPOINT", server.MQTTEndpoint)
	return &mortal{
		T: t, cloud: cloud, broker: broker, state: t.TempDir(),
		args: []string{"--listen", "127.0.0.1:0", "--home-assistant-broker", "mqtt://" + listener.Addr().String()},
	}
}

func (m *mortal) start() {
	m.Helper()
	var url string
	m.service, url = startService(m, m.state, m.args...)
	m.client = api.New(url, "")
}

// await looks again and again until nothing is missing.
func (m *mortal) await(what string, missing func() string) {
	m.Helper()
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	for limit := time.Now().Add(patience); ; <-again.C {
		lack := missing()
		if lack == "" {
			return
		}
		if time.Now().After(limit) {
			m.Fatalf("waiting for %s: %s", what, lack)
		}
	}
}

// ready waits until the heater can be commanded.
func (m *mortal) ready() {
	m.Helper()
	m.await("the heater", func() string {
		heaters, err := m.client.Heaters(m.Context())
		if err != nil || len(heaters) != 1 || !heaters[0].Connection.Fresh {
			return fmt.Sprintf("%d heaters, %v", len(heaters), err)
		}
		m.id = heaters[0].ID
		return ""
	})
}

// settle waits until Home Assistant has been told everything: no entity has come for a while.
func (m *mortal) settle() {
	m.Helper()
	m.ready()
	before, since := -1, time.Now()
	m.await("Home Assistant's entities", func() string {
		now := len(m.entities())
		if now != before {
			before, since = now, time.Now()
		}
		if m.broker.Retained()["nwp500/bridge/availability"] != "online" || time.Since(since) < 10*time.Second {
			return fmt.Sprintf("%d so far", now)
		}
		return ""
	})
}

// entities are the documents by which Home Assistant knows them.
func (m *mortal) entities() map[string]string {
	all := m.broker.Retained()
	maps.DeleteFunc(all, func(topic, _ string) bool { return !strings.HasPrefix(topic, "homeassistant/") })
	return all
}

// command gives a command and returns what is closed when it has ended.
func (m *mortal) command() <-chan struct{} {
	m.sent++
	celsius, client, id := 45+float64(m.sent%10), m.client, m.id
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		result, err := client.Do(ctx, id, api.Command{Name: api.SetTemperature, Celsius: &celsius})
		if err == nil && result.End == api.Done {
			m.mu.Lock()
			defer m.mu.Unlock()
			m.acknowledged++
			m.done = append(m.done, result.At)
		}
	}()
	return ended
}

// commands gives one command after the other for a while, one at least. The last has just been given when it returns.
func (m *mortal) commands(lasts time.Duration) {
	over := time.After(lasts)
	for {
		ended, next := m.command(), time.After(100*time.Millisecond)
		select {
		case <-over:
			return
		case <-ended:
		}
		select {
		case <-over:
			m.command()
			return
		case <-next:
		}
	}
}

// kill kills the process and waits until the cloud has seen its connections end, and the heater has done what came by them.
func (m *mortal) kill() {
	m.Helper()
	m.service.signal(syscall.SIGKILL)
	_ = m.service.command.Wait() // it was killed
	m.killed = time.Now()
	m.await("the end of the connections", func() string {
		if n := len(m.cloud.Connections()); n > 0 {
			return fmt.Sprintf("%d are left", n)
		}
		return ""
	})
	// What the process had sent last may still wait for the heater.
	carriedOut, since := m.carriedOut(), time.Now()
	m.await("the heater to be done", func() string {
		if now := m.carriedOut(); now != carriedOut {
			carriedOut, since = now, time.Now()
		}
		if time.Since(since) < 300*time.Millisecond {
			return "it has carried something out just now"
		}
		return ""
	})
}

// carriedOut is how many commands the heater has carried out.
func (m *mortal) carriedOut() int { return m.cloud.Accounts()[0].Heaters[0].Counters().Commands }

// remembers fails the test unless the history has the commands that it must have. What ended a moment before the process was
// killed may be forgotten.
func (m *mortal) remembers() {
	m.Helper()
	known := make(map[int64]bool)
	m.await("the history to be open", func() string {
		events, err := m.client.Events(m.Context(), api.EventQuery{Classes: []api.EventClass{api.CommandEvent}, Limit: 1000})
		if err != nil {
			return err.Error()
		}
		for _, event := range events {
			known[event.Result.At.UnixNano()] = true
		}
		return ""
	})
	m.mu.Lock()
	defer m.mu.Unlock()
	m.done = slices.DeleteFunc(m.done, func(at time.Time) bool { return at.After(m.killed.Add(-surely)) && !at.After(m.killed) })
	lost := slices.DeleteFunc(slices.Clone(m.done), func(at time.Time) bool { return known[at.UnixNano()] })
	if len(lost) > 0 || len(known) > m.sent {
		m.Errorf("the history has %d commands, and of %d that must be there it lacks those of %v", len(known), len(m.done), lost)
	}
}

// undamaged fails the test if the database is not whole.
func (m *mortal) undamaged() {
	m.Helper()
	database, err := sql.Open("sqlite", "file:"+filepath.ToSlash(filepath.Join(m.state, "history.db"))+"?_pragma=busy_timeout(10000)")
	if err != nil {
		m.Fatal(err)
	}
	defer database.Close()
	var verdict string
	if err := database.QueryRowContext(m.Context(), "PRAGMA integrity_check").Scan(&verdict); err != nil || verdict != "ok" {
		m.Errorf("the database is damaged: %s, %v", verdict, err)
	}
}
