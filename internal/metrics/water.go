package metrics

import (
	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/internal/fleet"
)

type (
	status     = nwp500.Status
	degrees    = nwp500.Temperature
	difference = nwp500.TemperatureDifference
	integer    = nwp500.Value[int]
	decimal    = nwp500.Value[float64]
)

// waterFamilies are the water in the tank, and what is drawn of it.
func waterFamilies() []family {
	return []family{
		gauge("nwp500_hot_water_temperature_celsius", "The hot water, measured in the tank.",
			of(celsius(func(s *status) degrees { return s.Temperature }))),
		gauge("nwp500_tank_temperature_celsius", "The water in the tank at its two sensors.",
			of(celsius(func(s *status) degrees { return s.TankUpper }), "sensor", "upper"),
			of(celsius(func(s *status) degrees { return s.TankLower }), "sensor", "lower")),
		gauge("nwp500_inlet_temperature_celsius", "The cold water; absent where the heater does not measure it.",
			of(celsius(inlet))),
		gauge("nwp500_setpoint_celsius", "The temperature that the owner wants.",
			of(celsius(func(s *status) degrees { return s.Setpoint }))),
		gauge("nwp500_charge_ratio", "The heater's own figure of how full of hot water it is.",
			of(part(100, func(s *status) decimal { return s.Charge }))),
		gauge("nwp500_usable_water_litres", "How much water of 40 °C the tank yields now, mixed with cold water.",
			of(hotLitres)),
		gauge("nwp500_usable_heat_joules", "Heat in the tank above the lowest setpoint.",
			of(number(wattHour, (*status).UsableEnergy))),
		gauge("nwp500_missing_heat_joules", "Heat that is still needed to reach the setpoint.",
			of(number(wattHour, func(s *status) integer { return s.EnergyToSetpoint }))),
		gauge("nwp500_full_heat_joules", "Heat from the lowest setpoint to the setpoint.",
			of(number(wattHour, func(s *status) integer { return s.FullRecoveryEnergy }))),
		gauge("nwp500_hot_water_flow_litres_per_second", "Hot water being drawn.",
			of(part(60, func(s *status) decimal { return s.Flow }))),
		gauge("nwp500_mixing_ratio", "The mixing valve's rate.",
			of(part(100, func(s *status) decimal { return s.MixingRate }))),
		gauge("nwp500_recirculation_temperature_celsius", "Water in the recirculation loop.",
			of(celsius(func(s *status) degrees { return s.RecirculationTemperature }), "position", "return"),
			of(celsius(func(s *status) degrees { return s.FaucetTemperature }), "position", "faucet"),
			of(celsius(func(s *status) degrees { return s.RecirculationSetpoint }), "position", "setpoint")),
		gauge("nwp500_recirculation_flow_litres_per_second", "Water in the recirculation loop.",
			of(part(60, func(s *status) decimal { return s.RecirculationFlow }))),
		counter("nwp500_hot_water_drawn_litres_total", "All the hot water that was ever drawn.",
			of(total(func(s *status) integer { return s.TotalDrawn }))),
	}
}

// inlet is the cold water. A heater that does not measure it sends 0 °C.
func inlet(s *status) degrees {
	if s.Inlet.Celsius() == 0 {
		return degrees{}
	}
	return s.Inlet
}

// hotLitres is the summary's figure.
func hotLitres(s *fleet.State) (float64, bool) {
	if _, ok := fresh(s); !ok {
		return 0, false
	}
	summary := s.Summary()
	if summary == nil || summary.HotLitres == nil {
		return 0, false
	}
	return *summary.HotLitres, true
}
