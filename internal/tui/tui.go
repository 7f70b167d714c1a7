package tui

import (
	"context"
	"errors"
	"io"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/api"
)

// Config says what is shown, and where.
type Config struct {
	// Client speaks to the server.
	Client *api.Client
	// Units are those of what is shown; Auto is what the heater's own panel shows.
	Units nwp500.Units
	// Heater is the name or the ID of the heater that is shown first; if empty, the first.
	Heater string
	// Hours is how many hours the chart has at first: 1, 6, 24 or 72; if zero, 6.
	Hours int
	// Input and Output are the terminal.
	Input  io.Reader
	Output io.Writer
	// Environment has the variables that say what the terminal can do, as of os.Environ:
	// TERM, NO_COLOR, COLORTERM.
	Environment []string
}

// Run shows heaters until the user quits or ctx ends. It returns the error with which the
// server refuses to be asked, such as a token that it does not take.
func Run(ctx context.Context, config Config) error {
	return run(ctx, config,
		tea.WithInput(config.Input), tea.WithOutput(config.Output), tea.WithEnvironment(config.Environment))
}

func run(ctx context.Context, config Config, options ...tea.ProgramOption) error {
	ctx, end := context.WithCancel(ctx)
	var work sync.WaitGroup
	defer work.Wait()
	defer end()

	m := newModel(config, time.Now())
	program := tea.NewProgram(m, append(options, tea.WithContext(ctx), tea.WithoutSignalHandler())...)
	m.start = func(do task) {
		work.Go(func() {
			if message := do(ctx); message != nil {
				program.Send(message)
			}
		})
	}
	work.Go(func() { follow(ctx, config.Client, program.Send) })
	work.Go(func() { clock(ctx, program.Send) })
	_, err := program.Run()
	if m.end != nil {
		return m.end
	}
	if ctx.Err() != nil && errors.Is(err, tea.ErrProgramKilled) {
		return nil
	}
	return err
}

// task is something that waits; its message, if it is not nil, goes to the model.
type task func(context.Context) tea.Msg

// follow tells the model what the server's stream tells.
func follow(ctx context.Context, client *api.Client, send func(tea.Msg)) {
	for update, err := range client.Stream(ctx) {
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			send(ended{err})
			return
		}
		send(told(update))
	}
}

// clock tells the model the time of day each second.
func clock(ctx context.Context, send func(tea.Msg)) {
	seconds := time.NewTicker(time.Second)
	defer seconds.Stop()
	for {
		select {
		case now := <-seconds.C:
			send(tick(now))
		case <-ctx.Done():
			return
		}
	}
}

// The messages of the model, besides Bubble Tea's own.
type (
	// told is what the stream tells.
	told api.Update
	// ended is the end of the stream.
	ended struct{ err error }
	// tick is the time of day, each second.
	tick time.Time
	// listed is how the accounts are doing, while there is no heater.
	listed struct {
		accounts []api.Account
		err      error
	}
)
