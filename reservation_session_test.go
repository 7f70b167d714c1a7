package nwp500_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/simulator"
)

// at returns a reservation at so many minutes past six.
func at(minute int) nwp500.Reservation {
	return nwp500.Reservation{
		Enabled: true, Days: nwp500.Weekdays, Hour: 6, Minute: minute, Mode: nwp500.EnergySaver, Temperature: nwp500.Celsius(55),
	}
}

// entries returns reservations at so many minutes past six, in a program that runs.
func entries(minutes ...int) nwp500.Reservations {
	program := nwp500.Reservations{Enabled: true}
	for _, minute := range minutes {
		program.Entries = append(program.Entries, at(minute))
	}
	return program
}

// expectReservations fails unless the heater has the program.
func expectReservations(ctx context.Context, t *testing.T, heater *nwp500.Heater, want nwp500.Reservations) {
	t.Helper()
	got, err := heater.Reservations(ctx)
	if err != nil || !got.Equal(want) {
		t.Errorf("the heater has %v, %v, want %v", got, err, want)
	}
}

// A write that was lost is found: the heater still has what it had.
func TestLostWrite(t *testing.T) {
	inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
		ctx := within(t, time.Hour)
		heater, simulated := c.heater(t)
		if err := heater.SetReservations(ctx, entries(1, 2)); err != nil {
			t.Fatal(err)
		}
		for name, write := range map[string]func() error{
			"set":    func() error { return heater.SetReservations(ctx, entries(3)) },
			"add":    func() error { return heater.AddReservation(ctx, at(3)) },
			"change": func() error { return heater.ChangeReservation(ctx, at(1), at(3)) },
			"remove": func() error { return heater.RemoveReservation(ctx, at(1)) },
			"off":    func() error { return heater.EnableReservations(ctx, false) },
		} {
			simulated.LoseWrites(1)
			began := time.Now()
			err := write()
			if outcome(err) != nwp500.OutcomeUnknown || !errors.Is(err, nwp500.ErrUnchanged) || !errors.Is(err, nwp500.ErrNoAnswer) {
				t.Errorf("%s: got %v, want the outcome unknown and the list from before", name, err)
			}
			if took := time.Since(began); took > 20*time.Second {
				t.Errorf("%s: took %v", name, took)
			}
			expectReservations(ctx, t, heater, entries(1, 2))
		}
		if err := heater.AddReservation(ctx, at(3)); err != nil {
			t.Error(err)
		}
		expectReservations(ctx, t, heater, entries(3, 2, 1))
	})
}

// On a heater that loses one write in three, whatever is said to be done is done, and
// whoever tries again arrives.
func TestLossyHeater(t *testing.T) {
	inCloud(t, simulator.Config{LostWrites: 1.0 / 3, Seed: 3}, func(t *testing.T, c *cloud) {
		ctx := within(t, 24*time.Hour)
		heater, simulated := c.heater(t)
		want := nwp500.Reservations{Enabled: true}
		if err := again(func() error { return heater.SetReservations(ctx, want) }); err != nil {
			t.Fatal(err)
		}
		for minute := range 30 {
			if err := again(func() error { return heater.AddReservation(ctx, at(minute)) }); err != nil {
				t.Fatal(err)
			}
			want.Entries = append(want.Entries, at(minute))
		}
		expectReservations(ctx, t, heater, want)
		if lost := simulated.Counters().LostWrites; lost < 5 {
			t.Errorf("only %d writes were lost", lost)
		}
	})
}

// again repeats a write that was lost.
func again(write func() error) error {
	for {
		if err := write(); !errors.Is(err, nwp500.ErrUnchanged) {
			return err
		}
	}
}

// The write is carried out and its answer is lost: reading back shows that it is done.
func TestLostAnswerIsReadBack(t *testing.T) {
	inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
		ctx := within(t, time.Hour)
		heater, simulated := c.heater(t)
		expectReservations(ctx, t, heater, nwp500.Reservations{})
		simulated.SetDelay(2 * time.Second) // the read is answered after 2 s, the write after 4 s
		time.AfterFunc(3*time.Second, func() {
			deaf := c.Inject(simulator.Fault{Step: simulator.StepDeliver, Action: simulator.Lose})
			time.AfterFunc(10*time.Second, deaf.Heal)
		})
		began := time.Now()
		if err := heater.SetReservations(ctx, entries(1)); err != nil {
			t.Error(err)
		}
		if took := time.Since(began); took < 17*time.Second {
			t.Errorf("it was confirmed after %v, before it was read back", took)
		}
		expectReservations(ctx, t, heater, entries(1))
	})
}

// Somebody else wrote meanwhile: the outcome says that it is neither list.
func TestAnotherListIsFound(t *testing.T) {
	inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
		ctx := within(t, time.Hour)
		heater, simulated := c.heater(t)
		another := nwp500.New(c.config) // a client of its own, as another program's is
		defer another.Close()
		session, err := another.Connect(ctx)
		if err != nil {
			t.Fatal(err)
		}
		other := session.Heater(heater.Device())
		expectReservations(ctx, t, other, nwp500.Reservations{})
		expectReservations(ctx, t, heater, nwp500.Reservations{})
		simulated.LoseWrites(1)
		time.AfterFunc(time.Second, func() {
			if err := other.SetReservations(ctx, entries(7)); err != nil {
				t.Error(err)
			}
		})
		err = heater.SetReservations(ctx, entries(1))
		if outcome(err) != nwp500.OutcomeUnknown || errors.Is(err, nwp500.ErrUnchanged) || !strings.Contains(err.Error(), "another list") {
			t.Errorf("got %v, want the outcome unknown and another list", err)
		}
	})
}

// Without a read nothing is written, whatever the command.
func TestNothingIsWrittenUnread(t *testing.T) {
	inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
		ctx := within(t, time.Hour)
		heater, simulated := c.heater(t)
		if err := heater.SetReservations(ctx, entries(1, 2)); err != nil {
			t.Fatal(err)
		}
		simulated.SetSilent(true)
		before, _ := simulated.Received("ctrl/rsv/rd")
		for name, write := range map[string]func() error{
			"set":    func() error { return heater.SetReservations(ctx, entries(3)) },
			"add":    func() error { return heater.AddReservation(ctx, at(3)) },
			"change": func() error { return heater.ChangeReservation(ctx, at(1), at(3)) },
			"remove": func() error { return heater.RemoveReservation(ctx, at(1)) },
			"off":    func() error { return heater.EnableReservations(ctx, false) },
		} {
			if err := write(); outcome(err) != nwp500.NotSent || !errors.Is(err, nwp500.ErrNoAnswer) {
				t.Errorf("%s: got %v, want it not sent", name, err)
			}
		}
		if after, _ := simulated.Received("ctrl/rsv/rd"); string(after.Body) != string(before.Body) {
			t.Errorf("written: %s", after.Body)
		}
		simulated.SetSilent(false)
		expectReservations(ctx, t, heater, entries(1, 2))
	})
}

// Writers at once do not undo each other, and each honours its own context.
func TestWritersTakeTurns(t *testing.T) {
	inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
		ctx := within(t, time.Hour)
		session, devices := c.connect(t)
		simulated := c.Heater(devices[0].MAC.Reveal())
		if err := session.Heater(devices[0]).SetReservations(ctx, entries()); err != nil {
			t.Fatal(err)
		}
		other, _ := c.connect(t) // two sessions of one program
		sessions := []*nwp500.Session{session, other}
		simulated.SetDelay(time.Second)
		want := entries()
		var writers sync.WaitGroup
		for minute := range 8 {
			want.Entries = append(want.Entries, at(minute))
			writers.Go(func() {
				if err := sessions[minute%2].Heater(devices[0]).AddReservation(ctx, at(minute)); err != nil {
					t.Errorf("writer %d: %v", minute, err)
				}
			})
		}
		pass(time.Millisecond)
		short, cancel := context.WithTimeout(ctx, 3*time.Second)
		defer cancel()
		began := time.Now()
		if err := session.Heater(devices[0]).AddReservation(short, at(59)); outcome(err) != nwp500.NotSent || time.Since(began) > 3*time.Second {
			t.Errorf("a writer without time: got %v after %v, want it not sent", err, time.Since(began))
		}
		writers.Wait()
		expectReservations(ctx, t, session.Heater(devices[0]), want)
	})
}

// The connection goes while the read is acknowledged: what was read is read again
// before anything is written.
func TestReadBeforeADropIsOld(t *testing.T) {
	inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
		ctx := within(t, time.Hour)
		heater, simulated := c.heater(t)
		if err := heater.SetReservations(ctx, entries(1)); err != nil {
			t.Fatal(err)
		}
		pass(time.Minute)
		before := simulated.Counters()
		c.Inject(simulator.Fault{Step: simulator.StepPuback, Action: simulator.Cut, Times: 1})
		simulated.SetDelay(time.Second) // its answer must not be faster than the end
		if err := heater.AddReservation(ctx, at(2)); err != nil {
			t.Error(err)
		}
		after := simulated.Counters()
		if reads, writes := after.Requests-before.Requests, after.Commands-before.Commands; reads != 3 || writes != 1 {
			t.Errorf("%d reads and %d writes, want 3 (cut, old, good) and 1", reads, writes)
		}
		expectReservations(ctx, t, heater, entries(1, 2))
	})
}

// The connection goes with the write: it is not sent again, and reading back says what
// became of it.
func TestDropWithTheWrite(t *testing.T) {
	for name, test := range map[string]struct {
		step simulator.Step
		want error
	}{
		"before the heater has it": {simulator.StepPublish, nwp500.ErrUnchanged},
		"after the heater has it":  {simulator.StepPuback, nil},
	} {
		t.Run(name, func(t *testing.T) {
			inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
				ctx := within(t, time.Hour)
				heater, _ := c.heater(t)
				if err := heater.SetReservations(ctx, entries(1)); err != nil {
					t.Fatal(err)
				}
				pass(time.Minute)
				c.Inject(simulator.Fault{Step: test.step, Action: simulator.Cut, Skip: 1, Times: 1})
				err := heater.AddReservation(ctx, at(2))
				if !errors.Is(err, test.want) || (err == nil) != (test.want == nil) {
					t.Errorf("got %v, want %v", err, test.want)
				}
				want := entries(1, 2)
				if test.want != nil {
					want = entries(1)
				}
				pass(time.Minute) // the answer may have come before the cut, and the way back takes a while
				expectReservations(ctx, t, heater, want)
			})
		})
	}
}
