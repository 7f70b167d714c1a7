package topic

// Code is a command code: it says what a request asks for, and in a status which
// request it answers, or which of the pushes it is (docs/protocol.md §3 and §4).
type Code int

// Codes of the requests that read, in the order of the table of request suffixes
// (docs/protocol.md §3).
const (
	StatusRequest         Code = 16777219
	FeaturesRequest       Code = 16777217
	SessionEnd            Code = 16777218 // has no answer: the application leaves the heater
	ReservationRead       Code = 16777222
	RecirculationRead     Code = 16777231
	EnergyDailyRead       Code = 16777225
	EnergyMonthlyRead     Code = 16777226 // the same number as ReservationWrite: the topic tells which
	EnergyHourlyRead      Code = 16777224
	DiagnosticsRead       Code = 16777228
	FirmwareDownloadsRead Code = 16777227
)

// Codes of the control commands (docs/protocol.md §3, "Control commands"). Those
// marked unverified are declared by the vendor's app, which never sends them: no
// heater is known to act on them.
const (
	PowerOff                       Code = 33554433
	PowerOn                        Code = 33554434
	SetMode                        Code = 33554437
	ReservationWrite               Code = 16777226 // the same number as EnergyMonthlyRead: the topic tells which
	WeeklyReservationWrite         Code = 33554438 // unverified
	TOUWrite                       Code = 33554439
	RecirculationWrite             Code = 33554440
	SetWaterProgram                Code = 33554441
	FirmwareCommit                 Code = 33554442
	FirmwareCheck                  Code = 33554443 // unverified
	PressHotButton                 Code = 33554444
	SetRecirculationMode           Code = 33554445
	WiFiReconnect                  Code = 33554446 // unverified
	WiFiReset                      Code = 33554447 // unverified
	SetFreezeProtectionTemperature Code = 33554451 // unverified
	RunSmartDiagnostic             Code = 33554455 // unverified
	ResetCondenserFault            Code = 33554463
	SetTemperature                 Code = 33554464
	SetVacationDays                Code = 33554466 // the number of days; the mode stays as it is
	IntelligentOff                 Code = 33554467
	IntelligentOn                  Code = 33554468
	DemandResponseOff              Code = 33554469
	DemandResponseOn               Code = 33554470
	AntiLegionellaOff              Code = 33554471
	AntiLegionellaOn               Code = 33554472
	ResetAirFilter                 Code = 33554473
	SetAirFilterLife               Code = 33554474
	TOUOff                         Code = 33554475
	TOUOn                          Code = 33554476
)

// Codes of the statuses that a heater sends by itself (docs/protocol.md §5).
const (
	PushPlain     Code = 0        // anything that has no code of its own
	PushHeating   Code = 67108868 // heating began or ended
	PushMode      Code = 67108883 // operationMode changed
	PushComponent Code = 67108892 // an element or the compressor switched
)
