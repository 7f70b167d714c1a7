package simulator

import (
	"iter"
	"strings"
)

// An index finds the subscriptions that a topic matches, level by level: its
// cost depends on the levels of the topic and on the matches, and not on how
// many subscriptions there are.
type index struct {
	root level
}

// A level of the tree of filters. The wildcards are children like others.
type level struct {
	children    map[string]*level
	subscribers map[*session]subscription // of the filter that ends here
}

// add subscribes a session. A subscription of the same filter is replaced.
func (x *index) add(filter string, s *session, sub subscription) {
	at := &x.root
	for name := range strings.SplitSeq(filter, "/") {
		child := at.children[name]
		if child == nil {
			child = &level{}
			if at.children == nil {
				at.children = make(map[string]*level)
			}
			at.children[name] = child
		}
		at = child
	}
	if at.subscribers == nil {
		at.subscribers = make(map[*session]subscription)
	}
	at.subscribers[s] = sub
}

// remove takes a subscription away, and the levels that nobody needs any more.
func (x *index) remove(filter string, s *session) {
	x.root.remove(strings.Split(filter, "/"), s)
}

func (l *level) remove(names []string, s *session) {
	if len(names) == 0 {
		delete(l.subscribers, s)
		return
	}
	child := l.children[names[0]]
	if child == nil {
		return
	}
	child.remove(names[1:], s)
	if len(child.children) == 0 && len(child.subscribers) == 0 {
		delete(l.children, names[0])
	}
}

// match yields each subscription that the topic matches; a session comes once
// for each of its filters that does.
func (x *index) match(topic string) iter.Seq2[*session, subscription] {
	return func(yield func(*session, subscription) bool) {
		x.root.match(topic, true, !strings.HasPrefix(topic, "$"), yield)
	}
}

// match goes on with the rest of a topic; more tells whether there is one,
// since it may be an empty level. Wildcards do not match the first level of a
// topic that begins with "$".
func (l *level) match(rest string, more, wildcards bool, yield func(*session, subscription) bool) bool {
	if !more {
		return l.yieldAll(yield) // and not l.children["#"]: with AWS, against the standard, "a/#" does not match "a"
	}
	name, rest, more := strings.Cut(rest, "/")
	if child := l.children[name]; child != nil && !child.match(rest, more, true, yield) {
		return false
	}
	if !wildcards {
		return true
	}
	if child := l.children["+"]; child != nil && !child.match(rest, more, true, yield) {
		return false
	}
	if child := l.children["#"]; child != nil {
		return child.yieldAll(yield)
	}
	return true
}

func (l *level) yieldAll(yield func(*session, subscription) bool) bool {
	for s, sub := range l.subscribers {
		if !yield(s, sub) {
			return false
		}
	}
	return true
}
