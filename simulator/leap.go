package simulator

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// leap is time that heaters live at once, as fast as the machine can.
type leap struct {
	to   time.Time
	done chan struct{}
}

// mostLeap bounds a leap, in days of one heater: so many take a minute or two.
const mostLeap = 100_000

// errStopped is what Step and Jump say when the simulator ends before they do.
var errStopped = errors.New("simulator: closed while the heaters were living on")

// leap lets all heaters live to a date that is reckoned from the present one, or from
// that to which another leap is under way, and changes the clock unless the date is
// refused. It returns when they have, or when nobody waits for it any more: heaters
// that have begun live on to that date.
func (f *fleet) leap(ctx context.Context, reckon func(from time.Time) time.Time, change func(*clock)) error {
	l, err := f.takeOff(reckon, change)
	if err != nil {
		return err
	}
	f.poke()
	select {
	case <-l.done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("simulator: not waited for: %w", ctx.Err())
	case <-f.stopped:
		return errStopped
	}
}

func (f *fleet) takeOff(reckon func(from time.Time) time.Time, change func(*clock)) (*leap, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.advance()
	from := f.date
	if n := len(f.leaps); n > 0 {
		from = f.leaps[n-1].to
	}
	to := reckon(from)
	switch days := to.Sub(from).Hours() / 24; {
	case to.Before(from):
		return nil, fmt.Errorf("simulator: the heaters' clock is at %s and does not go back to %s", shown(from), shown(to))
	case checkDate(to) != nil:
		return nil, fmt.Errorf("simulator: %w", checkDate(to))
	case days*float64(len(f.heaters)) > mostLeap:
		return nil, fmt.Errorf("simulator: %.0f days of %d heaters are more than the %d heater-days that can be lived at once",
			days, len(f.heaters), mostLeap)
	}
	f.setClock(change)
	l := &leap{to, make(chan struct{})}
	f.leaps = append(f.leaps, l)
	f.quiet = true
	return l, nil
}

// land ends a leap: the clock goes on from there, and heaters say in one push what
// has become of them.
func (f *fleet) land() {
	defer close(f.leaps[0].done)
	f.leaps = f.leaps[1:]
	f.anchor()
	if len(f.leaps) > 0 {
		return
	}
	f.quiet = false
	for _, h := range f.heaters {
		f.visit(h, h.catchUp)
	}
}

// setClock changes the clock, which goes on from where the heaters are. mu is held.
func (f *fleet) setClock(change func(*clock)) {
	change(&f.clock)
	f.anchor()
}

// anchor has the clock go on from where the heaters are.
func (f *fleet) anchor() {
	f.clock.set(f.date)
	f.progress.begin(&f.clock)
}
