package simulator

import "time"

// subscribe adds filters to a session: codes hold the QoS of each, or a
// failure, and are set to a failure where the session would have too many. It
// then returns false.
func (b *broker) subscribe(s *session, filters []string, codes []byte) (all bool) {
	from := time.Now().Add(b.subackDelay(s))
	var kept []publication
	all = true
	b.mu.Lock()
	if b.sessions[s.clientID] != s { // another connection has taken the client id
		b.mu.Unlock()
		return true
	}
	for i, filter := range filters {
		if codes[i] == subackFailure {
			continue
		}
		if limit := b.profile.Subscriptions; !s.filters[filter] && limit > 0 && len(s.filters) >= limit {
			codes[i] = subackFailure
			all = false
			continue
		}
		s.filters[filter] = true
		b.subscriptions.add(filter, s, subscription{qos: codes[i], from: from})
		if m, ok := b.retained[filter]; ok && isExact(filter) {
			m.qos = min(m.qos, codes[i])
			kept = append(kept, m)
		}
	}
	b.mu.Unlock()
	for _, m := range kept {
		s.deliver(m, from)
	}
	return all
}

// unsubscribe takes filters away. One that is not subscribed changes nothing.
func (b *broker) unsubscribe(s *session, filters []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, filter := range filters {
		if s.filters[filter] {
			delete(s.filters, filter)
			b.subscriptions.remove(filter, s)
		}
	}
}

// subackDelay draws how long a new subscription does not work yet.
func (b *broker) subackDelay(s *session) time.Duration {
	if b.profile.SubackDelay <= 0 {
		return 0
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return time.Duration(s.random.Int64N(int64(b.profile.SubackDelay) + 1))
}
