package api

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"time"

	"github.com/go-json-experiment/json"
)

// Do has a heater carry a command out, and returns its end when it is done. Otherwise the error holds a
// [*CommandError]. The server answers within a minute or so; when ctx ends earlier, or the
// connection breaks, the command goes on and its end can be found among the events.
func (c *Client) Do(ctx context.Context, id string, command Command) (Result, error) {
	return c.command(ctx, http.MethodPost, heaterPath(id, "/commands"), command.Name, "", command)
}

// Schedule reads a schedule from the heater: "reservations", "tou" or "recirculation".
func (c *Client) Schedule(ctx context.Context, id, kind string) (Schedule, error) {
	var schedule Schedule
	err := c.get(ctx, heaterPath(id, "/schedules/"+kind), nil, &schedule)
	return schedule, err
}

// SetSchedule writes a schedule over the one whose version it has, as [Client.Schedule]
// returned it. If the heater has another one by now nothing is written: the error is a
// [*CommandError] whose Result is Stale. With the version "*" it is written over whatever is there.
func (c *Client) SetSchedule(ctx context.Context, id string, schedule Schedule) (Result, error) {
	match := schedule.Version
	if match != "*" {
		match = `"` + match + `"`
	}
	return c.command(ctx, http.MethodPut, heaterPath(id, "/schedules/"+schedule.Kind), "set-"+schedule.Kind, match, schedule)
}

// command sends a request that a result answers.
func (c *Client) command(ctx context.Context, method, path, name, ifMatch string, document any) (Result, error) {
	failed := &CommandError{Result: Result{Command: name, End: NotSent}}
	body, err := json.Marshal(document)
	if err != nil {
		return failed.because(err)
	}
	var left atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteHeaders: func() { left.Store(true) }})
	request, err := c.request(ctx, method, path, nil, bytes.NewReader(body))
	if err != nil {
		return failed.because(err)
	}
	if ifMatch != "" {
		request.Header.Set("If-Match", ifMatch)
	}
	answer, err := c.send(request)
	if err != nil {
		if left.Load() {
			failed.Result.End = OutcomeUnknown
		}
		return failed.because(err)
	}
	defer answer.Body.Close()
	return readResult(answer, failed)
}

// readResult reads what answers a command: a result, or an error that says why it was not even tried.
func readResult(answer *http.Response, failed *CommandError) (Result, error) {
	var result Result
	err := read(answer, &result)
	switch {
	case err != nil && answer.StatusCode < http.StatusMultipleChoices:
		failed.Result.End = OutcomeUnknown
		return failed.because(err)
	case err != nil || result.End == "":
		// A proxy between us and the server may have passed the request on, and what is no result is not the server's.
		if answer.StatusCode < http.StatusMultipleChoices || answer.StatusCode >= http.StatusInternalServerError {
			failed.Result.End = OutcomeUnknown
		} else {
			failed.Result.End = Refusal
		}
		failed.Result.Field = result.Field
		return failed.because(&Error{Status: answer.StatusCode, Text: result.Error, Field: result.Field})
	case result.End != Done:
		return result, &CommandError{Result: result}
	}
	return result, nil
}

// because completes an error of the client's own.
func (e *CommandError) because(err error) (Result, error) {
	e.Err = err
	var said *Error
	if errors.As(err, &said) && said.Text == "" {
		said.Text = "the server answered " + http.StatusText(said.Status)
	}
	e.Result.At, e.Result.Error = time.Now(), err.Error()
	return e.Result, e
}
