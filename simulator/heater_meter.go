package simulator

import "time"

// Meter is what a heater has taken, done and given since it was installed, to more
// than the wire's precision. Energy is in Wh, times are in hours, water is in litres.
// A heater tells of its electricity, hours and starts in energy history and installer
// diagnostics (docs/protocol.md §4), of its draws only if its firmware measures them,
// and nowhere of its heat.
type Meter struct {
	HeatPump float64 // electricity of the heat pump and its fan
	Elements float64 // electricity of the elements, which is their heat too

	HeatPumpHours      float64 // of the compressor
	FanHours           float64
	UpperHours         float64 // of the upper element
	LowerHours         float64
	RecirculationHours float64 // of the recirculation pump

	HeatPumpStarts      int // of the compressor
	FanStarts           int
	UpperStarts         int
	LowerStarts         int
	RecirculationStarts int
	Recoveries          int     // heating that began and ended
	RecoveryHours       float64 // that those lasted
	FreezeBurns         int     // heating that began for freeze protection
	PowerOns            int

	// In events of demand response that were followed; see SetDemandResponse.
	ShedHours           float64
	LoadUpHours         float64
	AdvancedLoadUpHours float64
	CriticalPeakHours   float64
	GridEmergencyHours  float64

	Draws  int     // taps opened, one that is open included
	Litres float64 // drawn by them
	Leaked float64 // litres

	// The balance of heat: HeatPumpHeat and Elements less Carried, Lost and Circulated
	// are what the tank gained, unless SetTank gave it some. No heater tells of these.
	HeatPumpHeat float64 // given by the heat pump to the water
	Carried      float64 // gone with water drawn and leaked, above that of the mains
	Lost         float64 // to the air; less than zero if it came from there
	Circulated   float64 // lost by the loop that the recirculation pump serves
}

// Meter reads the heater's meter as of its last step, which may be a minute ago:
// what the difference between two readings tells is exact, also over its years.
func (h *Heater) Meter() (m Meter) {
	h.look(func() { m = h.Ledger.meter() })
	return m
}

// COP returns how much heat the heat pump gave for its electricity, 0 if it took
// none.
func (m Meter) COP() float64 {
	if m.HeatPump == 0 {
		return 0
	}
	return m.HeatPumpHeat / m.HeatPump
}

// Since returns what has come since an earlier reading.
func (m Meter) Since(earlier Meter) Meter {
	return Meter{
		HeatPump:            m.HeatPump - earlier.HeatPump,
		Elements:            m.Elements - earlier.Elements,
		HeatPumpHours:       m.HeatPumpHours - earlier.HeatPumpHours,
		FanHours:            m.FanHours - earlier.FanHours,
		UpperHours:          m.UpperHours - earlier.UpperHours,
		LowerHours:          m.LowerHours - earlier.LowerHours,
		RecirculationHours:  m.RecirculationHours - earlier.RecirculationHours,
		HeatPumpStarts:      m.HeatPumpStarts - earlier.HeatPumpStarts,
		FanStarts:           m.FanStarts - earlier.FanStarts,
		UpperStarts:         m.UpperStarts - earlier.UpperStarts,
		LowerStarts:         m.LowerStarts - earlier.LowerStarts,
		RecirculationStarts: m.RecirculationStarts - earlier.RecirculationStarts,
		Recoveries:          m.Recoveries - earlier.Recoveries,
		RecoveryHours:       m.RecoveryHours - earlier.RecoveryHours,
		FreezeBurns:         m.FreezeBurns - earlier.FreezeBurns,
		PowerOns:            m.PowerOns - earlier.PowerOns,
		ShedHours:           m.ShedHours - earlier.ShedHours,
		LoadUpHours:         m.LoadUpHours - earlier.LoadUpHours,
		AdvancedLoadUpHours: m.AdvancedLoadUpHours - earlier.AdvancedLoadUpHours,
		CriticalPeakHours:   m.CriticalPeakHours - earlier.CriticalPeakHours,
		GridEmergencyHours:  m.GridEmergencyHours - earlier.GridEmergencyHours,
		Draws:               m.Draws - earlier.Draws,
		Litres:              m.Litres - earlier.Litres,
		Leaked:              m.Leaked - earlier.Leaked,
		HeatPumpHeat:        m.HeatPumpHeat - earlier.HeatPumpHeat,
		Carried:             m.Carried - earlier.Carried,
		Lost:                m.Lost - earlier.Lost,
		Circulated:          m.Circulated - earlier.Circulated,
	}
}

// meter reads everything, what is too little for a whole number included.
func (l *ledger) meter() Meter {
	total, drawn, w := l.total(), l.drawn(), &l.Work
	elements := float64(total.ElementsTime) + l.Rest.ElementsTime
	return Meter{
		HeatPump:            float64(total.HeatPump) + l.Rest.HeatPump,
		Elements:            float64(total.Elements) + l.Rest.Elements,
		HeatPumpHours:       (float64(total.HeatPumpTime) + l.Rest.HeatPumpTime) / 3600,
		FanHours:            w.FanTime / 3600,
		UpperHours:          w.UpperTime / 3600,
		LowerHours:          max(elements-w.UpperTime, 0) / 3600,
		RecirculationHours:  w.RecirculationTime / 3600,
		HeatPumpStarts:      w.CompressorStarts,
		FanStarts:           w.FanStarts,
		UpperStarts:         w.UpperStarts,
		LowerStarts:         w.LowerStarts,
		RecirculationStarts: w.RecirculationStarts,
		Recoveries:          w.Recoveries,
		RecoveryHours:       w.RecoveryTime / 3600,
		FreezeBurns:         w.FreezeBurns,
		PowerOns:            w.PowerOns,
		ShedHours:           w.Shed / 3600,
		LoadUpHours:         w.LoadUp / 3600,
		AdvancedLoadUpHours: w.AdvancedLoadUp / 3600,
		CriticalPeakHours:   w.CriticalPeak / 3600,
		GridEmergencyHours:  w.GridEmergency / 3600,
		Draws:               drawn.Times,
		Litres:              drawn.Litres,
		Leaked:              w.Leaked,
		HeatPumpHeat:        w.Pumped,
		Carried:             w.Carried,
		Lost:                w.Lost,
		Circulated:          w.Circulated,
	}
}

// Water is the water in a heater's tank, what flows and what heats it.
type Water struct {
	Date   time.Time // of all this: up to a minute ago
	Litres float64   // in the tank
	Layers []float64 // °C from the top, of one volume each
	Upper  float64   // °C as the sensor there shows it
	Lower  float64
	Inlet  float64 // °C of the mains
	Air    float64 // °C around the heater
	Flow   float64 // litres a minute that the taps draw; 0: they are closed
	Leak   float64 // litres a minute besides

	HeatPump      bool // the compressor runs
	UpperElement  bool
	LowerElement  bool
	Recirculation bool // the recirculation pump runs
}

// Water looks into the tank, which no client of a real heater can.
func (h *Heater) Water() (w Water) {
	h.look(func() {
		w = Water{
			Date: h.Lived, Litres: h.Tank.Litres, Layers: append([]float64(nil), h.Tank.Nodes[:]...),
			Upper: h.Tank.upper(), Lower: h.Tank.lower(), Inlet: h.inlet(), Air: h.air(), Leak: h.Leak,
			HeatPump: h.Pump.compressor(), UpperElement: h.Upper, LowerElement: h.Lower, Recirculation: h.pumpRuns(h.At),
		}
		if h.Tap > 0 {
			w.Flow = h.TapFlow
		}
	})
	return w
}

// Heat returns the heat in Wh that the water holds above so many °C.
func (w Water) Heat(above float64) (wattHours float64) {
	for _, layer := range w.Layers {
		wattHours += w.Litres / float64(len(w.Layers)) * wattHoursPerLitreKelvin * (layer - above)
	}
	return wattHours
}
