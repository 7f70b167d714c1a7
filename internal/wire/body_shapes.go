package wire

import "slices"

// bodyShapes are the shapes of the bodies of docs/protocol.md §3 and §4. A bare body
// may have beside it what an envelope says outside.
var bodyShapes = map[Kind]*shape{
	KindStatus:   {fieldTable: statusFields, derive: deriveStatus, body: true, complete: true},
	KindFeatures: {fieldTable: featureFields, body: true, complete: true},

	KindReservations:  newBody(outside, scheduleFields),
	KindRecirculation: newBody(outside, scheduleFields, windowFields),
	KindTOU: newBody(outside, serialField, scheduleFields,
		fields(EncodingText, "registerPath", "sourceType"), nestedField("touInfo", newShape(nil, planFields)), planFields),

	KindEnergy: newBody(outside, fields(EncodingInteger, "typeOfUsage"),
		nestedField("total", usageItemShape),
		nestedField("usage", newShape(nil, fields(EncodingInteger, "year", "month", "day"), fields(encodingUsage, "data")))),

	KindDiagnostics: newBody(outside, fields(EncodingInteger, "typeOfTD"), nestedField("data", diagnosticsShape)),

	KindFirmwareDownloads: newBody(outside, nestedField("downloadSwInfo",
		newShape(nil, fields(EncodingInteger, "swCode", "otaMode", "swVersion", "status")))),

	KindControlFailure: newBody(outside, fields(EncodingInteger, "command", "failCode")),

	KindCommand: newBody(outside, fields(EncodingInteger, "command"),
		fields(EncodingText, "mode"), fields(encodingNumbers, "param"), fields(EncodingText, "paramStr"),
		serialField, scheduleFields, windowFields,
		nestedField("commitOta", newShape(nil, fields(EncodingInteger, "swCode", "swVersion"))),
		fields(encodingNumbers, "year", "month", "day")),

	KindEvent: newBody(fields(encodingElsewhere, "sessionID", "protocolVersion", "requestTopic", "responseTopic"),
		fields(EncodingText, "clientID", "timestamp"), connectionFields,
		nestedField("connection", newShape(nil, connectionFields))),

	KindUnknown: newBody(outside),
}

var (
	outside = fields(encodingElsewhere, "clientID", "sessionID", "protocolVersion", "requestTopic", "responseTopic")
	// routing stands in every body; macAddress is printed at the head.
	routing = slices.Concat(fields(encodingElsewhere, "macAddress"),
		fields(EncodingInteger, "deviceType"), fields(EncodingText, "additionalValue"))

	scheduleFields   = slices.Concat(fields(EncodingFlag, "reservationUse"), fields(encodingEntries, "reservation"))
	windowFields     = nestedField("schedule", pumpEntryShape)
	serialField      = fields(EncodingText, "controllerSerialNumber")
	connectionFields = slices.Concat(fields(EncodingText, "os"), fields(EncodingInteger, "status"))

	// A TOU plan as REST has it.
	planFields = slices.Concat(fields(EncodingText, "controllerId", "manufactureId", "name", "utility"),
		fields(encodingScalar, "zipCode"),
		nestedField("schedule", newShape(nil, fields(EncodingInteger, "season"), nestedField("interval", periodShape))))
)

// Entries of schedules.
var (
	reservationEntryShape = newShape(deriveReservation,
		fields(EncodingFlag, "enable"), fields(EncodingInteger, "week", "hour", "min"),
		enumField("mode", dhwModes), fields(EncodingInteger, "param"))

	// Older clients send windows, with startHour and so on.
	pumpEntryShape = newShape(deriveTimes,
		fields(EncodingFlag, "enable"), fields(EncodingInteger, "week", "hour", "min", "startHour", "startMin", "endHour", "endMin"),
		enumField("mode", pumpModes), fields(EncodingInteger, "param"))

	periodShape = newShape(deriveTimes,
		fields(EncodingInteger, "season", "week", "startHour", "startMinute", "endHour", "endMinute"),
		fields(encodingPrice, "priceMin", "priceMax"), fields(EncodingInteger, "decimalPoint"))
)

var usageItemShape = newShape(deriveUsage, fields(EncodingInteger, "hpUsage", "heUsage", "hpTime", "heTime"))

// diagnosticsShape is that of the installer diagnostics. The spellings are the vendor's.
var diagnosticsShape = newShape(nil,
	nestedField("tsData", newShape(nil, fields(EncodingInteger,
		"cumulatedPwrHp", "cumulatedPwrHe", "daysSinceInstallation", "cumulatedOccNumEco", "cumulatedOccNumDryFire",
		"numOffRostProtectBurn", "cumulatedOccNumConOvrFlow", "cumulatedOccNumWtrOvrFlow", "cumulatedOpTimeDrShed",
		"cumulatedOpTimeDrLoadUp", "cumulatedOpTimeDrAdvLoadUp", "cumulatedOpTimeDrCpp", "cumulatedOpTimeDrGridEmg",
		"cumulatedOccNumAbDisTmp", "cumulatedOccNumHpo", "cumulatedOccNumAbSucTmp", "cumulatedOccNumAbDisSucTmp"))),
	nestedField("tdData", newShape(nil, fields(EncodingInteger,
		"numOfdhwUse", "dhwUseTotalFlow", "dhwUseTotalTime", "numOfLongDhwUse", "longDhwUseTotalFlow", "longDhwUseTotalTime",
		"numOfShortDhwUse", "avrageRecoveryTime"))),
	nestedField("taData", newShape(nil, fields(EncodingInteger,
		"cumulatedOpTimeComp", "cumulatedOpNumComp", "cumulatedOpTimeEvaFan", "cumulatedOpNumEvaFan", "cumulatedOpStepEev",
		"cumulatedOpTimeUhe", "cumulatedOpNumUhe", "cumulatedOpTimeLhe", "cumulatedOpNumLhe", "cumulatedOpNumShutOffVv",
		"mixingValveOpTotalStep", "mixingValveOpAvgMixinGrate", "cumulatedOpNumRecircPump", "cumulatedOpTimeRecircPump",
		"cumulatedOpTimeInvComp1", "cumulatedOpTimeInvComp2", "cumulatedOpTimeInvComp3", "cumulatedOpTimeInvComp4"))),
	nestedField("tcData", newShape(nil))) // seen empty
