package history

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/nwp500/nwp500/api"
)

// told is an event that is to be written.
type told struct {
	heater Heater
	event  api.Event
}

// eventDocument is what of an event has no column.
type eventDocument struct {
	Text   string      `json:"text"`
	By     string      `json:"by,omitempty"`
	Result *api.Result `json:"result,omitempty"`
	Fault  *api.Fault  `json:"fault,omitempty"`
}

// addEvent adds an event to rows.
func addEvent(to *rows, heater int64, event api.Event) error {
	document, err := json.Marshal(eventDocument{event.Text, event.By, event.Result, event.Fault})
	if err != nil {
		return err
	}
	to.values = append(to.values, heater, event.At.UnixMilli(), string(event.Class), string(document))
	return nil
}

func eventRows() rows { return rows{into: "event (heater, at, class, document)", columns: 4} }

const (
	defaultEvents = 200
	mostEvents    = 10_000
)

// Events returns events, the newest first. A limit that is too large and a time that ends before it begins are a
// [*QueryError].
func (s *Store) Events(ctx context.Context, query api.EventQuery) (api.Events, error) {
	limit := query.Limit
	if limit == 0 {
		limit = defaultEvents
	}
	if limit < 1 || limit > mostEvents {
		return api.Events{}, &QueryError{"limit", fmt.Sprintf("%d events are not to be had at once: 1 to %d are", query.Limit, mostEvents)}
	}
	if !query.From.IsZero() && !query.To.IsZero() && query.To.Before(query.From) {
		return api.Events{}, &QueryError{"to", "the time ends before it begins"}
	}
	var where []string
	var args []any
	and := func(condition string, arg any) {
		args = append(args, arg)
		where = append(where, fmt.Sprintf(condition, len(args)))
	}
	if query.Heater != "" {
		and("heater.uid = $%d", query.Heater)
	}
	if !query.From.IsZero() {
		and("event.at >= $%d", query.From.UnixMilli())
	}
	if !query.To.IsZero() {
		and("event.at < $%d", query.To.UnixMilli())
	}
	if query.Before > 0 {
		and("event.id < $%d", query.Before)
	}
	if len(query.Classes) > 0 {
		marks := make([]string, len(query.Classes))
		for i, class := range query.Classes {
			args = append(args, string(class))
			marks[i] = fmt.Sprintf("$%d", len(args))
		}
		where = append(where, "event.class IN ("+strings.Join(marks, ", ")+")")
	}
	text := `SELECT event.id, event.at, heater.uid, event.class, event.document FROM event JOIN heater ON heater.id = event.heater`
	if len(where) > 0 {
		text += " WHERE " + strings.Join(where, " AND ")
	}
	text += fmt.Sprintf(" ORDER BY event.id DESC LIMIT %d", limit)
	events := api.Events{Events: []api.Event{}}
	err := each(ctx, s.read, text, args, func(rows *sql.Rows) error {
		event, err := scanEvent(rows)
		events.Events = append(events.Events, event)
		return err
	})
	return events, err
}

func scanEvent(rows *sql.Rows) (event api.Event, err error) {
	var at int64
	var class, text string
	if err := rows.Scan(&event.ID, &at, &event.Heater, &class, &text); err != nil {
		return event, err
	}
	var document eventDocument
	if err := json.Unmarshal([]byte(text), &document); err != nil {
		return event, fmt.Errorf("event %d: %w", event.ID, err)
	}
	event.At, event.Class = time.UnixMilli(at).UTC(), api.EventClass(class)
	event.Text, event.By, event.Result, event.Fault = document.Text, document.By, document.Result, document.Fault
	return event, nil
}
