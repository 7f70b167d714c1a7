package awsiot

import (
	"slices"
	"time"
)

// AWS IoT ends the connection of who publishes to a topic that its policy does not allow, 0.1 to 0.2 s later, and gives no
// reason. A caller that publishes there again and again would keep the link down for all.
const (
	poisonTime   = 2 * time.Second // an end within this after a publication is put down to it
	maxStrikes   = 2
	blockTime    = time.Hour      // since the last strike, for which such a topic is refused
	strikeMemory = 24 * time.Hour // for which strikes are remembered: after blockTime a single further one blocks again
)

// A strike is what is held against a topic.
type strike struct {
	count int
	last  time.Time
}

// blame holds the end of a connection against a publication that was sent shortly before, if there is one. Of several it is the
// oldest: the broker has not acknowledged it, and stopped there. It reports whether it found one.
func (p *publications) blame(now time.Time, kicked bool) bool {
	i := slices.IndexFunc(p.inFlight, func(o *outgoing) bool { return now.Sub(o.since) < poisonTime })
	if !kicked || i < 0 {
		return false
	}
	o := p.inFlight[i]
	for topic, s := range p.strikes {
		if now.Sub(s.last) >= strikeMemory {
			delete(p.strikes, topic)
		}
	}
	p.strikes[o.Topic] = strike{count: p.strikes[o.Topic].count + 1, last: now}
	return true
}

// blocked reports whether a topic has cost the connection so often that it is not published to for now.
func (p *publications) blocked(topic string, now time.Time) bool {
	s := p.strikes[topic]
	return s.count >= maxStrikes && now.Sub(s.last) < blockTime
}
