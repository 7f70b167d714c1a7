package history

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/internal/fleet"
)

// ImportOptions say what a file does not.
type ImportOptions struct {
	// Heater is whose statuses they are where the file does not tell; its ID may be empty when it does.
	Heater Heater
	// Units are those of a file of the Python client that has no numbers of the wire; Auto is what the heater's panel shows.
	Units nwp500.Units
	// Location is the time zone of times without one; if nil, time.Local.
	Location *time.Location
}

// Imported is what became of a file.
type Imported struct {
	// Statuses is how many were read, Recorded how many of them are new: of the others' time something was known already.
	Statuses, Recorded int
	// Unreadable is how many lines were left out, and Problem why the first of them was.
	Unreadable int
	Problem    error
	// Heaters are whose statuses they were.
	Heaters []Heater
	// From and To are the times of the first and the last.
	From, To time.Time
	// Older tells that an older Python client wrote the file: its temperatures of the refrigerant and of the tank are left
	// out, because some of those versions misread them.
	Older bool
}

// importAtOnce is how many statuses are written in one transaction.
const importAtOnce = 500

// Import reads statuses in CSV as nwp500 monitor --csv, nwp500 history export and the Python client nwp500-python write
// them. What is recorded already stands: importing a file again changes nothing. The statuses of a heater must be in the
// order of time, more or less. A line that cannot be read is left out and counted; a file that is none of these is an error.
func (s *Store) Import(ctx context.Context, file io.Reader, options ImportOptions) (Imported, error) {
	if options.Location == nil {
		options.Location = time.Local
	}
	i := &importer{store: s, options: options, heaters: make(map[Heater]int64)}
	i.csv = csv.NewReader(file)
	i.csv.FieldsPerRecord, i.csv.ReuseRecord, i.csv.LazyQuotes = -1, true, true
	err := i.run(ctx)
	if err != nil {
		err = fmt.Errorf("history: %w", err)
	}
	return i.done, err
}

type importer struct {
	store   *Store
	options ImportOptions
	csv     *csv.Reader
	header  []string
	columns columns
	heaters map[Heater]int64
	tracks  map[int64]*track
	waiting []observation
	done    Imported
}

func (i *importer) run(ctx context.Context) error {
	header, err := i.csv.Read()
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("the file is no CSV: %w", err)
	}
	if len(header) > 0 {
		header[0] = strings.TrimPrefix(header[0], "\ufeff")
	}
	if !i.begin(header) {
		return errors.New("the file does not begin with a header of nwp500 monitor --csv, nwp500 history export or nwp500-python")
	}
	for {
		record, err := i.csv.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil && i.columns.time < len(record) && record[i.columns.time] == i.header[i.columns.time] {
			if !i.begin(record) { // files that were put together
				return errors.New("a header in the file has no fields of a status")
			}
			continue
		}
		if err == nil {
			err = i.take(ctx, record)
		}
		if parse := new(csv.ParseError); errors.As(err, &parse) || errors.As(err, new(lineError)) {
			i.unreadable(err)
			continue
		}
		if err != nil {
			return err
		}
		if len(i.waiting) == importAtOnce {
			if err := i.write(ctx, false); err != nil {
				return err
			}
		}
	}
	if err := i.write(ctx, true); err != nil {
		return err
	}
	return i.rollUp(ctx, 0)
}

// begin takes a header.
func (i *importer) begin(header []string) (ok bool) {
	i.header = append([]string(nil), header...)
	i.columns, ok = i.store.columnsOf(i.header)
	if ok && i.columns.python && !strings.Contains(strings.Join(i.header, ","), rawEnding) {
		i.done.Older = true
	}
	return ok
}

// lineError is why a line cannot be read.
type lineError struct{ reason string }

func (e lineError) Error() string { return e.reason }

func (i *importer) unreadable(err error) {
	i.done.Unreadable++
	if i.done.Problem == nil {
		line, _ := i.csv.FieldPos(0)
		i.done.Problem = fmt.Errorf("line %d: %w", line, err)
	}
}

// take reads a line.
func (i *importer) take(ctx context.Context, record []string) error {
	if len(record) != len(i.header) {
		return lineError{fmt.Sprintf("it has %d columns and the header %d", len(record), len(i.header))}
	}
	at, err := readTime(record[i.columns.time], i.options.Location)
	if err != nil {
		return err
	}
	number, err := i.heater(ctx, record)
	if err != nil {
		return err
	}
	o := observation{heater: number, at: at.Unix(), values: i.store.values(nil)}
	us := i.inUS(record)
	for _, column := range i.columns.fields {
		value, ok := column.value(record[column.index], us)
		if !ok {
			return lineError{fmt.Sprintf("%q is no value of %s", record[column.index], column.field.name)}
		}
		o.values[column.place] = value
	}
	i.derive(o.values)
	i.waiting = append(i.waiting, o)
	i.done.Statuses++
	if i.done.From.IsZero() || at.Before(i.done.From) {
		i.done.From = at
	}
	if at.After(i.done.To) {
		i.done.To = at
	}
	return nil
}

// derive fills in what is made of two fields, where a file has only these.
func (i *importer) derive(values []int64) {
	full, needed, usable := i.store.places["full_recovery_energy"], i.store.places["energy_to_setpoint"], i.store.places["usable_energy"]
	if values[usable] == unknown && values[full] != unknown && values[needed] != unknown {
		values[usable] = max(0, values[full]-values[needed])
	}
}

// readTime reads a time with a zone or, as Python writes it, without.
func readTime(text string, location *time.Location) (time.Time, error) {
	text = strings.Replace(strings.TrimSpace(text), " ", "T", 1)
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		at, err = time.ParseInLocation("2006-01-02T15:04:05", text, location)
	}
	if err != nil || at.Unix() < 0 || at.Year() > 9999 {
		return at, lineError{fmt.Sprintf("%q is no time", text)}
	}
	return at, nil
}

// inUS reports whether the quantities of a line stand in the units of the US.
func (i *importer) inUS(record []string) bool {
	c := i.columns
	switch {
	case c.units >= 0:
		return record[c.units] == nwp500.US.String()
	case i.options.Units != nwp500.Auto:
		return i.options.Units == nwp500.US
	}
	return c.scale >= 0 && strings.EqualFold(record[c.scale], "fahrenheit")
}

// ErrWhichHeater is a file that does not tell whose statuses it has.
var ErrWhichHeater = errors.New("the file does not tell whose statuses it has")

// heater returns the number of the heater that a line is about.
func (i *importer) heater(ctx context.Context, record []string) (int64, error) {
	cell := func(index int) string {
		if index < 0 {
			return ""
		}
		return strings.TrimSpace(record[index])
	}
	heater := Heater{ID: cell(i.columns.heater), Name: cell(i.columns.name)}
	if mac := cell(i.columns.mac); heater.ID == "" && mac != "" {
		heater.ID = fleet.Identity(nwp500.NewMAC(strings.NewReplacer(":", "", "-", "").Replace(mac)))
	}
	if heater.ID == "" {
		heater = i.options.Heater
	}
	if heater.ID == "" {
		return 0, ErrWhichHeater
	}
	if number, known := i.heaters[heater]; known {
		return number, nil
	}
	number, err := i.store.numbered(ctx, heater)
	if err == nil {
		i.heaters[heater] = number
		i.done.Heaters = append(i.done.Heaters, heater)
	}
	return number, err
}

// write writes what waits. At the end no gap is left before what stood already, when it is none.
func (i *importer) write(ctx context.Context, end bool) error {
	recorded := 0
	after, err := i.store.batch(ctx, i.tracks, false, func(b *batch) error {
		recorded = 0
		for _, o := range i.waiting {
			wrote, err := b.observe(ctx, o)
			if err != nil {
				return err
			}
			if wrote {
				recorded++
			}
		}
		if end {
			for heater, t := range b.tracks {
				if err := b.bridge(ctx, heater, t); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	i.tracks, i.waiting = after, i.waiting[:0]
	i.done.Recorded += recorded
	return i.rollUp(ctx, rollUpAhead)
}

// rollUpAhead is how many hours may wait to be rolled up while a file is read.
const rollUpAhead = 12

// rollUp rolls up what was imported, but for so many hours.
func (i *importer) rollUp(ctx context.Context, leave int) error {
	for {
		var waiting int
		err := i.store.read.QueryRowContext(ctx, `SELECT count(*) FROM stale WHERE at <= $1`, i.store.rollUpBefore()).Scan(&waiting)
		if err != nil || waiting <= leave {
			return err
		}
		for range waiting - leave {
			if done, err := i.store.rollUpOnce(ctx); err != nil || !done {
				return err
			}
		}
	}
}
