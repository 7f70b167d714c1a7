package homeassistant

import (
	"strconv"

	"github.com/nwp500/nwp500"
)

// counterEntities are what the heater has counted since it was installed, besides energy (docs/protocol.md §4, Installer
// diagnostics). They are off until the owner switches them on, and exist where the heater has answered.
func counterEntities() []*entity {
	entities := make([]*entity, 0, len(counters))
	for _, c := range counters {
		e := &entity{
			component: "sensor", id: "lifetime_" + c.id, name: c.name, config: c.measure.config,
			exists:   func(v *view) bool { return v.state.Lifetime != nil && c.of(v.state.Lifetime).Known() },
			channels: []channel{reads(func(v *view) string { return counted(c.of, v.state.Lifetime) })},
		}
		e.at(hidden)
		entities = append(entities, e)
	}
	return entities
}

var counters = []struct {
	id, name string
	measure  measure
	of       func(*nwp500.InstallerDiagnostics) nwp500.Value[int]
}{
	{"days", "Days since installation", age, func(d *nwp500.InstallerDiagnostics) nwp500.Value[int] { return d.Totals.Days }},
	{"compressor_hours", "Compressor hours", runtime, func(d *nwp500.InstallerDiagnostics) nwp500.Value[int] { return d.Components.CompressorTime }},
	{"compressor_starts", "Compressor starts", counter, func(d *nwp500.InstallerDiagnostics) nwp500.Value[int] { return d.Components.CompressorStarts }},
	{"fan_hours", "Fan hours since installation", runtime, func(d *nwp500.InstallerDiagnostics) nwp500.Value[int] { return d.Components.FanTime }},
	{"fan_starts", "Fan starts", counter, func(d *nwp500.InstallerDiagnostics) nwp500.Value[int] { return d.Components.FanStarts }},
	{"upper_element_hours", "Upper element hours", runtime, func(d *nwp500.InstallerDiagnostics) nwp500.Value[int] { return d.Components.UpperElementTime }},
	{"upper_element_starts", "Upper element starts", counter, func(d *nwp500.InstallerDiagnostics) nwp500.Value[int] { return d.Components.UpperElementStarts }},
	{"lower_element_hours", "Lower element hours", runtime, func(d *nwp500.InstallerDiagnostics) nwp500.Value[int] { return d.Components.LowerElementTime }},
	{"lower_element_starts", "Lower element starts", counter, func(d *nwp500.InstallerDiagnostics) nwp500.Value[int] { return d.Components.LowerElementStarts }},
	{"high_limit_trips", "High-limit trips", counter, func(d *nwp500.InstallerDiagnostics) nwp500.Value[int] { return d.Totals.HighLimitTrips }},
	{"dry_fires", "Dry fires", counter, func(d *nwp500.InstallerDiagnostics) nwp500.Value[int] { return d.Totals.DryFires }},
	{"frost_protections", "Frost protections", counter, func(d *nwp500.InstallerDiagnostics) nwp500.Value[int] { return d.Totals.FrostProtections }},
	{"condensate_overflows", "Condensate overflows", counter, func(d *nwp500.InstallerDiagnostics) nwp500.Value[int] { return d.Totals.CondensateOverflows }},
	{"water_overflows", "Leaks found", counter, func(d *nwp500.InstallerDiagnostics) nwp500.Value[int] { return d.Totals.WaterOverflows }},
	{"draws", "Draws", counter, func(d *nwp500.InstallerDiagnostics) nwp500.Value[int] { return d.HotWater.Uses }},
}

func counted(of func(*nwp500.InstallerDiagnostics) nwp500.Value[int], d *nwp500.InstallerDiagnostics) string {
	if d == nil {
		return unknown
	}
	count, known := of(d).Get()
	if !known {
		return unknown
	}
	return strconv.Itoa(count)
}
