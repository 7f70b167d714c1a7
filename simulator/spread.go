package simulator

import (
	"errors"
	"fmt"
)

// How many there can be.
const (
	// MostHeaters is the largest number of heaters of a simulator.
	MostHeaters = 100_000
	// MostAccounts is the largest number of its accounts.
	MostAccounts = 10_000
)

// mostOfAccount is the largest number of heaters of an account; fullAccount is how
// many it gets when heaters are spread: as many as one connection of a client can
// listen to, with filters to spare (docs/protocol.md §3).
const (
	mostOfAccount = 10_000
	fullAccount   = 40
)

// spread checks how many accounts and heaters there are to be, and fills in what
// zero stands for.
func (c *Config) spread() error {
	for _, n := range []struct {
		name  string
		value int
		most  int
	}{
		{"TotalHeaters", c.TotalHeaters, MostHeaters},
		{"Heaters", c.Heaters, mostOfAccount},
		{"Accounts", c.Accounts, MostAccounts},
		{"AccountHeaters", c.AccountHeaters, mostOfAccount},
	} {
		if n.value < 0 || n.value > n.most {
			return fmt.Errorf("simulator: %s is %d, not 0 to %d", n.name, n.value, n.most)
		}
	}
	if c.TotalHeaters > 0 {
		return c.spreadTotal()
	}
	or(&c.Heaters, 1)
	or(&c.Accounts, 1)
	or(&c.AccountHeaters, 1)
	if all := c.Heaters + (c.Accounts-1)*c.AccountHeaters; all > MostHeaters {
		return fmt.Errorf("simulator: %d heaters, more than %d", all, MostHeaters)
	}
	return nil
}

func (c *Config) spreadTotal() error {
	if c.Heaters != 0 || c.AccountHeaters != 0 {
		return errors.New("simulator: TotalHeaters stands in place of Heaters and AccountHeaters: set one or the others")
	}
	or(&c.Accounts, (c.TotalHeaters+fullAccount-1)/fullAccount)
	switch {
	case c.Accounts > c.TotalHeaters:
		return fmt.Errorf("simulator: %d accounts for %d heaters: each account has one at least", c.Accounts, c.TotalHeaters)
	case c.heatersOf(0) > mostOfAccount:
		return fmt.Errorf("simulator: %d heaters in an account, more than %d: more accounts hold them", c.heatersOf(0), mostOfAccount)
	}
	return nil
}

// heatersOf returns how many heaters account number i has, of a config that is
// complete.
func (c *Config) heatersOf(i int) int {
	switch {
	case c.TotalHeaters > 0:
		n := c.TotalHeaters / c.Accounts
		if i < c.TotalHeaters%c.Accounts {
			n++
		}
		return n
	case i == 0:
		return c.Heaters
	}
	return c.AccountHeaters
}
