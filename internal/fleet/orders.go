package fleet

import (
	"context"
	"errors"
	"fmt"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/api"
)

// order is a command that is well-formed.
type order struct {
	run     run
	changes api.EventClass // of the changes that it brings
	reads   []question     // due when it has ended
}

// run carries a command out. Its error is that of the library's functions for it.
type run func(ctx context.Context, h *Heater, live *nwp500.Heater) error

// form is how a command is written, and what becomes of it.
type form struct {
	takes   string // its members
	parse   func(api.Command) (run, error)
	changes api.EventClass
	reads   []question
}

var forms = map[string]form{
	api.SetPower:        {takes: "on", parse: switching((*nwp500.Heater).SetPower), changes: api.ModeEvent},
	api.SetMode:         {takes: "mode days", parse: parseSetMode, changes: api.ModeEvent},
	api.SetVacation:     {takes: "on days", parse: parseVacation, changes: api.ModeEvent},
	api.SetTemperature:  {takes: "celsius fahrenheit", parse: parseSetTemperature, changes: api.SetpointEvent},
	api.SetVacationDays: {takes: "days", parse: parseVacationDays, changes: otherChange},

	api.EnableTOU: {
		takes: "on", parse: switching((*nwp500.Heater).EnableTOU),
		changes: api.ScheduleEvent, reads: []question{readTOU},
	},
	api.EnableReservations: {
		takes: "on", parse: switching((*nwp500.Heater).EnableReservations),
		changes: api.ScheduleEvent, reads: []question{readReservations},
	},
	api.EnableDemandResponse: {takes: "on", parse: switching((*nwp500.Heater).EnableDemandResponse), changes: otherChange},
	api.EnableIntelligent:    {takes: "on", parse: switching((*nwp500.Heater).EnableIntelligent), changes: otherChange},
	api.EnableAntiLegionella: {takes: "on days", parse: parseAntiLegionella, changes: otherChange},
	api.SetAirFilterLife:     {takes: "hours", parse: parseFilterLife, changes: otherChange},
	api.ResetAirFilter:       {parse: pressing((*nwp500.Heater).ResetAirFilter), changes: otherChange},
	api.SetRecirculationMode: {takes: "mode", parse: parseRecirculationMode, changes: otherChange},
	api.PressHotButton:       {parse: pressing((*nwp500.Heater).PressHotButton), changes: otherChange},
	api.ResetCondenserFault:  {parse: pressing((*nwp500.Heater).ResetCondenserFault), changes: otherChange},
	api.InstallFirmware:      {takes: "code version", parse: parseFirmware, changes: otherChange, reads: []question{readFirmware}},
	api.SetReservations:      {takes: scheduled, parse: parseReservations, changes: api.ScheduleEvent, reads: []question{readReservations}},
	api.SetTOU:               {takes: scheduled, parse: parseTariff, changes: api.ScheduleEvent, reads: []question{readTOU}},
	api.SetRecirculation:     {takes: scheduled, parse: parseRecirculation, changes: api.ScheduleEvent, reads: []question{readRecirculation}},
	api.Refresh: {
		parse: pressing(refresh), changes: otherChange,
		reads: []question{askFeatures, readReservations, readTOU, readRecirculation, readEnergy, readFirmware},
	},
}

// scheduled are the members of a command that writes a schedule.
const scheduled = "schedule if_match"

// otherChange is a change that no event tells.
const otherChange api.EventClass = ""

// switching is a command that turns something on or off.
func switching(set func(*nwp500.Heater, context.Context, bool) error) func(api.Command) (run, error) {
	return func(c api.Command) (run, error) {
		on, err := needOn(c)
		return func(ctx context.Context, _ *Heater, live *nwp500.Heater) error { return set(live, ctx, on) }, err
	}
}

// pressing is a command without members.
func pressing(press func(*nwp500.Heater, context.Context) error) func(api.Command) (run, error) {
	return func(api.Command) (run, error) {
		return func(ctx context.Context, _ *Heater, live *nwp500.Heater) error { return press(live, ctx) }, nil
	}
}

func parseSetMode(c api.Command) (run, error) {
	mode, err := needMode(c)
	if err != nil {
		return nil, err
	}
	if mode == nwp500.Vacation {
		return parseBeginVacation(c)
	}
	if c.Days != nil {
		return nil, &FieldError{"days", "only the mode vacation takes them"}
	}
	return func(ctx context.Context, _ *Heater, live *nwp500.Heater) error { return live.SetMode(ctx, mode) }, nil
}

func parseVacation(c api.Command) (run, error) {
	on, err := needOn(c)
	switch {
	case err != nil:
		return nil, err
	case on:
		return parseBeginVacation(c)
	case c.Days != nil:
		return nil, &FieldError{"days", "a vacation that ends takes none"}
	}
	return func(ctx context.Context, h *Heater, live *nwp500.Heater) error {
		on, err := h.onVacation(ctx, live)
		if err != nil || !on {
			return err
		}
		return live.SetMode(ctx, h.modeBefore(ctx))
	}, nil
}

// onVacation reports whether there is a vacation that can end: where there is none, to set the mode from before would power
// on a heater that is off, as whoever switches off all switches of a room would see. A heater that is not heard is asked.
func (h *Heater) onVacation(ctx context.Context, live *nwp500.Heater) (bool, error) {
	state := h.State()
	status := state.Status
	if status == nil || state.Connection.State != api.Up {
		var err error
		if status, err = live.Status(ctx); err != nil {
			return false, notSent(fmt.Errorf("whether the heater is on vacation could not be read: %w", err))
		}
	}
	return status.Mode.Is(nwp500.Vacation), nil
}

// modeBefore is the mode from before vacation or power off: as it was heard, else as it is recalled, else energy saver, the
// mode that heaters come with.
func (h *Heater) modeBefore(ctx context.Context) nwp500.Mode {
	h.mu.Lock()
	heard := h.lastMode
	h.mu.Unlock()
	if heard != 0 {
		return heard
	}
	if recall := h.account.fleet.recall.Load(); recall != nil {
		ctx, cancel := context.WithTimeout(ctx, recallTime)
		defer cancel()
		mode, err := (*recall)(ctx, h.id)
		if err != nil {
			h.account.fleet.log.WarnContext(ctx, "the mode from before the vacation cannot be recalled; taking energy saver", "heater", h.id, "err", err)
		}
		if mode != 0 {
			return mode
		}
	}
	return nwp500.EnergySaver
}

func parseBeginVacation(c api.Command) (run, error) {
	named, err := optionalDays(c)
	return func(ctx context.Context, h *Heater, live *nwp500.Heater) error {
		days := named
		if status := h.State().Status; days == 0 && status != nil {
			days = status.VacationDays.Or(0)
		}
		if days < 1 || days > 30 {
			return &FieldError{"days", "the heater has none set from before: 1 to 30"}
		}
		return live.SetVacation(ctx, days)
	}, err
}

func parseVacationDays(c api.Command) (run, error) {
	days, err := needDays(c)
	return func(ctx context.Context, _ *Heater, live *nwp500.Heater) error {
		return live.SetVacationDays(ctx, days)
	}, err
}

func parseSetTemperature(c api.Command) (run, error) {
	temperature, err := needTemperature(c)
	return func(ctx context.Context, _ *Heater, live *nwp500.Heater) error {
		return live.SetTemperature(ctx, temperature)
	}, err
}

// antiLegionellaDays is how often the cycle runs when nobody has said.
const antiLegionellaDays = 7

func parseAntiLegionella(c api.Command) (run, error) {
	on, err := needOn(c)
	if err != nil {
		return nil, err
	}
	if !on {
		if c.Days != nil {
			return nil, &FieldError{"days", "a cycle that is off takes none"}
		}
		return pressing((*nwp500.Heater).DisableAntiLegionella)(c)
	}
	named, err := optionalDays(c)
	return func(ctx context.Context, h *Heater, live *nwp500.Heater) error {
		days := named
		if status := h.State().Status; days == 0 && status != nil {
			days = status.AntiLegionellaPeriod.Or(0)
		}
		if days < 1 || days > 30 {
			days = antiLegionellaDays
		}
		return live.EnableAntiLegionella(ctx, days)
	}, err
}

func parseFilterLife(c api.Command) (run, error) {
	hours, err := needHours(c)
	return func(ctx context.Context, _ *Heater, live *nwp500.Heater) error {
		return live.SetAirFilterLife(ctx, hours)
	}, err
}

func parseRecirculationMode(c api.Command) (run, error) {
	mode, err := nwp500.ParseRecirculationMode(c.Mode)
	if err != nil {
		return nil, &FieldError{"mode", fmt.Sprintf("%q is not known: always, button, schedule or temperature", shorten(c.Mode))}
	}
	return func(ctx context.Context, _ *Heater, live *nwp500.Heater) error {
		return live.SetRecirculationMode(ctx, mode)
	}, nil
}

// parseFirmware has software installed that the heater has downloaded, and no other.
func parseFirmware(c api.Command) (run, error) {
	code, version, err := needFirmware(c)
	return func(ctx context.Context, _ *Heater, live *nwp500.Heater) error {
		downloads, err := live.FirmwareDownloads(ctx)
		if err != nil {
			return notSent(fmt.Errorf("what the heater has downloaded could not be read: %w", err))
		}
		for _, download := range downloads.Pending {
			if download.Code == code && download.Version == version {
				return live.CommitFirmware(ctx, code, version)
			}
		}
		return refusal(errors.New("the heater has not downloaded this firmware, or has installed it already"))
	}, err
}

// refresh asks for the status; what else a heater says is asked for afterwards. A question
// changes nothing, so that one without an answer may have been heard.
func refresh(live *nwp500.Heater, ctx context.Context) error {
	_, err := live.Status(ctx)
	if errors.Is(err, nwp500.ErrNoAnswer) {
		return &nwp500.CommandError{Outcome: nwp500.OutcomeUnknown, Err: err}
	}
	return err
}
