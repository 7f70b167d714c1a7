package nwp500_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/simulator"
)

// tariffPeriods are two periods of every day.
func tariffPeriods() []nwp500.TOUPeriod {
	night := nwp500.TOUPeriod{
		Months: nwp500.AllMonths, Days: nwp500.EveryDay, EndHour: 15, EndMinute: 59,
		Min: nwp500.Price{Value: 10000, Decimals: 5}, Max: nwp500.Price{Value: 20000, Decimals: 5},
	}
	day := night
	day.StartHour, day.EndHour, day.Max.Value = 16, 23, 30000
	return []nwp500.TOUPeriod{night, day}
}

// openEIPlan is a plan of OpenEI: dearer from 16:00 to 20:59, and more so from June to
// September.
func openEIPlan() json.RawMessage {
	year := func(offset int) (months [12][24]int) {
		for month := range months {
			season := 0
			if month >= 5 && month <= 8 {
				season = 2
			}
			for hour := range months[month] {
				months[month][hour] = season
				if hour >= 16 && hour < 21 {
					months[month][hour] = season + offset
				}
			}
		}
		return months
	}
	plan, err := json.Marshal(map[string]any{
		"label": "1", "utility": "Pacific Gas & Electric Co", "name": "E-TOU-C", "eiaid": 14328,
		"energyratestructure": [][]map[string]any{
			{{"rate": 0.36261}, {"rate": 0.46378}},
			{{"rate": 0.39261}, {"rate": 0.49378}},
			{{"rate": 0.40378}, {"rate": 0.50495}},
			{{"rate": 0.50678}, {"rate": 0.60795}},
		},
		"energyweekdayschedule": year(1), "energyweekendschedule": year(1),
	})
	if err != nil {
		panic(err)
	}
	return plan
}

// From a plan of OpenEI to the heater: convert, apply, and what the cloud and the
// heater have then is what was converted.
func TestTariffIsConvertedAndApplied(t *testing.T) {
	inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
		ctx := within(t, time.Hour)
		heater, simulated := c.heater(t)
		captured, err := heater.TOU(ctx)
		if err != nil || len(captured.Periods) != 12 {
			t.Fatalf("got %v, %v, want the tariff that it came with", captured, err)
		}
		plans, err := c.client.ConvertTOU(ctx, []json.RawMessage{openEIPlan(), openEIPlan()})
		if err != nil || len(plans) != 2 {
			t.Fatalf("got %v, %v, want two tariffs", plans, err)
		}
		plan := plans[0]
		same := nwp500.TOUSchedule{Periods: plan.Periods}.Equal(nwp500.TOUSchedule{Periods: captured.Periods})
		if plan.Name != "E-TOU-C" || plan.Utility != "Pacific Gas & Electric Co" || !same {
			t.Errorf("got %v, want what PG&E's was converted to", plan)
		}
		plan.Periods = slices.DeleteFunc(plan.Periods, func(p nwp500.TOUPeriod) bool { return p.Months.Has(time.June) })
		if err := heater.ApplyTOU(ctx, nwp500.TOUUpdate{Plan: plan, Source: openEIPlan(), ZIP: "02134"}); err != nil {
			t.Fatal(err)
		}
		got, err := heater.TOU(ctx)
		if err != nil {
			t.Fatal(err)
		}
		want := nwp500.TOUSchedule{Periods: plan.Periods}
		if got.RegisterPath != "wifi" || got.ZIP != "02134" || got.Name != "E-TOU-C" || !want.Equal(nwp500.TOUSchedule{Periods: got.Periods}) {
			t.Errorf("the cloud has %v, want %v", got, plan)
		}
		if written, ok := simulated.Received("ctrl/tou/rd"); !ok || strings.Count(string(written.Body), `"season":3615`) != 6 {
			t.Errorf("the heater got %s", written.Body)
		}
		if err := heater.EnableTOU(ctx, true); err != nil {
			t.Fatal(err)
		}
		if status, err := heater.Status(ctx); err != nil || status.TOU.Is(0) {
			t.Errorf("TOU %v, %v, want it on", status.TOU, err)
		}
		if err := heater.EnableTOU(ctx, false); err != nil {
			t.Fatal(err)
		}
	})
}

// A heater does not tell its tariff: a write without an answer is neither done nor
// lost.
func TestTariffWithoutAnAnswer(t *testing.T) {
	inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
		ctx := within(t, time.Hour)
		heater, simulated := c.heater(t)
		tariff := nwp500.TOUSchedule{Enabled: true, Periods: tariffPeriods()}
		simulated.LoseWrites(1)
		err := heater.SetTOU(ctx, tariff)
		var command *nwp500.CommandError
		if !errors.As(err, &command) || command.Outcome != nwp500.OutcomeUnknown || !strings.Contains(command.Hint, "send it again") {
			t.Errorf("got %v, want the outcome unknown", err)
		}
		if err := heater.SetTOU(ctx, tariff); err != nil {
			t.Error(err)
		}
	})
}

// When the cloud does not take the tariff the heater is left alone.
func TestTariffThatTheCloudRefuses(t *testing.T) {
	inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
		ctx := within(t, time.Hour)
		heater, simulated := c.heater(t)
		update := nwp500.TOUUpdate{Plan: nwp500.TOUPlan{Name: "T", Periods: tariffPeriods()}, Source: openEIPlan(), ZIP: "94500"}
		c.RESTFail("/device/tou", 500, 1)
		err := heater.ApplyTOU(ctx, update)
		var refused *nwp500.APIError
		if outcome(err) != nwp500.NotSent || !errors.As(err, &refused) {
			t.Errorf("got %v, want it not sent", err)
		}
		if got, ok := simulated.Received("ctrl/tou/rd"); ok {
			t.Errorf("the heater got %s", got.Body)
		}
		if _, err := c.client.ConvertTOU(ctx, []json.RawMessage{json.RawMessage(`{"name":""}`)}); !errors.As(err, &refused) {
			t.Errorf("a plan that is none: got %v, want an *APIError", err)
		}
		if _, err := c.client.TOU(ctx, heater.Device(), nwp500.NewSecret("wrong")); !errors.As(err, &refused) || strings.Contains(err.Error(), "wrong") {
			t.Errorf("another serial number: got %v, want an *APIError without it", err)
		}
	})
}
