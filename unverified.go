package nwp500

import "errors"

// Unverified is the consent that every unverified command asks for. The vendor's app
// declares the code of such a command and never sends it, so what the command says is
// a guess that older clients made, and no heater is known to act on it
// (docs/protocol.md §3). The zero Unverified is no consent: the command is refused.
type Unverified int

// AcceptUnverified says that the caller knows that the command may do nothing, or
// something else than its name says.
const AcceptUnverified Unverified = 1

// errUnverified is why an unverified command is refused without consent.
var errUnverified = errors.New("the command is unverified: the vendor's app never sends it, and no heater is known to act on it")

// check refuses the command of that name unless the caller gave consent.
func (u Unverified) check(name string) error {
	if u != AcceptUnverified {
		return refused(name, errUnverified, "pass AcceptUnverified to send it all the same")
	}
	return nil
}
