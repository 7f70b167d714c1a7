package nwp500

import "github.com/nwp500/nwp500/internal/wire"

// Unit returns the unit in which AppendJSON prints a field, by its printed name
// (docs/protocol.md §10): "°F" for tank_upper_temperature in US, "" for a field without
// a unit. It reports whether there is such a field, also one that the heater did not
// send. Auto is what the heater's panel shows.
func (s *Status) Unit(printedName string, units Units) (unit string, ok bool) {
	return wire.StatusUnit(s.message.get(), printedName, wire.Units(units))
}

// Unit returns the unit in which AppendJSON prints a field, like Status.Unit.
func (f *Features) Unit(printedName string, units Units) (unit string, ok bool) {
	return wire.FeatureUnit(f.message.get(), printedName, wire.Units(units))
}
