package wire

import "slices"

// FeatureFields lists the fields of the features in the order in which they are
// printed (docs/protocol.md §4, "Features").
func FeatureFields() []Field { return slices.Clone(featureFields.fields) }

// FeatureField finds a field of the features by its name on the wire; the spellings of
// a misspelt one lead to the same field. The field must not be changed.
func FeatureField(name string) (*Field, bool) { return featureFields.field(name) }

var featureFields = newFieldTable([]Field{
	{Name: "countryCode", Printed: "country_code", Encoding: EncodingInteger},
	{Name: "modelTypeCode", Printed: "model_type_code", Encoding: EncodingInteger},
	{Name: "controlTypeCode", Printed: "control_type_code", Encoding: EncodingInteger},
	{Name: "volumeCode", Printed: "volume_code", Encoding: EncodingInteger},
	{Name: "controllerSwVersion", Printed: "controller_sw_version", Encoding: EncodingInteger},
	{Name: "panelSwVersion", Printed: "panel_sw_version", Encoding: EncodingInteger},
	{Name: "wifiSwVersion", Printed: "wifi_sw_version", Encoding: EncodingInteger},
	{Name: "controllerSwCode", Printed: "controller_sw_code", Encoding: EncodingInteger},
	{Name: "panelSwCode", Printed: "panel_sw_code", Encoding: EncodingInteger},
	{Name: "wifiSwCode", Printed: "wifi_sw_code", Encoding: EncodingInteger},
	{Name: "recircSwVersion", Printed: "recirc_sw_version", Encoding: EncodingInteger},
	{Name: "recircModelTypeCode", Printed: "recirc_model_type_code", Encoding: EncodingInteger},
	{Name: "controllerSerialNumber", Printed: "controller_serial_number", Encoding: EncodingText},
	{Name: "temperatureType", Printed: "temperature_type", Encoding: EncodingEnum, Enum: temperatureTypes},
	{Name: "tempFormulaType", Printed: "temp_formula_type", Encoding: EncodingEnum, Enum: formulaTypes},
	{Name: "dhwTemperatureMin", Printed: "dhw_temperature_min", Encoding: EncodingHalfCelsius},
	{Name: "dhwTemperatureMax", Printed: "dhw_temperature_max", Encoding: EncodingHalfCelsius},
	{Name: "freezeProtectionTempMin", Printed: "freeze_protection_temp_min", Encoding: EncodingHalfCelsius},
	{Name: "freezeProtectionTempMax", Printed: "freeze_protection_temp_max", Encoding: EncodingHalfCelsius},
	{Name: "recircTemperatureMin", Printed: "recirc_temperature_min", Encoding: EncodingHalfCelsius},
	{Name: "recircTemperatureMax", Printed: "recirc_temperature_max", Encoding: EncodingHalfCelsius},
	{Name: "dhwTemperatureSettingUse", Printed: "dhw_temperature_setting_use", Encoding: EncodingInteger},
	{Name: "powerUse", Printed: "power_use", Encoding: EncodingCapability},
	{Name: "holidayUse", Printed: "holiday_use", Encoding: EncodingCapability},
	{Name: "programReservationUse", Printed: "program_reservation_use", Encoding: EncodingCapability},
	{Name: "dhwUse", Printed: "dhw_use", Encoding: EncodingCapability},
	{Name: "smartDiagnosticUse", Printed: "smart_diagnostic_use", Encoding: EncodingCapability},
	{Name: "wifiRssiUse", Printed: "wifi_rssi_use", Encoding: EncodingCapability},
	{Name: "energyUsageUse", Printed: "energy_usage_use", Encoding: EncodingCapability},
	{Name: "freezeProtectionUse", Printed: "freeze_protection_use", Encoding: EncodingCapability},
	{Name: "mixingValueUse", Printed: "mixing_value_use", Encoding: EncodingCapability, Alias: "mixingValveUse"},
	{Name: "drSettingUse", Printed: "dr_setting_use", Encoding: EncodingCapability},
	{Name: "antiLegionellaSettingUse", Printed: "anti_legionella_setting_use", Encoding: EncodingCapability},
	{Name: "hpwhUse", Printed: "hpwh_use", Encoding: EncodingCapability},
	{Name: "dhwRefillUse", Printed: "dhw_refill_use", Encoding: EncodingCapability},
	{Name: "ecoUse", Printed: "eco_use", Encoding: EncodingCapability},
	{Name: "electricUse", Printed: "electric_use", Encoding: EncodingCapability},
	{Name: "heatpumpUse", Printed: "heatpump_use", Encoding: EncodingCapability},
	{Name: "energySaverUse", Printed: "energy_saver_use", Encoding: EncodingCapability},
	{Name: "highDemandUse", Printed: "high_demand_use", Encoding: EncodingCapability},
	{Name: "recirculationUse", Printed: "recirculation_use", Encoding: EncodingCapability},
	{Name: "recircReservationUse", Printed: "recirc_reservation_use", Encoding: EncodingCapability},
	{Name: "title24Use", Printed: "title24_use", Encoding: EncodingCapability},
})
