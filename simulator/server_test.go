package simulator

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/eclipse/paho.mqtt.golang/packets"
	"github.com/gorilla/websocket"
	"go.uber.org/goleak"

	"github.com/nwp500/nwp500/internal/memnet"
)

// get returns the status of an answer.
func get(t *testing.T, client *http.Client, url string) int {
	t.Helper()
	response, err := client.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, response.Body); err != nil {
		t.Fatal(err)
	}
	if err := response.Body.Close(); err != nil {
		t.Fatal(err)
	}
	return response.StatusCode
}

func newSimulator(t *testing.T, config Config) *Simulator {
	t.Helper()
	s, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestMemory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSimulator(t, Config{})
		server, err := s.Memory()
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(server.RESTURL, "http://127.0.0.1:") || !strings.HasSuffix(server.RESTURL, "/api/v2.1") ||
			!strings.HasPrefix(server.MQTTEndpoint, "ws://127.0.0.1:") || len(server.CA) > 0 {
			t.Errorf("%s %s", server.RESTURL, server.MQTTEndpoint)
		}
		client := &http.Client{Transport: &http.Transport{DialContext: server.Dial}} // keeps its connection
		if got := get(t, client, server.MQTTEndpointHTTP()+"/mqtt"); got != http.StatusForbidden {
			t.Errorf("status %d", got)
		}
		for range 2 {
			if err := server.Close(); err != nil {
				t.Error(err)
			}
		}
		if _, err := server.Dial(context.Background(), "tcp", strings.TrimPrefix(server.MQTTEndpoint, "ws://")); !errors.Is(err, syscall.ECONNREFUSED) {
			t.Errorf("dial after close: %v", err)
		}
		client.CloseIdleConnections()
	})
}

// MQTTEndpointHTTP is the broker's address for a client that speaks HTTP.
func (s *Server) MQTTEndpointHTTP() string { return "http" + strings.TrimPrefix(s.MQTTEndpoint, "ws") }

// Close must end the MQTT connections that came through the server, also when
// the simulator lives on, and no others.
func TestServerCloseEndsItsConnections(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, Broker{})
		simulator := &Simulator{broker: r.broker}
		server, err := simulator.Memory()
		if err != nil {
			t.Fatal(err)
		}
		a := r.connect("a")
		own := r.server
		r.server = server
		b := r.connect("b")
		r.server = own // for the cleanup
		if err := server.Close(); err != nil {
			t.Error(err)
		}
		b.ended(DropServer)
		a.ping()
	})
}

func TestServerCloseWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		network := memnet.New()
		listener, err := network.Listen("127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		began, ended := make(chan struct{}), false
		server := newServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			close(began)
			<-r.Context().Done()
			time.Sleep(time.Second)
			ended = true
		}), listener, "http", "ws")
		server.serve(listener)
		go func() {
			response, err := (&http.Client{Transport: &http.Transport{DialContext: network.Dial}}).Get(server.RESTURL)
			if err == nil {
				_ = response.Body.Close()
			}
		}()
		<-began
		if err := server.Close(); err != nil {
			t.Error(err)
		}
		if !ended {
			t.Error("a request is under way")
		}
	})
}

func TestListen(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	s, err := New(Config{})
	if err != nil {
		t.Fatal(err)
	}
	server, err := s.Listen("127.0.0.1:0", false)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{}}
	if got := get(t, client, server.MQTTEndpointHTTP()+"/mqtt"); got != http.StatusForbidden {
		t.Errorf("status %d", got)
	}
	if server.Dial != nil || len(server.CA) > 0 {
		t.Error("a real port without TLS has neither Dial nor CA")
	}
	if err := server.Close(); err != nil {
		t.Error(err)
	}
	client.CloseIdleConnections()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func TestListenTLS(t *testing.T) {
	s := newSimulator(t, Config{})
	server, err := s.Listen("127.0.0.1:0", true)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = server.Close() }()
	if !strings.HasPrefix(server.RESTURL, "https://") || !strings.HasPrefix(server.MQTTEndpoint, "wss://") {
		t.Errorf("%s %s", server.RESTURL, server.MQTTEndpoint)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(server.CA) {
		t.Fatal("no certificate in CA")
	}
	port := server.MQTTEndpoint[strings.LastIndexByte(server.MQTTEndpoint, ':'):]
	for name, good := range map[string]bool{"localhost": true, "127.0.0.1": true, "::1": true, "example.com": false} {
		transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, ServerName: name}}
		response, err := (&http.Client{Transport: transport}).Get("https://127.0.0.1" + port + "/mqtt")
		if good != (err == nil) {
			t.Errorf("%s: %v", name, err)
		}
		if err == nil {
			_ = response.Body.Close()
		}
		transport.CloseIdleConnections()
	}
	if conn, err := tls.Dial("tcp", "127.0.0.1"+port, &tls.Config{MinVersion: tls.VersionTLS12}); err == nil {
		_ = conn.Close()
		t.Error("an unknown CA is trusted")
	}
}

func TestListenFails(t *testing.T) {
	s := newSimulator(t, Config{})
	for _, address := range []string{"nonsense", "127.0.0.1:99999"} {
		if server, err := s.Listen(address, true); err == nil {
			_ = server.Close()
			t.Errorf("%s: no error", address)
		}
	}
}

func TestReachable(t *testing.T) {
	for in, want := range map[string]string{"0.0.0.0": "127.0.0.1:5", "::": "127.0.0.1:5", "::1": "[::1]:5", "192.0.2.1": "192.0.2.1:5"} {
		if got := reachable(&net.TCPAddr{IP: net.ParseIP(in), Port: 5}); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
}

// What a client sees of a connection that the broker ends.
func TestCloseForms(t *testing.T) {
	for name, test := range map[string]struct {
		profile Broker
		seen    func(error) bool
	}{
		"FIN":         {Broker{}, func(err error) bool { return websocket.IsCloseError(err, websocket.CloseAbnormalClosure) }},
		"RST":         {Broker{CloseForm: CloseRST}, func(err error) bool { return strings.Contains(err.Error(), "connection reset") }},
		"empty frame": {Broker{CloseForm: CloseFrame}, func(err error) bool { return websocket.IsCloseError(err, websocket.CloseNoStatusReceived) }},
		"frame 1001":  {Broker{CloseForm: CloseFrame, CloseCode: 1001}, func(err error) bool { return websocket.IsCloseError(err, 1001) }},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, test.profile)
			simulator := &Simulator{broker: r.broker}
			server, err := simulator.Listen("127.0.0.1:0", false)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = server.Close() }()
			dialer := &net.Dialer{Timeout: 10 * time.Second}
			server.Dial = dialer.DialContext
			own := r.server
			r.server = server
			c := r.connect("c")
			r.server = own // for the cleanup
			r.broker.dropAll(DropServer)
			<-c.done
			if !test.seen(c.err) {
				t.Errorf("the client sees %v", c.err)
			}
		})
	}
}

// MQTT 3.1.1 has no DISCONNECT of the server; a new API of AWS is said to send
// one.
func TestCloseWithDisconnect(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, Broker{CloseForm: CloseDisconnect})
		c := r.connect("c")
		r.broker.dropAll(DropByCall)
		receive[*packets.DisconnectPacket](c)
		c.ended(DropByCall)
	})
}
