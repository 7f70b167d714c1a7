package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/nwp500/nwp500"
)

// listing is how a schedule of each chosen heater is asked for and shown.
type listing[T any] struct {
	question func(context.Context, *nwp500.Heater) (T, error)
	document func(nwp500.Device, T) ([]byte, error) // for -o json, a line each
	header   []string                               // for -o csv, behind the heater's name and MAC address
	records  func(T) [][]string
	table    func(nwp500.Device, T) error // for people
}

// list asks the chosen heaters and shows their answers.
func list[T any](ctx context.Context, p *program, l listing[T]) error {
	return p.withHeaters(ctx, func(_ *nwp500.Client, session *nwp500.Session, devices []nwp500.Device) error {
		question := func(ctx context.Context, device nwp500.Device) (T, error) {
			return l.question(ctx, session.Heater(device))
		}
		shown := 0
		var records [][]string // of all heaters
		err := askAll(ctx, p, devices, question, func(device nwp500.Device, answer T) error {
			shown++
			switch {
			case p.options.format.json:
				document, err := l.document(device, answer)
				if err != nil {
					return err
				}
				return p.line(document)
			case p.options.format.csv:
				for _, record := range l.records(answer) {
					records = append(records, append([]string{device.Name, device.MAC.Reveal()}, record...))
				}
				return nil
			case shown > 1:
				fmt.Fprintln(p.stdout)
			}
			return l.table(device, answer)
		})
		if p.options.format.csv && shown > 0 {
			err = errors.Join(err, p.csv(append([]string{"name", "mac_address"}, l.header...), records))
		}
		return err
	})
}
