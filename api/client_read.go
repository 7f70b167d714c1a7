package api

import (
	"context"
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Heaters asks for all heaters, in the order of the accounts.
func (c *Client) Heaters(ctx context.Context) ([]Heater, error) {
	var all Heaters
	err := c.get(ctx, "/heaters", nil, &all)
	return all.Heaters, err
}

// Heater asks for one heater. One that is not there is an [*Error] of status 404.
func (c *Client) Heater(ctx context.Context, id string) (Heater, error) {
	var heater Heater
	err := c.get(ctx, heaterPath(id, ""), nil, &heater)
	return heater, err
}

// Status asks for the last status of a heater, [Heater.Status]. While none has come it is
// an [*Error] of status 503.
func (c *Client) Status(ctx context.Context, id string) (json.RawMessage, error) {
	var status json.RawMessage
	err := c.get(ctx, heaterPath(id, "/status"), nil, &status)
	return status, err
}

// Features asks for the features of a heater, [Heater.Features], like [Client.Status].
func (c *Client) Features(ctx context.Context, id string) (json.RawMessage, error) {
	var features json.RawMessage
	err := c.get(ctx, heaterPath(id, "/features"), nil, &features)
	return features, err
}

// Series asks for fields of a heater's history.
func (c *Client) Series(ctx context.Context, q SeriesQuery) (Series, error) {
	query := url.Values{"fields": {strings.Join(q.Fields, ",")}}
	setTime(query, "from", q.From)
	setTime(query, "to", q.To)
	setInt(query, "points", int64(q.Points))
	var series Series
	err := c.get(ctx, heaterPath(q.Heater, "/history"), query, &series)
	return series, err
}

// Energy asks for the electricity that a heater used, with its cost where the server
// knows a tariff and the use of each hour that it takes.
func (c *Client) Energy(ctx context.Context, q EnergyQuery) (EnergyUse, error) {
	query := url.Values{}
	setText(query, "by", q.By)
	setText(query, "from", q.From)
	setText(query, "to", q.To)
	var use EnergyUse
	err := c.get(ctx, heaterPath(q.Heater, "/energy"), query, &use)
	return use, err
}

// Events asks for what happened, the newest first.
func (c *Client) Events(ctx context.Context, q EventQuery) ([]Event, error) {
	query := url.Values{}
	setText(query, "heater", q.Heater)
	classes := make([]string, len(q.Classes))
	for i, class := range q.Classes {
		classes[i] = string(class)
	}
	setText(query, "class", strings.Join(classes, ","))
	setTime(query, "from", q.From)
	setTime(query, "to", q.To)
	setInt(query, "before", q.Before)
	setInt(query, "limit", int64(q.Limit))
	var events Events
	err := c.get(ctx, "/events", query, &events)
	return events.Events, err
}

// Accounts asks how the accounts are doing.
func (c *Client) Accounts(ctx context.Context) ([]Account, error) {
	var all Accounts
	err := c.get(ctx, "/accounts", nil, &all)
	return all.Accounts, err
}

// Version asks what the server is.
func (c *Client) Version(ctx context.Context) (Version, error) {
	var version Version
	err := c.get(ctx, "/version", nil, &version)
	return version, err
}

func heaterPath(id, rest string) string { return "/heaters/" + url.PathEscape(id) + rest }

func setText(query url.Values, name, value string) {
	if value != "" {
		query.Set(name, value)
	}
}

func setInt(query url.Values, name string, value int64) {
	if value != 0 {
		query.Set(name, strconv.FormatInt(value, 10))
	}
}

func setTime(query url.Values, name string, value time.Time) {
	if !value.IsZero() {
		query.Set(name, value.Format(time.RFC3339Nano))
	}
}
