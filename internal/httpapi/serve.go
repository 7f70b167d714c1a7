package httpapi

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"
)

const (
	// answerTime is how long a question to a heater may take.
	answerTime = 30 * time.Second
	// headerTime and requestTime are how long a client may take for what it sends.
	headerTime  = 10 * time.Second
	requestTime = 30 * time.Second
	// writeTime is how long an answer may take from the request on: a command takes a minute at most.
	writeTime = 90 * time.Second
	idleTime  = 2 * time.Minute
	// mostHeader bounds the header of a request.
	mostHeader = 16 << 10
)

// Serve answers requests on a listener until ctx ends. Then streams end at once, and what else is being answered, such as a
// command, has grace to end. It returns nil after that, or why the listener failed. Errors of
// connections go to the log, if it is not nil.
func Serve(ctx context.Context, listener net.Listener, handler http.Handler, grace time.Duration, log *slog.Logger) error {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	server := &http.Server{
		Handler:           handler,
		BaseContext:       func(net.Listener) context.Context { return ctx },
		ReadHeaderTimeout: headerTime,
		ReadTimeout:       requestTime,
		WriteTimeout:      writeTime,
		IdleTimeout:       idleTime,
		MaxHeaderBytes:    mostHeader,
		// OPTIONS * is for the handler to refuse like any other.
		DisableGeneralOptionsHandler: true,
		ErrorLog:                     slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	err := server.Shutdown(ending)
	if errors.Is(err, context.DeadlineExceeded) {
		err = server.Close()
	}
	if served := <-failed; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}
