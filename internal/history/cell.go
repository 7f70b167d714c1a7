package history

import (
	"encoding/binary"
	"errors"
)

// cell is what a field was in a minute or an hour.
type cell struct {
	known     int64 // seconds
	low, high int64
	total     int64 // the value times the seconds that it lasted
	last      int64 // unknown when it was at the end
}

// held is a field that kept a value, or stayed unknown, for so many seconds. It is what stands where no cell was written.
func held(value, seconds int64) cell {
	if value == unknown || seconds == 0 {
		return cell{last: value}
	}
	return cell{seconds, value, value, value * seconds, value}
}

// add adds what follows.
func (c *cell) add(next cell) {
	if next.known > 0 {
		if c.known == 0 {
			c.low, c.high = next.low, next.high
		}
		c.low, c.high = min(c.low, next.low), max(c.high, next.high)
		c.known += next.known
		c.total += next.total
	}
	c.last = next.last
}

// part is the share of a cell that so many of the seconds it is about have, when nothing finer is known.
func (c cell) part(seconds, of int64) cell {
	if c.low == c.high && c.known == of {
		return held(c.low, seconds)
	}
	c.total = c.total * seconds / of
	c.known = c.known * seconds / of
	return c
}

// cells cuts a field's stretches into n cells of so many seconds each.
func cells(stretches []stretch, from, seconds int64, n int) []cell {
	cut := make([]cell, n)
	for i := range cut {
		cut[i].last = unknown
	}
	for _, s := range stretches {
		for at := s.from; at < s.until; {
			i := (at - from) / seconds
			end := min(s.until, from+(i+1)*seconds)
			cut[i].add(held(s.value, end-at))
			at = end
		}
	}
	return cut
}

// covered returns how many seconds of each of n parts of a time the spans cover.
func covered(spans []span, from, seconds int64, n int) []int64 {
	parts := make([]int64, n)
	until := from + seconds*int64(n)
	for _, s := range spans {
		for at := max(s.start, from); at < min(s.until, until); {
			i := (at - from) / seconds
			end := min(s.until, from+(i+1)*seconds)
			parts[i] += end - at
			at = end
		}
	}
	return parts
}

const minute = 60

// minutesAnHour is how many cells a row of minutes has.
const minutesAnHour = hour / minute

// The flags of a packed cell.
const (
	wasFull = 1 << iota // known as long as a span covers it
	wasFlat             // one value
	wasOpen             // unknown at the end
	flags   = iota
)

// pack makes a row of the minutes of an hour. A minute that is what the one before it ended with is left out. They are
// numbers of variable length: the distance to the minute before with the flags; how long it was known, unless it was
// throughout; how far its lowest value is from that before; and unless it had one value alone, how far the highest and the
// last are from that, and what its sum is beyond the lowest.
func pack(minutes []cell, covered []int64) []byte {
	var packed []byte
	before, low, carry := -1, int64(0), int64(unknown)
	for i, c := range minutes {
		if covered[i] == 0 || c == held(carry, covered[i]) {
			continue
		}
		carry = c.last
		bits := 0
		if c.known == covered[i] {
			bits |= wasFull
		}
		if c.low == c.high {
			bits |= wasFlat
		}
		if c.last == unknown {
			bits |= wasOpen
		}
		packed = binary.AppendUvarint(packed, uint64((i-before)<<flags|bits))
		before = i
		if bits&wasFull == 0 {
			packed = binary.AppendUvarint(packed, uint64(c.known))
		}
		if c.known == 0 {
			continue
		}
		packed = binary.AppendVarint(packed, c.low-low)
		low = c.low
		if bits&wasFlat != 0 {
			continue
		}
		packed = binary.AppendUvarint(packed, uint64(c.high-c.low))
		packed = binary.AppendUvarint(packed, uint64(c.total-c.low*c.known))
		if bits&wasOpen == 0 {
			packed = binary.AppendUvarint(packed, uint64(c.last-c.low))
		}
	}
	return packed
}

var errPacked = errors.New("a row of minutes is damaged")

// unpack reads what pack has made.
func unpack(packed []byte, covered []int64) ([]cell, error) {
	minutes := make([]cell, minutesAnHour)
	numbers := numbers{left: packed}
	next, low, carry := 0, int64(0), int64(unknown)
	for len(numbers.left) > 0 {
		head := numbers.next()
		bits, distance := head&(1<<flags-1), head>>flags
		if distance < 1 || distance > uint64(minutesAnHour-next) {
			return nil, errPacked
		}
		for skipped := distance - 1; skipped > 0; skipped-- {
			minutes[next] = held(carry, covered[next])
			next++
		}
		c := cell{known: covered[next], last: unknown}
		if bits&wasFull == 0 {
			c.known = int64(numbers.next())
		}
		if c.known > 0 {
			low += numbers.signed()
			c.low, c.high, c.total = low, low, low*c.known
			if bits&wasFlat == 0 {
				c.high += int64(numbers.next())
				c.total += int64(numbers.next())
			}
			if bits&wasOpen == 0 {
				c.last = low
				if bits&wasFlat == 0 {
					c.last += int64(numbers.next())
				}
			}
		}
		if numbers.damaged || c.known < 0 || c.known > covered[next] {
			return nil, errPacked
		}
		minutes[next], carry = c, c.last
		next++
	}
	for ; next < minutesAnHour; next++ {
		minutes[next] = held(carry, covered[next])
	}
	return minutes, nil
}

// numbers reads numbers of variable length.
type numbers struct {
	left    []byte
	damaged bool
}

func (n *numbers) next() uint64 {
	value, length := binary.Uvarint(n.left)
	n.skip(length)
	return value
}

func (n *numbers) signed() int64 {
	value, length := binary.Varint(n.left)
	n.skip(length)
	return value
}

func (n *numbers) skip(length int) {
	if length <= 0 {
		n.damaged, n.left = true, nil
		return
	}
	n.left = n.left[length:]
}
