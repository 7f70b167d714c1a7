package simulator

import (
	"fmt"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// Dialect is how the documents of another firmware differ from those that the model
// sends: keys that it leaves out, adds or spells in another way, values of another
// type. It changes what is said and not what is done. The zero value is the model's
// own way. [Dialects] lists some.
type Dialect struct {
	Name string
	// Text says what it is, in a few words.
	Text string
	// Status and Features say how these documents differ.
	Status, Features Variant
	// Short puts them under "st" and "did" in place of "status" and "feature",
	// Beside next to "response" in place of into it (docs/protocol.md §3).
	Short, Beside bool
}

// Variant is how one document differs. Names are those of the wire.
type Variant struct {
	// Omit lists the keys that are left out.
	Omit []string
	// Rename gives keys another name.
	Rename map[string]string
	// Numbers is how all integers are sent, Forms how some are.
	Numbers Form
	Forms   map[string]Form
	// Values are JSON texts by name, in place of the heater's own values or
	// besides.
	Values map[string]string
}

// Form is how an integer is sent.
type Form int

// The forms. AsBoolean makes 2 true and all else false.
const (
	AsNumber  Form = iota
	AsDecimal      // 38.0
	AsText         // "38"
	AsBoolean
	AsNull
)

// SetDialect makes the heater speak like another firmware from now on. It fails when
// a name is not of letters and digits, a form is none of those above, or a value is
// no JSON; more than 64 KiB of values do not fit in a message.
func (h *Heater) SetDialect(d Dialect) error {
	for _, v := range []*Variant{&d.Status, &d.Features} {
		if err := v.check(); err != nil {
			return fmt.Errorf("simulator: dialect: %w", err)
		}
	}
	d.Status, d.Features = d.Status.clone(), d.Features.clone()
	h.look(func() { h.dialect = d })
	return nil
}

func (v *Variant) check() error {
	const mostValues = 64 << 10
	names := append([]string(nil), v.Omit...)
	for from, to := range v.Rename {
		names = append(names, from, to)
	}
	forms := []Form{v.Numbers}
	for name, form := range v.Forms {
		names, forms = append(names, name), append(forms, form)
	}
	size := 0
	for name, text := range v.Values {
		names = append(names, name)
		if size += len(text); !jsontext.Value(text).IsValid() {
			return fmt.Errorf("the value of %q is no JSON", name)
		}
	}
	for _, name := range names {
		if !wireName(name) {
			return fmt.Errorf("%q is no name of letters and digits", name)
		}
	}
	for _, form := range forms {
		if form < AsNumber || form > AsNull {
			return fmt.Errorf("a form %d", form)
		}
	}
	if size > mostValues {
		return fmt.Errorf("%d bytes of values, more than %d", size, mostValues)
	}
	return nil
}

// place is under which key a document is sent.
func (d *Dialect) place(name string) string {
	switch {
	case d.Short && name == "status":
		return "st"
	case d.Short && name == "feature":
		return "did"
	}
	return name
}

// FindDialect returns one of [Dialects] by its name.
func FindDialect(name string) (Dialect, error) {
	var names []string
	for _, d := range dialects {
		if d.Name == name {
			return d.clone(), nil
		}
		names = append(names, d.Name)
	}
	return Dialect{}, fmt.Errorf("simulator: no dialect %q, only %s", name, strings.Join(names, ", "))
}

// Dialects returns ways to speak that a client should survive.
func Dialects() []Dialect {
	var all []Dialect
	for _, d := range dialects {
		all = append(all, d.clone())
	}
	return all
}
