package history

import (
	"context"
	"encoding/csv"
	"encoding/hex"
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
	i := &importer{store: s, options: options, heaters: make(map[string]int64), file: bounded{file: file}}
	i.csv = csv.NewReader(&i.file)
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
	file    bounded
	csv     *csv.Reader
	line    int // of the file, that was read last
	header  []string
	columns columns
	before  time.Time        // of the line before
	heaters map[string]int64 // numbers by ID
	tracks  map[int64]*track
	waiting []observation
	done    Imported
}

func (i *importer) run(ctx context.Context) error {
	header, err := i.read()
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
		record, err := i.read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if i.columns.time < len(record) && record[i.columns.time] == i.header[i.columns.time] {
			if !i.begin(record) { // files that were put together
				return errors.New("a header in the file has no fields of a status")
			}
			continue
		}
		err = i.take(ctx, record)
		if errors.As(err, new(lineError)) {
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

// read reads a line.
func (i *importer) read() ([]string, error) {
	i.file.left = longestLine
	record, err := i.csv.Read()
	if errors.Is(err, errLongLine) {
		return nil, fmt.Errorf("after line %d: %w", i.line, err)
	}
	if err == nil {
		i.line, _ = i.csv.FieldPos(0)
	}
	return record, err
}

// longestLine is how many bytes a line may have.
const longestLine = 1 << 20

var errLongLine = errors.New("a line has more than a megabyte: is there a quotation mark that none ends?")

// bounded is a file of which no more is read than is left.
type bounded struct {
	file io.Reader
	left int
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errLongLine
	}
	n, err := b.file.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}

// begin takes a header.
func (i *importer) begin(header []string) (ok bool) {
	i.before = time.Time{}
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

// quoted is the beginning of a cell.
func quoted(cell string) string { return fmt.Sprintf("%.40q", cell) }

func (i *importer) unreadable(err error) {
	i.done.Unreadable++
	if i.done.Problem == nil {
		i.done.Problem = fmt.Errorf("line %d: %w", i.line, err)
	}
}

// take reads a line.
func (i *importer) take(ctx context.Context, record []string) error {
	if len(record) != len(i.header) {
		return lineError{fmt.Sprintf("it has another number of columns than the header: %d, not %d", len(record), len(i.header))}
	}
	at, err := readTime(record[i.columns.time], i.options.Location, i.before, i.store.now())
	if err != nil {
		return err
	}
	i.before = at
	o := observation{at: at.Unix(), values: i.store.values(nil)}
	us, err := i.inUS(record)
	if err != nil {
		return err
	}
	for _, column := range i.columns.fields {
		value, ok := column.value(record[column.index], us)
		if !ok {
			return lineError{quoted(record[column.index]) + " is no value of " + column.field.name}
		}
		o.values[column.place] = value
	}
	i.derive(o.values)
	if o.heater, err = i.heater(ctx, record); err != nil { // last, because it makes a heater
		return err
	}
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

// inUS reports whether the quantities of a line stand in the units of the US.
func (i *importer) inUS(record []string) (bool, error) {
	c := i.columns
	switch {
	case c.units >= 0:
		units := strings.TrimSpace(record[c.units])
		if units != nwp500.US.String() && units != nwp500.Metric.String() {
			return false, lineError{quoted(units) + " are no units: metric and us are"}
		}
		return units == nwp500.US.String(), nil
	case i.options.Units != nwp500.Auto:
		return i.options.Units == nwp500.US, nil
	}
	return c.scale >= 0 && strings.EqualFold(record[c.scale], "fahrenheit"), nil
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
	heater := Heater{ID: strings.ToLower(cell(i.columns.heater)), Name: cell(i.columns.name)}
	switch mac := macDigits.Replace(cell(i.columns.mac)); {
	case heater.ID != "":
		if !isHex(heater.ID, 10) {
			return 0, lineError{quoted(heater.ID) + " is no heater's ID, which has ten hexadecimal digits"}
		}
	case mac != "":
		if !isHex(mac, 12) {
			return 0, lineError{"its mac_address is none: one has twelve hexadecimal digits"}
		}
		heater.ID = fleet.Identity(nwp500.NewMAC(mac))
	default:
		heater = i.options.Heater
	}
	if heater.ID == "" {
		return 0, ErrWhichHeater
	}
	if number, known := i.heaters[heater.ID]; known {
		return number, nil
	}
	number, err := i.store.entered(ctx, heater, false)
	if err == nil {
		i.heaters[heater.ID] = number
		i.done.Heaters = append(i.done.Heaters, heater)
	}
	return number, err
}

// macDigits takes out what separates the digits of a MAC address.
var macDigits = strings.NewReplacer(":", "", "-", "")

// isHex reports whether a text is so many hexadecimal digits.
func isHex(text string, digits int) bool {
	_, err := hex.DecodeString(text)
	return err == nil && len(text) == digits
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
