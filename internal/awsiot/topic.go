package awsiot

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// checkTopic holds a topic against the rules of MQTT 3.1.1 and the limits of AWS IoT Core, which ends the connection of who breaks one.
// The error tells the rule and not the topic.
func checkTopic(topic string) error {
	if reason := topicFault(topic); reason != "" {
		return fmt.Errorf("%w: %s", ErrTopic, reason)
	}
	if strings.ContainsAny(topic, "+#") {
		return fmt.Errorf("%w: a wildcard", ErrTopic)
	}
	return nil
}

// checkFilter does the same for a topic filter: wildcards take a whole level, # the last.
func checkFilter(filter string) error {
	if reason := topicFault(filter); reason != "" {
		return fmt.Errorf("%w: %s", ErrFilter, reason)
	}
	levels := strings.Split(filter, "/")
	for i, level := range levels {
		if len(level) > 1 && strings.ContainsAny(level, "+#") {
			return fmt.Errorf("%w: a wildcard that shares its level", ErrFilter)
		}
		if level == "#" && i < len(levels)-1 {
			return fmt.Errorf("%w: # before the last level", ErrFilter)
		}
	}
	return nil
}

// topicFault returns what is wrong with a topic or filter, or nothing.
func topicFault(s string) string {
	switch {
	case s == "":
		return "empty"
	case len(s) > maxTopic:
		return fmt.Sprintf("%d bytes, more than %d", len(s), maxTopic)
	case strings.Count(s, "/") > maxSlashes:
		return fmt.Sprintf("more than %d slashes", maxSlashes)
	case s[0] == '$':
		return "reserved"
	case !utf8.ValidString(s) || strings.ContainsRune(s, 0):
		return "not plain UTF-8"
	}
	return ""
}
