package simulator

import (
	"fmt"
	"strings"
	"testing"
)

func TestIndexMatch(t *testing.T) {
	tests := []struct {
		filter, topic string
		matches       bool
	}{
		{"a/b", "a/b", true},
		{"a/b", "a/b/c", false},
		{"a/b", "a", false},
		{"a/#", "a/", true},
		{"a/#", "a/b", true},
		{"a/#", "a/b/c", true},
		{"a/#", "a", false}, // against the standard
		{"#", "a", true},
		{"#", "/a/b", true},
		{"#", "$aws/x", false},
		{"+/x", "$aws/x", false},
		{"$aws/+", "$aws/x", true},
		{"$aws/#", "$aws/x/y", true},
		{"a/+", "a/b", true},
		{"a/+", "a/", true},
		{"a/+", "a", false},
		{"a/+", "a/b/c", false},
		{"+/+/c", "a/b/c", true},
		{"+", "", false},
		{"+/b/#", "a/b/c/d", true},
		{"+/b/#", "a/b", false},
		{"cmd/52/navilink-04786332fca0/#", "cmd/52/navilink-04786332fca0/st", true},
		{"cmd/52/navilink-04786332fca0/#", "cmd/52/navilink-04786332fca1/st", false},
	}
	for _, test := range tests {
		var x index
		s := &session{}
		x.add(test.filter, s, subscription{qos: 1})
		matches := 0
		for range x.match(test.topic) {
			matches++
		}
		if test.topic != "" && (matches == 1) != test.matches {
			t.Errorf("%s and %s: %d matches", test.filter, test.topic, matches)
		}
		x.remove(test.filter, s)
		if len(x.root.children) != 0 {
			t.Errorf("%s: levels are left", test.filter)
		}
	}
}

func TestIndexKeepsOthersOnRemoval(t *testing.T) {
	var x index
	a, b := &session{}, &session{}
	x.add("x/y", a, subscription{})
	x.add("x/y", b, subscription{})
	x.add("x/y/z", a, subscription{})
	x.remove("x/y", a)
	x.remove("x/nothing", a)
	for topic, want := range map[string]*session{"x/y": b, "x/y/z": a} {
		n := 0
		for s := range x.match(topic) {
			n++
			if s != want {
				t.Errorf("%s goes to the wrong session", topic)
			}
		}
		if n != 1 {
			t.Errorf("%s: %d matches", topic, n)
		}
	}
}

func TestNames(t *testing.T) {
	long := strings.Repeat("x", 256)
	for _, test := range []struct {
		name          string
		topic, filter bool
	}{
		{"a/b/c/d/e/f/g/h", true, true}, // seven slashes
		{"a/b/c/d/e/f/g/h/i", false, false},
		{long, true, true},
		{long + "x", false, false},
		{"", false, false},
		{"/", true, true},
		{"a\x00", false, false},
		{"a\xff", false, false},
		{"$aws/x", false, false},
		{"a/$b", true, true},
		{"a/+", false, true},
		{"+", false, true},
		{"a/#", false, true},
		{"#", false, true},
		{"a/#/b", false, false},
		{"a#", false, false},
		{"cmd/52/navilink-+/#", false, false},
	} {
		if validTopic(test.name) != test.topic {
			t.Errorf("topic %.20q: not %v", test.name, test.topic)
		}
		if validFilter(test.name) != test.filter {
			t.Errorf("filter %.20q: not %v", test.name, test.filter)
		}
	}
}

// BenchmarkRoute sends to one of 10 000 heaters that 250 clients watch.
func BenchmarkRoute(b *testing.B) {
	var x index
	for i := range 10_000 {
		x.add(fmt.Sprintf("cmd/52/navilink-%012x/#", i), &session{clientID: fmt.Sprint(i % 250)}, subscription{qos: 1})
	}
	b.ReportAllocs()
	for b.Loop() {
		for range x.match("cmd/52/navilink-000000000fff/navien-client-00000000/res") {
		}
	}
}
