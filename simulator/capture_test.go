//go:build integration

package simulator

import (
	"maps"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"

	"github.com/nwp500/nwp500/internal/topic"
)

// single is a message of other.json.
func single(t *testing.T, name string) jsontext.Value {
	t.Helper()
	text, err := os.ReadFile("../../shared/captures/other.json")
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]jsontext.Value
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	if all[name] == nil {
		t.Fatalf("no %s", name)
	}
	return all[name]
}

// body are the keys of a message's response, in their order.
func body(t *testing.T, text string) []string {
	t.Helper()
	all := keys(t, text)
	return all[slices.Index(all, "response"):]
}

// TestCapturedAnswersHaveTheSameKeys compares what is answered key by key.
func TestCapturedAnswersHaveTheSameKeys(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{})
		h := b.dry(0)
		said := b.ask(h, topic.SuffixDiagnostics, topic.DiagnosticsRead, appAnswers(h, topic.AnswerDiagnostics), "")
		equal(t, "diagnostics", body(t, string(single(t, "mqtt_td_rd_diagnostics_response"))), body(t, said[0].text))
		said = b.ask(h, topic.SuffixFirmwareDownloads, topic.FirmwareDownloadsRead, answers("x"), "")
		equal(t, "downloads", body(t, string(single(t, "mqtt_dl_sw_info_response"))), body(t, said[0].text))

		// A year in which nothing was used, and one with a first month.
		h.look(func() {
			h.Ledger = ledger{Use: []hourly{
				newHourly(wallHour(calendarDay(2024, 1, 1)), usage{1266585 - 163228, 146337 - 34473, (3124 - 412) * 3600, (35 - 9) * 3600}),
				newHourly(wallHour(calendarDay(2026, 1, 1)), usage{163228, 34473, 412 * 3600, 9 * 3600}),
			}}
		})
		said = b.ask(h, topic.SuffixEnergyMonthly, topic.EnergyMonthlyRead, answers("x"), `,"year":[2025,2026]`)
		want := single(t, "mqtt_energy_usage_monthly_response")
		equal(t, "months", body(t, string(want)), body(t, said[0].text))
		equal(t, "months", anonymous(t, want, "0a0b0c0d0e0f", "1234"), anonymous(t, []byte(said[0].text), h.mac, h.additionalValue))
	})
}

// TestACapturedTOUWrite takes a request as another client sent it.
func TestACapturedTOUWrite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{})
		h := b.dry(0)
		text := strings.NewReplacer("0a0b0c0d0e0f", h.mac, "00000000BT00000000", h.serial, `"macAddress": "..."`, `"macAddress":"`+h.mac+`"`,
			`"clientID": "..."`, `"clientID":"`+benchClient+`"`, `"responseTopic": "..."`, `"responseTopic":"`+answers(topic.AnswerTOU)+`"`,
		).Replace(string(single(t, "mqtt_tou_write_request")))
		said := b.tell(h, topic.SuffixTOUWrite, text)
		if len(said) != 1 || len(anonymous(t, []byte(said[0].text), h.mac, h.additionalValue)["reservation"].([]any)) != 2 {
			t.Errorf("%v", said)
		}
		text = strings.NewReplacer("0a0b0c0d0e0f", h.mac, `"macAddress": "..."`, `"macAddress":"`+h.mac+`"`,
			`"clientID": "..."`, `"clientID":"`+benchClient+`"`, `"responseTopic": "..."`, `"responseTopic":"`+topic.Response(52, h.mac, benchClient)+`"`,
		).Replace(string(single(t, "mqtt_anti-leg-on_request")))
		if said = b.tell(h, topic.SuffixControl, text); len(said) != 1 || said[0].status()["antiLegionellaUse"] != on {
			t.Errorf("%v", said)
		}
	})
}

// TestACapturedConversion converts a tariff whose beginning the captured answer
// shows, and puts the captured plan.
func TestACapturedConversion(t *testing.T) {
	c := newCloud(t, Config{})
	a := c.Accounts()[0]
	token := c.token(a)
	day := make([]int, 24)
	for hour := 7; hour < 24; hour++ {
		day[hour] = 1 + hour/14 // from 14 o'clock on another price
	}
	other := slices.Repeat([]int{2}, 24)
	months := slices.Concat(slices.Repeat([][]int{day}, 4), slices.Repeat([][]int{other}, 6), slices.Repeat([][]int{day}, 2))
	rate := func(price float64) []map[string]any { return []map[string]any{{"rate": price}} }
	tariff := map[string]any{
		"utility": "Pacific Gas & Electric Co", "name": "Electric Vehicle EV (Sch) Rate A",
		"energyratestructure":   [][]map[string]any{rate(0.31794), rate(0.38967), rate(0.5)},
		"energyweekdayschedule": months,
	}
	r := c.call("POST", "/device/tou/convert", token, conversion(a.Email, 7, []any{tariff}))
	type plans struct {
		Data struct {
			TOUInfo []struct {
				Utility, Name string
				Schedule      []touSeason
			}
		}
	}
	var want, got plans
	fold := json.MatchCaseInsensitiveNames(true)
	if err := json.Unmarshal(single(t, "rest_tou_convert_response"), &want, fold); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(r.text), &got, fold); err != nil || len(got.Data.TOUInfo) != 1 {
		t.Fatalf("%d %s: %v", r.status, r.text, err)
	}
	season := &got.Data.TOUInfo[0].Schedule
	*season = (*season)[:1]
	(*season)[0].Interval = (*season)[0].Interval[:2] // the captured answer is shortened
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-captured +simulated):\n%s", diff)
	}

	if r := c.call("POST", "/device/tou/convert", token, conversion(a.Email, 7, []any{single(t, "openei_rate_plan_sourcedata")})); r.status != 200 {
		t.Errorf("the captured tariff: %d %s", r.status, r.text)
	}

	update := single(t, "rest_tou_update_response")
	var put struct {
		Data struct {
			TOUInfo map[string]any `json:"touInfo"`
		} `json:"data"`
	}
	if err := json.Unmarshal(update, &put); err != nil {
		t.Fatal(err)
	}
	info := maps.Clone(put.Data.TOUInfo)
	delete(info, "zipCode")
	h := a.Heaters[0]
	r = c.call("PUT", "/device/tou", token, map[string]any{
		"userId": a.Email, "macAddress": h.mac, "additionalValue": h.additionalValue, "userType": "O",
		"registerPath": "wifi", "sourceType": "openei", "sourceData": tariff, "zipCode": 94500, "touInfo": info,
	})
	var answer, wanted any
	unmarshal(t, r.text, &answer)
	unmarshal(t, string(update), &wanted)
	equal(t, "update", wanted, answer)

	q := url.Values{
		"userId": {a.Email}, "macAddress": {h.mac}, "additionalValue": {h.additionalValue}, "controllerId": {h.serial}, "userType": {"O"},
	}
	read := c.call("GET", "/device/tou?"+q.Encode(), token, nil)
	equal(t, "read", member(wanted, "data", "touInfo", "schedule"), member(read.data, "touInfo", "schedule"))
}
