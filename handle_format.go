package nwp500

import "fmt"

// What a handle refers to is in use by other goroutines, and names homes: to print one
// takes neither their locks nor their word, and shows no more than what it is.

// Format writes "[client]", whatever the verb.
func (c *Client) Format(state fmt.State, _ rune) { hide(state, "[client]") }

// Format writes "[session]", whatever the verb.
func (s *Session) Format(state fmt.State, _ rune) { hide(state, "[session]") }

// Format writes "[heater]", whatever the verb.
func (h *Heater) Format(state fmt.State, _ rune) { hide(state, "[heater]") }

// Format writes "[poll]", whatever the verb.
func (p *Poll) Format(state fmt.State, _ rune) { hide(state, "[poll]") }

// Format writes "[subscription]", whatever the verb.
func (sub *Subscription) Format(state fmt.State, _ rune) { hide(state, "[subscription]") }

// Format writes "[decoder]", whatever the verb.
func (d *Decoder) Format(state fmt.State, _ rune) { hide(state, "[decoder]") }
