package homeassistant

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"math/big"
	"net"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/eclipse/paho.mqtt.golang/packets"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/internal/homebroker"
	"github.com/nwp500/nwp500/internal/memnet"
	"github.com/nwp500/nwp500/simulator"
)

// A peer is one connection to a broker that does as the test says.
type peer struct {
	t    *testing.T
	conn net.Conn
	over <-chan struct{} // closed when the test ends
}

func (p peer) send(packet packets.ControlPacket) { _ = packet.Write(p.conn) }

// connack reads CONNECT and answers it.
func (p peer) connack(code byte) *packets.ConnectPacket {
	packet, err := packets.ReadPacket(p.conn)
	connect, ok := packet.(*packets.ConnectPacket)
	if err != nil || !ok {
		return nil
	}
	if got := connect.Validate(); got != packets.Accepted {
		p.t.Errorf("CONNECT is wrong: %d", got)
	}
	answer := packets.NewControlPacket(packets.Connack).(*packets.ConnackPacket)
	answer.ReturnCode = code
	p.send(answer)
	return connect
}

// serve answers all that comes as a broker does that retains nothing and lets nobody hear anything, but what the test
// answers by itself.
func (p peer) serve(mine func(packets.ControlPacket) bool) {
	for {
		packet, err := packets.ReadPacket(p.conn)
		if err != nil {
			return
		}
		if mine != nil && mine(packet) {
			continue
		}
		if answer := homebroker.Answer(packet, 0); answer != nil {
			p.send(answer)
		}
	}
}

// withPeers gives the bridge another broker, whose connections talk gets, the number of each with it.
func (w *world) withPeers(t *testing.T, talk func(n int, p peer)) *memnet.Network {
	t.Helper()
	w.end()
	w.log.forget() // of the other broker
	network := memnet.New()
	listener, err := network.Listen(brokerAddress)
	if err != nil {
		t.Fatal(err)
	}
	over, done := make(chan struct{}), make(chan struct{})
	var talks sync.WaitGroup
	go func() {
		defer close(done)
		for n := 1; ; n++ {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			talks.Go(func() {
				defer conn.Close()
				talk(n, peer{t, conn, over})
			})
		}
	}()
	w.also = append(w.also, func() {
		close(over)
		_ = listener.Close()
		network.Cut()
		<-done
		talks.Wait()
	})
	w.config.Dial = network.Dial
	w.begin()
	return network
}

// rest waits, and tells whether the test goes on.
func (p peer) rest(d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-p.over:
		return false
	}
}

// hold waits until the connection ends.
func (p peer) hold() {
	var b [1]byte
	for {
		if _, err := p.conn.Read(b[:]); err != nil {
			return
		}
	}
}

// A broker that refuses is asked again for ever; that is said once, with what to do, and without the password.
func TestTheBrokerRefuses(t *testing.T) {
	adjust := func(c *Config) { c.User, c.Password = "me", nwp500.NewSecret("hunter2") }
	inWorld(t, simulator.Config{}, adjust, func(t *testing.T, w *world) {
		var right atomic.Bool
		var tries atomic.Int64
		w.withPeers(t, func(_ int, p peer) {
			tries.Add(1)
			if !right.Load() {
				p.connack(5)
				return
			}
			if connect := p.connack(0); connect.Username != "me" || string(connect.Password) != "hunter2" || !connect.CleanSession ||
				connect.WillTopic != "nwp500/bridge/availability" || string(connect.WillMessage) != offline || !connect.WillRetain {
				t.Errorf("CONNECT: %v", connect)
			}
			p.serve(nil)
		})
		pass(time.Hour)
		if n := tries.Load(); n < 60 || n > 150 {
			t.Errorf("%d attempts in an hour", n)
		}
		if text := w.log.String(); strings.Count(text, "level=WARN") != 1 || !strings.Contains(text, "not authorised") || !strings.Contains(text, "check user and password") {
			t.Errorf("log: %s", text)
		}
		right.Store(true)
		w.await("the connection", 2*time.Minute, w.bridge.Connected)
		if strings.Contains(w.log.String(), "hunter2") {
			t.Error("the password is in the log")
		}
	})
}

// Whatever a broker does not do, the bridge finds out, tries again, and ends when it shall.
func TestTheBrokerIsBroken(t *testing.T) {
	for name, talk := range map[string]func(p peer){
		"closes":         func(peer) {},
		"no CONNACK":     func(p peer) { p.hold() },
		"closes after":   func(p peer) { p.connack(0) },
		"says nothing":   func(p peer) { p.connack(0); p.hold() },
		"does not read":  func(p peer) { p.connack(0); <-p.over },
		"another answer": func(p peer) { p.send(packets.NewControlPacket(packets.Pingresp)); p.hold() },
		"two CONNACKs":   func(p peer) { p.connack(0); p.send(packets.NewControlPacket(packets.Connack)); p.hold() },
		"noise":          func(p peer) { p.connack(0); _, _ = p.conn.Write([]byte("HTTP/1.1 400 Bad Request\r\n\r\n")); p.hold() },
		"no acknowledgement": func(p peer) {
			p.connack(0)
			p.serve(func(packet packets.ControlPacket) bool {
				_, publish := packet.(*packets.PublishPacket)
				return publish
			})
		},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, simulator.Config{}, nil, func(t *testing.T, w *world) {
				w.heater()
				var tries atomic.Int64
				w.withPeers(t, func(_ int, p peer) {
					tries.Add(1)
					talk(p)
				})
				pass(10 * time.Minute)
				if n := tries.Load(); n < 4 || n > 60 {
					t.Errorf("%d attempts in ten minutes", n)
				}
				if lines := strings.Count(w.log.String(), "\n"); lines > 12 {
					t.Errorf("%d lines: %s", lines, w.log)
				}
				began := time.Now()
				if w.end(); time.Since(began) > 3*time.Second {
					t.Errorf("the end took %v", time.Since(began))
				}
			})
		})
	}
}

// A broker that lets the bridge hear nothing is told everything all the same.
func TestTheBrokerLetsNothingBeHeard(t *testing.T) {
	for name, code := range map[string]byte{"filters refused": 0x80, "nothing comes": 0} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, simulator.Config{}, nil, func(t *testing.T, w *world) {
				w.heater()
				var there atomic.Bool
				var told atomic.Int64
				w.withPeers(t, func(_ int, p peer) {
					p.connack(0)
					p.serve(func(packet packets.ControlPacket) bool {
						switch packet := packet.(type) {
						case *packets.SubscribePacket:
							if slices.Max(packet.Qoss) != 0 {
								t.Error("subscribed at a QoS at which a command may come twice")
							}
							p.send(homebroker.Answer(packet, code))
							return true
						case *packets.PublishPacket:
							told.Add(1)
							if packet.TopicName == "nwp500/bridge/availability" && string(packet.Payload) == online {
								there.Store(true)
							}
						}
						return false
					})
				})
				w.await("the bridge", time.Minute, there.Load)
				if n := told.Load(); n < 300 {
					t.Errorf("%d messages", n)
				}
				if strings.Count(w.log.String(), "level=WARN") != 1 {
					t.Errorf("log: %s", w.log)
				}
			})
		})
	}
}

// A broker that is slow is never given more than it can acknowledge, and commands are not held up.
func TestTheBrokerIsSlow(t *testing.T) {
	inWorld(t, simulator.Config{}, nil, func(t *testing.T, w *world) {
		id := w.heater()
		var most, waiting atomic.Int64
		var done atomic.Bool
		w.withPeers(t, func(_ int, p peer) {
			p.connack(0)
			acknowledge := make(chan *packets.PublishPacket, 4*window)
			var tasks sync.WaitGroup
			defer tasks.Wait()
			defer close(acknowledge)
			tasks.Go(func() {
				for publish := range acknowledge {
					if !p.rest(time.Second) {
						return
					}
					waiting.Add(-1)
					p.send(homebroker.Answer(publish, 0))
				}
			})
			tasks.Go(func() { // while much waits
				if p.rest(30 * time.Second) {
					order := packets.NewControlPacket(packets.Publish).(*packets.PublishPacket)
					order.TopicName, order.Payload = "nwp500/"+id+"/water_heater/temperature/set", []byte("51.5")
					p.send(order)
				}
			})
			p.serve(func(packet packets.ControlPacket) bool {
				publish, ok := packet.(*packets.PublishPacket)
				if !ok || publish.Qos == 0 {
					return false
				}
				most.Store(max(most.Load(), waiting.Add(1)))
				if publish.TopicName == "nwp500/"+id+"/water_heater/temperature/state" && string(publish.Payload) == "51.5" {
					done.Store(true)
				}
				acknowledge <- publish
				return true
			})
		})
		pass(40 * time.Second)
		if got := w.simulated().Status()["dhwTemperatureSetting"]; got != 103 {
			t.Errorf("the setpoint is %d half degrees ten seconds after the command", got)
		}
		w.await("the state", 20*time.Minute, done.Load)
		if most.Load() > window || w.bridge.Stats().Connections != 1 {
			t.Errorf("%d waited at once, stats %+v", most.Load(), w.bridge.Stats())
		}
	})
}

// TLS is verified with the owner's authority.
func TestTLS(t *testing.T) {
	inWorld(t, simulator.Config{}, func(c *Config) { c.Broker = "mqtts://broker:1883" }, func(t *testing.T, w *world) {
		certificate, roots := authority(t, "broker")
		_, others := authority(t, "broker")
		w.config.RootCAs = others
		w.withPeers(t, func(_ int, p peer) {
			p.conn = tls.Server(p.conn, &tls.Config{Certificates: []tls.Certificate{certificate}})
			if p.connack(0) != nil {
				p.serve(nil)
			}
		})
		pass(time.Minute)
		if w.bridge.Connected() || strings.Count(w.log.String(), "level=WARN") != 1 || !strings.Contains(w.log.String(), "certificate") {
			t.Errorf("log: %s", w.log)
		}
		w.end()
		w.config.RootCAs = roots
		w.begin()
		w.await("the connection", time.Second, w.bridge.Connected)
		pass(time.Hour)
		if got := w.bridge.Stats(); got.Connections != 1 || got.Published < 300 {
			t.Errorf("%+v", got)
		}
	})
}

// authority makes a certificate that vouches for itself, and what trusts it.
func authority(t *testing.T, host string) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{host}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour), KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(certificate)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, roots
}
