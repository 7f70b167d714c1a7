package simulator

import (
	"encoding/binary"
	"encoding/hex"

	"github.com/nwp500/nwp500/internal/topic"
)

// sayDiagnostics answers for the installer (docs/protocol.md §4): as JSON where
// the app's form is asked for and nowhere else, and packed in hex on res/td of
// the client. Whether the packed form also comes without the other is
// unconfirmed.
func (h *Heater) sayDiagnostics(r request) {
	data := h.diagnostics()
	if r.fromApp() {
		h.reply(r, r.body.ResponseTopic, func(d *document) {
			const installer = 2 // as captured
			d.add("typeOfTD", installer)
			d.object("data", func(d *document) {
				for _, part := range data {
					d.object(part.name, func(d *document) {
						for _, figure := range part.figures {
							d.add(figure.name, figure.value)
						}
					})
				}
			})
		})
	}
	h.reply(r, topic.QueryResponse(deviceType, r.body.ClientID, topic.AnswerDiagnosticsHex), func(d *document) {
		d.addText("data", pack(data))
	})
}

// pack is four bytes a figure, the highest first: how the device packs them is
// unconfirmed.
func pack(data []diagnosticPart) string {
	var packed []byte
	for _, part := range data {
		for _, figure := range part.figures {
			packed = binary.BigEndian.AppendUint32(packed, uint32(figure.value))
		}
	}
	return hex.EncodeToString(packed)
}

type diagnosticPart struct {
	name    string
	figures []diagnosticFigure
}

type diagnosticFigure struct {
	name  string
	value int
}

// diagnostics are the captured figures in their order. What is not simulated is
// 0. Energy and times are those of the energy history.
func (h *Heater) diagnostics() []diagnosticPart {
	total := h.Ledger.total().reading()
	w := h.Ledger.Work
	upperTime := min(hours(w.UpperTime), total.ElementsTime)
	recovery := 0
	if w.Recoveries > 0 {
		recovery = hours(w.RecoveryTime / float64(w.Recoveries))
	}
	short, long, all := w.Short, w.Long, h.Ledger.drawn()
	if !h.model.NewFirmware { // it measures no flow
		short, long, all = draws{}, draws{}, draws{}
	}
	return []diagnosticPart{
		{"tsData", []diagnosticFigure{
			{"cumulatedPwrHp", total.HeatPump},
			{"cumulatedPwrHe", total.Elements},
			{"daysSinceInstallation", h.Ledger.days(wallHour(h.wall()))},
			{"cumulatedOccNumEco", h.occurred(faultECO)},
			{"cumulatedOccNumDryFire", h.occurred(faultDryFire)},
			{"numOffRostProtectBurn", w.FreezeBurns},
			{"cumulatedOccNumConOvrFlow", h.occurred(faultCondensate)},
			{"cumulatedOccNumWtrOvrFlow", h.occurred(faultLeak)},
			{"cumulatedOpTimeDrShed", hours(w.Shed)},
			{"cumulatedOpTimeDrLoadUp", hours(w.LoadUp)},
			{"cumulatedOpTimeDrAdvLoadUp", hours(w.AdvancedLoadUp)},
			{"cumulatedOpTimeDrCpp", hours(w.CriticalPeak)},
			{"cumulatedOpTimeDrGridEmg", hours(w.GridEmergency)},
			{"cumulatedOccNumAbDisTmp", h.occurred(faultDischargeHigh)},
			{"cumulatedOccNumHpo", 0},
			{"cumulatedOccNumAbSucTmp", h.occurred(faultSuctionLow)},
			{"cumulatedOccNumAbDisSucTmp", h.occurred(faultDifference)},
		}},
		{"tcData", nil},
		{"tdData", []diagnosticFigure{
			{"numOfdhwUse", short.Times + long.Times}, // an open tap is neither yet
			{"dhwUseTotalFlow", wholeLitres(all.Litres)},
			{"dhwUseTotalTime", hours(all.Seconds)},
			{"numOfLongDhwUse", long.Times},
			{"longDhwUseTotalFlow", wholeLitres(long.Litres)},
			{"longDhwUseTotalTime", hours(long.Seconds)},
			{"numOfShortDhwUse", short.Times},
			{"avrageRecoveryTime", recovery},
		}},
		{"taData", []diagnosticFigure{
			{"cumulatedOpTimeComp", total.HeatPumpTime},
			{"cumulatedOpNumComp", w.CompressorStarts},
			{"cumulatedOpTimeEvaFan", hours(w.FanTime)},
			{"cumulatedOpNumEvaFan", w.FanStarts},
			{"cumulatedOpStepEev", w.ValveTravel / valveStroke},
			{"cumulatedOpTimeUhe", upperTime},
			{"cumulatedOpNumUhe", w.UpperStarts},
			{"cumulatedOpTimeLhe", total.ElementsTime - upperTime},
			{"cumulatedOpNumLhe", w.LowerStarts},
			{"cumulatedOpNumShutOffVv", 0},
			{"mixingValveOpTotalStep", 0},
			{"mixingValveOpAvgMixinGrate", 0},
			{"cumulatedOpNumRecircPump", w.RecirculationStarts},
			{"cumulatedOpTimeRecircPump", hours(w.RecirculationTime)},
			{"cumulatedOpTimeInvComp1", 0},
			{"cumulatedOpTimeInvComp2", 0},
			{"cumulatedOpTimeInvComp3", 0},
			{"cumulatedOpTimeInvComp4", 0},
		}},
	}
}

// A sum of many steps may be a hair short of what it should be.
const hair = 1e-3

// hours and wholeLitres leave out what is less than one, as whole numbers do.
func hours(seconds float64) int      { return int((seconds + hair) / 3600) }
func wholeLitres(litres float64) int { return int(litres + hair) }
