package simulator

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/nwp500/nwp500/internal/topic"
)

// fields is what a request says besides, taken from a body as a vector has it.
func fields(t *testing.T, body map[string]any) string {
	t.Helper()
	text, err := json.Marshal(body, json.Deterministic(true))
	if err != nil {
		t.Fatal(err)
	}
	return "," + strings.Trim(string(text), "{}")
}

// A written list comes back as the vector has it, as a list and packed, at once
// and whenever it is read.
func TestSchedulesComeBack(t *testing.T) {
	for _, test := range []struct {
		file, read, write, answer string
		reads, writes             topic.Code
		field                     string // of the status that follows
		heater                    int
	}{
		{
			"reservations", topic.SuffixReservationRead, topic.SuffixReservationWrite, topic.AnswerReservation,
			topic.ReservationRead, topic.ReservationWrite, "programReservationUse", 0,
		},
		{
			"recirculation", topic.SuffixRecirculationRead, topic.SuffixRecirculationWrite, topic.AnswerRecirculation,
			topic.RecirculationRead, topic.RecirculationWrite, "recircReservationUse", 1,
		},
	} {
		t.Run(test.file, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, Config{Heaters: 2})
				h := b.dry(test.heater)
				list, packed := vector(t, test.file, 0), vector(t, test.file, 1)
				packed["reservationUse"] = list["reservationUse"]
				unpadded := func(body map[string]any) map[string]any {
					text, _ := body["reservation"].(string)
					for strings.HasSuffix(text, "000000000000") {
						text = strings.TrimSuffix(text, "000000000000")
					}
					body["reservation"] = text
					return body
				}
				above := strings.TrimSuffix(test.answer, "/rd")
				check := func(suffix string, said []heard) {
					t.Helper()
					if len(said) != 2 {
						t.Fatalf("%s: %d answers", suffix, len(said))
					}
					equal(t, suffix, list, b.response(h, said[0], answers(test.answer), suffix))
					equal(t, suffix+" in hex", unpadded(packed), unpadded(b.response(h, said[1], answers(above), suffix)))
				}

				said := b.ask(h, test.read, test.reads, answers(test.answer), "")
				empty := map[string]any{"reservationUse": 1.0, "reservation": []any{}}
				equal(t, "before", empty, b.response(h, said[0], answers(test.answer), test.read))

				check(test.write, b.ask(h, test.write, test.writes, answers(test.answer), fields(t, list)))
				_, pushed := b.pushes(3 * time.Second)
				if len(pushed) == 0 || pushed[0][test.field] != on {
					t.Errorf("%s does not follow: %v", test.field, pushed)
				}
				check(test.read, b.ask(h, test.read, test.reads, answers(test.answer), ""))

				// Off with the same entries.
				list["reservationUse"], packed["reservationUse"] = 1.0, 1.0
				check(test.write, b.ask(h, test.write, test.writes, answers(test.answer), fields(t, list)))
				if got := b.status(h)[test.field]; got != off {
					t.Errorf("%s is %d", test.field, got)
				}
				// An app asks on topics of its own form.
				said = b.ask(h, test.read, test.reads, appAnswers(h, test.answer), "")
				if len(said) != 2 || said[0].topic != appAnswers(h, test.answer) || said[1].topic != appAnswers(h, above) {
					t.Errorf("an app is answered %v", said)
				}
			})
		})
	}
}

// The parameter of a recirculation entry is −1, or 255.
func TestRecirculationTakes255(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{Heaters: 2})
		h := b.dry(1)
		body := vector(t, "recirculation", 0)
		text := strings.ReplaceAll(fields(t, body), `"param":-1`, `"param":255`)
		said := b.ask(h, topic.SuffixRecirculationWrite, topic.RecirculationWrite, answers(topic.AnswerRecirculation), text)
		if len(said) != 2 {
			t.Fatalf("%d answers", len(said))
		}
		equal(t, "list", body, b.response(h, said[0], answers(topic.AnswerRecirculation), topic.SuffixRecirculationWrite))
	})
}

func TestATOUScheduleIsWritten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{})
		h := b.dry(0)
		body := vector(t, "tou", 0)
		serial := fmt.Sprintf(`,"controllerSerialNumber":%q`, h.serial)
		write := func(rest string) []heard {
			return b.ask(h, topic.SuffixTOUWrite, topic.TOUWrite, answers(topic.AnswerTOU), rest)
		}
		if len(write(fields(t, body))) != 0 || len(write(serial)) != 0 || len(write(strings.Replace(serial, "BT", "BX", 1)+fields(t, body))) != 0 {
			t.Error("answered without the controller's number, or to a read")
		}
		said := write(serial + fields(t, body))
		if len(said) != 1 {
			t.Fatalf("%d answers", len(said))
		}
		equal(t, "answer", body, b.response(h, said[0], answers(topic.AnswerTOU), topic.SuffixTOUWrite))
		if got := b.status(h)["touStatus"]; got != 1 {
			t.Errorf("touStatus %d", got)
		}

		// REST shows it.
		want := []touSeason{{480, []touInterval{{124, 0, 0, 15, 59, 36261, 46378, 5}}}}
		h.look(func() { equal(t, "plan", want, h.Plan.TOUInfo.Schedule) })

		body["reservationUse"], body["reservation"] = 0.0, []any{}
		said = write(serial + fields(t, body))
		equal(t, "empty", body, b.response(h, said[0], answers(topic.AnswerTOU), topic.SuffixTOUWrite))
		if got := b.status(h)["touStatus"]; got != 0 {
			t.Errorf("touStatus %d after all", got)
		}
	})
}

// What the cloud showed from the start is what the heater had.
func TestPeriodsAndSeasons(t *testing.T) {
	plan := defaultPlan("x").TOUInfo
	periods := plan.periods()
	if len(periods) != 12 || !touTable.check(schedule{off, periods}) {
		t.Errorf("%v", periods)
	}
	equal(t, "seasons", plan.Schedule, seasons(periods))
}

func TestSchedulesThatADeviceIgnores(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{Heaters: 2})
		h := b.dry(1)
		const entry = `{"enable":2,"week":124,"hour":6,"min":30,"mode":3,"param":100}`
		const pump = `{"enable":2,"week":124,"hour":6,"min":30,"mode":2,"param":-1}`
		const period = `{"season":480,"week":124,"startHour":0,"startMinute":0,"endHour":15,"endMinute":59,"priceMin":1,"priceMax":2,"decimalPoint":5}`
		many := func(n int, entry string) string {
			return `,"reservationUse":2,"reservation":[` + strings.TrimSuffix(strings.Repeat(entry+",", n), ",") + `]`
		}
		swap := func(entry, old, by string) string {
			if !strings.Contains(entry, old) {
				t.Fatalf("no %s", old)
			}
			return many(1, strings.Replace(entry, old, by, 1))
		}
		type write struct {
			suffix string
			code   topic.Code
			most   int
			entry  string
		}
		reservations := write{topic.SuffixReservationWrite, topic.ReservationWrite, 32, entry}
		recirculation := write{topic.SuffixRecirculationWrite, topic.RecirculationWrite, 20, pump}
		tou := write{topic.SuffixTOUWrite, topic.TOUWrite, 16, period}
		send := func(w write, text string) []heard {
			return b.ask(h, w.suffix, w.code, answers("x"), fmt.Sprintf(`,"controllerSerialNumber":%q`, h.serial)+text)
		}
		for _, w := range []write{reservations, recirculation, tou} {
			if n := len(send(w, many(w.most, w.entry))); n != 1 {
				t.Errorf("%s: %d answers to the longest list", w.suffix, n)
			}
			for name, text := range map[string]string{
				"too long":         many(w.most+1, w.entry),
				"no list":          `,"reservationUse":2`,
				"null":             `,"reservationUse":2,"reservation":null`,
				"hex":              `,"reservationUse":2,"reservation":"027c061e0378"`,
				"use 3":            strings.Replace(many(1, w.entry), `"reservationUse":2`, `"reservationUse":3`, 1),
				"no day":           swap(w.entry, `"week":124`, `"week":0`),
				"day 1":            swap(w.entry, `"week":124`, `"week":125`),
				"no week":          swap(w.entry, `"week":124,`, ``),
				"a display field":  swap(w.entry, `"week":124`, `"week":124,"days":5`),
				"a text":           swap(w.entry, `"week":124`, `"week":"124"`),
				"one of them good": many(1, w.entry+","+strings.Replace(w.entry, "124", "0", 1)),
			} {
				if n := len(send(w, text)); n != 0 {
					t.Errorf("%s, %s: %d answers", w.suffix, name, n)
				}
			}
		}
		for text, w := range map[string]write{
			swap(entry, `"enable":2`, `"enable":0`):               reservations,
			swap(entry, `"hour":6`, `"hour":24`):                  reservations,
			swap(entry, `"min":30`, `"min":60`):                   reservations,
			swap(entry, `"mode":3`, `"mode":7`):                   reservations,
			swap(entry, `"param":100`, `"param":80`):              reservations, // 40 °C on newer firmware
			swap(entry, `"param":100`, `"param":132`):             reservations,
			swap(pump, `"mode":2`, `"mode":3`):                    recirculation,
			swap(pump, `"param":-1`, `"param":100`):               recirculation,
			swap(period, `"season":480`, `"season":0`):            tou,
			swap(period, `"endHour":15`, `"endHour":24`):          tou,
			swap(period, `"startHour":0`, `"startHour":16`):       tou,
			swap(period, `"priceMin":1`, `"priceMin":3`):          tou,
			swap(period, `"decimalPoint":5`, `"decimalPoint":11`): tou,
		} {
			if n := len(send(w, text)); n != 0 {
				t.Errorf("%s: %d answers", text, n)
			}
		}
		if c := h.Counters(); c.Commands != 3 || c.Ignored != 3*11+13 {
			t.Errorf("%+v", c)
		}
	})
}
