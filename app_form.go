package nwp500

import "context"

// Answers in the app's form come on topics that each take a subscription of their own,
// and only for as long as one is outstanding: the broker grants 50 a connection, of which
// heaters have 40.

// appFormsPerConnection is how many such answers may be outstanding on a connection.
const appFormsPerConnection = 6

// appForms are the topics on which a connection awaits answers in the app's form. Raw
// subscriptions are counted with them.
type appForms struct {
	room      chan struct{}  // held by whoever awaits an answer
	counting  chan struct{}  // held by whoever counts, and over the end of a subscription
	listening map[string]int // how many listen to a filter; guarded by counting
}

func newAppForms() appForms {
	return appForms{
		room: make(chan struct{}, appFormsPerConnection), counting: make(chan struct{}, 1),
		listening: make(map[string]int),
	}
}

// appForm waits for room for an answer in the app's form. That of a heater that is slow
// does not keep the others waiting: there is room for several.
func (h *Heater) appForm(ctx context.Context, wait bool) (release func(), err error) {
	state, err := h.session.attach(ctx, h.device, wait)
	if err != nil {
		return nil, err
	}
	room := state.connection.appForms.room
	select {
	case room <- struct{}{}:
		return func() { <-room }, nil
	case <-ctx.Done():
		return nil, waitError(ctx)
	}
}

// listenFor subscribes to a filter for as long as somebody listens to it. Whoever comes
// while the last one leaves waits for that: the filter would be taken from under them.
func (c *connection) listenFor(ctx context.Context, filter string) (leave func() error, err error) {
	forms := &c.appForms
	select {
	case forms.counting <- struct{}{}:
	case <-ctx.Done():
		return func() error { return nil }, ctx.Err()
	}
	forms.listening[filter]++
	<-forms.counting
	return func() error { return c.listenNoMore(filter) }, c.link.Subscribe(ctx, filter)
}

func (c *connection) listenNoMore(filter string) error {
	forms := &c.appForms
	forms.counting <- struct{}{}
	defer func() { <-forms.counting }()
	forms.listening[filter]--
	if forms.listening[filter] > 0 {
		return nil
	}
	delete(forms.listening, filter)
	if c.keeps(filter) {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), unsubscribeTimeout)
	defer cancel()
	return c.link.Unsubscribe(ctx, filter)
}
