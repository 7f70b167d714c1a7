package daemon

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// task is a goroutine that runs until it is stopped, or fails.
type task struct {
	name   string
	cancel context.CancelFunc
	done   chan struct{}
	err    error // once done is closed
}

// begin runs a function until the task is stopped. The function gets the values of ctx, not its end: who began it stops it,
// when its turn has come.
func begin(ctx context.Context, name string, run func(context.Context) error) *task {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	t := &task{name: name, cancel: cancel, done: make(chan struct{})}
	go func() {
		defer close(t.done)
		t.err = run(ctx)
	}()
	return t
}

const (
	// endTime is how long the end of all tasks may take.
	endTime = 4500 * time.Millisecond
	// turn is how long a stage of tasks has the end to itself: then that of the next begins, too.
	turn = 1200 * time.Millisecond
)

// end stops tasks stage by stage, and returns what did not end as it should. A task that was never begun is nil.
func end(stages ...[]*task) error {
	late := time.NewTimer(endTime)
	defer late.Stop()
	for _, stage := range stages {
		over := time.NewTimer(turn)
		for _, t := range stage {
			if t != nil {
				t.cancel()
			}
		}
		for _, t := range stage {
			if t != nil && !t.endsBefore(over.C) {
				break
			}
		}
		over.Stop()
	}
	var errs []error
	for _, stage := range stages {
		for _, t := range stage {
			switch {
			case t == nil:
			case !t.endsBefore(late.C):
				errs = append(errs, fmt.Errorf("%s: not ended within %s", t.name, endTime))
				late.Reset(0) // the others have had their time, too
			case t.err != nil:
				errs = append(errs, fmt.Errorf("%s: %w", t.name, t.err))
			}
		}
	}
	return errors.Join(errs...)
}

// endsBefore waits for the task, or for a timer.
func (t *task) endsBefore(timer <-chan time.Time) bool {
	select {
	case <-t.done:
		return true
	default:
	}
	select {
	case <-t.done:
		return true
	case <-timer:
		return false
	}
}
