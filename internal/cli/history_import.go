package cli

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/nwp500/nwp500/internal/history"
)

func (p *program) historyImportCommand() *cobra.Command {
	var place historyPlace
	var gap time.Duration
	cmd := &cobra.Command{
		Use:   "import FILE",
		Short: "Add the statuses of a CSV file",
		Long: `Add the statuses of a file to the history: one that nwp500 monitor --csv, nwp500 history
export or the Python client nwp500-python has written; - is standard input.

What the history has already stands, so a file can be imported again, and one that has
grown. A line that cannot be read is left out and told of.

--device says by its ID, name or MAC address whose statuses they are where the file does not
tell. Times without a zone are those of this computer. Temperatures of an old file of the
Python client are in --units; auto is what its temperature_type says.`,
		Example: "  nwp500 history import heater.csv\n  nwp500 history import --device 0a1b2c3d4e status.csv",
		Args:    arguments(1, 1, "a file"),
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return []string{"csv"}, cobra.ShellCompDirectiveFilterFileExt
		},
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			file := p.stdin
			if args[0] != "-" {
				opened, err := os.Open(args[0])
				if err != nil {
					return usagef("the file cannot be opened: %w", reason(err))
				}
				defer func() { _ = opened.Close() }() // it was only read
				file = opened
			}
			if gap < 0 {
				return usagef("--gap: %s is negative: it is a length of time, as in 15m", gap)
			}
			return p.withHistory(cmd.Context(), &place, true, gap, func(store *history.Store) error {
				options := history.ImportOptions{Units: p.options.units.units}
				if options.Heater, err = p.importedHeater(cmd, store); err != nil {
					return err
				}
				done, err := store.Import(cmd.Context(), file, options)
				if errors.Is(err, history.ErrWhichHeater) {
					err = usagef("%w: name it with --device", err)
				}
				if err != nil {
					if done.Recorded > 0 {
						p.note("%s were recorded before that; importing again goes on from there", statuses(done.Recorded))
					}
					return err
				}
				return p.sayImported(done)
			})
		},
	}
	cmd.Flags().DurationVar(&gap, "gap", 0, "how long a heater may say nothing while its values count as known, `15m`; as in serve unless given")
	place.register(cmd)
	return cmd
}

// importedHeater is the heater whose statuses a file has that does not tell: the one that --device names, or the only one
// that there is.
func (p *program) importedHeater(cmd *cobra.Command, store *history.Store) (history.Heater, error) {
	heaters, err := store.Heaters(cmd.Context())
	if err != nil {
		return history.Heater{}, err
	}
	if p.options.device == "" && len(heaters) == 1 {
		return heaters[0], nil
	}
	id := heaterID(p.options.device) // of which there may be nothing yet
	if id == "" {
		if id, err = p.chooseRecorded(heaters); err != nil {
			return history.Heater{}, err
		}
	}
	for _, heater := range heaters {
		if heater.ID == id {
			return heater, nil
		}
	}
	return history.Heater{ID: id}, nil
}

// sayImported tells what became of a file.
func (p *program) sayImported(done history.Imported) error {
	if done.Older {
		p.note("an older Python client wrote the file: its temperatures of tank and refrigerant are left out, because some versions misread them")
	}
	if done.Unreadable > 0 {
		p.note("%s could not be read and stayed out; the first: %v", plural(done.Unreadable, "line"), done.Problem)
	}
	if p.options.format.json {
		return p.document(struct {
			Statuses   int       `json:"statuses"`
			Recorded   int       `json:"recorded"`
			Unreadable int       `json:"unreadable"`
			From       time.Time `json:"from,omitzero"`
			To         time.Time `json:"to,omitzero"`
		}{done.Statuses, done.Recorded, done.Unreadable, done.From, done.To})
	}
	if done.Statuses == 0 {
		return p.say("The file has no statuses.")
	}
	var names []string
	for _, heater := range done.Heaters {
		if heater.Name == "" {
			heater.Name = heater.ID
		}
		names = append(names, heater.Name)
	}
	const form = "2006-01-02 15:04"
	return p.say("%s of %s, from %s to %s: %d are new, the history had the time of %d.", statuses(done.Statuses), strings.Join(names, ", "),
		done.From.Local().Format(form), done.To.Local().Format(form), done.Recorded, done.Statuses-done.Recorded)
}

func statuses(n int) string {
	if n == 1 {
		return "1 status"
	}
	return fmt.Sprintf("%d statuses", n)
}
