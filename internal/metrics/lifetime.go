package metrics

import "github.com/nwp500/nwp500"

type diagnostics = nwp500.InstallerDiagnostics

// lifetimeFamilies are what the heater has counted since it was installed. They begin
// before this process and go on after it.
func lifetimeFamilies() []family {
	return []family{
		counter("nwp500_energy_joules_total", "Electricity used since the installation, by source.",
			of(used(func(d *diagnostics) integer { return d.Totals.HeatPumpEnergy }, func(u nwp500.EnergyUsage) integer { return u.HeatPump }), "source", "heat_pump"),
			of(used(func(d *diagnostics) integer { return d.Totals.ElementEnergy }, func(u nwp500.EnergyUsage) integer { return u.Elements }), "source", "elements")),
		counter("nwp500_starts_total", "Starts of components since the installation.",
			of(counted(1, func(d *diagnostics) integer { return d.Components.CompressorStarts }), "component", "compressor"),
			of(counted(1, func(d *diagnostics) integer { return d.Components.UpperElementStarts }), "component", "upper_element"),
			of(counted(1, func(d *diagnostics) integer { return d.Components.LowerElementStarts }), "component", "lower_element"),
			of(counted(1, func(d *diagnostics) integer { return d.Components.FanStarts }), "component", "fan"),
			of(counted(1, func(d *diagnostics) integer { return d.Components.RecirculationStarts }), "component", "recirculation_pump"),
			of(counted(1, func(d *diagnostics) integer { return d.Components.ShutOffValveMoves }), "component", "shut_off_valve")),
		counter("nwp500_running_seconds_total", "How long components have run since the installation, in whole hours.",
			of(counted(hour, func(d *diagnostics) integer { return d.Components.CompressorTime }), "component", "compressor"),
			of(counted(hour, func(d *diagnostics) integer { return d.Components.UpperElementTime }), "component", "upper_element"),
			of(counted(hour, func(d *diagnostics) integer { return d.Components.LowerElementTime }), "component", "lower_element"),
			of(counted(hour, func(d *diagnostics) integer { return d.Components.FanTime }), "component", "fan"),
			of(counted(hour, func(d *diagnostics) integer { return d.Components.RecirculationTime }), "component", "recirculation_pump")),
		counter("nwp500_protections_total", "How often the heater protected itself since the installation, by what from.",
			of(counted(1, func(d *diagnostics) integer { return d.Totals.HighLimitTrips }), "cause", "high_limit"),
			of(counted(1, func(d *diagnostics) integer { return d.Totals.DryFires }), "cause", "dry_fire"),
			of(counted(1, func(d *diagnostics) integer { return d.Totals.FrostProtections }), "cause", "frost"),
			of(counted(1, func(d *diagnostics) integer { return d.Totals.CondensateOverflows }), "cause", "condensate_overflow"),
			of(counted(1, func(d *diagnostics) integer { return d.Totals.WaterOverflows }), "cause", "water_overflow"),
			of(counted(1, func(d *diagnostics) integer { return d.Totals.AbnormalDischarges }), "cause", "discharge_temperature"),
			of(counted(1, func(d *diagnostics) integer { return d.Totals.HighPressures }), "cause", "high_pressure"),
			of(counted(1, func(d *diagnostics) integer { return d.Totals.AbnormalSuctions }), "cause", "suction_temperature"),
			of(counted(1, func(d *diagnostics) integer { return d.Totals.AbnormalDifferences }), "cause", "refrigerant_difference")),
		counter("nwp500_demand_response_seconds_total", "How long the utility's events have lasted since the installation, in whole hours.",
			of(counted(hour, func(d *diagnostics) integer { return d.Totals.ShedTime }), "event", "shed"),
			of(counted(hour, func(d *diagnostics) integer { return d.Totals.LoadUpTime }), "event", "load_up"),
			of(counted(hour, func(d *diagnostics) integer { return d.Totals.AdvancedLoadUpTime }), "event", "advanced_load_up"),
			of(counted(hour, func(d *diagnostics) integer { return d.Totals.PeakEventTime }), "event", "customer_peak_event"),
			of(counted(hour, func(d *diagnostics) integer { return d.Totals.GridEmergencyTime }), "event", "grid_emergency")),
		counter("nwp500_draws_total", "Draws of hot water since the installation.",
			of(counted(1, func(d *diagnostics) integer { return d.HotWater.Uses }))),
		gauge("nwp500_age_seconds", "The time since the installation, in whole days.",
			of(counted(day, func(d *diagnostics) integer { return d.Totals.Days }))),
	}
}
