package homeassistant

import "github.com/nwp500/nwp500/internal/fleet"

// featureEntities shows every field of the features but the serial number, which names the heater (docs/protocol.md §4,
// Features). They say what a heater is and has, and hardly ever change: all are off until the owner switches them on.
func featureEntities() []*entity {
	return fieldEntities("feature_", featureFields, func(v *view) map[string]fleet.Value { return v.features })
}

var featureFields = []field{
	{field: "country_code", name: "Country code", place: hidden},
	{field: "model_type_code", name: "Model type code", place: hidden},
	{field: "control_type_code", name: "Control type code", place: hidden},
	{field: "volume_code", name: "Volume code", place: hidden},
	{field: "controller_sw_version", name: "Controller software version", place: hidden},
	{field: "panel_sw_version", name: "Panel software version", place: hidden},
	{field: "wifi_sw_version", name: "WiFi software version", place: hidden},
	{field: "recirc_sw_version", name: "Recirculation software version", place: hidden, optional: true},
	{field: "controller_sw_code", name: "Controller software code", place: hidden},
	{field: "panel_sw_code", name: "Panel software code", place: hidden},
	{field: "wifi_sw_code", name: "WiFi software code", place: hidden},
	{field: "recirc_model_type_code", name: "Recirculation model type code", place: hidden, optional: true},
	{field: "temperature_type", name: "Panel unit as delivered", place: hidden, options: []string{"celsius", "fahrenheit"}},
	{field: "temp_formula_type", name: "Rounding as delivered", place: hidden, options: []string{"asymmetric", "standard"}},
	{field: "dhw_temperature_min", name: "Lowest setpoint", place: hidden, measure: temperature},
	{field: "dhw_temperature_max", name: "Highest setpoint", place: hidden, measure: temperature},
	{field: "freeze_protection_temp_min", name: "Lowest freeze protection allowed", place: hidden, measure: temperature},
	{field: "freeze_protection_temp_max", name: "Highest freeze protection allowed", place: hidden, measure: temperature},
	{field: "recirc_temperature_min", name: "Lowest recirculation setpoint", place: hidden, measure: temperature, optional: true},
	{field: "recirc_temperature_max", name: "Highest recirculation setpoint", place: hidden, measure: temperature, optional: true},
	{field: "dhw_temperature_setting_use", name: "Setpoint steps", place: hidden},
	{field: "power_use", name: "Has power off", place: hidden, flag: true},
	{field: "holiday_use", name: "Has vacation", place: hidden, flag: true},
	{field: "program_reservation_use", name: "Has reservations", place: hidden, flag: true},
	{field: "dhw_use", name: "Has hot water", place: hidden, flag: true},
	{field: "smart_diagnostic_use", name: "Has smart diagnostic", place: hidden, flag: true},
	{field: "wifi_rssi_use", name: "Has WiFi signal", place: hidden, flag: true},
	{field: "energy_usage_use", name: "Has energy usage", place: hidden, flag: true},
	{field: "freeze_protection_use", name: "Has freeze protection", place: hidden, flag: true},
	{field: "mixing_value_use", name: "Has mixing valve", place: hidden, flag: true},
	{field: "dr_setting_use", name: "Has demand response", place: hidden, flag: true},
	{field: "anti_legionella_setting_use", name: "Has anti-Legionella", place: hidden, flag: true},
	{field: "hpwh_use", name: "Has heat pump water heating", place: hidden, flag: true},
	{field: "dhw_refill_use", name: "Has refill", place: hidden, flag: true},
	{field: "eco_use", name: "Has high-limit cut-out", place: hidden, flag: true},
	{field: "electric_use", name: "Has electric mode", place: hidden, flag: true},
	{field: "heatpump_use", name: "Has heat pump mode", place: hidden, flag: true},
	{field: "energy_saver_use", name: "Has energy saver mode", place: hidden, flag: true},
	{field: "high_demand_use", name: "Has high demand mode", place: hidden, flag: true},
	{field: "recirculation_use", name: "Has recirculation", place: hidden, flag: true},
	{field: "recirc_reservation_use", name: "Has recirculation schedule", place: hidden, flag: true},
	{field: "title24_use", name: "Has Title 24", place: hidden, flag: true},
}
