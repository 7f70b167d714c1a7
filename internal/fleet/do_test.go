package fleet

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/api"
	"github.com/nwp500/nwp500/simulator"
)

// Each command reaches the heater and ends done.
func TestCommandsAreDone(t *testing.T) {
	inWorld(t, simulator.Config{Heaters: 2}, nil, func(t *testing.T, w *world) {
		w.first(t)
		pass(time.Minute)
		h := w.fleet.Heaters()[1] // the model with a pump
		simulated := w.Heater(h.State().Device.MAC.Reveal())
		for _, c := range []struct {
			command api.Command
			field   string
			want    int
		}{
			{api.Command{Name: api.SetMode, Mode: "high-demand"}, "dhwOperationSetting", 4},
			{api.Command{Name: api.SetTemperature, Celsius: ptr(55.5)}, "dhwTemperatureSetting", 111},
			{api.Command{Name: api.SetTemperature, Fahrenheit: ptr(131.0)}, "dhwTemperatureSetting", 110},
			{api.Command{Name: api.SetVacation, On: ptr(true), Days: ptr(12)}, "dhwOperationSetting", 5},
			{api.Command{Name: api.SetVacationDays, Days: ptr(9)}, "vacationDaySetting", 9},
			{api.Command{Name: api.SetVacation, On: ptr(false)}, "dhwOperationSetting", 4},
			{api.Command{Name: api.SetVacation, On: ptr(true)}, "vacationDaySetting", 9},
			{api.Command{Name: api.SetMode, Mode: "heat_pump"}, "dhwOperationSetting", 1},
			{api.Command{Name: api.SetMode, Mode: "vacation", Days: ptr(3)}, "vacationDaySetting", 3},
			{api.Command{Name: api.SetPower, On: ptr(false)}, "dhwOperationSetting", 6},
			{api.Command{Name: api.SetPower, On: ptr(true)}, "dhwOperationSetting", 5},
			{api.Command{Name: api.SetVacation, On: ptr(false)}, "dhwOperationSetting", 1},
			{api.Command{Name: api.SetPower, On: ptr(false)}, "dhwOperationSetting", 6},
			{api.Command{Name: api.SetVacation, On: ptr(false)}, "dhwOperationSetting", 6}, // there is none that could end
			{api.Command{Name: api.SetPower, On: ptr(true)}, "dhwOperationSetting", 1},
			{api.Command{Name: api.EnableTOU, On: ptr(true)}, "touStatus", 3}, // in a window
			{api.Command{Name: api.EnableTOU, On: ptr(false)}, "touStatus", 0},
			{api.Command{Name: api.EnableReservations, On: ptr(true)}, "programReservationUse", 2},
			{api.Command{Name: api.EnableAntiLegionella, On: ptr(true)}, "antiLegionellaPeriod", 7},
			{api.Command{Name: api.EnableAntiLegionella, On: ptr(true), Days: ptr(14)}, "antiLegionellaPeriod", 14},
			{api.Command{Name: api.EnableAntiLegionella, On: ptr(true)}, "antiLegionellaPeriod", 14},
			{api.Command{Name: api.EnableAntiLegionella, On: ptr(false)}, "antiLegionellaUse", 1},
			{api.Command{Name: api.SetAirFilterLife, Hours: ptr(2500)}, "airFilterAlarmPeriod", 2500},
			{api.Command{Name: api.ResetAirFilter}, "airFilterAlarmElapsed", 0},
			{api.Command{Name: api.SetRecirculationMode, Mode: "schedule"}, "recircOperationMode", 3},
			{api.Command{Name: api.PressHotButton}, "", 0},
			{api.Command{Name: api.ResetCondenserFault}, "", 0},
			{api.Command{Name: api.EnableDemandResponse, On: ptr(true)}, "", 0},
			{api.Command{Name: api.EnableIntelligent, On: ptr(true)}, "", 0},
			{api.Command{Name: api.Refresh}, "", 0},
		} {
			if result := do(t, h, c.command); result.End != api.Done || result.Error != "" {
				t.Errorf("%+v ends %+v", c.command, result)
			}
			pass(10 * time.Second)
			if got := simulated.Status()[c.field]; c.field != "" && got != c.want {
				t.Errorf("after %+v the heater has %s %d, want %d", c.command, c.field, got, c.want)
			}
		}
	})
}

// What is malformed is refused with the member that is, and nothing is sent.
func TestMalformedCommandsAreRefused(t *testing.T) {
	on := ptr(true)
	for _, c := range []struct {
		command api.Command
		field   string
	}{
		{api.Command{Name: "explode"}, "command"},
		{api.Command{}, "command"},
		{api.Command{Name: api.SetPower}, "on"},
		{api.Command{Name: api.SetPower, On: on, Days: ptr(1)}, "days"},
		{api.Command{Name: api.SetMode}, "mode"},
		{api.Command{Name: api.SetMode, Mode: "turbo"}, "mode"},
		{api.Command{Name: api.SetMode, Mode: "power_off"}, "mode"},
		{api.Command{Name: api.SetMode, Mode: "electric", Days: ptr(3)}, "days"},
		{api.Command{Name: api.SetMode, Mode: "vacation", Days: ptr(31)}, "days"},
		{api.Command{Name: api.SetVacation, On: ptr(false), Days: ptr(3)}, "days"},
		{api.Command{Name: api.SetVacation, On: on, Days: ptr(-1)}, "days"},
		{api.Command{Name: api.SetVacationDays}, "days"},
		{api.Command{Name: api.SetVacationDays, Days: ptr(0)}, "days"},
		{api.Command{Name: api.SetTemperature}, "celsius"},
		{api.Command{Name: api.SetTemperature, Celsius: ptr(50.0), Fahrenheit: ptr(120.0)}, "fahrenheit"},
		{api.Command{Name: api.SetTemperature, Celsius: ptr(math.NaN())}, "celsius"},
		{api.Command{Name: api.SetTemperature, Fahrenheit: ptr(math.Inf(1))}, "fahrenheit"},
		{api.Command{Name: api.EnableAntiLegionella, On: ptr(false), Days: ptr(3)}, "days"},
		{api.Command{Name: api.SetAirFilterLife}, "hours"},
		{api.Command{Name: api.SetRecirculationMode, Mode: "sometimes"}, "mode"},
		{api.Command{Name: api.InstallFirmware, Version: ptr(1)}, "code"},
		{api.Command{Name: api.InstallFirmware, Code: ptr(1)}, "version"},
		{api.Command{Name: api.PressHotButton, On: on}, "on"},
		{api.Command{Name: api.SetReservations}, "schedule"},
		{api.Command{Name: api.SetReservations, Schedule: []byte(`[]`)}, "schedule"},
		{api.Command{Name: api.SetReservations, Schedule: []byte(`{"reservation_use": true}`)}, "schedule"},
		{api.Command{Name: api.SetTOU, Schedule: []byte(`{"reservation": [{"days": "mon"}]}`)}, "schedule"},
		{api.Command{Name: api.SetRecirculation, Schedule: []byte(`{"reservation_use": 7}`)}, "schedule"},
		{api.Command{Name: api.SetPower, On: on, IfMatch: "x"}, "if_match"},
	} {
		err := Check(c.command)
		result := ended(c.command, err)
		if result.End != api.Refusal || result.Field != c.field || result.Error == "" {
			t.Errorf("%+v ends %+v, want refused for %s", c.command, result, c.field)
		}
	}
	long := Check(api.Command{Name: strings.Repeat("é", 10_000)})
	if long == nil || len(long.Error()) > 600 {
		t.Error("a long name is told at length")
	}
}

// What the heater does not take is refused with its limits; the cloud's own refusal is one,
// too.
func TestCommandsAreRefused(t *testing.T) {
	inWorld(t, simulator.Config{CommandGap: time.Minute}, nil, func(t *testing.T, w *world) {
		h, simulated := w.first(t)
		before := simulated.Counters().Commands
		for field, command := range map[string]api.Command{
			"celsius":    {Name: api.SetTemperature, Celsius: ptr(80.0)},
			"fahrenheit": {Name: api.SetTemperature, Fahrenheit: ptr(200.0)},
			"hours":      {Name: api.SetAirFilterLife, Hours: ptr(1234)},
		} {
			result := do(t, h, command)
			if result.End != api.Refusal || result.Field != field || !strings.Contains(result.Error, "it takes") {
				t.Errorf("%+v ends %+v", command, result)
			}
		}
		for _, command := range []api.Command{
			{Name: api.PressHotButton},
			{Name: api.SetRecirculationMode, Mode: "always"},
			{Name: api.SetRecirculation, Schedule: []byte(`{"reservation_use": true, "reservation": []}`)},
			{Name: api.InstallFirmware, Code: ptr(1), Version: ptr(2)},
		} {
			if result := do(t, h, command); result.End != api.Refusal || result.Error == "" {
				t.Errorf("%+v ends %+v", command, result)
			}
		}
		if sent := simulated.Counters().Commands; sent != before {
			t.Errorf("%d commands reached the heater", sent-before)
		}
		if result := do(t, h, api.Command{Name: api.SetMode, Mode: "electric"}); result.End != api.Done {
			t.Errorf("the first ends %+v", result)
		}
		result := do(t, h, api.Command{Name: api.SetMode, Mode: "heat_pump"})
		if result.End != api.Refusal || !strings.Contains(result.Error, "too soon") {
			t.Errorf("one too soon ends %+v", result)
		}
	})
}

// A command without an answer ends with its outcome unknown, was sent once, and the status
// is asked for afterwards.
func TestTheOutcomeIsUnknown(t *testing.T) {
	inWorld(t, simulator.Config{}, nil, func(t *testing.T, w *world) {
		h, simulated := w.first(t)
		pass(time.Minute)
		simulated.LoseWrites(1)
		w.heard()
		before := simulated.Counters()
		result := do(t, h, api.Command{Name: api.SetMode, Mode: "electric"})
		if result.End != api.OutcomeUnknown || !strings.Contains(result.Error, "it may have been carried out") {
			t.Errorf("it ends %+v", result)
		}
		pass(10 * time.Minute)
		after := simulated.Counters()
		if after.LostWrites-before.LostWrites != 1 || after.Commands != before.Commands {
			t.Errorf("the heater lost %d and obeyed %d commands", after.LostWrites-before.LostWrites, after.Commands-before.Commands)
		}
		if after.Requests == before.Requests {
			t.Error("the status was not asked for")
		}
		told := events(w.heard(), api.CommandEvent)
		if len(told) != 1 || told[0].Result.End != api.OutcomeUnknown || told[0].By != "test" {
			t.Errorf("told %+v", told)
		}
	})
}

// While the connection is down a command waits a minute, and is not sent afterwards.
func TestACommandWaitsForTheConnection(t *testing.T) {
	inWorld(t, simulator.Config{}, nil, func(t *testing.T, w *world) {
		h, simulated := w.first(t)
		pass(time.Minute)
		before := simulated.Counters().Commands
		down := w.Inject(simulator.Fault{Step: simulator.StepUpgrade, Action: simulator.Refuse, Status: 503})
		w.DropAll(simulator.DropServer)
		pass(time.Second)
		began := time.Now()
		result := do(t, h, api.Command{Name: api.SetMode, Mode: "electric"})
		if took := time.Since(began); result.End != api.NotSent || took > commandLimit+time.Second {
			t.Errorf("it ends %+v after %v", result, took)
		}
		done := make(chan api.Result)
		go func() { done <- do(t, h, api.Command{Name: api.SetMode, Mode: "electric"}) }()
		pass(time.Second)
		down.Heal()
		if result := <-done; result.End != api.Done && result.End != api.NotSent {
			t.Errorf("the next ends %+v", result)
		}
		pass(10 * time.Minute)
		if sent := simulated.Counters().Commands - before; sent > 1 {
			t.Errorf("%d commands reached the heater", sent)
		}
	})
}

// The caller may give up; before it runs and after its end a fleet sends nothing.
func TestCommandsAndTheEnd(t *testing.T) {
	inWorld(t, simulator.Config{}, nil, func(t *testing.T, w *world) {
		h, simulated := w.first(t)
		simulated.SetSilent(true)
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		if result := h.Do(ctx, "test", api.Command{Name: api.SetMode, Mode: "electric"}); result.End != api.OutcomeUnknown {
			t.Errorf("one that the caller gave up ends %+v", result)
		}
		done := make(chan api.Result)
		go func() { done <- do(t, h, api.Command{Name: api.SetMode, Mode: "electric"}) }()
		pass(time.Second)
		began := time.Now()
		w.stop()
		result := <-done
		if took := time.Since(began); result.End != api.OutcomeUnknown || took > 3*time.Second {
			t.Errorf("one at the end ends %+v after %v", result, took)
		}
		if err := <-w.ended; err != nil {
			t.Error(err)
		}
		w.ended <- nil
		if took := time.Since(began); took > 4*time.Second {
			t.Errorf("the end took %v", took)
		}
		if result := do(t, h, api.Command{Name: api.SetMode, Mode: "electric"}); result.End != api.NotSent {
			t.Errorf("one after the end ends %+v", result)
		}
		if _, _, err := w.feed.Next(context.Background()); err != nil {
			t.Errorf("the feed has nothing of before the end: %v", err)
		}
		if _, _, err := w.feed.Next(context.Background()); !errors.Is(err, nwp500.ErrClosed) {
			t.Errorf("the feed ends with %v", err)
		}
	})
}

// A command that is under way at the end has two seconds to be done.
func TestTheGraceOfCommands(t *testing.T) {
	inWorld(t, simulator.Config{}, nil, func(t *testing.T, w *world) {
		h, simulated := w.first(t)
		pass(time.Minute)
		simulated.SetDelay(time.Second)
		done := make(chan api.Result)
		go func() { done <- do(t, h, api.Command{Name: api.SetMode, Mode: "electric"}) }()
		pass(500 * time.Millisecond)
		w.stop()
		pass(100 * time.Millisecond)
		if result := do(t, h, api.Command{Name: api.SetMode, Mode: "high_demand"}); result.End != api.NotSent {
			t.Errorf("one that comes after that ends %+v", result)
		}
		if result := <-done; result.End != api.Done {
			t.Errorf("it ends %+v", result)
		}
	})
}

// Changes by others are told as theirs, also after a command of ours.
func TestChangesByOthers(t *testing.T) {
	inWorld(t, simulator.Config{}, nil, func(t *testing.T, w *world) {
		h, _ := w.first(t)
		client := nwp500.New(w.fleet.accounts[0].settings.Cloud)
		defer client.Close()
		session, err := client.Connect(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		app := session.Heater(h.State().Device)
		do(t, h, api.Command{Name: api.SetTemperature, Celsius: ptr(45.0)})
		do(t, h, api.Command{Name: api.SetMode, Mode: "high_demand"})
		pass(time.Minute)
		w.heard()
		if err := app.SetTemperature(t.Context(), nwp500.Celsius(56)); err != nil {
			t.Fatal(err)
		}
		pass(time.Minute)
		if err := app.SetMode(t.Context(), nwp500.Electric); err != nil {
			t.Fatal(err)
		}
		pass(time.Minute)
		told := w.heard()
		if refused := do(t, h, api.Command{Name: api.SetTemperature, Celsius: ptr(99.0)}); refused.End != api.Refusal {
			t.Fatalf("99 degrees end %+v", refused)
		}
		if err := app.SetTemperature(t.Context(), nwp500.Celsius(50)); err != nil {
			t.Fatal(err)
		}
		pass(time.Second)
		if got := events(w.heard(), api.SetpointEvent); len(got) != 1 || got[0].By != "" {
			t.Errorf("after a command that was refused: %+v", got)
		}
		for _, class := range []api.EventClass{api.SetpointEvent, api.ModeEvent} {
			if got := events(told, class); len(got) != 1 || got[0].By != "" {
				t.Errorf("%s events: %+v", class, got)
			}
		}
		if got := events(told, api.HeatingEvent); len(got) == 0 {
			t.Error("it was not told that heating began")
		}
	})
}

// Firmware is installed that the heater has downloaded.
func TestFirmwareIsInstalled(t *testing.T) {
	inWorld(t, simulator.Config{}, nil, func(t *testing.T, w *world) {
		h, simulated := w.first(t)
		pass(time.Minute)
		running := h.State().Firmware[0]
		if err := simulated.OfferFirmware(running.Code, 167837999); err != nil {
			t.Fatal(err)
		}
		if result := do(t, h, api.Command{Name: api.Refresh}); result.End != api.Done {
			t.Fatal(result)
		}
		h.nudge(readFirmware, 0)
		pass(time.Minute)
		if offered := h.State().Firmware[0]; offered.Available != "167837999" || offered.Component != "controller" {
			t.Fatalf("offered: %+v", offered)
		}
		result := do(t, h, api.Command{Name: api.InstallFirmware, Code: &running.Code, Version: ptr(167837999)})
		if result.End != api.Done {
			t.Fatalf("it ends %+v", result)
		}
		pass(time.Hour)
		synctest.Wait()
		h.nudge(readFirmware, 0)
		pass(time.Minute)
		if now := h.State().Firmware[0]; now.Installed != "167837999" || now.Available != "" {
			t.Errorf("installed: %+v", now)
		}
	})
}
