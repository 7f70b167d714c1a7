package daemon

import "context"

// task is a goroutine that runs until it is stopped, or fails.
type task struct {
	cancel context.CancelFunc
	done   chan struct{}
	err    error // once done is closed
}

// begin runs a function until the task is stopped. The function gets the values of ctx, not its end: who began it stops it,
// when its turn has come.
func begin(ctx context.Context, run func(context.Context) error) *task {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	t := &task{cancel: cancel, done: make(chan struct{})}
	go func() {
		defer close(t.done)
		t.err = run(ctx)
	}()
	return t
}

// stop ends the task and waits for it; one that was never begun is nil. It may be called again.
func (t *task) stop() error {
	if t == nil {
		return nil
	}
	t.cancel()
	<-t.done
	return t.err
}
