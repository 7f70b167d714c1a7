package nwp500

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/nwp500/nwp500/internal/wire"
)

// TOU asks the cloud for the tariff that it keeps for a heater (docs/protocol.md §2).
// controllerID is the serial number of the heater's controller, Features.Serial. Over
// MQTT a heater does not tell its tariff.
func (c *Client) TOU(ctx context.Context, device Device, controllerID Secret) (*TOU, error) {
	data, err := c.authorised(ctx, func(userID string) request {
		return request{method: http.MethodGet, path: touPath, query: url.Values{
			"userId": {userID}, "userType": {owner}, "macAddress": {device.MAC.Reveal()},
			"additionalValue": {device.AdditionalValue}, "controllerId": {controllerID.Reveal()},
		}}
	})
	if err != nil {
		return nil, err
	}
	return parseTOU("GET "+touPath, data)
}

const (
	touPath = "/device/tou"
	owner   = "O" // the userType of whoever owns a heater
	openEI  = "openei"
	// sourceVersion is that of the answers of OpenEI (docs/protocol.md §8).
	sourceVersion = 7
)

// ConvertTOU has the cloud make tariffs that a heater understands of plans of OpenEI,
// each as openei gave it (docs/protocol.md §2 and §8). They come in the order of the
// plans, and nothing is kept.
func (c *Client) ConvertTOU(ctx context.Context, plans []json.RawMessage) ([]TOUPlan, error) {
	if len(plans) == 0 {
		return nil, &RangeError{"plans", "0", "at least one plan of OpenEI"}
	}
	const path = touPath + "/convert"
	data, err := c.authorised(ctx, func(userID string) request {
		return request{method: http.MethodPost, path: path, body: map[string]any{
			"userId": userID, "userType": owner, "sourceType": openEI, "sourceVersion": sourceVersion, "sourceData": plans,
		}}
	})
	if err != nil {
		return nil, err
	}
	answer := newShape(data)
	if answer == nil {
		return nil, fmt.Errorf("POST %s: the answer has no data", path)
	}
	var converted []TOUPlan
	for _, element := range answer.list("touInfo") {
		info := newShape(element)
		if info == nil {
			return nil, fmt.Errorf("POST %s: a tariff is no JSON object", path)
		}
		converted = append(converted, parsePlan(info))
	}
	return converted, nil
}

// TOUUpdate is a tariff for a heater.
type TOUUpdate struct {
	// Plan is the tariff as ConvertTOU made it, with 1 to 16 periods.
	Plan TOUPlan
	// Source is the plan of OpenEI that it was made of, a JSON object.
	Source json.RawMessage
	// ZIP is the ZIP code that the tariff was chosen for; if empty, Plan.ZIP.
	ZIP string
}

// check says what is wrong with an update.
func (u TOUUpdate) check() error {
	if err := checkPeriods(u.Plan.Periods); err != nil {
		return err
	}
	switch {
	case u.Plan.Name == "":
		return errors.New("the tariff has no name: take one that ConvertTOU made")
	case jsontext.Value(u.Source).Kind() != '{' || !jsontext.Value(u.Source).IsValid():
		return errors.New("the tariff has no source: give the plan of OpenEI that it was made of")
	case u.zip() == "":
		return &RangeError{"ZIP code", `""`, "the code that the tariff was chosen for"}
	}
	return nil
}

func (u TOUUpdate) zip() string {
	if u.ZIP != "" {
		return u.ZIP
	}
	return u.Plan.ZIP
}

// UpdateTOU has the cloud keep a tariff for a heater (docs/protocol.md §2), and
// returns it as the cloud now has it. It does not reach the heater: Heater.ApplyTOU
// does both. What is wrong with the tariff is found before anything is sent; more
// than 16 periods are a *RangeError.
func (c *Client) UpdateTOU(ctx context.Context, device Device, update TOUUpdate) (*TOU, error) {
	if err := update.check(); err != nil {
		return nil, err
	}
	data, err := c.authorised(ctx, func(userID string) request {
		return request{method: http.MethodPut, path: touPath, body: map[string]any{
			"userId": userID, "userType": owner, "macAddress": device.MAC.Reveal(), "additionalValue": device.AdditionalValue,
			"registerPath": "wifi", "sourceType": openEI, "sourceData": update.Source, "zipCode": update.zip(),
			"touInfo": map[string]any{
				"name": update.Plan.Name, "utility": update.Plan.Utility, "zipCode": update.zip(), "schedule": seasons(update.Plan.Periods),
			},
		}}
	})
	if err != nil {
		return nil, err
	}
	return parseTOU("PUT "+touPath, data)
}

// season is the periods of some months, as REST has them.
type season struct {
	Season   int           `json:"season"` // a number, where Months encode their names
	Interval []wire.Object `json:"interval"`
}

// seasons puts the periods of the same months together, by the first of them.
func seasons(periods []TOUPeriod) []season {
	var list []season
	for _, p := range periods {
		i := slices.IndexFunc(list, func(s season) bool { return s.Season == int(p.Months) })
		if i < 0 {
			i = len(list)
			list = append(list, season{Season: int(p.Months)})
		}
		list[i].Interval = append(list[i].Interval, p.entry()[1:]) // the season stands outside
	}
	return list
}
