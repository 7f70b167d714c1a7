package cli

import (
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/internal/daemon"
	"github.com/nwp500/nwp500/internal/fleet"
	"github.com/nwp500/nwp500/internal/history"
)

func (p *program) historyCommand() *cobra.Command {
	cmd := commandGroup("history", "Take the history that serve keeps out, or add to it",
		p.historyExportCommand(), p.historyImportCommand())
	cmd.Long = `Take the history that nwp500 serve keeps out into a file, or add what other programs have
written. Both work while serve runs.

The history is where serve has it: named by --history-path or --history-dsn, by the file
that --config names, or history.db in the state directory.`
	return cmd
}

// historyPlace says which history is meant, as serve does.
type historyPlace struct {
	config string
	keys   serveKeys
}

func (h *historyPlace) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&h.config, "config", "", "serve's configuration, a YAML `FILE` (NWP500_CONFIG)")
	shown, hidden := []string{"history.path", "history.dsn"}, []string{
		"history.keep.raw", "history.keep.minutes", "history.keep.hours", "fresh_for", "poll_every", // they may come from the environment
	}
	h.keys.register(flags, append(shown, hidden...)...)
	err := cmd.MarkFlagFilename("config", "yaml", "yml")
	for _, key := range daemon.Keys() {
		if slices.Contains(hidden, key.Path) {
			err = errors.Join(err, flags.MarkHidden(key.Flag()))
		}
	}
	if err != nil {
		panic(err) // a flag that is not there
	}
}

// withHistory runs what needs a history. One that is not there is made only if create is true. gap is how long a heater may
// have said nothing, if zero, what the configuration says.
func (p *program) withHistory(ctx context.Context, place *historyPlace, create bool, gap time.Duration, do func(*history.Store) error) error {
	file := place.config
	if file == "" {
		file = os.Getenv("NWP500_CONFIG")
	}
	config, err := daemon.Read(file, place.keys.given(false))
	if err != nil {
		return p.tellProblems(err)
	}
	path, err := p.historyFile(config)
	if err != nil {
		return err
	}
	if _, err := os.Stat(path); !create && config.History.DSN.IsEmpty() && err != nil {
		return fmt.Errorf("there is no history: nwp500 serve keeps one, and --history-path says where: %w", reason(err))
	}
	if gap == 0 {
		gap = config.FreshFor
	}
	store, err := history.Open(ctx, history.Config{
		Path: path, DSN: config.History.DSN.Reveal(), Keep: config.History.Keep.Classes(), Gap: gap, Logger: p.logger(),
	})
	if err != nil {
		return err
	}
	return errors.Join(do(store), store.Close())
}

// simulatedHistory is the database of --sim: what a heater did that there is not stays out of the other's past.
const simulatedHistory = "simulated-history.db"

// historyFile is where the history is when it is a file.
func (p *program) historyFile(config daemon.Config) (string, error) {
	if config.History.Path != "" {
		return string(config.History.Path), nil
	}
	directory, err := stateDirectory()
	if err != nil {
		return "", fmt.Errorf("there is no place where the history is kept: %w", err)
	}
	if p.options.simulated {
		return filepath.Join(directory, simulatedHistory), nil
	}
	return filepath.Join(directory, daemon.DefaultDatabase), nil
}

// chooseRecorded returns the ID of the heater that --device names by its name, its MAC address or its ID; "" when it names none.
func (p *program) chooseRecorded(heaters []history.Heater) (string, error) {
	wanted := strings.TrimSpace(p.options.device)
	if wanted == "" {
		return "", nil
	}
	id := heaterID(wanted)
	var names, found []string
	for _, heater := range heaters {
		names = append(names, fmt.Sprintf("%q", cmp.Or(heater.Name, heater.ID)))
		if id != "" && heater.ID == id || strings.EqualFold(strings.TrimSpace(heater.Name), wanted) {
			found = append(found, heater.ID)
		}
	}
	switch {
	case len(heaters) == 0:
		return "", noHeaterError{"the history has no heaters yet: only an ID or a MAC address can name one"}
	case len(found) == 0:
		return "", noHeaterError{"the history has no heater of that name, MAC address or ID: it has " + strings.Join(names, ", ")}
	case len(found) == 1:
		return found[0], nil
	}
	return "", usagef("%d heaters have that name: take the MAC address", len(found))
}

// heaterID returns the ID that a text is, or whose MAC address it is; "" when it is neither.
func heaterID(text string) string {
	if mac := macDigits(text); mac != "" {
		return fleet.Identity(nwp500.NewMAC(mac))
	}
	id := strings.ToLower(text)
	if digits, err := hex.DecodeString(id); err != nil || len(digits) != 5 {
		return ""
	}
	return id
}

// dayOrTime is a time, or a day of which all is meant.
type dayOrTime struct {
	at  time.Time
	day bool
}

// readWhen reads a day, or a time with or without a zone; "" is no time.
func readWhen(flag, text string) (dayOrTime, error) {
	if text == "" {
		return dayOrTime{}, nil
	}
	if at, err := time.ParseInLocation(time.DateOnly, text, time.Local); err == nil {
		return dayOrTime{at, true}, nil
	}
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return dayOrTime{at, false}, nil
	}
	for _, form := range []string{"2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04:05", "2006-01-02 15:04"} {
		if at, err := time.ParseInLocation(form, text, time.Local); err == nil {
			return dayOrTime{at, false}, nil
		}
	}
	return dayOrTime{}, usagef("--%s: %q is no time: it looks like 2026-11-22, \"2026-11-22 07:30\" or 2026-11-22T07:30:00Z", flag, text)
}

// end is the end of a time that includes it: a day ends with the next one.
func (d dayOrTime) end() time.Time {
	if d.day {
		return d.at.AddDate(0, 0, 1)
	}
	return d.at
}
