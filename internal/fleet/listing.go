package fleet

import (
	"context"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/nwp500/nwp500/api"
)

const (
	// relistEvery is how often the list of heaters is read again, besides after each
	// reconnection, and relistAfter the least time between two of those.
	relistEvery = 24 * time.Hour
	relistAfter = 10 * time.Minute
)

// keepListing reads the list again each day, and after reconnections.
func (a *account) keepListing(ctx context.Context, work *sync.WaitGroup) {
	last := time.Now()
	timer := time.NewTimer(jitter(relistEvery))
	defer timer.Stop()
	for {
		select {
		case <-timer.C:
		case <-a.relist:
			if wait := relistAfter - time.Since(last); pause(ctx, max(wait, rand.N(time.Minute))) != nil {
				return
			}
		case <-ctx.Done():
			return
		}
		last = time.Now()
		next := relistEvery
		if err := a.list(ctx, work); err != nil && ctx.Err() == nil {
			if a.state().Connection.State == api.Up { // otherwise it was told already
				a.complain("the heaters of an account could not be listed", err)
			}
			next = relistAfter
		}
		if len(a.absent) > 0 {
			next = relistAfter
		}
		timer.Reset(jitter(next))
	}
}

// list reads which heaters the account has, and begins and ends work on those that came
// and went.
func (a *account) list(ctx context.Context, work *sync.WaitGroup) error {
	calling, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	devices, err := a.client.Devices(calling)
	if err != nil {
		return err
	}
	a.problem = ""
	known := make(map[string]*Heater)
	for _, h := range a.listed() {
		known[h.id] = h
	}
	var listed, added []*Heater
	for _, device := range devices {
		name, use := a.settings.chosen(device)
		if !use {
			continue
		}
		id := Identity(device.MAC)
		h := known[id]
		delete(known, id)
		delete(a.absent, id)
		if h != nil {
			h.relisted(name, device)
			listed = append(listed, h)
			continue
		}
		h = newHeater(a, id, name, device)
		if !a.fleet.claim(h) {
			a.fleet.log.Warn("a heater that is listed already is left out", "account", a.name, "heater", id)
			continue
		}
		listed, added = append(listed, h), append(added, h)
	}
	listed, gone := a.missing(listed, known)
	for _, choice := range a.settings.Heaters {
		if !slices.ContainsFunc(devices, choice.picks) {
			a.fleet.log.Warn("a heater of the configuration is not in the account", "account", a.name, "name", choice.Name)
		}
	}
	a.mu.Lock()
	a.heaters = listed
	linked := a.session != nil && a.connection.State == api.Up
	a.mu.Unlock()
	connections := (len(listed) + heatersPerConnection - 1) / heatersPerConnection
	a.pace.SetLimit(rate.Limit(questionsASecond * max(1, connections)))
	for _, h := range gone {
		a.remove(ctx, h)
	}
	for _, h := range added {
		a.add(ctx, h, linked, work)
	}
	return nil
}

// missing sorts heaters that the list lacks: one is gone when two lists in a row lack it,
// for whoever keeps its history or its entities would have to drop them over one answer
// that a cloud in trouble gave.
func (a *account) missing(listed []*Heater, known map[string]*Heater) (kept, gone []*Heater) {
	for _, h := range a.listed() {
		switch {
		case known[h.id] == nil:
		case a.absent[h.id]:
			delete(a.absent, h.id)
			gone = append(gone, h)
		default:
			a.absent[h.id] = true
			listed = append(listed, h)
		}
	}
	return listed, gone
}

// add begins the work on a heater that the account lists.
func (a *account) add(ctx context.Context, h *Heater, linked bool, work *sync.WaitGroup) {
	h.tell(Notice{Added: true})
	h.setLinked(linked)
	attending, leave := context.WithCancel(ctx)
	h.leave = leave
	work.Go(func() {
		defer close(h.left)
		h.attend(attending)
	})
}

// remove ends the work on a heater that the account lists no more.
func (a *account) remove(ctx context.Context, h *Heater) {
	a.fleet.release(h)
	h.setRemoved()
	h.leave()
	<-h.left
	session := a.live()
	if session == nil {
		return
	}
	leaving, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	if err := session.Forget(leaving, h.State().Device); err != nil {
		a.fleet.log.Warn("a heater that the account lists no more is still listened to", "account", a.name, "heater", h.id, "err", err)
	}
}
