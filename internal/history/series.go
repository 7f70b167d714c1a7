package history

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/nwp500/nwp500/api"
)

// QueryError is a question that cannot be answered.
type QueryError struct {
	// Field is the member of the query: "fields", "from", "to", "by", "points", "limit".
	Field string
	// Reason says what is wrong with it.
	Reason string
}

// Error says which member is wrong, and how.
func (e *QueryError) Error() string { return e.Field + ": " + e.Reason }

const (
	defaultPoints = 500
	mostPoints    = 20_000
	defaultRange  = day
	longestRange  = 100 * year
)

// steps are how far points may be apart, in seconds. Those of an hour and more are whole hours, those of a minute and
// more whole minutes.
var steps = []int64{
	1, 2, 5, 10, 15, 20, 30, minute, 2 * minute, 5 * minute, 10 * minute, 15 * minute, 20 * minute, 30 * minute,
	hour, 2 * hour, 3 * hour, 6 * hour, 12 * hour, secondsADay, 2 * secondsADay, 7 * secondsADay, 14 * secondsADay, 28 * secondsADay,
	56 * secondsADay, 112 * secondsADay, 224 * secondsADay, 448 * secondsADay,
}

// window is a query as it is answered.
type window struct {
	heater   int64
	from, to int64 // to is no part of it
	points   int
	places   []int
}

// Series returns fields of a heater's history. Over a short time the points are the changes as they came: each value holds
// until the next point. The first point is the value at From, the last repeats what is known last. Over a longer time a point
// stands for StepSeconds that begin at its time, and there is one for each of them up to now. A null is a time of which
// nothing is known. A query without To ends now, one without From begins a day before.
//
// A field that a status does not have, and a time that ends before it begins, are a [*QueryError]. A heater of which
// nothing is kept has curves without points.
func (s *Store) Series(ctx context.Context, query api.SeriesQuery) (api.Series, error) {
	w, err := s.window(query)
	if err != nil {
		return api.Series{}, err
	}
	series := api.Series{From: time.Unix(w.from, 0).UTC(), To: time.Unix(w.to, 0).UTC(), Fields: make([]api.Curve, 0, len(w.places))}
	for _, place := range w.places {
		series.Fields = append(series.Fields, api.Curve{
			Field: s.fields[place].name, Unit: s.fields[place].unit,
			Times: []int64{}, Min: []*float64{}, Mean: []*float64{}, Max: []*float64{},
		})
	}
	if w.heater, err = s.number(ctx, query.Heater); err != nil || w.heater == 0 {
		return series, err
	}
	step := steps[len(steps)-1]
	if i, _ := slices.BinarySearch(steps, (w.to-w.from+int64(w.points)-1)/int64(w.points)); i < len(steps) {
		step = steps[i]
	}
	if step < minute && !s.kept(s.keep.Raw, w.from) {
		step = minute
	}
	if step < hour && !s.kept(s.keep.Minutes, w.from) {
		step = hour
	}
	err = s.snapshot(ctx, func(from asker) error {
		if step < minute {
			return s.fine(ctx, from, w, step, &series)
		}
		return s.coarse(ctx, from, w, step, &series)
	})
	return series, err
}

// window checks a query.
func (s *Store) window(query api.SeriesQuery) (window, error) {
	w := window{points: query.Points}
	if w.points == 0 {
		w.points = defaultPoints
	}
	if w.points < 1 || w.points > mostPoints {
		return w, &QueryError{"points", fmt.Sprintf("%d points are not to be had: 1 to %d are", query.Points, mostPoints)}
	}
	to := query.To
	if to.IsZero() {
		to = s.now()
	}
	from := query.From
	if from.IsZero() {
		from = to.Add(-defaultRange)
	}
	if !from.Before(to) {
		return w, &QueryError{"to", "the time ends before it begins"}
	}
	if to.Sub(from) > longestRange { // Sub is the longest duration where that does not suffice
		return w, &QueryError{"from", "the time is longer than a hundred years"}
	}
	w.from, w.to = from.Unix(), to.Unix()
	if w.to == w.from {
		w.to++
	}
	if len(query.Fields) == 0 {
		return w, &QueryError{"fields", "none is named"}
	}
	for _, name := range query.Fields {
		place, recorded := s.places[strings.TrimSpace(name)]
		if !recorded {
			return w, &QueryError{"fields", fmt.Sprintf("%q is no field of a status that is recorded", name)}
		}
		if !slices.Contains(w.places, place) {
			w.places = append(w.places, place)
		}
	}
	return w, nil
}

// kept reports whether a time lies within what is kept.
func (s *Store) kept(keep time.Duration, at int64) bool {
	return keep < 0 || at >= s.now().Add(-keep).Unix()
}

// fine answers from the changes.
func (s *Store) fine(ctx context.Context, asked asker, w window, step int64, series *api.Series) error {
	live, err := s.tail(ctx, asked, w.heater)
	if err != nil {
		return err
	}
	until := min(w.to, s.now().Unix()+1) // a clock that was set back has left something in the future
	p, err := s.readChanges(ctx, asked, w.heater, hourOf(min(w.from, max(live.until-1, 0))), until)
	if err != nil {
		return err
	}
	live.extend(p.spans)
	stretches := p.stretches(until)
	most := 0
	for _, place := range w.places {
		stretches[place] = clip(stretches[place], w.from)
		most = max(most, len(stretches[place]))
	}
	if 2*most < w.points { // a gap before each, and the end
		for i, place := range w.places {
			asTheyCame(&series.Fields[i], stretches[place])
		}
		return nil
	}
	series.StepSeconds = int(step)
	from := w.from - w.from%step
	for i, place := range w.places {
		points := cells(stretches[place], from, step, w.count(step, s.now()))
		addPoints(&series.Fields[i], from, step, points)
	}
	return nil
}

// count is how many points there are: none in the future.
func (w window) count(step int64, now time.Time) int {
	from := w.from - w.from%step
	return int(max(0, (min(w.to, now.Unix()+1)-from+step-1)/step))
}

// clip cuts off what is before a time.
func clip(stretches []stretch, from int64) []stretch {
	var clipped []stretch
	for _, s := range stretches {
		if s.until > from {
			s.from = max(s.from, from)
			clipped = append(clipped, s)
		}
	}
	return clipped
}

// asTheyCame adds a point for each stretch, and one without a value for each gap.
func asTheyCame(curve *api.Curve, stretches []stretch) {
	add := func(at, value int64) {
		curve.Times = append(curve.Times, at)
		v := number(value)
		curve.Min, curve.Mean, curve.Max = append(curve.Min, v), append(curve.Mean, v), append(curve.Max, v)
	}
	for i, s := range stretches {
		if i > 0 && stretches[i-1].until < s.from && stretches[i-1].value != unknown {
			add(stretches[i-1].until, unknown)
		}
		add(s.from, s.value)
	}
	if n := len(stretches); n > 0 && stretches[n-1].until-1 > stretches[n-1].from {
		add(stretches[n-1].until-1, stretches[n-1].value)
	}
}

// addPoints adds cells as points.
func addPoints(curve *api.Curve, from, step int64, points []cell) {
	curve.Times = slices.Grow(curve.Times, len(points))
	for i, c := range points {
		curve.Times = append(curve.Times, from+int64(i)*step)
		if c.known == 0 {
			curve.Min, curve.Mean, curve.Max = append(curve.Min, nil), append(curve.Mean, nil), append(curve.Max, nil)
			continue
		}
		mean := float64(c.total) / float64(c.known) / hundred
		curve.Min = append(curve.Min, number(c.low))
		curve.Mean = append(curve.Mean, &mean)
		curve.Max = append(curve.Max, number(c.high))
	}
}

// number is a value as documents have it.
func number(value int64) *float64 {
	if value == unknown {
		return nil
	}
	n := float64(value) / hundred
	return &n
}
