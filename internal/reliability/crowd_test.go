package reliability

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/internal/memnet"
	"github.com/nwp500/nwp500/simulator"
)

// A crowd is many clients of one cloud, each with an account and a heater of its own, on a network that can fail.
type crowd struct {
	t       *testing.T
	cloud   *simulator.Simulator
	network *memnet.Network
	config  nwp500.Config // how each reaches the cloud
	members []*member
}

// A member is one client of a crowd.
type member struct {
	client *nwp500.Client
	heater *nwp500.Heater

	mu    sync.Mutex
	dials []time.Time
}

// inCrowd runs a test in virtual time with clients that are not connected yet.
func inCrowd(t *testing.T, seed uint64, size int, test func(c *crowd)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		cloud, err := simulator.New(simulator.Config{Seed: seed, Accounts: size, Start: time.Now().UTC()})
		if err != nil {
			t.Fatal(err)
		}
		c := &crowd{t: t, cloud: cloud, network: memnet.New()}
		stop := c.serve()
		defer func() {
			var closing sync.WaitGroup
			for _, m := range c.members {
				closing.Go(func() { _ = m.client.Close() })
			}
			closing.Wait()
			_ = cloud.Close()
			stop()
		}()
		for _, account := range cloud.Accounts() {
			c.add(account)
		}
		test(c)
	})
}

// serve puts the cloud on the network, whose faults are those of a line and not of the cloud.
func (c *crowd) serve() (stop func()) {
	c.t.Helper()
	listener, err := c.network.Listen("127.0.0.1:80")
	if err != nil {
		c.t.Fatal(err)
	}
	server := &http.Server{Handler: c.cloud, ReadHeaderTimeout: time.Minute}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = server.Serve(listener)
	}()
	c.config = nwp500.Config{RESTURL: "http://127.0.0.1:80/api/v2.1", MQTTEndpoint: "ws://127.0.0.1:80"}
	return func() {
		_ = server.Close()
		<-ended
	}
}

func (c *crowd) add(account simulator.Account) {
	m := new(member)
	config := c.config
	config.Email, config.Password = account.Email, nwp500.NewSecret(account.Password)
	config.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
		m.mu.Lock()
		m.dials = append(m.dials, time.Now())
		m.mu.Unlock()
		return c.network.Dial(ctx, network, address)
	}
	m.client = nwp500.New(config)
	c.members = append(c.members, m)
}

// connect connects everybody, each in their own time, and returns when all connections count as stable.
func (c *crowd) connect() {
	c.t.Helper()
	errs := make(chan error)
	for i, m := range c.members {
		go func() {
			time.Sleep(time.Duration(i) * time.Minute / time.Duration(len(c.members)))
			errs <- m.connect()
		}()
	}
	for range c.members {
		if err := <-errs; err != nil {
			c.t.Fatal(err)
		}
	}
	pass(2 * time.Minute)
}

func (m *member) connect() error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	devices, err := m.client.Devices(ctx)
	if err != nil {
		return err
	}
	if len(devices) == 0 {
		return errors.New("no devices")
	}
	session, err := m.client.Connect(ctx)
	if err != nil {
		return err
	}
	m.heater = session.Heater(devices[0])
	_, err = m.heater.Status(ctx)
	return err
}

// An outage is a way in which the cloud is away.
type outage struct {
	name  string
	begin func(c *crowd) (end func())
}

var outages = []outage{
	{"refused", func(c *crowd) func() {
		c.network.Refuse(true)
		c.network.Cut()
		return func() { c.network.Refuse(false) }
	}},
	{"503", func(c *crowd) func() {
		injected := c.cloud.Inject(
			simulator.Fault{Step: simulator.StepREST, Action: simulator.Refuse, Status: http.StatusServiceUnavailable},
			simulator.Fault{Step: simulator.StepUpgrade, Action: simulator.Refuse, Status: http.StatusServiceUnavailable},
		)
		c.network.Cut()
		return injected.Heal
	}},
	{"black hole", func(c *crowd) func() {
		c.network.Cut()
		c.network.BlackHole(memnet.Both)
		return func() { c.network.BlackHole(0) }
	}},
}

// suffer lets the cloud be away for a while, with all connections dead from the beginning, and returns when it ended.
func (c *crowd) suffer(o outage, lasting time.Duration) time.Time {
	end := o.begin(c)
	pass(lasting)
	end()
	return time.Now()
}

// dialled returns when members dialled from a moment on, in order. One that dials again within a second, for REST and then for the live
// connection, counts once.
func (c *crowd) dialled(since time.Time) (dials []time.Duration) {
	for _, m := range c.members {
		m.mu.Lock()
		var last time.Time
		for _, at := range m.dials {
			if at.Before(since) || !last.IsZero() && at.Sub(last) < time.Second {
				continue
			}
			last = at
			dials = append(dials, at.Sub(since))
		}
		m.mu.Unlock()
	}
	slices.Sort(dials)
	return dials
}

// busiest returns the most dials that lie within a second, wherever it begins.
func busiest(dials []time.Duration) (most int) {
	first := 0
	for i, at := range dials {
		for at-dials[first] >= time.Second {
			first++
		}
		most = max(most, i-first+1)
	}
	return most
}

// histogram shows how many dials there were in each second, or in each of longer spans that make a page.
func histogram(dials []time.Duration) string {
	if len(dials) == 0 {
		return "no dials"
	}
	span := time.Second
	for dials[len(dials)-1] >= 30*span {
		span += time.Second
	}
	counts := make([]int, dials[len(dials)-1]/span+1)
	for _, at := range dials {
		counts[at/span]++
	}
	var b strings.Builder
	for i, n := range counts {
		fmt.Fprintf(&b, "%8v %4d %s\n", time.Duration(i)*span, n, strings.Repeat("*", n*60/max(1, slices.Max(counts))))
	}
	return b.String()
}

// atLeast returns the probability that of n independent tries, each of which succeeds with probability p, k or more succeed.
func atLeast(k, n int, p float64) (sum float64) {
	for ; k <= n; k++ {
		all, _ := math.Lgamma(float64(n + 1))
		in, _ := math.Lgamma(float64(k + 1))
		out, _ := math.Lgamma(float64(n - k + 1))
		sum += math.Exp(all - in - out + float64(k)*math.Log(p) + float64(n-k)*math.Log1p(-p))
	}
	return sum
}
