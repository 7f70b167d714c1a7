package simulator

import (
	"context"
	"fmt"
	"time"
)

// Date returns the date on the heaters' clock. While it goes faster than the machine
// can have heaters live, this is what they have lived.
func (s *Simulator) Date() time.Time { return s.fleet.now() }

// SetSpeed makes the heaters' clock go n times as fast as the process's, 1 to
// 100 000; any other n is refused. It may be called while the clock is paused.
// Config.Speed is the speed at New.
func (s *Simulator) SetSpeed(n int) error {
	if err := checkSpeed(n); err != nil {
		return err
	}
	s.fleet.adjust(func(c *clock) { c.speed = n })
	return nil
}

func checkSpeed(n int) error {
	if n < 1 || n > MostSpeed {
		return fmt.Errorf("simulator: the speed is %d, not 1 to %d", n, MostSpeed)
	}
	return nil
}

// Speed returns how many times as fast as the process's clock the heaters' shall go,
// also while it is paused. See SpeedReached.
func (s *Simulator) Speed() int {
	s.fleet.mu.Lock()
	defer s.fleet.mu.Unlock()
	return s.fleet.clock.speed
}

// SpeedReached returns how many times as fast the heaters' clock really goes, from a
// measurement of at least a second that is over: less than Speed when the machine
// cannot keep up with it, and 0 while the clock is paused.
func (s *Simulator) SpeedReached() float64 {
	f := s.fleet
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.clock.paused {
		return 0
	}
	f.advance()
	f.progress.note(f.date)
	return f.progress.reached
}

// Pause stops the heaters' clock. Heaters are still asked and commanded, and Step and
// Jump let them live.
func (s *Simulator) Pause() { s.fleet.adjust(func(c *clock) { c.paused = true }) }

// Resume lets the clock go on.
func (s *Simulator) Resume() { s.fleet.adjust(func(c *clock) { c.paused = false }) }

// Paused says whether the clock is stopped.
func (s *Simulator) Paused() bool {
	s.fleet.mu.Lock()
	defer s.fleet.mu.Unlock()
	return s.fleet.clock.paused
}

// Step lets all heaters live d further at once, whether the clock is paused or not,
// and returns when they have. Meanwhile they answer requests but push nothing; what
// has changed they push at the end. It fails for a negative d, for more than 100 000
// days of one heater, that is ten of 10 000, for what leads past the year 2189, and
// when the simulator is closed before its end.
func (s *Simulator) Step(d time.Duration) error {
	if d < 0 {
		return fmt.Errorf("simulator: a step of %v: the heaters' clock does not go back", d)
	}
	return s.leap(func(from time.Time) time.Time { return from.Add(d) })
}

// Jump lets all heaters live at once to a date, as Step does. It fails as Step does,
// and for a date that is past.
func (s *Simulator) Jump(date time.Time) error {
	return s.leap(func(time.Time) time.Time { return date.Round(0) })
}

func (s *Simulator) leap(reckon func(from time.Time) time.Time) error {
	return s.fleet.leap(context.Background(), reckon, func(*clock) {})
}

// adjust changes the clock, at the date at which the heaters are.
func (f *fleet) adjust(change func(*clock)) {
	f.mu.Lock()
	f.advance()
	f.setClock(change)
	f.mu.Unlock()
	f.poke()
}
