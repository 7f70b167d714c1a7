package simulator

// Where a heater stands, and what gets there of the seasons outside: chosen, within
// what a garage, a basement and a utility room of a house come to.
var rooms = [...]struct {
	mean   float64 // °C that an unheated room is above the outside over the year
	heated float64 // share of a room at 20 °C in it
	season float64 // share of the season that gets in
	day    float64 // K that the afternoon is above the day
}{
	{mean: 5, heated: 0, season: 0.7, day: 2},      // garage
	{mean: 4, heated: 0.5, season: 0.35, day: 0.4}, // basement
	{mean: 0, heated: 1, season: 0.15, day: 0.8},   // utility room
}

// climate is the weather of a place, for two lots from 0 to 1: one says how warm the
// place is among those of its latitude, the other which room the heater is in.
//
// Mean and season outside go with the latitude as they roughly do in North America
// (chosen). The mains follow them by the algorithm of Burch and Christensen
// ("Towards Development of an Algorithm for Mains Water Temperature", NREL, 2007):
// 6 °F above the mean outside, a season smaller by 0.4 and 0.01 for each degree
// Fahrenheit above 44, and behind it by 35 days less one for each such degree. The
// latter is taken for a place of 12 °C.
func climate(latitude, warmth, room float64) Weather {
	outside := 38 - 0.62*max(latitude, -latitude) + 6*(warmth-0.5) // °C
	season := 7.5 + 4*(0.5-warmth)                                 // K
	ratio := 0.4 + 0.01*(outside*9/5+32-44)
	r := rooms[min(int(room*float64(len(rooms))), len(rooms)-1)]
	w := Weather{
		Room:        (1-r.heated)*(outside+r.mean) + r.heated*20,
		RoomSeason:  r.season * season,
		RoomDay:     r.day,
		Inlet:       outside + 6*5.0/9,
		InletSeason: ratio * season,
		WarmestDay:  warmestDay,
	}
	if latitude < 0 {
		w.WarmestDay = 15
	}
	return w
}
