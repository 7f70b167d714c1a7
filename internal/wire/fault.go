package wire

import (
	"fmt"
	"strings"
)

// FaultName is an error code as it is shown: E and three digits, and what it means
// where that is known, for example "E799 water leak" (docs/protocol.md §6). Code 0,
// which is no fault, is "".
func FaultName(code int64) string {
	if code == 0 {
		return ""
	}
	name := fmt.Sprintf("E%03d", code)
	if text, ok := faultTexts[code]; ok {
		name += " " + text
	}
	return name
}

// FaultDetail says what the sub-code of an error code means, or "" where it adds
// nothing or is not known (docs/protocol.md §6).
func FaultDetail(code, sub int64) string {
	if details, ok := faultDetails[code]; ok {
		return details[sub]
	}
	if strings.HasSuffix(faultTexts[code], "sensor") {
		return sensorDetails[sub]
	}
	return ""
}

var faultTexts = map[int64]string{
	96:  "upper element",
	97:  "lower element",
	326: "dry fire",
	407: "DHW temperature sensor",
	445: "mixing valve",
	480: "upper tank sensor",
	481: "lower tank sensor",
	515: "relay",
	517: "DIP switch",
	593: "panel key",
	594: "EEPROM",
	595: "power meter",
	596: "WiFi",
	598: "real-time clock",
	615: "feedback",
	781: "CTA-2045",
	798: "shut-off valve",
	799: "water leak",
	901: "ECO",
	907: "compressor power",
	908: "compressor",
	909: "evaporator fan",
	910: "discharge sensor",
	911: "discharge temperature high",
	912: "suction sensor",
	913: "suction temperature low",
	914: "evaporator sensor",
	915: "discharge–suction difference",
	916: "evaporator temperature",
	920: "ambient sensor",
	940: "refrigerant blockage",
	990: "condensate overflow",
}

var sensorDetails = map[int64]string{1: "lower limit", 2: "upper limit"}

var faultDetails = map[int64]map[int64]string{
	445: {1: "open", 2: "close"},
	515: {25: "upper element", 26: "lower element", 27: "compressor"},
	615: {4: "ADC reference", 27: "ECO", 28: "compressor", 29: "upper element", 30: "lower element"},
}
