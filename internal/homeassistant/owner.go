package homeassistant

import (
	"context"
	"sync"
	"time"

	"github.com/nwp500/nwp500/internal/mqtt"
)

// An owner is what the goroutine of Run, and nobody else, reads and writes. It waits for nothing but the next thing to do:
// it hears of the fleet, of the broker and of commands that have ended, and gives the writer of a connection, when that
// is idle, what has changed. Nothing is stored up for a broker that is slow or away: what there is to say is found by
// comparing a heater's state with what the broker retains.
type owner struct {
	*Bridge
	heard    chan news       // from the fleet
	events   chan event      // from attempts and connections
	ended    chan *order     // commands
	lifetime context.Context // Run's, of attempts
	doing    context.Context // of commands
	cancel   context.CancelFunc
	tasks    sync.WaitGroup // the fleet's reader, attempts and commands

	now       time.Time
	wake      time.Time // when the next round has to be at the latest; zero: when something happens
	phase     phase
	closing   time.Time // when Run was asked to end; zero before
	toldDeaf  bool      // it was logged that the broker does not let us hear
	farewell  bool      // the broker is being told that the bridge goes
	refusedAt time.Time // when it was last logged that a command was
	gen       uint64
	conn      *connection
	retry     retry

	twins   map[string]*twin
	queue   []*twin         // those that may have something to say
	leaving []string        // heaters of which the broker is to forget everything
	strange map[string]bool // heaters that the broker remembers and the fleet does not know
	forgot  map[string]bool // heaters removed on this connection
	listed  map[string]bool // accounts that were reached once
	running int             // commands
	notes   []mqtt.Publish  // what goes before everything else
	pending []mqtt.Publish  // of one heater
	present bool            // the bridge said "online" on this connection
	rebirth time.Time       // when everything is to be told again; zero: not
	inventories
}

// A phase is where the bridge stands.
type phase int

const (
	down     phase = iota // no connection; the next attempt is due at retry.at
	dialling              // an attempt is under way
	listing               // there is a session; which heaters the broker remembers is being found out
	serving
	ending // a connection is being taken down
)

func newOwner(ctx context.Context, b *Bridge) *owner {
	o := &owner{
		Bridge: b, lifetime: ctx,
		heard: make(chan news), events: make(chan event), ended: make(chan *order),
		twins: make(map[string]*twin), listed: make(map[string]bool),
	}
	o.doing, o.cancel = context.WithCancel(context.WithoutCancel(ctx))
	return o
}

func (o *owner) run(ctx context.Context) {
	feed := o.cfg.Fleet.Listen()
	o.tasks.Go(func() { o.listen(ctx, feed) })
	timer := time.NewTimer(0)
	defer timer.Stop()
	asked := ctx.Done()
	o.now = time.Now()
	o.survey()
	for !o.finished() {
		o.step()
		o.set(timer)
		select {
		case n := <-o.heard:
			o.now = time.Now()
			o.hear(n)
		case e := <-o.events:
			o.now = time.Now()
			o.handle(e)
		case order := <-o.ended:
			o.now = time.Now()
			o.finish(order)
		case <-timer.C:
		case <-asked:
			asked = nil
			o.closing = time.Now()
		}
	}
	o.cancel()
	o.tasks.Wait()
}

func (o *owner) finished() bool {
	return !o.closing.IsZero() && o.phase == down && o.running == 0
}

// step does all that is due, and finds out when it has to be called again.
func (o *owner) step() {
	o.now, o.wake = time.Now(), time.Time{}
	if !o.closing.IsZero() {
		o.shutDown()
	}
	switch o.phase {
	case down:
		if o.closing.IsZero() && o.due(o.retry.at) {
			o.connect()
		}
	case listing, serving:
		if err := o.tend(); err != nil {
			o.lose(err)
		}
	}
}

// tend sees to a session.
func (o *owner) tend() error {
	if err := o.alive(); err != nil {
		return err
	}
	o.tidy()
	if !o.rebirth.IsZero() && o.due(o.rebirth) {
		o.rebirth = time.Time{}
		o.tellAgain()
	}
	o.fill()
	return nil
}

// due reports whether a time has come. If not, the owner will wake then.
func (o *owner) due(t time.Time) bool {
	if !o.now.Before(t) {
		return true
	}
	if o.wake.IsZero() || t.Before(o.wake) {
		o.wake = t
	}
	return false
}

// set makes the timer fire when the next round is due.
func (o *owner) set(timer *time.Timer) {
	if o.wake.IsZero() {
		timer.Stop()
		return
	}
	timer.Reset(time.Until(o.wake))
}

// connect begins an attempt.
func (o *owner) connect() {
	o.gen++
	o.phase = dialling
	gen := o.gen
	o.tasks.Go(func() {
		raw, err := o.dial(o.lifetime)
		o.events <- event{gen: gen, kind: attempted, raw: raw, err: err}
	})
}

// handle takes in what an attempt or a connection tells. Late news of an earlier one are ignored.
func (o *owner) handle(e event) {
	switch {
	case e.gen != o.gen:
	case e.kind == attempted && e.err != nil:
		o.phase = down
		o.failed(e.err)
	case e.kind == attempted:
		o.opened(e.raw)
	case e.kind == gone:
		o.phase, o.conn = down, nil
	case o.phase == ending:
	case e.kind == received:
		if err := o.receive(e.packet); err != nil {
			o.lose(err)
		}
	case e.kind == written:
		o.conn.idle = true
	case e.kind == failed:
		o.lose(e.err)
	}
}
