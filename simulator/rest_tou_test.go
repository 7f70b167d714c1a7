package simulator

import (
	"net/url"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/google/go-cmp/cmp"
)

func conversion(email string, version int, plans any) map[string]any {
	return map[string]any{
		"userId": email, "userType": "O", "sourceType": "openei", "sourceVersion": version, "sourceData": plans,
	}
}

// day is 24 hours of period 0, and of period 1 from one hour to another.
func day(from, to int) []int {
	hours := make([]int, 24)
	for h := from; h < to; h++ {
		hours[h] = 1
	}
	return hours
}

// plan is an OpenEI tariff with another summer, dear from 16:00 to 20:59 on
// weekdays.
func openEIPlan() map[string]any {
	months := func(winter, summer []int) (all [][]int) {
		for m := range 12 {
			if m >= 5 && m <= 8 {
				all = append(all, summer)
			} else {
				all = append(all, winter)
			}
		}
		return all
	}
	return map[string]any{
		"utility": "Test Electric", "name": "E-TEST", "approved": true, "eiaid": 1,
		"energyratestructure": [][]map[string]any{
			{{"rate": 0.30, "unit": "kWh"}, {"rate": 0.4, "adj": 0.012345}},
			{{"rate": 0.500005}},
		},
		"energyweekdayschedule": months(day(16, 21), day(0, 24)),
		"energyweekendschedule": months(day(0, 0), day(22, 24)),
	}
}

func TestConvertPlans(t *testing.T) {
	c := newCloud(t, Config{})
	a := c.Accounts()[0]
	r := c.call("POST", "/device/tou/convert", c.token(a), conversion(a.Email, 7, []any{openEIPlan()}))
	cheap := `"priceMin":30000,"priceMax":41235,"decimalPoint":5`
	dear := `"priceMin":50001,"priceMax":50001,"decimalPoint":5`
	want := `{"touInfo":[{"utility":"Test Electric","name":"E-TEST","schedule":[
		{"season":3615,"interval":[
			{"week":124,"startHour":0,"startMinute":0,"endHour":15,"endMinute":59,` + cheap + `},
			{"week":124,"startHour":16,"startMinute":0,"endHour":20,"endMinute":59,` + dear + `},
			{"week":124,"startHour":21,"startMinute":0,"endHour":23,"endMinute":59,` + cheap + `},
			{"week":130,"startHour":0,"startMinute":0,"endHour":23,"endMinute":59,` + cheap + `}]},
		{"season":480,"interval":[
			{"week":124,"startHour":0,"startMinute":0,"endHour":23,"endMinute":59,` + dear + `},
			{"week":130,"startHour":0,"startMinute":0,"endHour":21,"endMinute":59,` + cheap + `},
			{"week":130,"startHour":22,"startMinute":0,"endHour":23,"endMinute":59,` + dear + `}]}]}]}`
	var w any
	if err := json.Unmarshal([]byte(want), &w); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(w, r.data); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for name, spoil := range map[string]func(map[string]any){
		"11 months":      func(p map[string]any) { p["energyweekdayschedule"] = p["energyweekdayschedule"].([][]int)[:11] },
		"23 hours":       func(p map[string]any) { p["energyweekendschedule"].([][]int)[3] = make([]int, 23) },
		"no such period": func(p map[string]any) { p["energyweekendschedule"].([][]int)[3] = append(make([]int, 23), 2) },
		"no name":        func(p map[string]any) { delete(p, "name") },
		"no rates":       func(p map[string]any) { delete(p, "energyratestructure") },
		"a price of 11":  func(p map[string]any) { p["energyratestructure"].([][]map[string]any)[1][0]["rate"] = 11 },
	} {
		p := openEIPlan()
		spoil(p)
		if r := c.call("POST", "/device/tou/convert", c.token(a), conversion(a.Email, 7, []any{p})); r.status != 400 {
			t.Errorf("%s: %d %s", name, r.status, r.text)
		}
	}
}

// A heater begins with the captured plan, and has the one that was put.
func TestReadAndWriteAPlan(t *testing.T) {
	c := newCloud(t, Config{})
	a := c.Accounts()[0]
	h := a.Heaters[0]
	token := c.token(a)
	read := func() any {
		q := url.Values{
			"userId": {a.Email}, "macAddress": {h.mac}, "additionalValue": {h.additionalValue},
			"controllerId": {h.serial}, "userType": {"O"},
		}
		return c.call("GET", "/device/tou?"+q.Encode(), token, nil).data
	}
	first := read()
	if member(first, "registerPath") != "bt" || member(first, "sourceType") != "openei" ||
		member(first, "touInfo", "zipCode") != 94500.0 || member(first, "touInfo", "controllerId") != h.serial ||
		len(member(first, "touInfo", "schedule").([]any)) != 2 {
		t.Errorf("%v", first)
	}
	interval := map[string]any{
		"week": 124.0, "startHour": 0.0, "startMinute": 0.0, "endHour": 6.0, "endMinute": 59.0,
		"priceMin": 31794.0, "priceMax": 31794.0, "decimalPoint": 5.0,
	}
	info := map[string]any{
		"name": "EV", "utility": "PG&E", "schedule": []any{map[string]any{"season": 3087.0, "interval": []any{interval}}},
	}
	put := map[string]any{
		"userId": a.Email, "macAddress": h.mac, "additionalValue": h.additionalValue, "userType": "O",
		"registerPath": "wifi", "sourceType": "openei", "sourceData": map[string]any{"name": "EV"}, "zipCode": "94500", "touInfo": info,
	}
	r := c.call("PUT", "/device/tou", token, put)
	info["zipCode"] = "94500"
	if diff := cmp.Diff(any(map[string]any{"sourceType": "openei", "touInfo": info}), r.data); diff != "" {
		t.Errorf("answer to the write (-want +got):\n%s", diff)
	}
	info["controllerId"], info["manufactureId"] = h.serial, manufacture
	if diff := cmp.Diff(any(map[string]any{"registerPath": "wifi", "sourceType": "openei", "touInfo": info}), read()); diff != "" {
		t.Errorf("read afterwards (-want +got):\n%s", diff)
	}

	intervals := func(n int) (all []any) {
		for range n {
			all = append(all, interval)
		}
		return all
	}
	changed := func(name string, value any) map[string]any {
		i := map[string]any{}
		for k, v := range interval {
			i[k] = v
		}
		i[name] = value
		return map[string]any{"name": "EV", "utility": "u", "schedule": []any{map[string]any{"season": 1, "interval": []any{i}}}}
	}
	for name, spoil := range map[string]func(map[string]any){
		"no zip":         func(p map[string]any) { delete(p, "zipCode") },
		"zip of a kind":  func(p map[string]any) { p["zipCode"] = []int{1} },
		"by bluetooth":   func(p map[string]any) { p["registerPath"] = "bt" },
		"no source":      func(p map[string]any) { delete(p, "sourceData") },
		"foreign heater": func(p map[string]any) { p["macAddress"] = "0a0000000000" },
		"25 o'clock":     func(p map[string]any) { p["touInfo"] = changed("endHour", 25) },
		"no days":        func(p map[string]any) { p["touInfo"] = changed("week", 0) },
		"ends first":     func(p map[string]any) { p["touInfo"] = changed("startHour", 7) },
		"11 decimals":    func(p map[string]any) { p["touInfo"] = changed("decimalPoint", 11) },
		"17 periods": func(p map[string]any) {
			p["touInfo"] = map[string]any{"name": "x", "utility": "u", "schedule": []any{map[string]any{"season": 1, "interval": intervals(17)}}}
		},
		"no schedule": func(p map[string]any) { p["touInfo"] = map[string]any{"name": "x"} },
	} {
		p := map[string]any{}
		for k, v := range put {
			p[k] = v
		}
		spoil(p)
		if r := c.call("PUT", "/device/tou", token, p); r.status != 400 && r.status != 404 {
			t.Errorf("%s: %d %s", name, r.status, r.text)
		}
	}
}
