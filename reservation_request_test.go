package nwp500_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/simulator"
)

// Every request about a schedule is sent field for field as docs/protocol.md §3 says:
// topic, topic of the answer, body. Nothing that is computed for people is in it.
func TestScheduleRequestRows(t *testing.T) {
	type heater = *nwp500.Heater
	program := nwp500.Reservations{Enabled: true, Entries: []nwp500.Reservation{
		{Enabled: true, Days: nwp500.Weekdays, Hour: 6, Minute: 30, Mode: nwp500.EnergySaver, Temperature: nwp500.Celsius(60)},
		{Days: nwp500.Weekend, Hour: 22, Minute: 5, Mode: nwp500.PowerOff, Temperature: nwp500.Celsius(58.5)},
	}}
	timetable := nwp500.RecirculationTimetable{
		Windows: []nwp500.RecirculationWindow{{Enabled: true, Days: nwp500.Weekend, StartHour: 22, EndHour: 1, EndMinute: 30}},
		Entries: []nwp500.RecirculationEntry{{Days: nwp500.Monday, Hour: 7, Pump: nwp500.On}},
	}
	tariff := nwp500.TOUSchedule{Enabled: true, Periods: []nwp500.TOUPeriod{{
		Months: nwp500.January | nwp500.December, Days: nwp500.Weekdays, StartHour: 16, EndHour: 20, EndMinute: 59,
		Min: nwp500.Price{Value: 34831, Decimals: 5}, Max: nwp500.Price{Value: 36217, Decimals: 5},
	}}}
	const (
		first  = `{"enable":2,"week":124,"hour":6,"min":30,"mode":3,"param":120}`
		second = `{"enable":1,"week":130,"hour":22,"min":5,"mode":6,"param":117}`
		third  = `{"enable":2,"week":2,"hour":7,"min":0,"mode":1,"param":110}`
	)
	added := nwp500.Reservation{Enabled: true, Days: nwp500.Saturday, Hour: 7, Mode: nwp500.HeatPump, Temperature: nwp500.Fahrenheit(131)}
	changed := added
	changed.Minute = 45
	written := func(use int, entries ...string) string {
		return fmt.Sprintf(`,"reservationUse":%d,"reservation":[%s]`, use, strings.Join(entries, ","))
	}
	reservations := func(name, says string, do func(context.Context, heater) error) row {
		return row{name, do, "ctrl/rsv/rd", 16777226, says, "cmd/52/C/res/rsv/rd"}
	}
	tou := func(name string, use int, do func(context.Context, heater) error) row {
		return row{
			name, do, "ctrl/tou/rd", 33554439, `,"controllerSerialNumber":"SERIAL"` + written(use,
				`{"season":2049,"week":124,"startHour":16,"startMinute":0,"endHour":20,"endMinute":59,"priceMin":34831,"priceMax":36217,"decimalPoint":5}`),
			"cmd/52/C/res/tou/rd",
		}
	}
	rows := []row{
		{
			"reservations", func(ctx context.Context, h heater) error { _, err := h.Reservations(ctx); return err },
			"st/rsv/rd", 16777222, "", "cmd/52/C/res/rsv/rd",
		},
		reservations("set reservations", written(2, first, second), func(ctx context.Context, h heater) error { return h.SetReservations(ctx, program) }),
		reservations("add", written(2, first, second, third), func(ctx context.Context, h heater) error { return h.AddReservation(ctx, added) }),
		reservations("change", written(2, first, second, strings.Replace(third, `"min":0`, `"min":45`, 1)), func(ctx context.Context, h heater) error { return h.ChangeReservation(ctx, added, changed) }),
		reservations("off", written(1, first, second, strings.Replace(third, `"min":0`, `"min":45`, 1)), func(ctx context.Context, h heater) error { return h.EnableReservations(ctx, false) }),
		reservations("remove", written(1, first, second), func(ctx context.Context, h heater) error { return h.RemoveReservation(ctx, changed) }),
		reservations("on", written(2, first, second), func(ctx context.Context, h heater) error { return h.EnableReservations(ctx, true) }),
		{
			"weekly", func(ctx context.Context, h heater) error {
				return h.SetWeeklyReservations(ctx, program, nwp500.AcceptUnverified)
			},
			"ctrl", 33554438, written(2, first, second), "",
		},
		control("water program", 33554441, "reservation-mode", "", func(ctx context.Context, h heater) error { return h.SetWaterProgram(ctx) }),
		{
			"recirculation schedule", func(ctx context.Context, h heater) error { _, err := h.RecirculationSchedule(ctx); return err },
			"st/recirc-rsv/rd", 16777231, "", "cmd/52/C/res/recirc-rsv/rd",
		},
		{
			"set recirculation schedule", func(ctx context.Context, h heater) error { return h.SetRecirculationSchedule(ctx, timetable) },
			"ctrl/recirc-rsv/rd", 33554440,
			written(1, `{"enable":2,"week":130,"hour":22,"min":0,"mode":2,"param":-1}`, `{"enable":2,"week":192,"hour":1,"min":30,"mode":1,"param":-1}`,
				`{"enable":1,"week":64,"hour":7,"min":0,"mode":2,"param":-1}`),
			"cmd/52/C/res/recirc-rsv/rd",
		},
		control("recirculation mode", 33554445, "recirc-mode", "3", func(ctx context.Context, h heater) error {
			return h.SetRecirculationMode(ctx, nwp500.RecirculationSchedule)
		}),
		control("hot button", 33554444, "recirc-hotbtn", "1", func(ctx context.Context, h heater) error { return h.PressHotButton(ctx) }),
		tou("set TOU", 2, func(ctx context.Context, h heater) error { return h.SetTOU(ctx, tariff) }),
		tou("set TOU, off", 1, func(ctx context.Context, h heater) error {
			return h.SetTOU(ctx, nwp500.TOUSchedule{Periods: tariff.Periods})
		}),
		tou("apply TOU", 2, func(ctx context.Context, h heater) error {
			return h.ApplyTOU(ctx, nwp500.TOUUpdate{
				Plan: nwp500.TOUPlan{Name: "T", Utility: "U", Periods: tariff.Periods}, Source: json.RawMessage(`{}`), ZIP: "94500",
			})
		}),
		control("TOU on", 33554476, "tou-on", "", func(ctx context.Context, h heater) error { return h.EnableTOU(ctx, true) }),
		control("TOU off", 33554475, "tou-off", "", func(ctx context.Context, h heater) error { return h.EnableTOU(ctx, false) }),
	}
	inCloud(t, simulator.Config{Models: []simulator.Model{{NewFirmware: true, Recirculation: true}}}, func(t *testing.T, c *cloud) {
		ctx := within(t, 24*time.Hour)
		session, devices := c.connect(t)
		device := devices[0]
		heater, simulated := session.Heater(device), c.Heater(device.MAC.Reveal())
		features, err := heater.Features(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			if err := row.do(ctx, heater); err != nil {
				t.Errorf("%s: %v", row.name, err)
				continue
			}
			got, _ := simulated.Received(row.suffix)
			var sent struct {
				SessionID string `json:"sessionID"`
			}
			if err := json.Unmarshal(got.Body, &sent); err != nil {
				t.Fatalf("%s: %v", row.name, err)
			}
			if row.answer == "" {
				row.answer = "cmd/52/navilink-" + device.MAC.Reveal() + "/C/res"
			}
			topic := fmt.Sprintf("cmd/52/navilink-%s/%s", device.MAC.Reveal(), row.suffix)
			want := fmt.Sprintf(`{"clientID":"C","sessionID":%q,"protocolVersion":2,"requestTopic":%q,"responseTopic":%q,`+
				`"request":{"command":%d,"deviceType":52,"macAddress":%q,"additionalValue":%q%s}}`,
				sent.SessionID, topic, row.answer, row.code, device.MAC.Reveal(), device.AdditionalValue, row.says)
			body := strings.ReplaceAll(string(got.Body), session.ClientIDs()[0], "C")
			body = strings.ReplaceAll(body, features.Serial.Reveal(), "SERIAL")
			if got.Topic != topic || body != want {
				t.Errorf("%s:\ngot  %s %s\nwant %s %s", row.name, got.Topic, body, topic, want)
			}
			pass(10 * time.Minute)
		}
	})
}
