package simulator

import "math"

// work is what is counted over the heater's life alone. Times are in seconds.
type work struct {
	CompressorStarts    int     `json:"compressorStarts"`
	FanStarts           int     `json:"fanStarts"`
	FanTime             float64 `json:"fanTime"`
	UpperStarts         int     `json:"upperStarts"`
	UpperTime           float64 `json:"upperTime"`
	LowerStarts         int     `json:"lowerStarts"`
	ValveTravel         int     `json:"valveTravel"` // steps of the expansion valve, either way
	RecirculationStarts int     `json:"recirculationStarts"`
	RecirculationTime   float64 `json:"recirculationTime"`
	PowerOns            int     `json:"powerOns"`
	Recoveries          int     `json:"recoveries"` // heating that began and ended
	RecoveryTime        float64 `json:"recoveryTime"`
	FreezeBurns         int     `json:"freezeBurns"` // heating that began for freeze protection
	Short               draws   `json:"short"`       // under a minute each
	Long                draws   `json:"long"`
	Leaked              float64 `json:"leaked"` // litres

	// In events of demand response that were followed.
	Shed           float64 `json:"shed"`
	LoadUp         float64 `json:"loadUp"`
	AdvancedLoadUp float64 `json:"advancedLoadUp"`
	CriticalPeak   float64 `json:"criticalPeak"`
	GridEmergency  float64 `json:"gridEmergency"`

	// Heat in Wh, which no real heater measures.
	Pumped     float64 `json:"pumped"`     // by the heat pump into the water
	Carried    float64 `json:"carried"`    // out with the water, above what the mains brought
	Lost       float64 `json:"lost"`       // to the air
	Circulated float64 `json:"circulated"` // by the loop of the recirculation pump
}

// draws are taps that were open.
type draws struct {
	Times   int     `json:"times"`
	Litres  float64 `json:"litres"`
	Seconds float64 `json:"seconds"`
}

func (d *draws) add(more draws) {
	d.Times += more.Times
	d.Litres += more.Litres
	d.Seconds += more.Seconds
}

// longDraw is how long a tap must be open to be in use for long. What the device
// goes by is unconfirmed.
const longDraw = 60.0 // s

func (w *work) drew(d draws) {
	if d.Seconds < longDraw-hair {
		w.Short.add(d)
	} else {
		w.Long.add(d)
	}
}

// running says what is on.
type running struct {
	Compressor    bool `json:"compressor"`
	Fan           bool `json:"fan"`
	Upper         bool `json:"upper"`
	Lower         bool `json:"lower"`
	Recirculation bool `json:"recirculation"`
	Heating       bool `json:"heating"`  // operationBusy
	Freezing      bool `json:"freezing"` // heating for freeze protection
	Off           bool `json:"off"`      // the power
	Valve         int  `json:"valve"`    // steps of the expansion valve; 0: not known
}

// load is what a heater does during one step, which lies within an hour.
type load struct {
	hour          int
	seconds       float64
	heatPump      float64 // W
	elements      float64 // W
	drawn, leaked float64 // litres
	heat          flux
	event         DemandEvent
	running
}

// flux is heat in Wh that came into the water or went out of it during one step.
type flux struct {
	pumped     float64
	carried    float64 // by water that left, above what the water that came in brought
	lost       float64 // to the air; it may come from there
	circulated float64 // by the loop of the recirculation pump
}

// step writes down what a heater did.
func (l *ledger) step(now load) {
	l.count(now)
	l.last(now)
	l.Rest.HeatPump += now.heatPump * now.seconds / 3600
	l.Rest.Elements += now.elements * now.seconds / 3600
	l.use(now.hour)

	w := &l.Work
	w.Pumped += now.heat.pumped
	w.Carried += now.heat.carried
	w.Lost += now.heat.lost
	w.Circulated += now.heat.circulated
	w.Leaked += now.leaked
	if now.drawn > 0 {
		l.Draw.add(draws{Litres: now.drawn, Seconds: now.seconds})
		l.Draw.Times = 1
	} else if l.Draw.Times > 0 {
		w.drew(l.Draw)
		l.Draw = draws{}
	}
}

// count counts what began and what ended with this step.
func (l *ledger) count(now load) {
	w, before := &l.Work, l.Running
	began := func(is, was bool, count *int) {
		if is && !was {
			*count++
		}
	}
	began(now.Compressor, before.Compressor, &w.CompressorStarts)
	began(now.Fan, before.Fan, &w.FanStarts)
	began(now.Upper, before.Upper, &w.UpperStarts)
	began(now.Lower, before.Lower, &w.LowerStarts)
	began(now.Recirculation, before.Recirculation, &w.RecirculationStarts)
	began(now.Freezing, before.Freezing, &w.FreezeBurns)
	began(!now.Off, !before.Off, &w.PowerOns)
	if before.Heating && !now.Heating {
		w.Recoveries++
		w.RecoveryTime += l.Recovery
		l.Recovery = 0
	}
	if before.Valve != 0 {
		w.ValveTravel += int(math.Abs(float64(now.Valve - before.Valve)))
	}
	l.Running = now.running
}

// last adds up how long things last.
func (l *ledger) last(now load) {
	w := &l.Work
	lasted := func(is bool, seconds *float64) {
		if is {
			*seconds += now.seconds
		}
	}
	lasted(now.Fan, &w.FanTime)
	lasted(now.Upper, &w.UpperTime)
	lasted(now.Recirculation, &w.RecirculationTime)
	lasted(now.Heating, &l.Recovery)
	lasted(now.event == DemandShed, &w.Shed)
	lasted(now.event == DemandLoadUp, &w.LoadUp)
	lasted(now.event == DemandAdvancedLoadUp, &w.AdvancedLoadUp)
	lasted(now.event == DemandCriticalPeak, &w.CriticalPeak)
	lasted(now.event == DemandGridEmergency, &w.GridEmergency)
	lasted(now.Compressor, &l.Rest.HeatPumpTime)
	lasted(now.Upper || now.Lower, &l.Rest.ElementsTime)
}

// drawn is all water that taps ever drew.
func (l *ledger) drawn() (all draws) {
	all.add(l.Work.Short)
	all.add(l.Work.Long)
	all.add(l.Draw)
	return all
}
