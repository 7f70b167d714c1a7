package history

import (
	"fmt"
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// model is what is known second by second: a field's value, unknown, or nothing at all.
type model struct {
	gap    int64
	values map[int64][2]int64 // of two fields; a second that is not there is one of which nothing is known
	heard  int64              // when the last live status came, -1 before the first of a process
	last   int64              // the same, -1 when a file has gone on with what is live
	gone   map[int64]bool     // the hours whose changes were forgotten: nothing is added to them
}

// forget forgets the changes before an hour.
func (m *model) forget(before int64) {
	for at := range m.values {
		if at < before {
			m.gone[hourOf(at)] = true
		}
	}
}

// live takes a status: what was known before it, up to the gap, was held until it.
func (m *model) live(at int64, values [2]int64) {
	if at < m.heard && m.heard-at <= jitter {
		at = m.heard
	}
	from := at
	switch {
	case m.last >= 0 && at >= m.last && at-m.last <= m.gap:
		from = m.last
	default:
		if before, known := m.before(at); known {
			from = before
		}
	}
	for t := from + 1; t < at; t++ {
		m.values[t] = m.values[from]
	}
	m.values[at] = values
	m.heard, m.last = at, at
}

// before returns the last second before a time of which something is known, if it is no gap away.
func (m *model) before(at int64) (int64, bool) {
	for from := at - 1; from >= at-m.gap && from >= 0; from-- {
		if _, known := m.values[from]; known {
			return from, !m.gone[hourOf(from)]
		}
	}
	return 0, false
}

// line is a status of a file.
type line struct {
	at     int64
	values [2]int64
}

// file takes a file: it leaves no gap before what is known already, when it is none.
func (m *model) file(lines []line) {
	end := int64(-1) // of what it has added without a break
	for _, l := range lines {
		if l.at == end { // of two of the same second the later counts
			m.values[l.at] = l.values
			continue
		}
		if l.at > end {
			m.join(end, l.at)
		}
		switch {
		case m.imported(l.at, l.values):
			end = l.at
		case l.at < end || l.at-end > m.gap || !m.gone[hourOf(l.at)]:
			end = -1
		}
	}
	m.join(end, math.MaxInt64)
}

// join lets what was known at a time last until something else is known, if that is before a time and no gap away.
func (m *model) join(end, before int64) {
	for at := end + 1; end >= 0 && at <= before && at-end <= m.gap; at++ {
		if _, known := m.values[at]; known {
			if m.gone[hourOf(at)] && at%hour > 0 {
				return
			}
			for t := end + 1; t < at; t++ {
				m.values[t] = m.values[end]
			}
			return
		}
	}
}

// imported takes a status of a file, and reports whether it is new: what is known already stands.
func (m *model) imported(at int64, values [2]int64) bool {
	if _, known := m.values[at]; known || m.gone[hourOf(at)] {
		return false
	}
	if from, known := m.before(at); known {
		for t := from + 1; t < at; t++ {
			m.values[t] = m.values[from]
		}
		if from == m.last {
			m.last = -1 // what is live goes on with this
		}
	}
	m.values[at] = values
	return true
}

// Whatever is recorded in whatever order, with gaps, a clock that is set back, files, roll-ups and changes that are forgotten in
// between, is read as it was recorded, fine or coarse.
func TestEverySecondIsReadAsItWasRecorded(t *testing.T) {
	onEach(t, func(t *testing.T, config Config) {
		fields := [2]string{"tank_upper_temperature", "comp_use"}
		config.Gap = 900 * time.Second
		s, clock := open(t, config)
		clock.at = base.Add(40 * day) // so that any hour may be rolled up at any time
		heaters := 0
		rapid.Check(t, func(r *rapid.T) {
			heaters++
			number, err := s.numbered(t.Context(), Heater{ID: fmt.Sprint(heaters)})
			if err != nil {
				r.Fatal(err)
			}
			w := &writer{t: t, store: s, number: number}
			m := &model{gap: s.gap, values: make(map[int64][2]int64), heard: -1, last: -1, gone: make(map[int64]bool)}
			var kept int64 // since when
			now := rapid.OneOf(rapid.Int64Range(0, 2*hour), rapid.Int64Range(22*hour, 24*hour)).Draw(r, "begin")
			draw := func() (values [2]int64, all []int64) {
				values, all = [2]int64{unknown, unknown}, s.values(nil)
				all[s.places["dhw_temperature_setting"]] = 5000 // a status says something
				for i, name := range fields {
					if rapid.IntRange(0, 9).Draw(r, "sent") > 0 {
						values[i] = rapid.SampledFrom([]int64{1, 1, 2, 300, -300}).Draw(r, "value")
					}
					all[s.places[name]] = values[i]
				}
				return values, all
			}
			for range rapid.IntRange(1, 30).Draw(r, "statuses") {
				switch rapid.IntRange(0, 14).Draw(r, "how") {
				case 0:
					now += rapid.Int64Range(s.gap-1, s.gap+2).Draw(r, "around the gap")
				case 1:
					now += rapid.Int64Range(0, 3*hour).Draw(r, "gap")
				case 2:
					now = max(kept, now-rapid.Int64Range(0, 2*hour).Draw(r, "set back"))
				case 3:
					now += hour - now%hour // the very beginning of an hour
				case 4:
					rollUp(t, s)
					now += rapid.Int64Range(0, s.gap).Draw(r, "later")
				case 5:
					w.tracks = nil // the process is started anew
					m.heard, m.last = -1, -1
					if rapid.Bool().Draw(r, "forgets") {
						rollUp(t, s)
						kept = max(kept, hourOf(now)-hour*rapid.Int64Range(0, 3).Draw(r, "hours kept"))
						m.forget(kept)
						if _, err := s.write.ExecContext(r.Context(), `DELETE FROM change WHERE heater = $1 AND at < $2`, number, base.Unix()+kept); err != nil {
							r.Fatal(err)
						}
					}
				case 6, 7:
					at := rapid.Int64Range(0, now+2*hour).Draw(r, "import")
					file := &importer{store: s}
					var lines []line
					for left := rapid.IntRange(1, 8).Draw(r, "lines"); left > 0; left-- {
						values, all := draw()
						lines = append(lines, line{at, values})
						file.waiting = append(file.waiting, observation{number, base.Unix() + at, all})
						if left == 1 || rapid.IntRange(0, 4).Draw(r, "written") == 0 {
							if err := file.write(r.Context(), left == 1); err != nil {
								r.Fatal(err)
							}
						}
						at = max(0, at+rapid.OneOf(rapid.Int64Range(0, s.gap+10), rapid.Int64Range(-100, 2*hour)).Draw(r, "next"))
					}
					m.file(lines)
					continue
				default:
					now += rapid.Int64Range(0, 120).Draw(r, "step")
				}
				values, all := draw()
				m.live(now, values)
				w.write(true, observation{number, base.Unix() + now, all})
			}
			if rapid.Bool().Draw(r, "rolled up at the end") {
				rollUp(t, s)
			}
			from := rapid.Int64Range(0, 3*hour).Draw(r, "from")
			to := from + rapid.Int64Range(1, 80*hour).Draw(r, "for")
			for place, name := range fields {
				for _, step := range []int64{7, minute, hour} {
					m.check(r, s, number, place, s.places[name], step, from, to)
				}
			}
		})
	})
}

// check compares what the store says of a time with the model.
func (m *model) check(r *rapid.T, s *Store, number int64, place, inStore int, step, from, to int64) {
	w := window{heater: number, from: base.Unix() + from, to: base.Unix() + to, points: math.MaxInt32, places: []int{inStore}}
	begin := w.from - w.from%step
	var got []cell
	if step < minute {
		p, err := s.readChanges(r.Context(), s.read, number, hourOf(w.from), w.to)
		if err != nil {
			r.Fatal(err)
		}
		got = cells(clip(p.stretches(w.to)[inStore], w.from), begin, step, w.count(step, s.now()))
	} else {
		read, err := s.readRollUps(r.Context(), s.read, w, step < hour)
		if err != nil {
			r.Fatal(err)
		}
		got = make([]cell, w.count(step, s.now()))
		err = read.walk(begin, 0, inStore, func(at int64, c cell) {
			if i := (at - begin) / step; at >= begin && i < int64(len(got)) {
				got[i].add(c)
			}
		})
		if err != nil {
			r.Fatal(err)
		}
	}
	for i, c := range got {
		var want cell
		for second := range step {
			at := begin + int64(i)*step + second - base.Unix()
			if step < minute && (at < from || at >= to) {
				continue // roll-ups have whole minutes
			}
			if step < minute && m.gone[hourOf(at)] {
				continue
			}
			if values, known := m.values[at]; known && values[place] != unknown {
				want.add(held(values[place], 1))
			}
		}
		c.last, want.last = 0, 0
		if c.known == 0 {
			c = cell{}
		}
		if c != want {
			r.Fatalf("step %d, second %d: %+v, want %+v", step, begin+int64(i)*step-base.Unix(), c, want)
		}
	}
}
