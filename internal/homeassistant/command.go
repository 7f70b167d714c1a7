package homeassistant

import (
	"bytes"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/nwp500/nwp500/api"
	"github.com/nwp500/nwp500/internal/mqtt"
)

const (
	// maxOrders is how many commands may wait for a heater.
	maxOrders = 16
	// orderAge is how long one may wait: who turned a knob longer ago may have gone away, or turned it back.
	orderAge = 2 * time.Minute
	// refusalsEvery is how often it is logged that commands are refused.
	refusalsEvery = time.Minute

	wasRetained = "it was retained by the broker from before; commands must not be retained"
)

// A target is what a command is for.
type target struct {
	entity  *entity
	channel *channel
}

// targets returns what commands are for, by the levels of their topics between the heater and set.
func targets(table []*entity) map[string]target {
	all := make(map[string]target)
	for _, e := range table {
		for i := range e.channels {
			c := &e.channels[i]
			if c.command == nil {
				continue
			}
			name := e.id
			if c.name != "" {
				name += "/" + c.name
			}
			all[name] = target{e, c}
		}
	}
	return all
}

// An order is a command on its way to a heater.
type order struct {
	twin    *twin
	target  target
	command api.Command
	since   time.Time
	result  api.Result
}

// command takes in what somebody published for a heater to do. what is the entity and the channel.
func (o *owner) command(heater, what string, p mqtt.Packet) {
	t := o.twins[heater]
	at, known := o.targets[what]
	if p.Retain && known && isID(heater) && len(o.notes) < maxFound { // from before: whoever sent it did not mean now
		o.notes = append(o.notes, mqtt.Publish{Topic: p.Topic, Retain: true})
	}
	if !p.Retain && len(p.Payload)+p.Skipped == 0 {
		return // a retained command that was taken away
	}
	if t == nil || !known {
		why := "there is no such heater, or nothing of the kind that takes commands"
		if p.Retain {
			why = wasRetained
		}
		o.refusal(heater, why)
		return
	}
	i := slices.Index(o.table, at.entity)
	switch v := newView(t.state); {
	case p.Retain:
		o.refuse(t, at, wasRetained)
	case p.Skipped > 0 || len(p.Payload) > maxPayload:
		o.refuse(t, at, "it is longer than "+strconv.Itoa(maxPayload>>10)+" KiB")
	case !utf8.Valid(p.Payload) || bytes.IndexByte(p.Payload, 0) >= 0:
		o.refuse(t, at, "it is no text")
	case !v.complete():
		o.refuse(t, at, "nothing is known of the heater yet")
	case !t.had[i]:
		o.refuse(t, at, "the heater does not have it")
	case !o.closing.IsZero():
		o.refuse(t, at, "the bridge is shutting down")
	default:
		command, err := at.channel.command(string(p.Payload), v)
		if err != nil {
			o.refuse(t, at, err.Error())
			return
		}
		o.order(&order{twin: t, target: at, command: command, since: o.now})
	}
}

// order has a command carried out after those that wait. A newer one for the same thing takes the place of one that waits.
func (o *owner) order(next *order) {
	t := next.twin
	if len(t.orders) > 1 {
		waiting := slices.DeleteFunc(t.orders[1:], func(other *order) bool { return other.target == next.target })
		t.orders = t.orders[:1+len(waiting)]
	}
	if len(t.orders) >= maxOrders {
		o.refuse(t, next.target, "too many commands wait for the heater")
		return
	}
	t.orders = append(t.orders, next)
	if len(t.orders) == 1 {
		o.begin(next)
	}
}

// begin gives a command to its heater. Its end comes to finish.
func (o *owner) begin(next *order) {
	o.running++
	o.count.commands.Add(1)
	o.tasks.Go(func() {
		next.result = next.twin.heater.Do(o.doing, "homeassistant", next.command)
		o.ended <- next
	})
}

// finish takes in the end of a command, which the fleet has told by itself, and begins the next.
func (o *owner) finish(done *order) {
	o.running--
	t := done.twin
	t.orders = slices.Delete(t.orders, 0, 1)
	if done.result.End != api.Done {
		o.count.failed.Add(1)
		o.restore(t, done.target.entity)
	}
	for len(t.orders) > 0 {
		next := t.orders[0]
		switch {
		case !o.closing.IsZero():
			o.refuse(t, next.target, "the bridge is shutting down")
		case o.now.Sub(next.since) > orderAge:
			o.refuse(t, next.target, "it waited too long for those before it")
		default:
			o.begin(next)
			return
		}
		t.orders = slices.Delete(t.orders, 0, 1)
	}
}

// refuse tells that a command goes no further.
func (o *owner) refuse(t *twin, at target, why string) {
	o.refusal(t.id, why)
	event := &api.Event{
		At: o.now, Heater: t.id, Class: api.CommandEvent, By: "homeassistant",
		Text:   "A command for " + at.entity.id + " was refused: " + why + ".",
		Result: &api.Result{Command: at.entity.id, End: api.Refusal, At: o.now, Error: why},
	}
	if len(t.untold) < maxOrders {
		t.untold = append(t.untold, event)
	} else {
		o.count.missed.Add(1)
	}
	o.catchUp(t)
	o.restore(t, at.entity)
}

// refusal counts a command that goes no further, and logs it unless it did so a moment ago.
func (o *owner) refusal(heater, why string) {
	o.count.refused.Add(1)
	if o.refusedAt.IsZero() || o.now.Sub(o.refusedAt) >= refusalsEvery {
		o.refusedAt = o.now
		if !isID(heater) {
			heater = "" // somebody else's text
		}
		o.cfg.Logger.Warn("a command from MQTT was refused", "heater", heater, "err", why)
	}
}
