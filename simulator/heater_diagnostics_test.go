package simulator

import (
	"encoding/hex"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/nwp500/nwp500/internal/topic"
)

func unmarshal(t *testing.T, text string, v any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), v); err != nil {
		t.Fatal(err)
	}
}

// figures asks as the app does and returns all figures by name.
func (b *bench) figures(h *Heater) map[string]int {
	b.t.Helper()
	said := b.ask(h, topic.SuffixDiagnostics, topic.DiagnosticsRead, appAnswers(h, topic.AnswerDiagnostics), "")
	if len(said) != 2 {
		b.t.Fatalf("%d answers", len(said))
	}
	b.response(h, said[0], appAnswers(h, topic.AnswerDiagnostics), topic.SuffixDiagnostics)
	var body struct {
		Response struct {
			Data map[string]map[string]int `json:"data"`
		} `json:"response"`
	}
	unmarshal(b.t, said[0].text, &body)
	all := make(map[string]int)
	for _, part := range body.Response.Data {
		for name, v := range part {
			all[name] = v
		}
	}
	return all
}

// The figures of the vector, from a heater that has done just that.
func TestDiagnosticsAsTheVector(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{})
		h := b.dry(0)
		h.look(func() {
			h.Ledger = ledger{
				Past: past{First: wallHour(h.At) - 359*24, Until: wallHour(h.At) - 359*24},
				Use:  []hourly{newHourly(1, usage{1266585, 146337, 3124 * 3600, 35 * 3600})},
				Work: work{CompressorStarts: 757, FanStarts: 794, FanTime: 3138 * 3600, UpperStarts: 375, UpperTime: 35 * 3600},
			}
		})
		said := b.ask(h, topic.SuffixDiagnostics, topic.DiagnosticsRead, appAnswers(h, topic.AnswerDiagnostics), "")
		got := b.response(h, said[0], appAnswers(h, topic.AnswerDiagnostics), topic.SuffixDiagnostics)
		want := vector(t, "diagnostics", 0)
		if got["typeOfTD"] != want["typeOfTD"] {
			t.Errorf("typeOfTD %v", got["typeOfTD"])
		}
		// Of these the simulator has none, or reckons another way.
		except := map[string]bool{"cumulatedOccNumConOvrFlow": true, "avrageRecoveryTime": true, "mixingValveOpAvgMixinGrate": true, "newNum": true}
		data := got["data"].(map[string]any)
		for part, figures := range want["data"].(map[string]any) {
			for name, v := range figures.(map[string]any) {
				if is := data[part].(map[string]any)[name]; is != v && !except[name] {
					t.Errorf("%s.%s is %v, not %v", part, name, is, v)
				}
			}
		}

		// Packed, on the client's own topic.
		packed := b.response(h, said[1], answers(topic.AnswerDiagnosticsHex), topic.SuffixDiagnostics)
		raw, err := hex.DecodeString(packed["data"].(string))
		if err != nil || len(raw) != 4*(17+8+18) || raw[0] != 0 || raw[1] != 0x13 { // 1266585 = 0x00135399
			t.Errorf("%x: %v", raw, err)
		}
	})
}

// Old firmware measures no water; newer does.
func TestDiagnosticsOfWater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{Heaters: 2})
		if f := b.figures(b.fleet.heaters[0]); f["numOfdhwUse"] != 0 || f["dhwUseTotalFlow"] != 0 {
			t.Errorf("%v", f)
		}
		h := b.fleet.heaters[1]
		f := b.figures(h)
		if f["numOfdhwUse"] != f["numOfLongDhwUse"]+f["numOfShortDhwUse"] || f["dhwUseTotalFlow"] != b.status(h)["cumulatedDhwFlowRate"] ||
			f["dhwUseTotalFlow"] < 40_000 || f["dhwUseTotalTime"] < f["longDhwUseTotalTime"] {
			t.Errorf("%v", f)
		}
	})
}

// A heater whose clock was set back by years was not installed in the future.
func TestDiagnosticsBeforeInstallation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		config := Config{Start: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
		text, err := newBench(t, config).fleet.snapshot()
		if err != nil {
			t.Fatal(err)
		}
		config.Restore, config.Start = text, config.Start.AddDate(-6, 0, 0)
		b := newBench(t, config)
		if days := b.figures(b.fleet.heaters[0])["daysSinceInstallation"]; days != 0 {
			t.Errorf("installed %d days ago", days)
		}
	})
}

// The JSON comes in the app's form alone.
func TestDiagnosticsInAnotherForm(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{})
		h := b.dry(0)
		said := b.ask(h, topic.SuffixDiagnostics, topic.DiagnosticsRead, answers(topic.AnswerDiagnostics), "")
		if len(said) != 1 || said[0].topic != answers(topic.AnswerDiagnosticsHex) {
			t.Errorf("%v", said)
		}
	})
}
