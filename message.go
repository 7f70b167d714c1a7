package nwp500

import (
	"encoding/json"
	"reflect"
	"slices"
	"sync"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/nwp500/nwp500/internal/wire"
)

// A message of many fields is a struct whose fields name their wire field in a tag.
// The encodings stand in one place, package wire; a plan joins the two, once.

// wireValue is a field of a message's struct: it reads itself from the wire. It
// reports whether the value was of a possible type.
type wireValue interface {
	fromWire(value jsontext.Value, encoding wire.Encoding) bool
}

// plan is how the wire fields of a message go into the fields of a struct.
type plan struct {
	of      reflect.Type
	fields  []wire.Field
	lookup  func(name string) (*wire.Field, bool)
	targets map[*wire.Field]int // the index of the struct's field
}

var (
	statusPlan = sync.OnceValue(func() *plan {
		return newPlan(reflect.TypeFor[Status](), wire.StatusFields(), wire.StatusField)
	})
	featuresPlan = sync.OnceValue(func() *plan {
		return newPlan(reflect.TypeFor[Features](), wire.FeatureFields(), wire.FeatureField)
	})
)

func newPlan(of reflect.Type, fields []wire.Field, lookup func(string) (*wire.Field, bool)) *plan {
	p := &plan{of: of, fields: fields, lookup: lookup, targets: make(map[*wire.Field]int)}
	for i := range of.NumField() {
		if field, ok := lookup(of.Field(i).Tag.Get("wire")); ok {
			p.targets[field] = i
		}
	}
	return p
}

// read puts a member into its field of the struct. It reports whether the member is
// one that documents know, with a value of a possible type.
func (p *plan) read(into reflect.Value, member wire.Member) bool {
	field, ok := p.lookup(member.Name)
	if !ok {
		return false
	}
	if member.Value.Kind() == 'n' {
		return true // null: as if it were missing
	}
	target, ok := into.Field(p.targets[field]).Addr().Interface().(wireValue)
	return ok && target.fromWire(member.Value, field.Encoding)
}

// fill puts a message into the struct that into points to.
func (p *plan) fill(into any, message wire.Object) {
	fields := reflect.ValueOf(into).Elem()
	for _, member := range message {
		p.read(fields, member)
	}
}

// missing returns the wire names of the fields that the message lacks, sorted.
func (p *plan) missing(message wire.Object) []string {
	there := make(map[string]bool, len(message))
	for _, member := range message {
		if field, ok := p.lookup(member.Name); ok && member.Value.Kind() != 'n' {
			there[field.Name] = true
		}
	}
	var names []string
	for _, field := range p.fields {
		if !there[field.Name] {
			names = append(names, field.Name)
		}
	}
	slices.Sort(names)
	return names
}

// unknown returns the members that no document knows, and those whose value is of
// an impossible type.
func (p *plan) unknown(message wire.Object) Members {
	scratch := reflect.New(p.of).Elem()
	unknown := make(Members)
	for _, member := range message {
		if !p.read(scratch, member) {
			unknown[member.Name] = json.RawMessage(member.Value)
		}
	}
	return unknown
}

// raw returns a member exactly as it came, by its wire name.
func raw(message wire.Object, name string) (json.RawMessage, bool) {
	value, ok := message.Get(name)
	return json.RawMessage(value), ok
}

func (t *Temperature) fromWire(value jsontext.Value, encoding wire.Encoding) bool {
	number, ok := wire.Integer(value)
	if !ok {
		return false
	}
	if encoding == wire.EncodingDeciCelsius {
		*t = deciCelsius(number)
	} else { // half °C; that with a formula is finished by the status
		*t = halfCelsius(number)
	}
	return true
}

func (d *TemperatureDifference) fromWire(value jsontext.Value, _ wire.Encoding) bool {
	number, ok := wire.Integer(value)
	if ok {
		*d = Kelvin(float64(number) / 10)
	}
	return ok
}

func (s *OnOff) fromWire(value jsontext.Value, _ wire.Encoding) bool {
	number, ok := intOf(wire.Flag(value)).Get()
	if ok {
		*s = OnOff(number)
	}
	return ok
}

func (c *Capability) fromWire(value jsontext.Value, _ wire.Encoding) bool {
	number, ok := wire.Flag(value)
	switch {
	case !ok:
	case number == 2:
		*c = Fitted
	default:
		*c = NotFitted
	}
	return ok
}

func (s *Secret) fromWire(value jsontext.Value, _ wire.Encoding) bool {
	text, ok := wire.Text(value)
	if ok {
		*s = NewSecret(text)
	}
	return ok
}

// wattHoursPerCount is the wire's unit of energy (docs/protocol.md §4).
const wattHoursPerCount = 4

func (v *Value[T]) fromWire(value jsontext.Value, encoding wire.Encoding) bool {
	switch target := any(&v.value).(type) {
	case *float64:
		number, ok := wire.Number(value)
		if encoding == wire.EncodingFlow {
			number /= 10
		}
		*target, v.known = number, ok
	case *bool: // touOverrideStatus: 1 is overridden
		number, ok := wire.Flag(value)
		*target, v.known = number == 1, ok
	case *int:
		number, ok := wire.Integer(value)
		switch {
		case encoding == wire.EncodingEnergyCount:
			number *= wattHoursPerCount
		case encoding == wire.EncodingTOUStatus && value.Kind() == 't':
			number, ok = 1, true
		case encoding == wire.EncodingTOUStatus && value.Kind() == 'f':
			number, ok = 0, true
		}
		count := intOf(number, ok)
		*target, v.known = count.value, count.known
	default: // an enumeration
		number, ok := intOf(wire.Integer(value)).Get()
		reflect.ValueOf(target).Elem().SetInt(int64(number))
		v.known = ok
	}
	return v.known
}
