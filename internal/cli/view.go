package cli

import (
	"context"
	"fmt"

	"github.com/nwp500/nwp500"
)

// view is how the answer of a heater is shown in each format.
type view[T any] struct {
	table    func(nwp500.Device, T) error
	document func(nwp500.Device, T) ([]byte, error) // JSON, a document a line
	header   []string                               // of CSV
	records  func(nwp500.Device, T) [][]string      // of CSV
}

// show asks heaters like askAll and shows each answer in the format that was asked for.
func show[T any](
	ctx context.Context, p *program, devices []nwp500.Device,
	question func(context.Context, nwp500.Device) (T, error), v view[T],
) error {
	shown := 0
	return askAll(ctx, p, devices, question, func(device nwp500.Device, answer T) error {
		shown++
		switch {
		case p.options.format.json:
			document, err := v.document(device, answer)
			if err != nil {
				return err
			}
			return p.line(document)
		case p.options.format.csv && shown == 1:
			return p.csv(v.header, v.records(device, answer))
		case p.options.format.csv:
			return writeCSV(p.stdout, v.records(device, answer))
		case shown > 1:
			fmt.Fprintln(p.stdout)
		}
		return v.table(device, answer)
	})
}

// showHeaters asks the chosen heaters over a live connection and shows their answers.
func showHeaters[T any](
	ctx context.Context, p *program, question func(context.Context, *nwp500.Heater) (T, error), v view[T],
) error {
	return p.withHeaters(ctx, func(_ *nwp500.Client, session *nwp500.Session, devices []nwp500.Device) error {
		return show(ctx, p, devices, func(ctx context.Context, device nwp500.Device) (T, error) {
			return question(ctx, session.Heater(device))
		}, v)
	})
}

// whose is what a document or a record begins with: the heater that it is of.
type whose struct {
	Name string `json:"name"`
	MAC  string `json:"mac_address"`
}

func of(device nwp500.Device) whose { return whose{device.Name, device.MAC.Reveal()} }

// record is a record of CSV of this heater.
func (w whose) record(cells ...string) []string { return append([]string{w.Name, w.MAC}, cells...) }

// sheetHeader is the header of sheets in CSV.
var sheetHeader = []string{"name", "mac_address", "group", "fact", "value"}

// records are the facts of a sheet, a record each.
func (s *sheet) records(device nwp500.Device) [][]string {
	var records [][]string
	for _, group := range s.groups {
		for _, fact := range group.facts {
			records = append(records, of(device).record(group.name, fact.label, fact.value))
		}
	}
	return records
}
