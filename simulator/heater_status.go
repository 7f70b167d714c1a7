package simulator

import (
	"math"
	"time"

	"github.com/nwp500/nwp500/internal/topic"
)

// flag is the wire's two-state: 1 off, 2 on.
func flag(is bool) int {
	if is {
		return on
	}
	return off
}

const (
	off = 1
	on  = 2
)

func tenths(v float64) int { return int(math.Round(10 * v)) }

// writeStatus writes the status as captured: 87 keys, in this order, and those
// of newer firmware after them (docs/protocol.md §4).
func (h *Heater) writeStatus(d *document, command topic.Code) {
	energy := h.Energy
	energy.follow(h.At, h.Mode)
	total, available := energy.counts(h.Tank.Litres, h.mean(), h.model.lowestSetpoint())
	t := &h.Thresholds

	d.as(&h.dialect.Status)
	d.begin(h.replaced)
	d.add("command", int(command))
	d.add("outsideTemperature", 0)
	d.add("specialFunctionStatus", 1)
	d.add("didReload", off)
	d.add("errorCode", h.ErrorCode)
	d.add("subErrorCode", h.SubErrorCode)
	d.add("operationMode", h.OperationMode)
	d.add("operationBusy", flag(h.Busy))
	d.add("freezeProtectionUse", on)
	d.add("dhwUse", flag(h.Tap > 0))
	d.add("dhwUseSustained", h.sustained())
	d.add("dhwTemperature", h.temperature())
	d.add("dhwTemperatureSetting", h.Setpoint)
	d.add("programReservationUse", flag(h.Settings.Reservations.Use == on))
	d.add("smartDiagnostic", 0)
	d.add("faultStatus1", 0)
	d.add("faultStatus2", 0)
	d.add("wifiRssi", h.RSSI)
	d.add("ecoUse", on)
	d.add("dhwTargetTemperatureSetting", h.Setpoint)
	d.add("tankUpperTemperature", tenths(h.shown(faultUpperSensor, h.Tank.upper())))
	d.add("tankLowerTemperature", tenths(h.shown(faultLowerSensor, h.Tank.lower())))
	d.add("dischargeTemperature", tenths(h.shown(faultDischargeSensor, h.Circuit.Discharge)))
	d.add("suctionTemperature", tenths(h.shown(faultSuctionSensor, h.Circuit.Suction)))
	d.add("evaporatorTemperature", tenths(h.shown(faultEvaporatorSensor, h.Circuit.Evaporator)))
	d.add("ambientTemperature", tenths(h.shown(faultAmbientSensor, h.air())))
	d.add("targetSuperHeat", 50)
	d.add("compUse", flag(h.Pump.compressor()))
	d.add("eevUse", flag(h.Pump.State != pumpIdle))
	d.add("evaFanUse", flag(h.Pump.fan()))
	d.add("currentInstPower", h.metered())
	d.add("shutOffValveUse", off)
	d.add("conOvrSensorUse", off)
	d.add("wtrOvrSensorUse", off)
	d.add("dhwChargePer", h.charge())
	d.add("drEventStatus", h.drEventStatus())
	d.add("vacationDaySetting", h.VacationDays)
	d.add("vacationDayElapsed", h.vacationLeft())
	d.add("freezeProtectionTemperature", h.Settings.Freeze)
	d.add("antiLegionellaUse", flag(h.Settings.AntiLegionella))
	d.add("antiLegionellaPeriod", h.Settings.AntiLegionellaDays)
	d.add("antiLegionellaOperationBusy", flag(h.sterilising()))
	d.add("programReservationType", 0)
	d.add("dhwOperationSetting", h.Mode)
	d.add("temperatureType", 2)
	d.add("tempFormulaType", 1)
	d.add("errorBuzzerUse", on)
	d.add("currentHeatUse", heatUse(h.operation(h.order())))
	d.add("currentInletTemperature", 0)
	d.add("currentStatenum", h.Pump.State)
	d.add("targetFanRpm", h.fanTarget())
	d.add("currentFanRpm", h.fanNow())
	d.add("fanPwm", h.fanPWM())
	d.add("dhwTemperature2", 0)
	d.add("currentDhwFlowRate", h.tapFlow())
	d.add("mixingRate", 0)
	d.add("eevStep", h.Pump.valve(h.At, h.air()))
	d.add("currentSuperHeat", tenths(h.Circuit.superheat()))
	d.add("heatUpperUse", flag(h.Upper))
	d.add("heatLowerUse", flag(h.Lower))
	d.add("scaldUse", on)
	d.add("airFilterAlarmUse", flag(h.Settings.FilterHours > 0))
	d.add("airFilterAlarmPeriod", h.Settings.FilterHours)
	d.add("airFilterAlarmElapsed", h.filterElapsed())
	d.add("cumulatedOpTimeEvaFan", hours(h.Ledger.Work.FanTime))
	d.add("cumulatedDhwFlowRate", h.totalFlow())
	d.add("touStatus", h.touStatus())
	d.add("hpUpperOnTempSetting", t.HPUpperOn)
	d.add("hpUpperOffTempSetting", t.HPUpperOff)
	d.add("hpLowerOnTempSetting", t.HPLowerOn)
	d.add("hpLowerOffTempSetting", t.HPLowerOff)
	d.add("heUpperOnTempSetting", t.HEUpperOn)
	d.add("heUpperOffTempSetting", t.HEUpperOff)
	d.add("heLowerOnTempSetting", t.HELowerOn)
	d.add("heLowerOffTempSetting", t.HELowerOff)
	d.add("hpUpperOnDiffTempSetting", t.HPUpperOnDiff)
	d.add("hpUpperOffDiffTempSetting", 0)
	d.add("hpLowerOnDiffTempSetting", t.HPLowerOnDiff)
	d.add("hpLowerOffDiffTempSetting", t.HPLowerOffDiff)
	d.add("heUpperOnDiffTempSetting", t.HEUpperOnDiff)
	d.add("heUpperOffDiffTempSetting", 0)
	d.add("heLowerOnTDiffempSetting", 0) // the wire's spelling
	d.add("heLowerOffDiffTempSetting", 0)
	d.add("drOverrideStatus", h.drOverrideStatus())
	d.add("touOverrideStatus", 2) // nothing here overrides TOU, which 1 would say
	d.add("totalEnergyCapacity", total)
	d.add("availableEnergyCapacity", available)
	if h.model.NewFirmware {
		h.writeNewerStatus(d)
	}
	d.end()
}

// writeNewerStatus writes what newer firmware sends besides. Where those keys
// stand among the others is unconfirmed.
func (h *Heater) writeNewerStatus(d *document) {
	d.add("dhwOperationBusy", flag(h.Busy))
	d.add("freezeProtectionTempMin", lowestFreeze)
	d.add("freezeProtectionTempMax", highestFreeze)
	d.add("heatMinOpTemperature", h.model.lowestSetpoint())
	h.writeLoop(d)
}

// drawn litres, flow and the longer draw are measured by newer firmware alone:
// the captured heater said 0 even while water was drawn.

func (h *Heater) sustained() int {
	if !h.model.NewFirmware {
		return 0
	}
	return flag(h.Tap > 0 && h.At.Sub(h.TapSince) >= time.Minute)
}

func (h *Heater) tapFlow() int {
	if !h.model.NewFirmware || h.Tap == 0 {
		return 0
	}
	return int(math.Round(10 * h.TapFlow))
}

func (h *Heater) totalFlow() int {
	if !h.model.NewFirmware {
		return 0
	}
	return wholeLitres(h.Ledger.drawn().Litres)
}

// touStatus is 0 off and 1 on; 3 was seen while a TOU window was in force.
func (h *Heater) touStatus() int {
	switch {
	case h.Window:
		return 3
	case h.Settings.TOU.Use == on:
		return 1
	}
	return 0
}
