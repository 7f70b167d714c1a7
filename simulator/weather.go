package simulator

import (
	"math"
	"time"
)

// Weather is what a heater stands in and drinks from, over the year: the air of its
// room, and the water of the mains. Both go up and down with the season, the room
// with the hour as well. The zero Weather stands for the heater's own, which follows
// from its place and the seed.
type Weather struct {
	Room        float64 `json:"room"`        // °C, of the room's air over the year
	RoomSeason  float64 `json:"roomSeason"`  // K that the warmest day is above that
	RoomDay     float64 `json:"roomDay"`     // K that the afternoon is above the day
	Inlet       float64 `json:"inlet"`       // °C, of the mains over the year
	InletSeason float64 `json:"inletSeason"` // K that the warmest day is above that
	WarmestDay  int     `json:"warmestDay"`  // of the year, for the air: 1 to 366. If zero, 197, the 16th of July
}

// What becomes of a Weather is kept within these, in °C.
const (
	coldestRoom, hottestRoom   = -30, 60
	coldestInlet, hottestInlet = 0, 60
)

const (
	warmestDay  = 197
	warmestHour = 16 // of the room: later than outside, because of its walls
	mainsLag    = 26 // days that the mains are behind the air; see climate
)

// finite says whether all of it are numbers.
func (w Weather) finite() bool {
	sum := w.Room + w.RoomSeason + w.RoomDay + w.Inlet + w.InletSeason
	return !math.IsNaN(sum) && !math.IsInf(sum, 0)
}

// at is the weather at a moment, by the clock of its location, in °C.
func (w Weather) at(t time.Time) (air, inlet float64) {
	const turn = 2 * math.Pi
	hour := float64(t.Hour()) + float64(t.Minute())/60
	day := float64(t.YearDay()) + hour/24
	warmest := float64(w.WarmestDay)
	if w.WarmestDay == 0 {
		warmest = warmestDay
	}
	air = w.Room + w.RoomSeason*math.Cos(turn/365.25*(day-warmest)) + w.RoomDay*math.Cos(turn/24*(hour-warmestHour))
	inlet = w.Inlet + w.InletSeason*math.Cos(turn/365.25*(day-warmest-mainsLag))
	return min(max(air, coldestRoom), hottestRoom), min(max(inlet, coldestInlet), hottestInlet)
}

// hourOfWeather is the weather at the beginning and at the end of an hour. In
// between it is a straight line, so that a step of the water costs no cosine.
type hourOfWeather struct {
	weather Weather
	begins  int64 // s since 1970; zero: not reckoned yet
	air     [2]float64
	inlet   [2]float64
}

// air is the temperature around the heater, in °C, at the moment up to which its
// water has come.
func (h *Heater) air() float64 {
	part := h.weatherNow()
	return h.hour.air[0] + part*(h.hour.air[1]-h.hour.air[0])
}

// inlet is the temperature of the water that comes in, in °C, at the same moment.
func (h *Heater) inlet() float64 {
	part := h.weatherNow()
	return h.hour.inlet[0] + part*(h.hour.inlet[1]-h.hour.inlet[0])
}

// weatherNow brings the hour up to date and says how much of it is over.
func (h *Heater) weatherNow() float64 {
	const hour = 3600
	over := h.Lived.Unix() - h.hour.begins
	if over < 0 || over >= hour || h.hour.weather != h.Weather {
		begins := h.Lived.Truncate(hour * time.Second)
		over = h.Lived.Unix() - begins.Unix()
		h.hour.weather, h.hour.begins = h.Weather, begins.Unix()
		h.hour.air[0], h.hour.inlet[0] = h.Weather.at(begins)
		h.hour.air[1], h.hour.inlet[1] = h.Weather.at(begins.Add(hour * time.Second))
	}
	return float64(over) / hour
}

// SetWeather changes air and mains for as long as nothing else is set. With a zero
// Weather the heater's own returns. What is no number changes nothing; results are
// kept between -30 and 60 °C for the air, 0 and 60 °C for the mains.
func (h *Heater) SetWeather(w Weather) {
	if !w.finite() {
		return
	}
	if w == (Weather{}) {
		w = h.climate
	}
	h.change(func() { h.Weather = w })
}

// SetAir keeps the air around the heater at a temperature, in °C, until SetWeather:
// what is less than -30 or more than 60 becomes that, what is no number changes
// nothing.
func (h *Heater) SetAir(celsius float64) {
	if math.IsNaN(celsius) {
		return
	}
	celsius = min(max(celsius, coldestRoom), hottestRoom)
	h.change(func() { h.Weather.Room, h.Weather.RoomSeason, h.Weather.RoomDay = celsius, 0, 0 })
}

// SetInlet keeps the water that comes in at a temperature, in °C, until SetWeather:
// what is less than 0 or more than 60 becomes that, what is no number changes
// nothing.
func (h *Heater) SetInlet(celsius float64) {
	if math.IsNaN(celsius) {
		return
	}
	celsius = min(max(celsius, coldestInlet), hottestInlet)
	h.change(func() { h.Weather.Inlet, h.Weather.InletSeason = celsius, 0 })
}
