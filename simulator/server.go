package simulator

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/nwp500/nwp500/internal/memnet"
)

// A Server makes a simulator reachable. Use [Simulator.Memory] or
// [Simulator.Listen].
type Server struct {
	// RESTURL is the base address of the REST API, such as
	// http://127.0.0.1:8080/api/v2.1.
	RESTURL string
	// MQTTEndpoint is the address of the broker, such as ws://127.0.0.1:8080;
	// its path /mqtt is implied.
	MQTTEndpoint string
	// ControlURL is the address of the control page, such as
	// http://127.0.0.1:8080/_sim/. Without Config.Control it is empty.
	ControlURL string
	// CA is the certificate, in PEM, that a client must trust to get through
	// TLS. Without TLS it is empty.
	CA []byte
	// Dial reaches the server where the operating system's network does not. On
	// a real port it is nil: use a net.Dialer.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)

	http   *http.Server
	cancel context.CancelFunc // ends the MQTT connections
	// running counts the goroutine that accepts, the connections until they are
	// closed or upgraded, and the requests.
	running sync.WaitGroup
	once    sync.Once
}

// Memory serves the simulator on a network in memory, without TLS. Inside a
// testing/synctest bubble it must be called, used and closed in the bubble.
// Each call makes another network. Close ends the server.
func (s *Simulator) Memory() (*Server, error) { return s.memory(false) }

// MemoryTLS is Memory with TLS, by a certificate as that of [Simulator.Listen].
func (s *Simulator) MemoryTLS() (*Server, error) { return s.memory(true) }

func (s *Simulator) memory(withTLS bool) (*Server, error) {
	network := memnet.New()
	listener, err := network.Listen("127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("simulator: %w", err)
	}
	server, err := s.serveOn(listener, "127.0.0.1", withTLS)
	if err != nil {
		return nil, err
	}
	server.Dial = s.broker.resolving(network.Dial)
	return server, nil
}

// Listen serves the simulator on a TCP address "host:port"; port 0 takes a free
// one. With withTLS it makes a CA and a certificate for localhost, 127.0.0.1,
// ::1 and the host of the address, good for ten years and kept in memory only. It
// fails when the address cannot be listened on. Close ends the server.
func (s *Simulator) Listen(address string, withTLS bool) (*Server, error) {
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("simulator: %w", err)
	}
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("simulator: %w", err), listener.Close())
	}
	return s.serveOn(listener, host, withTLS)
}

// serveOn serves what comes to a listener, which it closes when it cannot.
func (s *Simulator) serveOn(listener net.Listener, host string, withTLS bool) (*Server, error) {
	if !withTLS {
		server := newServer(s, listener, "http", "ws")
		server.ControlURL = s.controlURL(server)
		server.serve(newFront(listener, s.broker.faults, &server.running))
		return server, nil
	}
	own, err := newCertificates(host)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("simulator: make a certificate: %w", err), listener.Close())
	}
	server := newServer(s, listener, "https", "wss")
	server.ControlURL = s.controlURL(server)
	server.CA = own.ca
	config := serverTLS(own.good)
	config.GetConfigForClient = s.broker.greeted(own)
	server.serve(tls.NewListener(newFront(listener, s.broker.faults, &server.running), config))
	return server, nil
}

func newServer(handler http.Handler, listener net.Listener, restScheme, mqttScheme string) *Server {
	host := reachable(listener.Addr())
	server := &Server{
		RESTURL:      restScheme + "://" + host + restBase,
		MQTTEndpoint: mqttScheme + "://" + host,
	}
	ctx, cancel := context.WithCancel(context.Background())
	server.cancel = cancel
	server.http = &http.Server{
		Handler:           server.counted(handler),
		ReadHeaderTimeout: 30 * time.Second,
		BaseContext:       func(net.Listener) context.Context { return ctx },
		ConnState:         server.changed,
		ErrorLog:          slog.NewLogLogger(slog.DiscardHandler, slog.LevelDebug), // what clients do wrong in TLS
	}
	return server
}

// reachable returns an address to dial: a listener on all interfaces is reached
// on the loopback one.
func reachable(addr net.Addr) string {
	if tcp, ok := addr.(*net.TCPAddr); ok && tcp.IP.IsUnspecified() {
		return net.JoinHostPort("127.0.0.1", strconv.Itoa(tcp.Port))
	}
	return addr.String()
}

func (s *Server) serve(listener net.Listener) {
	s.running.Go(func() { _ = s.http.Serve(listener) }) // ends with Close, which is no error
}

// counted makes Close wait for the requests. A request begins while its
// connection is counted, so the count cannot come from zero.
func (s *Server) counted(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.running.Add(1)
		defer s.running.Done()
		next.ServeHTTP(w, r)
	})
}

// changed counts a connection until it is closed, or given to the broker, when
// its request stands for it.
func (s *Server) changed(_ net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		s.running.Add(1)
	case http.StateHijacked, http.StateClosed:
		s.running.Done()
	}
}

// Close ends the listener and all connections that came through it, REST and
// MQTT, and waits until nothing of them runs. The simulator lives on. Closing
// twice is harmless.
func (s *Server) Close() error {
	var err error
	s.once.Do(func() {
		s.cancel()
		err = s.http.Close()
		s.running.Wait()
	})
	return err
}
