package cli

import (
	"encoding/csv"
	"encoding/json"
	"io"
)

// csv writes a header and rows to standard output for spreadsheets, as RFC 4180 has them: lines end with CR LF. The
// header is there without rows, too.
func (p *program) csv(header []string, rows [][]string) error {
	return writeCSV(p.stdout, append([][]string{header}, rows...))
}

// writeCSV writes records in the form of csv, without a header of its own.
func writeCSV(to io.Writer, records [][]string) error {
	writer := csv.NewWriter(to)
	writer.UseCRLF = true
	for _, record := range records {
		cells := make([]string, len(record))
		for i, cell := range record {
			cells[i] = printable(cell)
		}
		if err := writer.Write(cells); err != nil {
			return err
		}
	}
	writer.Flush()
	return writer.Error()
}

// cell is a value as it stands in CSV: what it is in JSON, without the quotes of a text, and nothing for null.
func cell(value any) string {
	encoded, err := json.Marshal(value)
	if err != nil || string(encoded) == "null" {
		return ""
	}
	var text string
	if json.Unmarshal(encoded, &text) == nil {
		return text
	}
	return string(encoded)
}
