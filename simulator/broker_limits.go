package simulator

import (
	"strings"
	"time"
	"unicode/utf8"
)

// The limits of AWS IoT that no profile changes (docs/protocol.md §3).
const (
	maxPayload   = 128 << 10
	maxTopic     = 256 // bytes
	maxSlashes   = 7
	maxClientID  = 128 // bytes
	maxFilters   = 8   // in one SUBSCRIBE or UNSUBSCRIBE
	maxRemaining = maxPayload + 2 + maxTopic + 2

	maxMessage = 2 * maxPayload // of a WebSocket: the MQTT packet in it is judged by maxRemaining

	redeliveryEnd    = time.Hour        // no message is sent again after that
	replayInterval   = time.Second / 10 // between the stored messages of a session that is taken up again
	fastPing         = 30 * time.Second
	maxWaiting       = 1000      // messages that wait for one subscriber
	maxFlight        = 1<<16 - 1 // messages on their way to one subscriber: the packet ids that there are
	maxAnswers       = 1000      // acknowledgements that wait for a client that does not read
	closeGrace       = time.Second
	subackFailure    = 0x80
	connackProtocol  = 1 // unacceptable protocol version
	connackBadClient = 2 // identifier rejected
)

// validTopic tells whether a client may publish there, for all that does not
// depend on its account. Topics that begin with "$" are the broker's own.
func validTopic(topic string) bool {
	return validName(topic) && !strings.ContainsAny(topic, "+#") && !strings.HasPrefix(topic, "$")
}

// validFilter tells whether a filter is well formed: a wildcard is a whole
// level, "#" the last one.
func validFilter(filter string) bool {
	if !validName(filter) || strings.HasPrefix(filter, "$") {
		return false
	}
	names := strings.Split(filter, "/")
	for i, name := range names {
		if strings.ContainsAny(name, "+#") && (len(name) > 1 || name == "#" && i < len(names)-1) {
			return false
		}
	}
	return true
}

func validName(s string) bool {
	return s != "" && len(s) <= maxTopic && strings.Count(s, "/") <= maxSlashes && validText(s)
}

// validText tells whether MQTT takes a string.
func validText(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }

// isExact tells whether a filter is without wildcards. Retained messages go to
// such filters only.
func isExact(filter string) bool { return !strings.ContainsAny(filter, "+#") }

// A connectLimit remembers when each client id last connected.
type connectLimit struct {
	interval time.Duration
	last     map[string]time.Time
}

// allow tells whether a client may connect now.
func (l *connectLimit) allow(clientID string, now time.Time) bool {
	if last, ok := l.last[clientID]; ok && now.Sub(last) < l.interval {
		return false
	}
	if len(l.last) >= 1024 { // forget those who may connect again anyway
		for id, last := range l.last {
			if now.Sub(last) >= l.interval {
				delete(l.last, id)
			}
		}
	}
	l.last[clientID] = now
	return true
}
