package topic

// Suffixes of request topics: what follows cmd/T/navilink-M/ (docs/protocol.md §3).
const (
	SuffixStatus            = "st"
	SuffixFeatures          = "st/did"
	SuffixEnd               = "st/end"
	SuffixReservationRead   = "st/rsv/rd"
	SuffixRecirculationRead = "st/recirc-rsv/rd"
	SuffixEnergyDaily       = "st/energy-usage-daily-query/rd"
	SuffixEnergyMonthly     = "st/energy-usage-monthly-query/rd"
	SuffixEnergyHourly      = "st/energy-usage-hourly-query/rd"
	SuffixDiagnostics       = "st/td/rd"
	SuffixFirmwareDownloads = "st/dl-sw-info"

	SuffixControl            = "ctrl"
	SuffixReservationWrite   = "ctrl/rsv/rd"
	SuffixRecirculationWrite = "ctrl/recirc-rsv/rd"
	SuffixTOUWrite           = "ctrl/tou/rd" // a write only: a read over MQTT is never answered
	SuffixFirmwareCommit     = "ctrl/commit-ota"
)

// Suffixes of answer topics: what follows res/ (docs/protocol.md §3). The hex
// forms come as a second answer beside the list.
const (
	AnswerReservation       = "rsv/rd"
	AnswerReservationHex    = "rsv"
	AnswerRecirculation     = "recirc-rsv/rd"
	AnswerRecirculationHex  = "recirc-rsv"
	AnswerTOU               = "tou/rd"
	AnswerEnergyDaily       = "energy-usage-daily-query/rd"
	AnswerEnergyMonthly     = "energy-usage-monthly-query/rd"
	AnswerEnergyHourly      = "energy-usage-hourly-query/rd" // unconfirmed: the heater tried never answered
	AnswerDiagnostics       = "td/rd"                        // in the app's form only, see AppResponse
	AnswerDiagnosticsHex    = "td"
	AnswerFirmwareCommit    = "commit-ota" // in the app's form only, see AppResponse
	AnswerFirmwareDownloads = "dl-sw-info" // keyed by the heater, see HeaterResponse
	AnswerFeatures          = "did"        // keyed by the heater, see HeaterResponse
)
