package metrics

import (
	"sync"

	dto "github.com/prometheus/client_model/go"

	"github.com/nwp500/nwp500/api"
	"github.com/nwp500/nwp500/internal/fleet"
)

// tally counts what the feed tells.
type tally struct {
	mu     sync.Mutex
	ends   map[string]*ends // by the heater's ID
	missed int
	labels [len(commandEnds)]*dto.LabelPair
}

// commandEnds are the ends of commands.
var commandEnds = [...]api.End{api.Done, api.Refusal, api.NotSent, api.OutcomeUnknown}

// ends counts how commands ended, in the order of commandEnds.
type ends [len(commandEnds)]int

func newTally() *tally {
	t := &tally{ends: make(map[string]*ends)}
	for i, end := range commandEnds {
		t.labels[i] = label("end", string(end))
	}
	return t
}

// count adds notices. A heater that goes takes its counts with it.
func (t *tally) count(notices []fleet.Notice, missed int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.missed += missed
	for _, notice := range notices {
		id := notice.State.ID
		if notice.Removed {
			delete(t.ends, id)
			continue
		}
		if notice.Event == nil || notice.Event.Class != api.CommandEvent || notice.Event.Result == nil {
			continue
		}
		if t.ends[id] == nil {
			t.ends[id] = new(ends)
		}
		for i, end := range commandEnds {
			if notice.Event.Result.End == end {
				t.ends[id][i]++
			}
		}
	}
}

// of returns the counts of a heater.
func (t *tally) of(id string) ends {
	t.mu.Lock()
	defer t.mu.Unlock()
	if counted := t.ends[id]; counted != nil {
		return *counted
	}
	return ends{}
}

// lost returns how many notices were missed.
func (t *tally) lost() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.missed
}
