package cli

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/api"
	"github.com/nwp500/nwp500/internal/fleet"
	"github.com/nwp500/nwp500/internal/history"
)

// energyPeriods are what energy can be asked for by.
var energyPeriods = []string{"hour", "day", "month", "year"}

// exportOptions are what history export takes.
type exportOptions struct {
	place    historyPlace
	from, to string
	by       string
}

func (p *program) historyExportCommand() *cobra.Command {
	var o exportOptions
	cmd := &cobra.Command{
		Use:   "export [statuses|events|energy]",
		Short: "Print statuses, events or energy of a time",
		Long: `Print what the history has of a time, as CSV or with -o json as a document a line: statuses
unless something else is named.

There is a status for each second in which something changed, and one every five minutes
while nothing did, so that nwp500 history import makes the same of it. Of a time whose
changes are kept no longer there is one for each minute or hour, with what was last in it.

Events come the newest first. Energy is what the heaters have counted, --by hour, day, month
or year.`,
		Example: "  nwp500 history export --from 2026-11-01 --to 2026-11-22 >november.csv\n" +
			"  nwp500 history export events -o json\n  nwp500 history export energy --by month",
		Args:      arguments(0, 1, "statuses, events or energy"),
		ValidArgs: []string{"statuses", "events", "energy"},
		RunE: func(cmd *cobra.Command, args []string) error {
			do := map[string]func(context.Context, *history.Store, exportOptions) error{
				"statuses": p.exportStatuses, "events": p.exportEvents, "energy": p.exportEnergy,
			}
			what := "statuses"
			if len(args) == 1 {
				what = args[0]
			}
			export, known := do[what]
			if !known {
				return usagef("history export takes statuses, events or energy")
			}
			if what != "energy" && cmd.Flags().Changed("by") {
				return usagef("--by goes with energy")
			}
			if !slices.Contains(energyPeriods, o.by) {
				return usagef("--by: %q is not known: it is hour, day, month or year", o.by)
			}
			ctx := cmd.Context()
			return p.withHistory(ctx, &o.place, false, 0, func(store *history.Store) error { return export(ctx, store, o) })
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&o.from, "from", "", "the first `TIME`: 2026-11-22 or 2026-11-22T07:30:00Z")
	flags.StringVar(&o.to, "to", "", "the `TIME` at which it ends; of a day all of it")
	flags.StringVar(&o.by, "by", "day", "of energy: `hour|day|month|year`")
	o.place.register(cmd)
	complete(cmd, "by", cobra.FixedCompletions(energyPeriods, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

// query is the time and the heater of an export.
func (o exportOptions) query(ctx context.Context, p *program, store *history.Store) (query history.ExportQuery, err error) {
	from, err := readWhen("from", o.from)
	if err != nil {
		return query, err
	}
	to, err := readWhen("to", o.to)
	if err != nil {
		return query, err
	}
	if !from.at.IsZero() && !to.at.IsZero() && !from.at.Before(to.end()) {
		return query, usagef("--to: %s is not after --from, %s", o.to, o.from)
	}
	heaters, err := store.Heaters(ctx)
	if err != nil {
		return query, err
	}
	id, err := p.chooseRecorded(heaters)
	return history.ExportQuery{Heater: id, From: from.at, To: to.end()}, err
}

// flushRecords is after how many records what was printed can be read.
const flushRecords = 256

func (p *program) exportStatuses(ctx context.Context, store *history.Store, o exportOptions) error {
	query, err := o.query(ctx, p, store)
	if err != nil {
		return err
	}
	units := nwp500.Metric
	if p.options.units.units == nwp500.US {
		units = nwp500.US
	}
	if p.options.format.json {
		return store.Export(ctx, query, func(r history.Record) error { return p.line(recordDocument(r, units)) })
	}
	out := csv.NewWriter(p.stdout)
	out.UseCRLF = true
	if err := out.Write(append([]string{"time", "name", "heater", "units"}, store.Fields()...)); err != nil {
		return err
	}
	var cells []string
	written := 0
	err = store.Export(ctx, query, func(r history.Record) error {
		cells = append(cells[:0], r.At.Local().Format(time.RFC3339), printable(r.Heater.Name), r.Heater.ID, units.String())
		for _, value := range r.Values {
			cells = append(cells, recordCell(value, units))
		}
		if written++; written%flushRecords == 0 {
			out.Flush()
		}
		return out.Write(cells)
	})
	out.Flush()
	if err == nil {
		err = out.Error()
	}
	return err
}

// recordCell is a value as it stands in CSV.
func recordCell(value fleet.Value, units nwp500.Units) string {
	switch {
	case !value.Known:
		return ""
	case value.Kind == fleet.Flag:
		return strconv.FormatBool(value.Number != 0)
	case value.Kind == fleet.Enumeration:
		return value.Text
	}
	return strconv.FormatFloat(inUnits(value, units), 'f', -1, 64)
}

// recordDocument is a record as an object in JSON.
func recordDocument(r history.Record, units nwp500.Units) []byte {
	name, _ := json.Marshal(r.Heater.Name) // a text
	document := append([]byte(`{"time":"`), r.At.Local().Format(time.RFC3339)+`","name":`...)
	document = append(append(document, name...), `,"heater":"`+r.Heater.ID+`","units":"`+units.String()+`"`...)
	for _, value := range r.Values {
		document = append(document, `,"`+value.Name+`":`...)
		cell := recordCell(value, units)
		switch {
		case cell == "":
			cell = "null"
		case value.Kind == fleet.Enumeration:
			cell = strconv.Quote(cell)
		}
		document = append(document, cell...)
	}
	return append(document, '}')
}

const gallonsALitre = 0.264172

// inUnits is a number that the history has in metric units.
func inUnits(value fleet.Value, units nwp500.Units) float64 {
	number := value.Number
	if units == nwp500.US {
		switch {
		case value.Kind == fleet.Temperature:
			number = number*1.8 + 32
		case value.Kind == fleet.Difference:
			number *= 1.8
		case value.Unit == "l" || value.Unit == "l/min":
			number *= gallonsALitre
		}
	}
	return math.Round(number*100) / 100
}

func (p *program) exportEvents(ctx context.Context, store *history.Store, o exportOptions) error {
	query, err := o.query(ctx, p, store)
	if err != nil {
		return err
	}
	if !p.options.format.json {
		if err := p.csv([]string{"time", "heater", "class", "text", "by", "end", "error", "fault"}, nil); err != nil {
			return err
		}
	}
	asked := api.EventQuery{Heater: query.Heater, From: query.From, To: query.To, Limit: 1000}
	for {
		events, err := store.Events(ctx, asked)
		if err != nil {
			return err
		}
		for _, event := range events.Events {
			if err := p.exportEvent(event); err != nil {
				return err
			}
			asked.Before = event.ID
		}
		if len(events.Events) < asked.Limit {
			return nil
		}
	}
}

func (p *program) exportEvent(event api.Event) error {
	if p.options.format.json {
		return p.document(event)
	}
	end, reason, fault := "", "", ""
	if event.Result != nil {
		end, reason = string(event.Result.End), event.Result.Error
	}
	if event.Fault != nil {
		fault = strconv.Itoa(event.Fault.Code)
	}
	return writeCSV(p.stdout, [][]string{{
		event.At.Local().Format(timeForm), event.Heater, string(event.Class), event.Text, event.By, end, reason, fault,
	}})
}

func (p *program) exportEnergy(ctx context.Context, store *history.Store, o exportOptions) error {
	query, err := o.query(ctx, p, store)
	if err != nil {
		return err
	}
	heaters, err := store.Heaters(ctx)
	if err != nil {
		return err
	}
	if !p.options.format.json {
		header := []string{"date", "name", "heater", "heat_pump_wh", "element_wh", "heat_pump_minutes", "element_minutes"}
		if err := p.csv(header, nil); err != nil {
			return err
		}
	}
	for _, heater := range heaters {
		if query.Heater != "" && heater.ID != query.Heater {
			continue
		}
		use, err := store.Energy(ctx, api.EnergyQuery{Heater: heater.ID, By: o.by, From: dayOf(o.from), To: dayOf(o.to)})
		if err != nil {
			return err
		}
		for _, item := range use.Items {
			if err := p.exportItem(heater, item); err != nil {
				return err
			}
		}
	}
	return nil
}

// dayOf is the day of a time of a flag, which is right already: energy is asked for by days.
func dayOf(text string) string { return text[:min(len(text), len(time.DateOnly))] }

func (p *program) exportItem(heater history.Heater, item api.EnergyItem) error {
	if p.options.format.json {
		return p.document(struct {
			Name   string `json:"name"`
			Heater string `json:"heater"`
			api.EnergyItem
		}{heater.Name, heater.ID, item})
	}
	return writeCSV(p.stdout, [][]string{{
		item.Date, heater.Name, heater.ID, cell(item.HeatPumpWh), cell(item.ElementWh), cell(item.HeatPumpMinutes), cell(item.ElementMinutes),
	}})
}
