package nwp500_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/simulator"
)

// Each capability is looked at before its command: a heater that lacks it is told nothing, one that has it obeys. Nobody has
// to ask for the features before.
func TestEveryCapability(t *testing.T) {
	const accept = nwp500.AcceptUnverified
	models := []simulator.Model{{NewFirmware: true, Recirculation: true}}
	for name, test := range map[string]struct {
		says func(*nwp500.Features) nwp500.Capability
		do   func(context.Context, *nwp500.Heater) error
	}{
		"powerUse": {
			func(f *nwp500.Features) nwp500.Capability { return f.PowerSwitch },
			func(ctx context.Context, h *nwp500.Heater) error { return h.SetPower(ctx, false) },
		},
		"dhwUse": {
			func(f *nwp500.Features) nwp500.Capability { return f.HotWater },
			func(ctx context.Context, h *nwp500.Heater) error { return h.SetMode(ctx, nwp500.HeatPump) },
		},
		"dhwTemperatureSettingUse": {
			func(f *nwp500.Features) nwp500.Capability {
				switch setting, _ := f.TemperatureSetting.Get(); setting {
				case nwp500.SettingUnknown:
					return nwp500.CapabilityUnknown
				case nwp500.SettingDisabled:
					return nwp500.NotFitted
				}
				return nwp500.Fitted
			},
			func(ctx context.Context, h *nwp500.Heater) error { return h.SetTemperature(ctx, nwp500.Celsius(50)) },
		},
		"holidayUse": {
			func(f *nwp500.Features) nwp500.Capability { return f.VacationMode },
			func(ctx context.Context, h *nwp500.Heater) error { return h.SetVacation(ctx, 5) },
		},
		"programReservationUse": {
			func(f *nwp500.Features) nwp500.Capability { return f.Reservations },
			func(ctx context.Context, h *nwp500.Heater) error { return h.EnableReservations(ctx, true) },
		},
		"recirculationUse": {
			func(f *nwp500.Features) nwp500.Capability { return f.Recirculation },
			func(ctx context.Context, h *nwp500.Heater) error { return h.PressHotButton(ctx) },
		},
		"recircReservationUse": {
			func(f *nwp500.Features) nwp500.Capability { return f.RecirculationSchedule },
			func(ctx context.Context, h *nwp500.Heater) error {
				return h.SetRecirculationSchedule(ctx, nwp500.RecirculationTimetable{})
			},
		},
		"freezeProtectionUse": {
			func(f *nwp500.Features) nwp500.Capability { return f.FreezeProtection },
			func(ctx context.Context, h *nwp500.Heater) error {
				return h.SetFreezeProtection(ctx, nwp500.Celsius(8), accept)
			},
		},
		"smartDiagnosticUse": {
			func(f *nwp500.Features) nwp500.Capability { return f.SmartDiagnostic },
			func(ctx context.Context, h *nwp500.Heater) error { return h.RunSmartDiagnostic(ctx, accept) },
		},
		"antiLegionellaSettingUse": {
			func(f *nwp500.Features) nwp500.Capability { return f.AntiLegionella },
			func(ctx context.Context, h *nwp500.Heater) error { return h.EnableAntiLegionella(ctx, 7) },
		},
		"drSettingUse": {
			func(f *nwp500.Features) nwp500.Capability { return f.DemandResponse },
			func(ctx context.Context, h *nwp500.Heater) error { return h.EnableDemandResponse(ctx, true) },
		},
	} {
		t.Run(name, func(t *testing.T) {
			inCloud(t, simulator.Config{Models: models}, func(t *testing.T, c *cloud) {
				ctx := within(t, 2*time.Hour)
				heater, simulated := c.heater(t)
				simulated.SetFeature(name, 1)
				err := test.do(ctx, heater)
				var lacks *nwp500.UnsupportedError
				if outcome(err) != nwp500.Refused || !errors.As(err, &lacks) || lacks.Function != name {
					t.Errorf("lacking: got %v, want an *UnsupportedError that names it", err)
				}
				if features, err := heater.Features(ctx); err != nil || test.says(features) != nwp500.NotFitted {
					t.Errorf("lacking: the features say %v, %v", test.says(features), err)
				}
				if commands := simulated.Counters().Commands + simulated.Counters().Unsupported; commands != 0 {
					t.Errorf("lacking: %d commands were sent", commands)
				}
				simulated.SetFeature(name, 2)
				pass(31 * time.Minute) // the features that are kept are old now
				if err := test.do(ctx, heater); err != nil {
					t.Errorf("fitted: %v", err)
				}
				if features, err := heater.Features(ctx); err != nil || test.says(features) != nwp500.Fitted {
					t.Errorf("fitted: the features say %v, %v", test.says(features), err)
				}
			})
		})
	}
}

// An entry with its days by name, by abbreviation, by number and by range, written and read back.
func TestReservationDays(t *testing.T) {
	inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
		ctx := within(t, 24*time.Hour)
		heater, _ := c.heater(t)
		want := nwp500.Reservations{Enabled: true}
		for i, text := range []string{"Monday,Tuesday", "MO TU WE", "1,2,3,4,5", "mon-fri", "weekdays"} {
			days, err := nwp500.ParseDays(text)
			if err != nil {
				t.Fatal(err)
			}
			want.Entries = append(want.Entries, nwp500.Reservation{
				Enabled: true, Days: days, Hour: 6 + i, Minute: 30, Mode: nwp500.HighDemand, Temperature: nwp500.Fahrenheit(140),
			})
		}
		if err := heater.SetReservations(ctx, want); err != nil {
			t.Fatal(err)
		}
		got, err := heater.Reservations(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if !got.Equal(want) {
			t.Errorf("read %v, want %v", got.Entries, want.Entries)
		}
		for i, days := range []nwp500.Days{
			nwp500.Monday | nwp500.Tuesday, nwp500.Monday | nwp500.Tuesday | nwp500.Wednesday, nwp500.Weekdays, nwp500.Weekdays, nwp500.Weekdays,
		} {
			if want.Entries[i].Days != days || len(days.Names()) == 0 {
				t.Errorf("entry %d is for %v, want %v", i, want.Entries[i].Days, days)
			}
		}
	})
}
