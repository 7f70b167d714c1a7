package nwp500_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/simulator"
)

// What a heater counts adds up, in every way of asking.
func TestEnergyHistory(t *testing.T) {
	start := time.Date(2026, time.November, 20, 6, 0, 0, 0, time.UTC)
	inCloud(t, simulator.Config{Start: start, Models: []simulator.Model{{HourlyEnergy: true}}}, func(t *testing.T, c *cloud) {
		ctx := within(t, 100*time.Hour)
		heater, simulated := c.heater(t)
		if _, err := heater.Status(ctx); err != nil {
			t.Fatal(err)
		}
		simulated.SetTank(35, 30)
		pass(30 * time.Hour)
		days, err := heater.EnergyDaily(ctx, 2026, 11)
		if err != nil {
			t.Fatal(err)
		}
		months, err := heater.EnergyMonthly(ctx, 2026)
		if err != nil {
			t.Fatal(err)
		}
		if len(days.Items) != 30 || len(months.Items) != 12 {
			t.Fatalf("%d days and %d months", len(days.Items), len(months.Items))
		}
		november := months.Items[10]
		if sum := days.Sum(); sum.HeatPump != november.HeatPump || sum.Elements != november.Elements || sum.All().Or(0) == 0 {
			t.Errorf("the days of November add up to %+v, the month is %+v", sum, november.EnergyUsage)
		}
		if days.Total != months.Total || days.Total.All().Or(0) < november.All().Or(0) {
			t.Errorf("totals %+v and %+v: both are the heater's life", days.Total, months.Total)
		}
		hours, err := heater.EnergyHourly(ctx, 2026, 11, 20)
		if err != nil {
			t.Fatal(err)
		}
		if hours.Sum().HeatPump != days.Items[19].HeatPump || len(hours.Items) != 24 {
			t.Errorf("the hours of the 20th add up to %+v, the day is %+v", hours.Sum(), days.Items[19])
		}
		both, err := heater.EnergyDaily(ctx, 2026, 12, 10, 12)
		if err != nil || len(both.Items) != 62 || both.Items[0].Date() != "2026-10-01" || both.Items[61].Date() != "2026-12-31" {
			t.Errorf("two months: %d items, %v", len(both.Items), err)
		}

		diagnostics, err := heater.Diagnostics(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if diagnostics.Totals.HeatPumpEnergy.Or(0) < days.Total.HeatPump.Or(0) {
			t.Errorf("lifetime of the heat pump: %v Wh, and %v Wh in the history", diagnostics.Totals.HeatPumpEnergy, days.Total.HeatPump)
		}
		if n := len(c.Connections()[0].Subscriptions); n != 2 {
			t.Errorf("%d subscriptions are left, want the heater's and that of queries", n)
		}
	})
}

// A heater that never answers for hours, as the one that was tried, is ErrNoAnswer.
func TestHourlyEnergyIsNotAnswered(t *testing.T) {
	inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
		heater, _ := c.heater(t)
		events := collect(t.Context(), heater.Events(t.Context()))
		if _, err := heater.EnergyHourly(within(t, time.Hour), 2026, 9, 11); !errors.Is(err, nwp500.ErrNoAnswer) {
			t.Errorf("got %v, want ErrNoAnswer", err)
		}
		synctest.Wait()
		if slices.Contains(events.kinds(), "HeaterSilent") {
			t.Error("the heater counts as silent, because it does not know the question")
		}
	})
}

func TestFirmwareIsInstalled(t *testing.T) {
	inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
		ctx := within(t, time.Hour)
		heater, simulated := c.heater(t)
		downloads, err := heater.FirmwareDownloads(ctx)
		if err != nil || len(downloads.Pending) != 0 {
			t.Fatalf("got %+v, %v, want nothing pending", downloads, err)
		}
		if err := simulated.OfferFirmware(33556241, 167837697); err != nil {
			t.Fatal(err)
		}
		downloads, err = heater.FirmwareDownloads(ctx)
		if err != nil || len(downloads.Pending) != 1 || downloads.Pending[0].Code != 33556241 || downloads.Pending[0].Version != 167837697 {
			t.Fatalf("got %+v, %v, want one pending", downloads, err)
		}
		if err := heater.CommitFirmware(ctx, downloads.Pending[0].Code, downloads.Pending[0].Version); err != nil {
			t.Fatal(err)
		}
		pass(5 * time.Minute)
		if downloads, err = heater.FirmwareDownloads(ctx); err != nil || len(downloads.Pending) != 0 {
			t.Errorf("afterwards: %+v, %v", downloads, err)
		}
		installed, err := c.client.Firmware(ctx, heater.Device())
		if err != nil || installed[0].Version != 167837697 {
			t.Errorf("installed: %+v, %v", installed, err)
		}
	})
}

// What a command changes shows in a later status.
func TestSettingsShow(t *testing.T) {
	inCloud(t, simulator.Config{Models: []simulator.Model{{NewFirmware: true}}}, func(t *testing.T, c *cloud) {
		ctx := within(t, time.Hour)
		heater, simulated := c.heater(t)
		simulated.RaiseFault(990, 0)
		for name, do := range map[string]func() error{
			"anti-Legionella": func() error { return heater.EnableAntiLegionella(ctx, 14) },
			"filter life":     func() error { return heater.SetAirFilterLife(ctx, 2500) },
			"filter":          func() error { return heater.ResetAirFilter(ctx) },
			"days":            func() error { return heater.SetVacationDays(ctx, 12) },
			"freeze":          func() error { return heater.SetFreezeProtection(ctx, nwp500.Celsius(8), nwp500.AcceptUnverified) },
			"condenser":       func() error { return heater.ResetCondenserFault(ctx) },
		} {
			if err := do(); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		status, err := heater.Status(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if !status.AntiLegionella.IsOn() || !status.AntiLegionellaPeriod.Is(14) || !status.AirFilterPeriod.Is(2500) || !status.AirFilterElapsed.Is(0) ||
			!status.VacationDays.Is(12) || status.Mode.Is(nwp500.Vacation) || status.FreezeProtectionTemperature != nwp500.Celsius(8) || !status.Fault.Is(0) {
			t.Errorf("the settings do not show: %s", status.AppendJSON(nil, nwp500.Metric))
		}
		if err := heater.DisableAntiLegionella(ctx); err != nil {
			t.Fatal(err)
		}
		if status, err = heater.Status(ctx); err != nil || !status.AntiLegionella.IsOff() {
			t.Errorf("anti-Legionella %v, %v, want it off", status.AntiLegionella, err)
		}
	})
}

// What is out of range, not fitted or not accepted is refused before anything is sent.
func TestRefusedBeforeAnythingIsSent(t *testing.T) {
	const no, accept = nwp500.Unverified(0), nwp500.AcceptUnverified
	inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
		ctx := within(t, 24*time.Hour)
		heater, simulated := c.heater(t)
		energy := func(_ *nwp500.Energy, err error) error { return err }
		for _, name := range []string{"smartDiagnosticUse", "drSettingUse", "antiLegionellaSettingUse", "energyUsageUse", "holidayUse"} {
			simulated.SetFeature(name, 1)
		}
		simulated.SetFeature("freezeProtectionTempMin", 13)
		if _, err := heater.Features(ctx); err != nil {
			t.Fatal(err)
		}
		before := c.Counters().Publishes
		for name, test := range map[string]struct {
			err  error
			says string // what the message has to name
		}{
			"day 0":               {heater.EnableAntiLegionella(ctx, 0), "days 0 1 to 30"},
			"day 31":              {heater.EnableAntiLegionella(ctx, 31), "days 31 1 to 30"},
			"vacation of 0":       {heater.SetVacationDays(ctx, 0), "days 0 1 to 30"},
			"vacation of 31":      {heater.SetVacationDays(ctx, 31), "days 31 1 to 30"},
			"500 h":               {heater.SetAirFilterLife(ctx, 500), "hours 500 1000 10000"},
			"1250 h":              {heater.SetAirFilterLife(ctx, 1250), "hours 1250 steps"},
			"10500 h":             {heater.SetAirFilterLife(ctx, 10500), "hours 10500 10000"},
			"-500 h":              {heater.SetAirFilterLife(ctx, -500), "hours -500"},
			"6 °C":                {heater.SetFreezeProtection(ctx, nwp500.Celsius(6), accept), "temperature 6 °C 6.5 °C 10 °C"},
			"11 °C":               {heater.SetFreezeProtection(ctx, nwp500.Celsius(11), accept), "temperature 11 °C 6.5 °C 10 °C"},
			"no temperature":      {heater.SetFreezeProtection(ctx, nwp500.Temperature{}, accept), "temperature unknown"},
			"no code":             {heater.CommitFirmware(ctx, 0, 1), "code 0"},
			"no version":          {heater.CommitFirmware(ctx, 1, 0), "version 0"},
			"month 13":            {energy(heater.EnergyDaily(ctx, 2026, 12, 13)), "month 13 1 to 12"},
			"month 0":             {energy(heater.EnergyDaily(ctx, 2026, 0)), "month 0 1 to 12"},
			"no month":            {energy(heater.EnergyDaily(ctx, 2026)), "month none 1 to 12"},
			"1999":                {energy(heater.EnergyDaily(ctx, 1999, 1)), "year 1999 2000 to 2099"},
			"2100":                {energy(heater.EnergyMonthly(ctx, 2026, 2100)), "year 2100 2000 to 2099"},
			"no year":             {energy(heater.EnergyMonthly(ctx)), "year none 2000 to 2099"},
			"29 February":         {energy(heater.EnergyHourly(ctx, 2026, 2, 29)), "day 29 1 to 28"},
			"no consent: freeze":  {heater.SetFreezeProtection(ctx, nwp500.Celsius(8), no), "unverified"},
			"no consent: smart":   {heater.RunSmartDiagnostic(ctx, no), "unverified"},
			"no consent: wifi":    {heater.ReconnectWiFi(ctx, no), "unverified"},
			"no consent: reset":   {heater.ResetWiFi(ctx, no), "unverified"},
			"no consent: check":   {heater.CheckFirmware(ctx, no), "unverified"},
			"consent of 2":        {heater.CheckFirmware(ctx, 2), "unverified"},
			"lacks diagnostic":    {heater.RunSmartDiagnostic(ctx, accept), "smartDiagnosticUse"},
			"lacks response":      {heater.EnableDemandResponse(ctx, true), "drSettingUse"},
			"lacks cycle":         {heater.EnableAntiLegionella(ctx, 7), "antiLegionellaSettingUse"},
			"lacks cycle, to end": {heater.DisableAntiLegionella(ctx), "antiLegionellaSettingUse"},
			"lacks vacation":      {heater.SetVacationDays(ctx, 7), "holidayUse"},
			"lacks history":       {energy(heater.EnergyMonthly(ctx, 2026)), "energyUsageUse"},
		} {
			var bounds *nwp500.RangeError
			var unsupported *nwp500.UnsupportedError
			if outcome(test.err) != nwp500.Refused && !errors.As(test.err, &bounds) && !errors.As(test.err, &unsupported) {
				t.Errorf("%s: got %v, want it refused", name, test.err)
				continue
			}
			for _, word := range strings.Fields(test.says) {
				if !strings.Contains(test.err.Error(), word) {
					t.Errorf("%s: %q does not name %q", name, test.err, word)
				}
			}
		}
		if sent := c.Counters().Publishes - before; sent != 0 {
			t.Errorf("%d messages were sent", sent)
		}
	})
}

// Answers on topics that do not name the heater go to the heater that was asked; a slow
// or silent one does not keep 120 others waiting.
func TestQueriesOf120Heaters(t *testing.T) {
	inCloud(t, simulator.Config{Heaters: 120, Seed: 3, Broker: simulator.Broker{Shuffle: 200 * time.Millisecond}}, func(t *testing.T, c *cloud) {
		ctx := within(t, time.Hour)
		session, devices := c.connect(t)
		for i, device := range devices {
			simulated := c.Heater(device.MAC.Reveal())
			simulated.SetTank(30+float64(i%20), 30)
			switch i {
			case 7:
				simulated.SetSilent(true)
			case 8:
				simulated.SetDelay(4 * time.Second)
			}
		}
		var asked sync.WaitGroup
		began := time.Now()
		for i, device := range devices {
			asked.Go(func() {
				heater := session.Heater(device)
				energy, err := heater.EnergyMonthly(ctx, 2026)
				if i == 7 {
					if !errors.Is(err, nwp500.ErrNoAnswer) {
						t.Errorf("silent heater: got %v", err)
					}
					return
				}
				if err != nil {
					t.Errorf("heater %d: %v", i, err)
					return
				}
				diagnostics, err := heater.Diagnostics(ctx)
				if err != nil {
					t.Errorf("heater %d: %v", i, err)
					return
				}
				// The totals differ from heater to heater, and both answers have them.
				if energy.MAC != device.MAC || diagnostics.MAC != device.MAC ||
					!strings.Contains(string(energy.AppendJSON(nil, nwp500.Metric)), device.MAC.Reveal()) ||
					!strings.Contains(string(diagnostics.AppendJSON(nil, nwp500.Metric)), device.MAC.Reveal()) {
					t.Errorf("heater %d was given the answer of another", i)
				}
				if took := time.Since(began); i != 8 && took > 14*time.Second {
					t.Errorf("heater %d answered after %v: a silent one must not delay it", i, took)
				}
			})
		}
		asked.Wait()
		for _, connection := range c.Connections() {
			if n := len(connection.Subscriptions); n > 41 {
				t.Errorf("a connection has %d subscriptions in the end", n)
			}
		}
	})
}

// A question does not wait for a connection that is down, whatever topic its answer
// comes on.
func TestQueriesDoNotWait(t *testing.T) {
	inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
		ctx := within(t, time.Hour)
		heater, _ := c.heater(t)
		if _, err := heater.EnergyMonthly(ctx, 2026); err != nil {
			t.Fatal(err)
		}
		c.Inject(simulator.Fault{Step: simulator.StepUpgrade, Action: simulator.Refuse, Status: 503})
		c.DropAll(simulator.DropServer)
		pass(time.Second)
		for name, ask := range map[string]func(context.Context) error{
			"energy":      func(ctx context.Context) error { _, err := heater.EnergyMonthly(ctx, 2026); return err },
			"diagnostics": func(ctx context.Context) error { _, err := heater.Diagnostics(ctx); return err },
			"downloads":   func(ctx context.Context) error { _, err := heater.FirmwareDownloads(ctx); return err },
		} {
			began := time.Now()
			if err := ask(ctx); !errors.Is(err, nwp500.ErrDisconnected) || time.Since(began) > time.Second {
				t.Errorf("%s: got %v after %v, want ErrDisconnected at once", name, err, time.Since(began))
			}
		}
	})
}

// An answer on a topic that does not name the heater is taken by the heater that it is
// of, whatever another one was asked.
func TestAnswerOfAnotherHeater(t *testing.T) {
	inCloud(t, simulator.Config{Heaters: 2}, func(t *testing.T, c *cloud) {
		ctx := within(t, time.Hour)
		session, devices := c.connect(t)
		for _, device := range devices {
			if _, err := session.Heater(device).EnergyDaily(ctx, 2026, 1); err != nil {
				t.Fatal(err)
			}
		}
		c.Heater(devices[0].MAC.Reveal()).SetSilent(true)
		asked := make(chan error, 1)
		go func() {
			_, err := session.Heater(devices[0]).EnergyDaily(ctx, 2026, 10)
			asked <- err
		}()
		pass(time.Second)
		late := session.Diagnostics().LateAnswers
		for _, mac := range []string{devices[1].MAC.Reveal(), "0a0b0c0d0e0f"} {
			err := session.Publish(ctx, "cmd/52/"+session.ClientIDs()[0]+"/res/energy-usage-daily-query/rd", []byte(
				`{"response":{"macAddress":"`+mac+`","typeOfUsage":0,"usage":[{"year":2026,"month":10,"data":[{"hpUsage":1,"heUsage":1}]}]}}`))
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := <-asked; !errors.Is(err, nwp500.ErrNoAnswer) {
			t.Errorf("got %v, want ErrNoAnswer: the answers were of others", err)
		}
		if more := session.Diagnostics().LateAnswers - late; more != 2 {
			t.Errorf("%d of the 2 were counted", more)
		}
	})
}

// Of two who listen to one topic in the app's form, the first to have its answer does not
// take it from the other.
func TestTwoListenInAppForm(t *testing.T) {
	inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
		ctx := within(t, time.Hour)
		heater, simulated := c.heater(t)
		if _, err := heater.Status(ctx); err != nil {
			t.Fatal(err)
		}
		simulated.SetDelay(3 * time.Second)
		var asking sync.WaitGroup
		for range 3 {
			asking.Go(func() {
				if _, err := heater.Diagnostics(ctx); err != nil {
					t.Error(err)
				}
			})
			pass(time.Second)
		}
		asking.Wait()
		if n := len(c.Connections()[0].Subscriptions); n != 1 {
			t.Errorf("%d subscriptions are left, want the heater's", n)
		}
	})
}
