package metrics

import "github.com/nwp500/nwp500"

// settingFamilies are what the owner and the utility want of the heater.
func settingFamilies() []family {
	return []family{
		stateSet("nwp500_mode", "How the owner wants water made: 1 for the present mode.", "mode",
			names(nwp500.HeatPump, nwp500.Electric, nwp500.EnergySaver, nwp500.HighDemand, nwp500.Vacation, nwp500.PowerOff),
			named(func(s *status) nwp500.Value[nwp500.Mode] { return s.Mode })),
		stateSet("nwp500_recirculation_mode", "How the recirculation pump is run: 1 for the present mode.", "mode",
			names(nwp500.RecirculationUnknown, nwp500.RecirculationAlways, nwp500.RecirculationButton,
				nwp500.RecirculationSchedule, nwp500.RecirculationTemperature),
			named(func(s *status) nwp500.Value[nwp500.RecirculationMode] { return s.RecirculationMode })),
		stateSet("nwp500_demand_response", "What the utility asks of the heater: 1 for the present event.", "event",
			names(nwp500.NoEvent, nwp500.RunNormal, nwp500.Shed, nwp500.LoadUp, nwp500.AdvancedLoadUp, nwp500.CustomerPeakEvent),
			named(func(s *status) nwp500.Value[nwp500.DemandResponseEvent] { return s.DemandResponse })),
		gauge("nwp500_demand_response_override_seconds", "How long an override of the utility's events still lasts.",
			of(number(hour, func(s *status) integer { return s.DemandResponseOverride }))),
		gauge("nwp500_function_enabled", "Whether a function is enabled.",
			of(onOff(func(s *status) nwp500.OnOff { return s.ReservationsEnabled }), "function", "reservations"),
			of(onOff(func(s *status) nwp500.OnOff { return s.AntiLegionella }), "function", "anti_legionella"),
			of(onOff(func(s *status) nwp500.OnOff { return s.FreezeProtection }), "function", "freeze_protection"),
			of(onOff(func(s *status) nwp500.OnOff { return s.RecirculationSchedule }), "function", "recirculation_schedule"),
			of(onOff(func(s *status) nwp500.OnOff { return s.AirFilterAlarm }), "function", "air_filter_alarm"),
			of(onOff(func(s *status) nwp500.OnOff { return s.ScaldProtection }), "function", "scald_protection"),
			of(onOff(func(s *status) nwp500.OnOff { return s.ErrorBuzzer }), "function", "error_buzzer"),
			of(onOff(func(s *status) nwp500.OnOff { return s.HighLimit }), "function", "high_limit"),
			of(onOff(func(s *status) nwp500.OnOff { return s.ShutOffValve }), "function", "shut_off_valve"),
			of(onOff(func(s *status) nwp500.OnOff { return s.CondensateSensor }), "function", "condensate_sensor"),
			of(onOff(func(s *status) nwp500.OnOff { return s.LeakSensor }), "function", "leak_sensor")),
		gauge("nwp500_tou_status", "The wire's number of time of use: 0 off, 1 on, 3 seen while a window was in force.",
			of(number(1, func(s *status) integer { return s.TOU }))),
		gauge("nwp500_tou_overridden", "Whether the owner has overridden time of use.",
			of(number(1, func(s *status) integer { return numbered(s.TOUOverridden) }))),
		gauge("nwp500_vacation_length_seconds", "How long a vacation was set.",
			of(number(day, func(s *status) integer { return s.VacationDays }))),
		gauge("nwp500_vacation_elapsed_seconds", "The days of a vacation that have passed; it may count down.",
			of(number(day, func(s *status) integer { return s.VacationDaysElapsed }))),
		gauge("nwp500_anti_legionella_period_seconds", "The time from one anti-Legionella cycle to the next.",
			of(number(day, func(s *status) integer { return s.AntiLegionellaPeriod }))),
		gauge("nwp500_freeze_protection_celsius", "The temperature at which freeze protection sets in.",
			of(celsius(func(s *status) degrees { return s.FreezeProtectionTemperature }))),
		gauge("nwp500_heat_pump_minimum_celsius", "The lowest setpoint for the heat pump.",
			of(celsius(func(s *status) degrees { return s.HeatPumpMinimum }))),
		gauge("nwp500_setpoint_limit_celsius", "The limits of the setpoint.",
			of(feature(func(f *nwp500.Features) degrees { return f.SetpointMin }), "limit", "lowest"),
			of(feature(func(f *nwp500.Features) degrees { return f.SetpointMax }), "limit", "highest")),
	}
}

// numbered is a truth as a number.
func numbered(is nwp500.Value[bool]) integer {
	value, known := is.Get()
	if !known {
		return integer{}
	}
	return nwp500.ValueOf(int(truth(value)))
}

// serviceFamilies are what somebody who looks after the heater wants to know.
func serviceFamilies() []family {
	return []family{
		gauge("nwp500_air_filter_period_seconds", "How long an air filter is to be used.",
			of(number(hour, func(s *status) integer { return s.AirFilterPeriod }))),
		gauge("nwp500_air_filter_used_seconds", "How long the air filter has been used.",
			of(number(hour, func(s *status) integer { return s.AirFilterElapsed }))),
		gauge("nwp500_wifi_signal", "The WiFi signal, without a known unit: a magnitude or a percentage, and not dBm.",
			of(number(1, func(s *status) integer { return s.WiFiSignal }))),
	}
}
