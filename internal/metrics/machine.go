package metrics

import "github.com/nwp500/nwp500"

// machineFamilies are the heat pump, the elements and what they do.
func machineFamilies() []family {
	return []family{
		gauge("nwp500_power_watts", "Electricity that the heater draws.",
			of(number(1, func(s *status) decimal { return s.Power }))),
		stateSet("nwp500_operation", "What the heater does now: 1 for the present state.", "operation",
			names(nwp500.Standby, nwp500.HeatPumpRuns, nwp500.ElementRuns, nwp500.BothRun),
			named(func(s *status) nwp500.Value[nwp500.OperationMode] { return s.Operation })),
		stateSet("nwp500_heat_source", "The source that heats: 1 for the present one.", "source",
			names(nwp500.HeatFromNone, nwp500.HeatFromPump, nwp500.HeatFromElement, nwp500.HeatFromBoth),
			named(func(s *status) nwp500.Value[nwp500.HeatUse] { return s.HeatUse })),
		gauge("nwp500_component_running", "Whether a component runs.",
			of(onOff(func(s *status) nwp500.OnOff { return s.Compressor }), "component", "compressor"),
			of(onOff(func(s *status) nwp500.OnOff { return s.UpperElement }), "component", "upper_element"),
			of(onOff(func(s *status) nwp500.OnOff { return s.LowerElement }), "component", "lower_element"),
			of(onOff(func(s *status) nwp500.OnOff { return s.Fan }), "component", "fan"),
			of(onOff(func(s *status) nwp500.OnOff { return s.ExpansionValve }), "component", "expansion_valve")),
		gauge("nwp500_active", "Whether something happens now.",
			of(onOff(func(s *status) nwp500.OnOff { return s.Heating }), "activity", "heating"),
			of(onOff(func(s *status) nwp500.OnOff { return s.Drawing }), "activity", "draw"),
			of(onOff(func(s *status) nwp500.OnOff { return s.DrawingSustained }), "activity", "long_draw"),
			of(onOff(func(s *status) nwp500.OnOff { return s.HotWaterBusy }), "activity", "hot_water"),
			of(onOff(func(s *status) nwp500.OnOff { return s.AntiLegionellaRunning }), "activity", "anti_legionella"),
			of(onOff(func(s *status) nwp500.OnOff { return s.RecirculationBusy }), "activity", "recirculation")),
		gauge("nwp500_refrigerant_temperature_celsius", "The refrigerant circuit.",
			of(celsius(func(s *status) degrees { return s.Discharge }), "position", "discharge"),
			of(celsius(func(s *status) degrees { return s.Suction }), "position", "suction"),
			of(celsius(func(s *status) degrees { return s.Evaporator }), "position", "evaporator")),
		gauge("nwp500_superheat_kelvin", "The superheat of the refrigerant, a difference.",
			of(kelvin(func(s *status) difference { return s.Superheat }), "kind", "actual"),
			of(kelvin(func(s *status) difference { return s.TargetSuperheat }), "kind", "target")),
		gauge("nwp500_ambient_temperature_celsius", "The air that the heat pump takes in.",
			of(celsius(func(s *status) degrees { return s.Ambient }))),
		gauge("nwp500_outside_temperature_celsius", "The weather outside, as the cloud has it.",
			of(celsius(func(s *status) degrees { return s.Outside }))),
		gauge("nwp500_fan_speed_rpm", "The fan's revolutions a minute.",
			of(number(1, func(s *status) integer { return s.FanSpeed }), "kind", "actual"),
			of(number(1, func(s *status) integer { return s.TargetFanSpeed }), "kind", "target")),
		gauge("nwp500_fan_drive", "The fan's drive, without a known unit.",
			of(number(1, func(s *status) integer { return s.FanPWM }))),
		gauge("nwp500_expansion_valve_steps", "The position of the expansion valve.",
			of(number(1, func(s *status) integer { return s.ExpansionValveSteps }))),
		gauge("nwp500_machine_state", "The number of the machine's state: 20 idle, 30 fan starting, 40 compressor starting, 50 running, 60 stopping, 70 just stopped.",
			of(number(1, func(s *status) integer { return s.StateNumber }))),
		gauge("nwp500_source_threshold_celsius", "The temperatures at a sensor at which a source is turned on and off.",
			threshold(func(s *status) degrees { return s.HeatPumpUpperOn }, "heat_pump", "upper", "on"),
			threshold(func(s *status) degrees { return s.HeatPumpUpperOff }, "heat_pump", "upper", "off"),
			threshold(func(s *status) degrees { return s.HeatPumpLowerOn }, "heat_pump", "lower", "on"),
			threshold(func(s *status) degrees { return s.HeatPumpLowerOff }, "heat_pump", "lower", "off"),
			threshold(func(s *status) degrees { return s.ElementUpperOn }, "element", "upper", "on"),
			threshold(func(s *status) degrees { return s.ElementUpperOff }, "element", "upper", "off"),
			threshold(func(s *status) degrees { return s.ElementLowerOn }, "element", "lower", "on"),
			threshold(func(s *status) degrees { return s.ElementLowerOff }, "element", "lower", "off")),
	}
}

func threshold(read func(*status) degrees, source, sensor, turns string) series {
	return of(celsius(read), "source", source, "sensor", sensor, "turns", turns)
}
