package nwp500

import (
	"context"
	"encoding/json"
	"reflect"
	"sync"
	"time"

	"github.com/nwp500/nwp500/internal/topic"
	"github.com/nwp500/nwp500/internal/wire"
)

// InstallerDiagnostics is what a heater has counted since it was installed
// (docs/protocol.md §4, Installer diagnostics). Like in a Status, every field may be
// missing and is then unknown; Raw returns any field exactly as it came, by the vendor's
// own spelling. It is never changed after it was made.
type InstallerDiagnostics struct {
	// Type is typeOfTD, without a known meaning; 2 was seen.
	Type Value[int]
	// Totals are the vendor's tsData, HotWater tdData and Components taData. A fourth
	// section, tcData, was seen empty; Unknown has what it holds.
	Totals     DiagnosticTotals
	HotWater   DiagnosticHotWater
	Components DiagnosticComponents

	// MAC is the heater's address.
	MAC MAC
	// Received is when the client got the answer.
	Received time.Time

	message  kept[*wire.Envelope]
	sections kept[map[string]wire.Object]
}

// DiagnosticTotals are a heater's totals (tsData). Energy is in watt-hours, times are
// in hours, and the others count occurrences.
type DiagnosticTotals struct {
	// HeatPumpEnergy and ElementEnergy are all that either source ever used, in
	// watt-hours: the lifetime totals of the energy history.
	HeatPumpEnergy Value[int] `wire:"cumulatedPwrHp"`
	ElementEnergy  Value[int] `wire:"cumulatedPwrHe"`
	// Days is the time since installation, in days.
	Days Value[int] `wire:"daysSinceInstallation"`
	// HighLimitTrips counts trips of the high-limit cut-out (ECO), DryFires elements
	// that were on without water.
	HighLimitTrips Value[int] `wire:"cumulatedOccNumEco"`
	DryFires       Value[int] `wire:"cumulatedOccNumDryFire"`
	// FrostProtections counts starts of frost protection (numOffRostProtectBurn, the
	// vendor's spelling).
	FrostProtections Value[int] `wire:"numOffRostProtectBurn"`
	// CondensateOverflows and WaterOverflows count what the two sensors found.
	CondensateOverflows Value[int] `wire:"cumulatedOccNumConOvrFlow"`
	WaterOverflows      Value[int] `wire:"cumulatedOccNumWtrOvrFlow"`
	// ShedTime to GridEmergencyTime are how long the utility's events lasted, in hours.
	ShedTime           Value[int] `wire:"cumulatedOpTimeDrShed"`
	LoadUpTime         Value[int] `wire:"cumulatedOpTimeDrLoadUp"`
	AdvancedLoadUpTime Value[int] `wire:"cumulatedOpTimeDrAdvLoadUp"`
	PeakEventTime      Value[int] `wire:"cumulatedOpTimeDrCpp"`
	GridEmergencyTime  Value[int] `wire:"cumulatedOpTimeDrGridEmg"`
	// AbnormalDischarges, HighPressures, AbnormalSuctions and AbnormalDifferences count
	// faults of the refrigerant circuit: its discharge temperature, its high-pressure
	// cut-out (Hpo), its suction temperature, and the two together.
	AbnormalDischarges  Value[int] `wire:"cumulatedOccNumAbDisTmp"`
	HighPressures       Value[int] `wire:"cumulatedOccNumHpo"`
	AbnormalSuctions    Value[int] `wire:"cumulatedOccNumAbSucTmp"`
	AbnormalDifferences Value[int] `wire:"cumulatedOccNumAbDisSucTmp"`
}

// DiagnosticHotWater is the use of hot water (tdData). The heater that was captured
// counted none of it. Times are in hours; the unit of the flows is unconfirmed, litres
// as in a status.
type DiagnosticHotWater struct {
	// Uses counts draws (numOfdhwUse); UseFlow and UseTime are the water drawn and the
	// hours that it ran.
	Uses    Value[int] `wire:"numOfdhwUse"`
	UseFlow Value[int] `wire:"dhwUseTotalFlow"`
	UseTime Value[int] `wire:"dhwUseTotalTime"`
	// LongUses, LongUseFlow and LongUseTime are the same of the long draws, ShortUses
	// counts the short ones. What is long is not known.
	LongUses    Value[int] `wire:"numOfLongDhwUse"`
	LongUseFlow Value[int] `wire:"longDhwUseTotalFlow"`
	LongUseTime Value[int] `wire:"longDhwUseTotalTime"`
	ShortUses   Value[int] `wire:"numOfShortDhwUse"`
	// RecoveryTime is the average of a recovery, in hours (avrageRecoveryTime, the
	// vendor's spelling).
	RecoveryTime Value[int] `wire:"avrageRecoveryTime"`
}

// DiagnosticComponents is the wear of the components (taData): Time fields are in
// hours, Starts fields count, Steps are a valve's.
type DiagnosticComponents struct {
	CompressorTime   Value[int] `wire:"cumulatedOpTimeComp"`
	CompressorStarts Value[int] `wire:"cumulatedOpNumComp"`
	FanTime          Value[int] `wire:"cumulatedOpTimeEvaFan"`
	FanStarts        Value[int] `wire:"cumulatedOpNumEvaFan"`
	// ExpansionValveSteps are all steps that the valve ever made; in which unit is
	// unconfirmed: 1102 are few for a year.
	ExpansionValveSteps Value[int] `wire:"cumulatedOpStepEev"`
	UpperElementTime    Value[int] `wire:"cumulatedOpTimeUhe"`
	UpperElementStarts  Value[int] `wire:"cumulatedOpNumUhe"`
	LowerElementTime    Value[int] `wire:"cumulatedOpTimeLhe"`
	LowerElementStarts  Value[int] `wire:"cumulatedOpNumLhe"`
	// ShutOffValveMoves counts how often the shut-off valve moved.
	ShutOffValveMoves Value[int] `wire:"cumulatedOpNumShutOffVv"`
	// MixingValveSteps are all steps of the mixing valve, MixingValveRate its average
	// rate in percent (mixingValveOpAvgMixinGrate, the vendor's spelling).
	MixingValveSteps    Value[int] `wire:"mixingValveOpTotalStep"`
	MixingValveRate     Value[int] `wire:"mixingValveOpAvgMixinGrate"`
	RecirculationStarts Value[int] `wire:"cumulatedOpNumRecircPump"`
	RecirculationTime   Value[int] `wire:"cumulatedOpTimeRecircPump"`
	// InverterTime1 to InverterTime4 are the hours of a compressor with inverter, by
	// stage; 0 on the NWP500 that was captured.
	InverterTime1 Value[int] `wire:"cumulatedOpTimeInvComp1"`
	InverterTime2 Value[int] `wire:"cumulatedOpTimeInvComp2"`
	InverterTime3 Value[int] `wire:"cumulatedOpTimeInvComp3"`
	InverterTime4 Value[int] `wire:"cumulatedOpTimeInvComp4"`
}

// Diagnostics asks the heater for what it has counted since it was installed
// (docs/protocol.md §3, td/rd). It does not wait for a connection that is down:
// ErrDisconnected. A heater that does not answer in time is ErrNoAnswer.
func (h *Heater) Diagnostics(ctx context.Context) (*InstallerDiagnostics, error) {
	release, err := h.appForm(ctx, false)
	if err != nil {
		return nil, h.explain(ctx, err)
	}
	defer release()
	envelope, err := h.ask(ctx, transaction{
		code: topic.DiagnosticsRead, suffix: topic.SuffixDiagnostics,
		// In the app's form alone the answer is JSON; elsewhere it is packed in hex.
		place: inAppForm(topic.AnswerDiagnostics),
		wants: func(envelope *wire.Envelope) bool { return answerOf(envelope).inner("data") != nil },
	}, false)
	if err != nil {
		return nil, err
	}
	return newInstallerDiagnostics(envelope, h.device.MAC, time.Now()), nil
}

func newInstallerDiagnostics(envelope *wire.Envelope, mac MAC, received time.Time) *InstallerDiagnostics {
	sections := make(map[string]wire.Object)
	d := &InstallerDiagnostics{MAC: mac, Received: received, message: keep(envelope), sections: keep(sections)}
	answer := answerOf(envelope)
	d.Type = answer.integer("typeOfTD")
	data := answer.inner("data")
	if data == nil {
		return d
	}
	for _, member := range data.object {
		if section := data.inner(member.Name); section != nil {
			sections[member.Name] = section.object
		}
	}
	for _, section := range diagnosticSections() {
		section.plan.fill(section.of(d), sections[section.name])
	}
	return d
}

// diagnosticSection is one of the objects that the answer consists of.
type diagnosticSection struct {
	name string
	plan *plan
	of   func(*InstallerDiagnostics) any
}

var diagnosticSections = sync.OnceValue(func() []diagnosticSection {
	return []diagnosticSection{
		{"tsData", newTagPlan(reflect.TypeFor[DiagnosticTotals]()), func(d *InstallerDiagnostics) any { return &d.Totals }},
		{"tdData", newTagPlan(reflect.TypeFor[DiagnosticHotWater]()), func(d *InstallerDiagnostics) any { return &d.HotWater }},
		{"taData", newTagPlan(reflect.TypeFor[DiagnosticComponents]()), func(d *InstallerDiagnostics) any { return &d.Components }},
	}
})

// newTagPlan returns the plan of a struct whose fields are all integers: their tags say
// all that there is to know of them.
func newTagPlan(of reflect.Type) *plan {
	fields := make([]wire.Field, of.NumField())
	index := make(map[string]*wire.Field, len(fields))
	for i := range fields {
		fields[i] = wire.Field{Name: of.Field(i).Tag.Get("wire"), Encoding: wire.EncodingInteger}
		index[fields[i].Name] = &fields[i]
	}
	return newPlan(of, fields, func(name string) (*wire.Field, bool) {
		field, ok := index[name]
		return field, ok
	})
}

// Raw returns a field exactly as it came, by the names of its section and its own on
// the wire: Raw("taData", "cumulatedOpTimeComp").
func (d *InstallerDiagnostics) Raw(section, name string) (json.RawMessage, bool) {
	return raw(d.sections.get()[section], name)
}

// Unknown returns the fields that no document knows, and those whose value is of an
// impossible type, as they came: by section and name, "taData.newField".
func (d *InstallerDiagnostics) Unknown() Members {
	sections := d.sections.get()
	unknown := make(Members)
	known := make(map[string]bool)
	for _, section := range diagnosticSections() {
		known[section.name] = true
		for name, value := range section.plan.unknown(sections[section.name]) {
			unknown[section.name+"."+name] = value
		}
	}
	for name, section := range sections {
		if known[name] {
			continue
		}
		for _, member := range section {
			unknown[name+"."+member.Name] = json.RawMessage(member.Value)
		}
	}
	return unknown
}

// AppendJSON appends the diagnostics as one JSON object, with the names and the rules
// of docs/protocol.md §10: what Decode makes of the message.
func (d *InstallerDiagnostics) AppendJSON(dst []byte, units Units) []byte {
	return appendMessage(dst, d.message.get(), units)
}
