package simulator

// writeFeatures writes the features document (docs/protocol.md §4). No answer of
// that kind was captured: the keys are those of §4 in its order, what firmware
// versions say is that of the captured firmware list.
func (h *Heater) writeFeatures(d *document) {
	d.as(&h.dialect.Features)
	d.begin(h.features)
	d.add("countryCode", 3)
	d.add("modelTypeCode", 513)
	d.add("controlTypeCode", 100)
	d.add("volumeCode", h.model.volumeCode())
	firmware := h.Settings.Firmware
	for i, name := range []string{"controller", "wifi", "panel"} {
		d.add(name+"SwVersion", firmware[i].Version)
		d.add(name+"SwCode", firmware[i].Code)
	}
	d.add("recircSwVersion", h.ifPump(firmware[3].Version))
	d.add("recircModelTypeCode", h.ifPump(1))
	d.addText("controllerSerialNumber", h.serial)
	d.add("temperatureType", 2)
	d.add("tempFormulaType", 1)
	d.add("dhwTemperatureMin", h.model.lowestSetpoint())
	d.add("dhwTemperatureMax", highestSetpoint)
	d.add("freezeProtectionTempMin", lowestFreeze)
	d.add("freezeProtectionTempMax", highestFreeze)
	d.add("recircTemperatureMin", h.ifPump(70))
	d.add("recircTemperatureMax", h.ifPump(120))
	d.add("dhwTemperatureSettingUse", 2)
	for _, name := range capabilities {
		d.add(name, fitted)
	}
	d.add("recirculationUse", h.pumpCapability())
	d.add("recircReservationUse", h.pumpCapability())
	d.add("mixingValueUse", absent) // the wire's spelling
	d.add("dhwRefillUse", absent)
	d.add("title24Use", absent)
	d.end()
}

// Values of a capability.
const (
	absent = 1
	fitted = 2
)

// capabilities are what every simulated heater has.
var capabilities = []string{
	"powerUse", "holidayUse", "programReservationUse", "dhwUse", "smartDiagnosticUse", "wifiRssiUse",
	"energyUsageUse", "freezeProtectionUse", "drSettingUse", "antiLegionellaSettingUse", "hpwhUse", "ecoUse",
	"electricUse", "heatpumpUse", "energySaverUse", "highDemandUse",
}

func (h *Heater) pumpCapability() int {
	if h.model.Recirculation {
		return fitted
	}
	return absent
}

func (h *Heater) ifPump(value int) int {
	if h.model.Recirculation {
		return value
	}
	return 0
}

// feature returns one value as the document would have it, for the few that the
// heater itself goes by.
func (h *Heater) feature(name string, value int) int {
	if replacement, ok := h.features[name]; ok {
		return replacement
	}
	return value
}

// has says whether the heater does what needs this capability.
func (h *Heater) has(capability string) bool {
	value := fitted
	if capability == "recirculationUse" || capability == "recircReservationUse" {
		value = h.pumpCapability()
	}
	return h.feature(capability, value) == fitted
}
