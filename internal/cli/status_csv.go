package cli

import (
	"encoding/json"
	"time"

	"github.com/nwp500/nwp500"
)

// statusColumns are the columns of statuses in CSV: when and of which heater, then what status -o json prints, without
// the lists of what is missing and unknown. They do not depend on what a heater sends, so that a file goes on when its
// firmware adds fields.
var statusColumns = []string{
	"time", "name", "mac_address", "units", "usable_energy", "error",
	"did_reload", "freeze_protection_use", "dhw_use", "dhw_use_sustained", "dhw_operation_busy",
	"program_reservation_use", "eco_use", "eev_use", "eva_fan_use", "shut_off_valve_use", "con_ovr_sensor_use",
	"wtr_ovr_sensor_use", "error_buzzer_use", "scald_use", "recirc_operation_busy", "operation_busy", "comp_use",
	"heat_upper_use", "heat_lower_use", "anti_legionella_use", "anti_legionella_operation_busy", "air_filter_alarm_use",
	"recirc_reservation_use", "dhw_temperature", "dhw_temperature2", "dhw_temperature_setting",
	"dhw_target_temperature_setting", "freeze_protection_temperature", "freeze_protection_temp_min",
	"freeze_protection_temp_max", "hp_upper_on_temp_setting", "hp_upper_off_temp_setting", "hp_lower_on_temp_setting",
	"hp_lower_off_temp_setting", "he_upper_on_temp_setting", "he_upper_off_temp_setting", "he_lower_on_temp_setting",
	"he_lower_off_temp_setting", "heat_min_op_temperature", "recirc_temp_setting", "recirc_temperature",
	"recirc_faucet_temperature", "current_inlet_temperature", "tank_upper_temperature", "tank_lower_temperature",
	"discharge_temperature", "suction_temperature", "evaporator_temperature", "ambient_temperature",
	"target_super_heat", "current_super_heat", "hp_upper_on_diff_temp_setting", "hp_upper_off_diff_temp_setting",
	"hp_lower_on_diff_temp_setting", "hp_lower_off_diff_temp_setting", "he_upper_on_diff_temp_setting",
	"he_upper_off_diff_temp_setting", "he_lower_on_diff_temp_setting", "he_lower_off_diff_temp_setting",
	"outside_temperature", "current_dhw_flow_rate", "recirc_dhw_flow_rate", "cumulated_dhw_flow_rate",
	"full_recovery_energy", "energy_to_setpoint", "dhw_charge_per", "mixing_rate", "current_inst_power", "command",
	"special_function_status", "error_code", "sub_error_code", "smart_diagnostic", "fault_status1", "fault_status2",
	"wifi_rssi", "vacation_day_setting", "vacation_day_elapsed", "anti_legionella_period", "program_reservation_type",
	"current_statenum", "target_fan_rpm", "current_fan_rpm", "fan_pwm", "eev_step", "air_filter_alarm_period",
	"air_filter_alarm_elapsed", "cumulated_op_time_eva_fan", "tou_status", "dr_override_status",
	"recirc_pump_operation_status", "recirc_hot_btn_ready", "recirc_operation_reason", "recirc_error_status",
	"operation_mode", "dhw_operation_setting", "current_heat_use", "dr_event_status", "recirc_operation_mode",
	"temperature_type", "temp_formula_type", "tou_override_status",
}

// statusRecord is a status in CSV. What the heater did not send is empty.
func statusRecord(device nwp500.Device, status *nwp500.Status, units nwp500.Units) []string {
	var values map[string]json.RawMessage
	_ = json.Unmarshal(status.AppendJSON(nil, units), &values) // JSON of the library's own
	record := make([]string, len(statusColumns))
	for i, column := range statusColumns {
		switch column {
		case "time":
			record[i] = status.Received.Local().Format(time.RFC3339)
		case "name":
			record[i] = device.Name
		case "mac_address":
			record[i] = device.MAC.Reveal()
		default:
			if value, sent := values[column]; sent {
				record[i] = cell(value)
			}
		}
	}
	return record
}
