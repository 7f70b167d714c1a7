package nwp500_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/simulator"
)

// Every request and control command is sent field for field as docs/protocol.md §3 says:
// topic, topic of the answer, body.
func TestRequestRows(t *testing.T) {
	const accept = nwp500.AcceptUnverified
	type heater = *nwp500.Heater
	rows := []row{
		{
			"status", func(ctx context.Context, h heater) error { _, err := h.Status(ctx); return err },
			"st", 16777219, "", "",
		},
		{
			"features", func(ctx context.Context, h heater) error { _, err := h.Features(ctx); return err },
			"st/did", 16777217, "", "",
		},
		{
			"energy daily", func(ctx context.Context, h heater) error { _, err := h.EnergyDaily(ctx, 2026, 11, 10, 11); return err },
			"st/energy-usage-daily-query/rd", 16777225, `,"year":2026,"month":[10,11]`, "cmd/52/C/res/energy-usage-daily-query/rd",
		},
		{
			"energy monthly", func(ctx context.Context, h heater) error { _, err := h.EnergyMonthly(ctx, 2025, 2026); return err },
			"st/energy-usage-monthly-query/rd", 16777226, `,"year":[2025,2026]`, "cmd/52/C/res/energy-usage-monthly-query/rd",
		},
		{
			"energy hourly", func(ctx context.Context, h heater) error { _, err := h.EnergyHourly(ctx, 2026, 9, 11); return err },
			"st/energy-usage-hourly-query/rd", 16777224, `,"year":2026,"month":9,"day":[11]`, "cmd/52/C/res/energy-usage-hourly-query/rd",
		},
		{
			"installer diagnostics", func(ctx context.Context, h heater) error { _, err := h.Diagnostics(ctx); return err },
			"st/td/rd", 16777228, "", "cmd/52/H/U/C/res/td/rd",
		},
		{
			"firmware downloads", func(ctx context.Context, h heater) error { _, err := h.FirmwareDownloads(ctx); return err },
			"st/dl-sw-info", 16777227, "", "cmd/52/navilink-M/res/dl-sw-info",
		},
		{
			"firmware commit", func(ctx context.Context, h heater) error { return h.CommitFirmware(ctx, 33556241, 167837697) },
			"ctrl/commit-ota", 33554442, `,"commitOta":{"swCode":33556241,"swVersion":167837697}`, "cmd/52/H/U/C/res/commit-ota",
		},
		control("power off", 33554433, "power-off", "", func(ctx context.Context, h heater) error { return h.SetPower(ctx, false) }),
		control("power on", 33554434, "power-on", "", func(ctx context.Context, h heater) error { return h.SetPower(ctx, true) }),
		control("mode", 33554437, "dhw-mode", "3", func(ctx context.Context, h heater) error { return h.SetMode(ctx, nwp500.EnergySaver) }),
		control("vacation", 33554437, "dhw-mode", "5,9", func(ctx context.Context, h heater) error { return h.SetVacation(ctx, 9) }),
		control("temperature", 33554464, "dhw-temperature", "111", func(ctx context.Context, h heater) error { return h.SetTemperature(ctx, nwp500.Celsius(55.5)) }),
		control("vacation days", 33554466, "goout-day", "7", func(ctx context.Context, h heater) error { return h.SetVacationDays(ctx, 7) }),
		control("anti-Legionella on", 33554472, "anti-leg-on", "7", func(ctx context.Context, h heater) error { return h.EnableAntiLegionella(ctx, 7) }),
		control("anti-Legionella off", 33554471, "anti-leg-off", "", func(ctx context.Context, h heater) error { return h.DisableAntiLegionella(ctx) }),
		control("demand response on", 33554470, "dr-on", "", func(ctx context.Context, h heater) error { return h.EnableDemandResponse(ctx, true) }),
		control("demand response off", 33554469, "dr-off", "", func(ctx context.Context, h heater) error { return h.EnableDemandResponse(ctx, false) }),
		control("intelligent on", 33554468, "intelligent-on", "", func(ctx context.Context, h heater) error { return h.EnableIntelligent(ctx, true) }),
		control("intelligent off", 33554467, "intelligent-off", "", func(ctx context.Context, h heater) error { return h.EnableIntelligent(ctx, false) }),
		control("air filter reset", 33554473, "air-filter-reset", "", func(ctx context.Context, h heater) error { return h.ResetAirFilter(ctx) }),
		control("air filter life", 33554474, "air-filter-life", "3", func(ctx context.Context, h heater) error { return h.SetAirFilterLife(ctx, 1500) }),
		control("no air filter alarm", 33554474, "air-filter-life", "0", func(ctx context.Context, h heater) error { return h.SetAirFilterLife(ctx, 0) }),
		control("condenser", 33554463, "cond-fault-reset", "", func(ctx context.Context, h heater) error { return h.ResetCondenserFault(ctx) }),
		control("freeze protection", 33554451, "frez-temp", "15", func(ctx context.Context, h heater) error {
			return h.SetFreezeProtection(ctx, nwp500.Celsius(7.5), accept)
		}),
		control("smart diagnostic", 33554455, "smart-diagnostic", "", func(ctx context.Context, h heater) error { return h.RunSmartDiagnostic(ctx, accept) }),
		control("firmware check", 33554443, "ota-check", "", func(ctx context.Context, h heater) error { return h.CheckFirmware(ctx, accept) }),
		control("wifi reconnect", 33554446, "wifi-reconnect", "", func(ctx context.Context, h heater) error { return h.ReconnectWiFi(ctx, accept) }),
		control("wifi reset", 33554447, "wifi-reset", "", func(ctx context.Context, h heater) error { return h.ResetWiFi(ctx, accept) }),
	}
	inCloud(t, simulator.Config{Models: []simulator.Model{{HourlyEnergy: true}}}, func(t *testing.T, c *cloud) {
		ctx := within(t, 24*time.Hour)
		heater, simulated := c.heater(t)
		device := heater.Device()
		session, _ := c.connect(t)
		heater = session.Heater(device)
		clientID := session.ClientIDs()[0]
		last := ""
		for _, row := range rows {
			if err := row.do(ctx, heater); err != nil {
				t.Errorf("%s: %v", row.name, err)
				continue
			}
			got, ok := simulated.Received(row.suffix)
			if !ok {
				t.Errorf("%s: nothing came on %s", row.name, row.suffix)
				continue
			}
			var sent struct {
				SessionID string `json:"sessionID"`
			}
			if err := json.Unmarshal(got.Body, &sent); err != nil {
				t.Fatal(err)
			}
			if _, err := strconv.ParseInt(sent.SessionID, 10, 64); err != nil || sent.SessionID <= last {
				t.Errorf("%s: session id %q after %q", row.name, sent.SessionID, last)
			}
			last = sent.SessionID
			replace := map[rune]string{'C': clientID, 'M': device.MAC.Reveal(), 'H': strconv.Itoa(device.HomeSeq), 'U': "30001"}
			answer := ""
			if row.answer == "" {
				row.answer = "cmd/52/navilink-M/C/res"
			}
			for _, letter := range row.answer {
				if text, ok := replace[letter]; ok {
					answer += text
				} else {
					answer += string(letter)
				}
			}
			topic := fmt.Sprintf("cmd/52/navilink-%s/%s", device.MAC.Reveal(), row.suffix)
			want := fmt.Sprintf(`{"clientID":%q,"sessionID":%q,"protocolVersion":2,"requestTopic":%q,"responseTopic":%q,`+
				`"request":{"command":%d,"deviceType":52,"macAddress":%q,"additionalValue":%q%s}}`,
				clientID, sent.SessionID, topic, answer, row.code, device.MAC.Reveal(), device.AdditionalValue, row.says)
			if got.Topic != topic || string(got.Body) != want {
				t.Errorf("%s:\ngot  %s %s\nwant %s %s", row.name, got.Topic, got.Body, topic, want)
			}
			pass(10 * time.Minute) // what follows a command, until the WiFi module is back
		}
	})
}

// row is a row of the test of requests.
type row struct {
	name   string
	do     func(context.Context, *nwp500.Heater) error
	suffix string
	code   int
	says   string // after additionalValue
	answer string // the topic, with C for the client's id, M for the heater, H for its home and U for the user; empty: cmd/52/navilink-M/C/res
}

// control is the row of a control command.
func control(name string, code int, mode, param string, do func(context.Context, *nwp500.Heater) error) row {
	return row{name, do, "ctrl", code, fmt.Sprintf(`,"mode":%q,"param":[%s],"paramStr":""`, mode, param), ""}
}

// The event that an application has come, and the request that says that it leaves.
func TestComingAndGoing(t *testing.T) {
	inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
		ctx := within(t, time.Hour)
		session, devices := c.connect(t)
		heater, simulated := session.Heater(devices[0]), c.Heater(devices[0].MAC.Reveal())
		if err := heater.SignalAppConnection(ctx); err != nil {
			t.Fatal(err)
		}
		pass(time.Second)
		got, ok := simulated.Received("app-connection")
		now := time.Now().Add(-time.Second).UTC().Format(time.RFC3339)
		want := fmt.Sprintf(`{"clientID":%q,"timestamp":%q}`, session.ClientIDs()[0], now)
		if !ok || string(got.Body) != want || got.Topic != "evt/52/navilink-"+devices[0].MAC.Reveal()+"/app-connection" {
			t.Errorf("got %s %s, want %s", got.Topic, got.Body, want)
		}

		if err := session.Close(); err != nil {
			t.Fatal(err)
		}
		pass(time.Second)
		got, ok = simulated.Received("st/end")
		if !ok {
			t.Fatal("the heater was not told of the session's end")
		}
		var sent map[string]json.RawMessage
		if err := json.Unmarshal(got.Body, &sent); err != nil {
			t.Fatal(err)
		}
		if want := fmt.Sprintf(`{"command":16777218,"deviceType":52,"macAddress":%q,"additionalValue":%q}`,
			devices[0].MAC.Reveal(), devices[0].AdditionalValue); string(sent["request"]) != want {
			t.Errorf("got %s, want %s", sent["request"], want)
		}
		if err := heater.SignalAppConnection(ctx); outcome(err) != nwp500.NotSent {
			t.Errorf("after closing: got %v, want it not sent", err)
		}
	})
}

// All heaters are told that the session ends, and it ends in time, whether the broker
// answers or not.
func TestSessionEndOfManyHeaters(t *testing.T) {
	inCloud(t, simulator.Config{Heaters: 120}, func(t *testing.T, c *cloud) {
		ctx := within(t, time.Hour)
		session, devices := c.connect(t)
		for _, device := range devices {
			if _, err := session.Heater(device).Status(ctx); err != nil {
				t.Fatal(err)
			}
		}
		pass(time.Minute)
		began := time.Now()
		if err := session.Close(); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(began); took >= time.Second {
			t.Errorf("closing took %v", took)
		}
		pass(time.Second)
		told := 0
		for _, device := range devices {
			told += c.Heater(device.MAC.Reveal()).Counters().Ends
		}
		if told != len(devices) {
			t.Errorf("%d of %d heaters were told", told, len(devices))
		}
	})
	inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
		ctx := within(t, time.Hour)
		heater, _ := c.heater(t)
		if _, err := heater.Status(ctx); err != nil {
			t.Fatal(err)
		}
		c.Inject(simulator.Fault{Step: simulator.StepPacket, Action: simulator.BlackHole})
		began := time.Now()
		if err := c.client.Close(); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(began); took >= time.Second {
			t.Errorf("closing took %v with a broker that is gone", took)
		}
	})
}

// A refusal is an error of the command that caused it, also with two under way.
func TestRefusalOfOneOfTwo(t *testing.T) {
	inCloud(t, simulator.Config{CommandGap: 10 * time.Second}, func(t *testing.T, c *cloud) {
		ctx := within(t, time.Hour)
		heater, simulated := c.heater(t)
		if _, err := heater.Features(ctx); err != nil {
			t.Fatal(err)
		}
		simulated.SetDelay(3 * time.Second)
		first, second := make(chan error, 1), make(chan error, 1)
		go func() { first <- heater.EnableAntiLegionella(ctx, 7) }()
		pass(time.Second)
		go func() { second <- heater.ResetAirFilter(ctx) }()
		if err := <-first; err != nil {
			t.Errorf("the first command: %v", err)
		}
		if err := <-second; outcome(err) != nwp500.Refused {
			t.Errorf("the second command: got %v, want it refused", err)
		}
	})
}

// What waits to be sent when the session is closed is not sent any more.
func TestNothingIsSentAfterClosing(t *testing.T) {
	inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
		ctx := within(t, time.Hour)
		session, devices := c.connect(t)
		if _, err := session.Heater(devices[0]).Status(ctx); err != nil {
			t.Fatal(err)
		}
		pass(time.Minute)
		before := c.Counters().Publishes
		const asked = 30
		ends := make(chan error, asked)
		for range asked {
			go func() {
				ends <- session.Publish(ctx, "cmd/52/navilink-"+devices[0].MAC.Reveal()+"/st", []byte(`{}`))
			}()
		}
		pass(time.Millisecond) // a burst has left, and the rest waits for its turn
		session.Close()
		sent := 1 // the farewell
		for range asked {
			if err := <-ends; err == nil {
				sent++
			} else if outcome(err) != nwp500.NotSent || !errors.Is(err, nwp500.ErrClosed) {
				t.Errorf("got %v, want it not sent", err)
			}
		}
		if got := c.Counters().Publishes - before; got != sent || sent == asked+1 {
			t.Errorf("%d messages were sent, of which %d were told of", got, sent)
		}
	})
}

// A signal that the broker does not acknowledge may have arrived.
func TestSignalWithoutAcknowledgement(t *testing.T) {
	inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
		ctx := within(t, time.Hour)
		heater, _ := c.heater(t)
		if _, err := heater.Status(ctx); err != nil {
			t.Fatal(err)
		}
		c.Inject(simulator.Fault{Step: simulator.StepPuback, Action: simulator.Lose})
		if err := heater.SignalAppConnection(ctx); outcome(err) != nwp500.OutcomeUnknown {
			t.Errorf("got %v, want the outcome unknown", err)
		}
	})
}
