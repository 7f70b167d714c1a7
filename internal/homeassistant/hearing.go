package homeassistant

import (
	"context"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/nwp500/nwp500/internal/fleet"
	"github.com/nwp500/nwp500/internal/mqtt"
)

// news is what the fleet tells.
type news struct {
	notices []fleet.Notice
	missed  int
}

// listen passes on what the fleet tells until ctx ends or the fleet does.
func (o *owner) listen(ctx context.Context, feed *fleet.Feed) {
	defer feed.Close()
	for {
		notices, missed, err := feed.Next(ctx)
		if err != nil {
			return
		}
		select {
		case o.heard <- news{notices, missed}:
		case <-ctx.Done():
			return
		}
	}
}

// hear takes in what the fleet tells.
func (o *owner) hear(n news) {
	if n.missed > 0 {
		o.survey()
	}
	for _, notice := range n.notices {
		if notice.Removed {
			// Where another account has it already, that one was told of before.
			if t := o.twins[notice.Heater.ID()]; t != nil && t.heater == notice.Heater {
				o.remove(t.id)
			}
			continue
		}
		t := o.know(notice.Heater, notice.State)
		if notice.Event != nil {
			o.happened(t, notice.Event)
		}
	}
}

// survey looks at all heaters.
func (o *owner) survey() {
	there := make(map[string]bool)
	for _, h := range o.cfg.Fleet.Heaters() {
		there[h.ID()] = true
		o.know(h, h.State())
	}
	for id := range o.twins {
		if !there[id] {
			o.remove(id)
		}
	}
}

// know takes in a heater's state.
func (o *owner) know(h *fleet.Heater, state *fleet.State) *twin {
	t := o.twins[h.ID()]
	if t == nil || t.heater != h { // one that went and came again is another
		o.dequeue(t)
		t = &twin{id: h.ID(), heater: h, had: make([]bool, len(o.table))}
		o.twins[t.id] = t
		delete(o.strange, t.id)
		delete(o.forgot, t.id)
		o.stay(t.id)
	}
	if t.state != state {
		t.state = state
		o.enqueue(t)
	}
	return t
}

// remove has the broker forget a heater.
func (o *owner) remove(id string) {
	t := o.twins[id]
	if t == nil {
		return
	}
	delete(o.twins, id)
	if o.conn != nil { // otherwise the next connection finds what is left of it
		o.dequeue(t)
		o.leaving = append(o.leaving, id)
	}
}

// stay has a heater not forgotten.
func (o *owner) stay(id string) {
	o.leaving = slices.DeleteFunc(o.leaving, func(other string) bool { return other == id })
}

// message takes in what was published.
func (o *owner) message(p mqtt.Packet) {
	if p.Topic == o.topics.echo() {
		o.echoed(p.Payload)
		return
	}
	if o.topics.isStatus(p.Topic) {
		if !p.Retain && string(p.Payload) == online && o.rebirth.IsZero() {
			// Not at once: Home Assistant begins with what is retained, and brokers with what all others send.
			o.rebirth = o.now.Add(time.Second + rand.N(2*time.Second)) //nolint:gosec // jitter is no secret
		}
		return
	}
	heater, below := o.topics.split(p.Topic)
	switch what, command := strings.CutSuffix(below, "/set"); {
	case command:
		o.count.received.Add(1)
		o.command(heater, what, p)
	case below == availabilityLevel:
		o.available(heater, p)
	case p.Retain && isID(heater) && len(p.Payload)+p.Skipped > 0:
		o.remembered(heater, p)
	}
}

// tellAgain tells everything again: Home Assistant has started anew.
func (o *owner) tellAgain() {
	for _, t := range o.twins {
		t.again = true
		o.enqueue(t)
	}
}
