package fleet

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/api"
)

// pollStatus asks for the status. What comes is heard as an event.
func (h *Heater) pollStatus(ctx context.Context, live *nwp500.Heater) error {
	_, err := live.Status(ctx)
	return err
}

// askFeatures asks for what the heater is. What comes is heard as an event.
func (h *Heater) askFeatures(ctx context.Context, live *nwp500.Heater) error {
	_, err := live.Features(ctx)
	return err
}

// readEnergy reads the running month, by the heaters' calendar.
func (h *Heater) readEnergy(ctx context.Context, live *nwp500.Heater) error {
	date := h.account.fleet.config.Calendar()
	energy, err := live.EnergyDaily(ctx, date.Year(), int(date.Month()))
	if err != nil {
		return err
	}
	today := nwp500.EnergyUsage{}
	for _, item := range energy.Items {
		if item.Day == date.Day() {
			today = item.EnergyUsage
		}
	}
	h.update(Notice{}, func(next *State) {
		next.Energy, next.EnergyAt = energy, energy.Received
		next.Today, next.Month = usage(today), usage(energy.Sum())
	})
	return nil
}

// untilMidnight is how long it is until the heaters' day has begun, which has used nothing
// yet then, and a while, so that not all are asked at once.
func (f *Fleet) untilMidnight() time.Duration {
	now := f.config.Calendar()
	return time.Date(now.Year(), now.Month(), now.Day()+1, 0, 1, 0, 0, now.Location()).Sub(now) + rand.N(4*time.Minute)
}

// readLifetime reads what the heater counted since it was installed.
func (h *Heater) readLifetime(ctx context.Context, live *nwp500.Heater) error {
	lifetime, err := live.Diagnostics(ctx)
	if err != nil {
		return err
	}
	h.update(Notice{}, func(next *State) { next.Lifetime, next.LifetimeAt = lifetime, lifetime.Received })
	return nil
}

// readFirmware reads what runs, as the cloud knows it, and what waits, as the heater does.
func (h *Heater) readFirmware(ctx context.Context, live *nwp500.Heater) error {
	calling, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	state := h.State()
	installed, err := h.account.client.Firmware(calling, state.Device)
	if err != nil {
		return err
	}
	pending, err := live.FirmwareDownloads(ctx)
	if err != nil {
		return err
	}
	firmware := firmwareOf(installed, pending, state.Features)
	h.update(Notice{}, func(next *State) { next.Firmware = firmware })
	return nil
}

func (h *Heater) readReservations(ctx context.Context, _ *nwp500.Heater) error {
	_, err := h.readSchedule(ctx, reservations)
	return err
}

func (h *Heater) readTOU(ctx context.Context, _ *nwp500.Heater) error {
	_, err := h.readSchedule(ctx, tariff)
	return err
}

func (h *Heater) readRecirculation(ctx context.Context, _ *nwp500.Heater) error {
	_, err := h.readSchedule(ctx, recirculation)
	return err
}

// askers are who asked for commands that are under way or just ended, by the class of the
// changes that these bring. They are guarded by the heater's lock.
type askers map[api.EventClass]asker

type asker struct {
	by    string
	until time.Time // zero while the command is under way
}

// lagTime is how long after a command its changes may still come (docs/protocol.md §5).
const lagTime = 15 * time.Second

// of returns who asked for a change of a class, or "".
func (a askers) of(class api.EventClass, now time.Time) string {
	if asked, ok := a[class]; ok && (asked.until.IsZero() || now.Before(asked.until)) {
		return asked.by
	}
	return ""
}
