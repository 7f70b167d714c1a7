package nwp500

import (
	"fmt"
	"strconv"

	"github.com/nwp500/nwp500/internal/wire"
)

// check says what is wrong with an entry whatever the heater.
func (r Reservation) check() error {
	if err := r.Days.check(); err != nil {
		return err
	}
	if err := checkTime("", r.Hour, r.Minute); err != nil {
		return err
	}
	if r.Mode < HeatPump || r.Mode > PowerOff {
		return &RangeError{"mode", r.Mode.String(), "heat pump, electric, energy saver, high demand, vacation, power off"}
	}
	if !r.Temperature.Known() {
		return &RangeError{"temperature", "unknown", "a number of degrees"}
	}
	if raw := r.Temperature.raw(); raw < 0 || raw > 255 { // a byte in hex
		return &RangeError{"temperature", r.Temperature.String(), "0 °C to 127.5 °C in any reservation"}
	}
	return nil
}

// checkTime refuses what is no time of a day. which tells one time from another.
func checkTime(which string, hour, minute int) error {
	if hour < 0 || hour > 23 {
		return &RangeError{which + "hour", strconv.Itoa(hour), "0 to 23"}
	}
	if minute < 0 || minute > 59 {
		return &RangeError{which + "minute", strconv.Itoa(minute), "0 to 59"}
	}
	return nil
}

// checkFor says why a heater cannot take an entry. The temperature of one that sets
// none is nobody's setpoint: a program that was read must go back as it came.
func (r Reservation) checkFor(f *Features) error {
	switch r.Mode {
	case PowerOff:
		return needs(f.PowerSwitch, "powerUse")
	case Vacation:
		return modeSupported(f, Vacation)
	}
	if err := modeSupported(f, r.Mode); err != nil {
		return err
	}
	return setpointAllowed(f, r.Temperature, r.Temperature.raw())
}

// checkCount refuses more entries than a heater takes.
func (k *scheduleKind) checkCount(n int) error {
	if n > k.most {
		return &RangeError{k.name, strconv.Itoa(n), fmt.Sprintf("at most %d", k.most)}
	}
	return nil
}

// check says what is wrong with a program whatever the heater.
func (r Reservations) check() error {
	if err := reservationKind.checkCount(len(r.Entries)); err != nil {
		return err
	}
	return r.eachNew(Reservation.check)
}

// checkFor says why a heater cannot take a program.
func (r Reservations) checkFor(f *Features) error {
	if err := needs(f.Reservations, "programReservationUse"); err != nil {
		return err
	}
	return r.eachNew(func(entry Reservation) error { return entry.checkFor(f) })
}

// eachNew checks the entries, but for those that the heater itself said: its odd ones
// must go back as they came.
func (r Reservations) eachNew(check func(Reservation) error) error {
	said, _ := reservationKind.said(r.message.get())
	return eachNew("reservation", said, len(r.Entries),
		func(i int) wire.Object { return r.Entries[i].entry() },
		func(i int) error { return check(r.Entries[i]) })
}

// eachNew checks n entries, but for those that were said, and numbers what is wrong.
func eachNew(name string, said schedule, n int, entry func(i int) wire.Object, check func(i int) error) error {
	for i := range n {
		if said.find(entry(i)) >= 0 {
			continue
		}
		if err := check(i); err != nil {
			return fmt.Errorf("%s %d: %w", name, i+1, err)
		}
	}
	return nil
}
