package wire

// The enumerations of docs/protocol.md §4, by the names that are printed.
var (
	// operationMode: what the heater does now.
	operationModes = &Enum{"operation_mode", map[int64]string{0: "standby", 32: "heat_pump", 64: "electric", 96: "hybrid"}}
	// dhwOperationSetting, and the mode of a reservation: what the user has chosen.
	dhwModes = &Enum{"mode", map[int64]string{
		1: "heat_pump", 2: "electric", 3: "energy_saver", 4: "high_demand", 5: "vacation", 6: "power_off",
	}}
	heatUses = &Enum{"heat_use", map[int64]string{0: "none", 1: "heat_pump", 2: "element", 3: "both"}}
	drEvents = &Enum{"dr_event", map[int64]string{
		0: "none", 1: "run_normal", 2: "shed", 3: "load_up", 4: "advanced_load_up", 5: "customer_peak_event",
	}}
	recirculationModes = &Enum{"recirc_mode", map[int64]string{
		0: "unknown", 1: "always", 2: "button", 3: "schedule", 4: "temperature",
	}}
	temperatureTypes = &Enum{"temperature_type", map[int64]string{1: "celsius", 2: "fahrenheit"}}
	formulaTypes     = &Enum{"formula_type", map[int64]string{0: "asymmetric", 1: "standard"}}
	// pumpModes are those of a recirculation entry.
	pumpModes = &Enum{"mode", map[int64]string{1: "pump_off", 2: "pump_on"}}
)
