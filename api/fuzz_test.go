package api

import (
	"errors"
	"strings"
	"testing"
	"time"
)

// FuzzStream reads whatever a server may send. Nothing may crash the reader, each update has exactly one member, and a stream
// always ends with an error that says why.
func FuzzStream(f *testing.F) {
	f.Add(begin)
	f.Add("retry: 2000\n\n: still here\nid: 1\n\nevent: event\ndata: {\"text\":\ndata: \"two lines\"}\n\n")
	f.Add("event: removed\r\ndata: {\"id\":\"000000000a\"}\r\n\r\nevent:ready\ndata:{}\n\n")
	f.Add("data\n\nevent\n\n:\n\nid\ndata: null\nevent: heater\n\n\n")
	f.Fuzz(func(t *testing.T, text string) {
		s := &stream{known: make(map[string]bool)}
		s.yield = func(u Update) bool {
			members := 0
			for _, set := range []bool{u.Heater != nil, u.Event != nil, u.Removed != "", u.Ready, u.Interrupted != nil} {
				if set {
					members++
				}
			}
			if members != 1 {
				t.Errorf("%d members of %+v", members, u)
			}
			return true
		}
		watch := time.NewTimer(time.Hour)
		defer watch.Stop()
		if err := s.read(strings.NewReader(text), watch); err == nil || errors.Is(err, errLeft) {
			t.Errorf("the stream ended with %v", err)
		}
	})
}
