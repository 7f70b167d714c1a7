package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/nwp500/nwp500"
)

// rawMessage is a message and when it came, or why messages are missing.
type rawMessage struct {
	nwp500.Message
	at  time.Time
	err error
}

// monitorRaw prints the messages of the heaters as they come.
func (p *program) monitorRaw(ctx context.Context, o monitorOptions) error {
	connecting, cancel := p.bounded(ctx)
	defer cancel()
	return p.withHeaters(connecting, func(_ *nwp500.Client, session *nwp500.Session, devices []nwp500.Device) error {
		ctx, end := context.WithCancel(ctx)
		var working sync.WaitGroup
		defer working.Wait()
		defer end()
		messages := make(chan rawMessage)
		for _, device := range devices {
			subscription, err := session.Heater(device).Subscribe(connecting)
			if err != nil {
				return fmt.Errorf("%s: %w", title(device), err)
			}
			working.Go(func() { receive(ctx, subscription, messages) })
		}
		working.Go(func() { failOnSignIn(ctx, session, messages) })
		working.Go(func() { p.askForSomething(ctx, session, devices) })
		printer := rawPrinter{p: p}
		if o.redact {
			printer.redactor = newRedactor()
			for _, device := range devices {
				printer.redactor.replace(kindMAC, device.MAC.Reveal())
			}
		}
		for {
			select {
			case message := <-messages:
				if err := printer.print(message); err != nil {
					return err
				}
			case <-ctx.Done():
				return nil
			}
		}
	})
}

// askForSomething asks the heaters what they do and what they are, so that there is something to see.
func (p *program) askForSomething(ctx context.Context, session *nwp500.Session, devices []nwp500.Device) {
	question := func(ctx context.Context, device nwp500.Device) (*nwp500.Features, error) {
		heater := session.Heater(device)
		if _, err := heater.Status(ctx); err != nil {
			return nil, err
		}
		return heater.Features(ctx)
	}
	for got := range ask(ctx, devices, question) {
		if got.err != nil && ctx.Err() == nil {
			p.tell(fmt.Errorf("%s: %w", title(got.device), got.err))
		}
	}
}

// failOnSignIn passes on that nothing will come any more, when the credentials do not serve any longer.
func failOnSignIn(ctx context.Context, session *nwp500.Session, to chan<- rawMessage) {
	var why error
	_, err := session.WaitFor(ctx, func(event nwp500.Event) bool {
		needed, is := event.(nwp500.SignInNeeded)
		if is {
			why = needed.Err
		}
		return is
	})
	if err != nil {
		return // ctx has ended, or the session has, which the subscriptions tell
	}
	select {
	case to <- rawMessage{err: why}:
	case <-ctx.Done():
	}
}

// receive passes the messages of a subscription on until ctx ends.
func receive(ctx context.Context, from *nwp500.Subscription, to chan<- rawMessage) {
	for message, err := range from.Messages(ctx) {
		select {
		case to <- rawMessage{message, time.Now(), err}:
		case <-ctx.Done():
			return
		}
	}
}

// rawPrinter prints messages, a line each.
type rawPrinter struct {
	p        *program
	redactor *redactor // nil when nothing is to be replaced
}

func (r *rawPrinter) print(message rawMessage) error {
	switch {
	case errors.Is(message.err, nwp500.ErrMissed):
		r.p.note("messages came too fast: some are missing here")
		return nil
	case message.err != nil:
		return message.err
	}
	topic, payload := message.Topic, message.Payload
	if r.redactor != nil {
		redacted, readable := r.redactor.message(payload)
		if !readable {
			r.p.note("a message of %s is left out: it is no JSON, so nothing in it can be replaced", plural(len(payload), "byte"))
			return nil
		}
		topic, payload = r.redactor.topic(topic), redacted
	}
	payload = onOneLine(payload)
	if !r.p.options.format.json {
		return r.p.line(payload)
	}
	return r.p.document(struct {
		Time    string          `json:"time"`
		Topic   string          `json:"topic"`
		Message json.RawMessage `json:"message"`
	}{message.at.Format(timeForm), topic, payload})
}

// onOneLine is a message on a line of its own: JSON as it came when it is on one, other text as a JSON text.
func onOneLine(payload []byte) []byte {
	if !json.Valid(payload) {
		return quoted(string(payload))
	}
	if !bytes.ContainsAny(payload, "\r\n") {
		return payload
	}
	var line bytes.Buffer
	_ = json.Compact(&line, payload) // which is JSON
	return line.Bytes()
}
