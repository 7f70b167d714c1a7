package cli

import (
	"testing"

	"github.com/nwp500/nwp500"
)

func TestEntryName(t *testing.T) {
	at := func(days nwp500.Days, hour, minute int) nwp500.Reservation {
		return nwp500.Reservation{Days: days, Hour: hour, Minute: minute}
	}
	entries := []nwp500.Reservation{
		at(nwp500.Weekdays, 6, 30), at(nwp500.Weekend, 6, 30), at(nwp500.Weekdays, 7, 0), at(nwp500.Weekdays, 7, 0), at(nwp500.Monday|1, 6, 30),
	}
	for _, c := range []struct {
		args []string
		want int
	}{
		{[]string{"1"}, 0},
		{[]string{"5"}, 4},
		{[]string{"mon-fri", "06:30"}, 0},
		{[]string{"fri,thu,mon-wed 6:30"}, 0},
		{[]string{"sat, sun", "06:30"}, 1},
		{[]string{"weekend", "6:30"}, 1},
		{[]string{"mon", "06:30"}, 4},
		{[]string{"4"}, 3},
	} {
		name, err := parseEntryName(c.args)
		if err != nil {
			t.Errorf("%q: %v", c.args, err)
			continue
		}
		if got, err := name.find(entries); err != nil || got != c.want {
			t.Errorf("%q is entry %d, %v, want %d", c.args, got, err, c.want)
		}
	}
	for _, c := range []struct {
		args   []string
		status int
	}{
		{[]string{"0"}, exitRefused},
		{[]string{"6"}, exitRefused},
		{[]string{"-1"}, exitRefused},
		{[]string{""}, exitUsage},
		{[]string{"first"}, exitUsage},
		{[]string{"mon-fri", "07:00"}, exitUsage}, // two are
		{[]string{"tue", "06:30"}, exitRefused},
		{[]string{"mon-fri", "06:31"}, exitRefused},
		{[]string{"mon-fri", "24:00"}, exitRefused},
		{[]string{"06:30"}, exitUsage},
		{[]string{"mon-fri", "soon"}, exitUsage},
		{[]string{"someday", "06:30"}, exitUsage},
	} {
		name, err := parseEntryName(c.args)
		if err == nil {
			_, err = name.find(entries)
		}
		if err == nil || exitStatus(err) != c.status {
			t.Errorf("%q: %v, want exit status %d", c.args, err, c.status)
		}
	}
}
