package simulator

import (
	"net/url"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// touPlan is the tariff that the cloud keeps for a heater.
type touPlan struct {
	RegisterPath string  `json:"registerPath"`
	SourceType   string  `json:"sourceType"`
	TOUInfo      touInfo `json:"touInfo"`
}

type touInfo struct {
	ControllerID  string         `json:"controllerId,omitzero"`
	ManufactureID string         `json:"manufactureId,omitzero"`
	Name          string         `json:"name"`
	Schedule      []touSeason    `json:"schedule"`
	Utility       string         `json:"utility"`
	ZipCode       jsontext.Value `json:"zipCode,omitzero"` // int or string
}

type touSeason struct {
	Season   int           `json:"season"`
	Interval []touInterval `json:"interval"`
}

type touInterval struct {
	Week         int `json:"week"`
	StartHour    int `json:"startHour"`
	StartMinute  int `json:"startMinute"`
	EndHour      int `json:"endHour"`
	EndMinute    int `json:"endMinute"`
	PriceMin     int `json:"priceMin"`
	PriceMax     int `json:"priceMax"`
	DecimalPoint int `json:"decimalPoint"`
}

// Days of a schedule (docs/protocol.md §4).
const (
	weekdays = 124
	weekend  = 130
)

// defaultPlan is the captured one, dearer from 16:00 to 20:59.
func defaultPlan(serial string) touPlan {
	season := func(months int, off, peak [2]int) touSeason {
		s := touSeason{Season: months}
		for _, week := range []int{weekdays, weekend} {
			s.Interval = append(s.Interval,
				touInterval{week, 0, 0, 15, 59, off[0], off[1], 5},
				touInterval{week, 16, 0, 20, 59, peak[0], peak[1], 5},
				touInterval{week, 21, 0, 23, 59, off[0], off[1], 5})
		}
		return s
	}
	return touPlan{"bt", "openei", touInfo{
		ControllerID:  serial,
		ManufactureID: manufacture,
		Name:          "E-TOU-C Residential Time of Use Baseline Region V (All Electric Service)",
		Schedule: []touSeason{
			season(3615, [2]int{36261, 46378}, [2]int{39261, 49378}),
			season(480, [2]int{40378, 50495}, [2]int{50678, 60795}),
		},
		Utility: "Pacific Gas & Electric Co",
		ZipCode: jsontext.Value("94500"),
	}}
}

const manufacture = "0000E0000000000"

func (s *Simulator) readPlan(c *call) (any, *restError) {
	query, err := url.ParseQuery(c.request.URL.RawQuery)
	if err != nil {
		return nil, &badRequest
	}
	h, refused := c.device(askedDevice{query.Get("userId"), query.Get("macAddress"), query.Get("additionalValue")})
	switch {
	case refused != nil:
		return nil, refused
	case query.Get("userType") != "O":
		return nil, &badRequest
	case query.Get("controllerId") != h.serial:
		return nil, &noDevice
	}
	var plan touPlan
	h.look(func() { plan = h.Plan })
	return plan, nil
}

func (s *Simulator) writePlan(c *call) (any, *restError) {
	var asked struct {
		askedDevice
		RegisterPath string         `json:"registerPath"`
		SourceType   string         `json:"sourceType"`
		SourceData   jsontext.Value `json:"sourceData"`
		TOUInfo      touInfo        `json:"touInfo"`
		UserType     string         `json:"userType"`
		ZipCode      jsontext.Value `json:"zipCode"`
	}
	if refused := c.decode(&asked); refused != nil {
		return nil, refused
	}
	h, refused := c.device(asked.askedDevice)
	if refused != nil {
		return nil, refused
	}
	if asked.RegisterPath != "wifi" || asked.SourceType != "openei" || asked.UserType != "O" ||
		asked.SourceData.Kind() == 0 || !zipCode(asked.ZipCode) || !asked.TOUInfo.valid() {
		return nil, &badRequest
	}
	plan := touPlan{asked.RegisterPath, asked.SourceType, asked.TOUInfo}
	plan.TOUInfo.ControllerID, plan.TOUInfo.ManufactureID = h.serial, manufacture
	plan.TOUInfo.ZipCode = asked.ZipCode
	h.change(func() { h.Plan = plan })

	// The captured answer leaves out what the client did not send.
	plan.TOUInfo.ControllerID, plan.TOUInfo.ManufactureID = "", ""
	return struct {
		SourceType string  `json:"sourceType"`
		TOUInfo    touInfo `json:"touInfo"`
	}{plan.SourceType, plan.TOUInfo}, nil
}

// zipCode says whether a value is a number or a text.
func zipCode(v jsontext.Value) bool {
	if v.Kind() == '"' {
		var text string
		return json.Unmarshal(v, &text) == nil && text != ""
	}
	var number int
	return json.Unmarshal(v, &number) == nil && number >= 0
}

// mostPeriods is what a heater takes (docs/protocol.md §4).
const mostPeriods = 16

func (t *touInfo) valid() bool {
	periods := 0
	for _, s := range t.Schedule {
		if s.Season < 1 || s.Season > 4095 {
			return false
		}
		for _, i := range s.Interval {
			periods++
			if !i.valid() {
				return false
			}
		}
	}
	return t.Name != "" && periods >= 1 && periods <= mostPeriods
}

func (i touInterval) valid() bool {
	hours := func(h int) bool { return h >= 0 && h <= 23 }
	minutes := func(m int) bool { return m >= 0 && m <= 59 }
	return i.Week >= 1 && i.Week <= 254 && hours(i.StartHour) && hours(i.EndHour) &&
		minutes(i.StartMinute) && minutes(i.EndMinute) &&
		60*i.StartHour+i.StartMinute <= 60*i.EndHour+i.EndMinute &&
		i.PriceMin >= 0 && i.PriceMax >= i.PriceMin && i.DecimalPoint >= 0 && i.DecimalPoint <= 10
}
