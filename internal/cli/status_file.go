package cli

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/nwp500/nwp500"
)

// statusFile is a file in CSV to which statuses are appended, in the columns of status -o csv.
type statusFile struct {
	file  *os.File
	units nwp500.Units
}

// longestHeader is more than a header of these columns takes.
const longestHeader = 64 << 10

// openStatusFile opens a file to go on with it, or begins it with the header. A file with another header is refused:
// what would be appended has no place in it.
func openStatusFile(path string, units nwp500.Units) (_ *statusFile, err error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o644)
	if err != nil {
		return nil, usagef("--csv: the file cannot be opened: %w", reason(err))
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, file.Close())
		}
	}()
	if info, err := file.Stat(); err != nil || !info.Mode().IsRegular() {
		return nil, errors.Join(err, usagef("--csv: what is there is no file to append to"))
	}
	header, err := bufio.NewReader(io.LimitReader(file, longestHeader)).ReadString('\n')
	switch {
	case errors.Is(err, io.EOF) && header == "":
		err = appendRecords(file, statusColumns)
	case err == nil || errors.Is(err, io.EOF):
		err = sameColumns(header)
	}
	if err == nil {
		err = endLine(file)
	}
	if err != nil {
		return nil, err
	}
	return &statusFile{file, units}, nil
}

// sameColumns says how the header of a file differs from that of status -o csv.
func sameColumns(header string) error {
	columns, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(header, "\ufeff"))).Read()
	if err != nil {
		return usagef("--csv: the file does not begin with the header that nwp500 status -o csv prints; name a new file")
	}
	if slices.Equal(columns, statusColumns) {
		return nil
	}
	for i, column := range statusColumns {
		switch {
		case i == len(columns):
			return usagef("--csv: the file's header ends before the column %q, so its columns are not those of nwp500 status -o csv; name a new file", column)
		case columns[i] != column:
			return usagef("--csv: the file's column %d is %q, not %q, so its header is not that of nwp500 status -o csv; name a new file", i+1, columns[i], column)
		}
	}
	return usagef("--csv: the file has a column %q, which nwp500 status -o csv does not print; name a new file", columns[len(statusColumns)])
}

// endLine ends a last line that was cut off, so that the next record is one of its own.
func endLine(file *os.File) error {
	info, err := file.Stat()
	if err != nil || info.Size() == 0 {
		return err
	}
	last := make([]byte, 1)
	if _, err := file.ReadAt(last, info.Size()-1); err != nil || last[0] == '\n' {
		return err
	}
	_, err = file.WriteString("\r\n")
	return err
}

// append appends a status.
func (f *statusFile) append(device nwp500.Device, status *nwp500.Status) error {
	return appendRecords(f.file, statusRecord(device, status, f.units))
}

func (f *statusFile) close() error { return f.file.Close() }

// appendRecords writes records at once, so that others who read or append see them whole.
func appendRecords(file *os.File, records ...[]string) error {
	var text bytes.Buffer
	if err := writeCSV(&text, records); err != nil {
		return err
	}
	if _, err := file.Write(text.Bytes()); err != nil {
		return fmt.Errorf("--csv: %w", reason(err))
	}
	return nil
}
