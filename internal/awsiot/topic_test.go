package awsiot

import (
	"errors"
	"strings"
	"testing"
)

func TestTopicLimits(t *testing.T) {
	long := strings.Repeat("a", maxTopic)
	for _, topic := range []string{"a", "cmd/52/0/0/client/res/status/rd", long, "/", "é/ü"} {
		if err := checkTopic(topic); err != nil {
			t.Errorf("%q: %v", topic, err)
		}
	}
	for _, topic := range []string{"", long + "a", "1/2/3/4/5/6/7/8/9", "$aws/things/x", "a/+", "#", "a\x00", "a\xff"} {
		if err := checkTopic(topic); !errors.Is(err, ErrTopic) {
			t.Errorf("%q: %v", topic, err)
		}
	}
	for _, filter := range []string{"a", "#", "+", "+/+", "cmd/52/navilink-0123/#", "evt/+/mobile/event/disconnect-mqtt", "a//b"} {
		if err := checkFilter(filter); err != nil {
			t.Errorf("%q: %v", filter, err)
		}
	}
	for _, filter := range []string{"", "cmd/52/navilink-+/#", "a/#/b", "a#", "##", "1/2/3/4/5/6/7/8/9", "$SYS/#", long + "a"} {
		if err := checkFilter(filter); !errors.Is(err, ErrFilter) || strings.Contains(err.Error(), "navilink") {
			t.Errorf("%q: %v", filter, err)
		}
	}
}
