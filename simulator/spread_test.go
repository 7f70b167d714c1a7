package simulator

import (
	"strings"
	"testing"
)

func TestSpread(t *testing.T) {
	for _, test := range []struct {
		name        string
		config      Config
		accounts    int
		first, last int
	}{
		{"nothing said", Config{}, 1, 1, 1},
		{"the first and others", Config{Heaters: 3, Accounts: 3}, 3, 3, 1},
		{"each account", Config{Heaters: 3, Accounts: 3, AccountHeaters: 2}, 3, 3, 2},
		{"a few in all", Config{TotalHeaters: 3}, 1, 3, 3},
		{"one account full", Config{TotalHeaters: 40}, 1, 40, 40},
		{"one more than full", Config{TotalHeaters: 41}, 2, 21, 20},
		{"many", Config{TotalHeaters: 10_000}, 250, 40, 40},
		{"uneven", Config{TotalHeaters: 11, Accounts: 4}, 4, 3, 2},
		{"one each", Config{TotalHeaters: 4, Accounts: 4}, 4, 1, 1},
		{"more than a full account", Config{TotalHeaters: 100, Accounts: 1}, 1, 100, 100},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, err := New(test.config)
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			accounts := s.Accounts()
			first, last := len(accounts[0].Heaters), len(accounts[len(accounts)-1].Heaters)
			if len(accounts) != test.accounts || first != test.first || last != test.last {
				t.Errorf("%d accounts, the first of %d heaters and the last of %d; want %d, %d, %d",
					len(accounts), first, last, test.accounts, test.first, test.last)
			}
			all := 0
			for _, a := range accounts {
				all += len(a.Heaters)
			}
			if test.config.TotalHeaters > 0 && all != test.config.TotalHeaters {
				t.Errorf("%d heaters in all, want %d", all, test.config.TotalHeaters)
			}
		})
	}
}

func TestSpreadRefused(t *testing.T) {
	for _, test := range []struct {
		config Config
		want   string
	}{
		{Config{TotalHeaters: 10_000_000}, "TotalHeaters is 10000000, not 0 to 100000"},
		{Config{TotalHeaters: -1}, "TotalHeaters is -1, not 0 to 100000"},
		{Config{Accounts: -1}, "Accounts is -1, not 0 to 10000"},
		{Config{TotalHeaters: 3, Accounts: 4}, "4 accounts for 3 heaters"},
		{Config{TotalHeaters: 3, Heaters: 1}, "stands in place of Heaters"},
		{Config{TotalHeaters: 100_000, Accounts: 2}, "50000 heaters in an account, more than 10000"},
		{Config{Heaters: 10_000, Accounts: 10_000, AccountHeaters: 10}, "109990 heaters, more than 100000"},
	} {
		s, err := New(test.config)
		if err == nil {
			_ = s.Close()
		}
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%+v: error %v, want one with %q", test.config, err, test.want)
		}
	}
}
