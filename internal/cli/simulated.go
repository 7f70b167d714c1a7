package cli

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/internal/daemon"
	"github.com/nwp500/nwp500/internal/fleet"
	"github.com/nwp500/nwp500/simulator"
)

// simulatedSeed makes the heater of --sim: it is always the same one.
const simulatedSeed = 500

// openSimulated opens the cloud of --sim.
func (p *program) openSimulated(ctx context.Context) (*cloud, error) {
	simulation, err := p.openSimulation(ctx)
	if err != nil {
		return nil, err
	}
	config := simulation.account
	config.Logger = p.logger()
	return &cloud{nwp500.New(config), simulation.close}, nil
}

// simulation is a cloud in the process. Its heater goes on where it was left, and has lived in the meantime. It has nothing
// to do with the user's account.
type simulation struct {
	account   nwp500.Config // for a client
	simulated *simulator.Simulator
	server    *simulator.Server
	kept      *heaterState
}

func (p *program) openSimulation(ctx context.Context) (*simulation, error) {
	for _, name := range []string{"email", "password", "rest-url", "mqtt-endpoint", "ca"} {
		if p.options.given[name] == fromFlag {
			return nil, usagef("--sim has an account of its own: leave out --%s", name)
		}
	}
	kept, err := p.openHeaterState(ctx)
	if err != nil {
		return nil, err
	}
	simulation, err := startSimulation(kept)
	if err != nil {
		return nil, errors.Join(err, kept.close())
	}
	return simulation, nil
}

func startSimulation(kept *heaterState) (*simulation, error) {
	if kept.snapshot != nil && len(kept.snapshot) == 0 {
		kept.setAside() // what a full disk leaves
	}
	config := simulator.Config{Seed: simulatedSeed, Restore: kept.snapshot}
	simulated, err := simulator.New(config)
	if err != nil && len(config.Restore) > 0 {
		kept.setAside()
		config.Restore = nil
		simulated, err = simulator.New(config)
	}
	if err != nil {
		return nil, err
	}
	server, err := simulated.Memory()
	if err != nil {
		return nil, errors.Join(err, simulated.Close())
	}
	account := simulated.Accounts()[0]
	return &simulation{
		account: nwp500.Config{
			Email: account.Email, Password: nwp500.NewSecret(account.Password),
			RESTURL: server.RESTURL, MQTTEndpoint: server.MQTTEndpoint, Dial: server.Dial,
		},
		simulated: simulated, server: server, kept: kept,
	}, nil
}

// keep writes down the heater's state as it is now.
func (s *simulation) keep() error {
	snapshot, err := s.simulated.Snapshot()
	if err == nil {
		s.kept.save(snapshot)
	}
	return err
}

// keepEvery is how often serve keeps the heater's state.
const keepEvery = time.Minute

// keepEvery keeps the state every so often until it is stopped.
func (s *simulation) keepEvery(every time.Duration) (stop func() error) {
	var keeping errgroup.Group
	ended := make(chan struct{})
	keeping.Go(func() error {
		tick := time.NewTicker(every)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				if err := s.keep(); err != nil {
					return err
				}
			case <-ended:
				return nil
			}
		}
	})
	return func() error {
		close(ended)
		return keeping.Wait()
	}
}

// accounts returns the account of the simulation, whatever a configuration says of others.
func (s *simulation) accounts(context.Context, daemon.Config) ([]fleet.Account, error) {
	return []fleet.Account{{Name: "simulated", Cloud: s.account}}, nil
}

// close keeps the state and ends the cloud.
func (s *simulation) close() error {
	return errors.Join(s.keep(), s.server.Close(), s.simulated.Close(), s.kept.close())
}

// heaterState is the simulated heater's state between runs: a file, locked while a command uses it. Where it cannot be
// kept the heater lives in memory, and the user is told once.
type heaterState struct {
	p        *program
	snapshot []byte // what was there; nil when there was nothing
	path     string
	held     io.Closer // the lock; nil when nothing can be kept
}

func (p *program) openHeaterState(ctx context.Context) (*heaterState, error) {
	kept := &heaterState{p: p}
	directory, err := stateDirectory()
	if err == nil {
		kept.path = filepath.Join(directory, "simulated-heater.json")
		err = os.MkdirAll(directory, 0o700)
	}
	if err == nil {
		waiting, cancel := p.bounded(ctx) // also for commands without a time limit
		defer cancel()
		kept.held, err = lock(waiting, filepath.Join(directory, "simulated-heater.lock"), func() {
			p.note("waiting for another nwp500 --sim, which uses the simulated heater")
		})
		if errors.Is(err, errTaken) {
			if ctx.Err() != nil && errors.Is(ctx.Err(), context.Canceled) {
				return nil, ctx.Err()
			}
			return nil, errors.New("another nwp500 --sim uses the simulated heater: wait until it ends, or let both use nwp500 sim")
		}
	}
	if err == nil {
		kept.snapshot, err = os.ReadFile(kept.path)
		if errors.Is(err, fs.ErrNotExist) {
			err = nil
		}
	}
	if err != nil {
		kept.forget(err)
	}
	return kept, nil
}

// save keeps the state for the next run.
func (k *heaterState) save(snapshot []byte) {
	if k.held == nil {
		return
	}
	if err := writeFile(k.path, snapshot); err != nil {
		k.forget(err)
	}
}

// forget tells the user that the state is not kept.
func (k *heaterState) forget(err error) {
	k.p.note("the simulated heater is not kept after this command: its state directory cannot be used: %v", reason(err))
	if k.held != nil {
		_ = k.held.Close() // there is nothing to guard any more
		k.held = nil
	}
}

// setAside puts a state that makes no sense out of the way.
func (k *heaterState) setAside() {
	aside, err := setAside(k.path)
	if err != nil {
		k.forget(err)
		return
	}
	k.p.note("the simulated heater begins anew: its state could not be read, and is now %s", filepath.Base(aside))
}

// close gives the lock back.
func (k *heaterState) close() error {
	if k.held == nil {
		return nil
	}
	return k.held.Close()
}
