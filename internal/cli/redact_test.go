package cli

import (
	"strings"
	"testing"
)

// TestRedactedMessages gives one redactor messages of one conversation.
func TestRedactedMessages(t *testing.T) {
	r := newRedactor()
	for _, c := range []struct{ name, message, want string }{
		{
			"what identifies", `{"clientID":"navien-client-0badcafe","sessionID":"1758919299363","requestTopic":"cmd/52/navilink-0A0b0c0d0e0f/st",` +
				`"response":{"macAddress":"0a0b0c0d0e0f","additionalValue":"1234","status":{"dhwTemperature":1234,"controllerSerialNumber":"12345678BT12345678"}}}`,
			`{"clientID":"client-1","sessionID":"1758919299363","requestTopic":"cmd/52/navilink-020000000001/st",` +
				`"response":{"macAddress":"020000000001","additionalValue":"additional-1","status":{"dhwTemperature":1234,"controllerSerialNumber":"serial-1"}}}`,
		},
		{
			"the same again, and others", `{"clientID":"navien-client-0badcafe","macAddress":["0A0B0C0D0E0F","0f0e0d0c0b0a"],"additionalValue":1234}`,
			`{"clientID":"client-1","macAddress":["020000000001","020000000002"],"additionalValue":"additional-1"}`,
		},
		{
			"numbers of homes and users", `{"homeSeq":10001,"userSeq":0,"responseTopic":"cmd/52/10001/0/navien-client-0badcafe/res/td/rd","x":10001}`,
			`{"homeSeq":1,"userSeq":0,"responseTopic":"cmd/52/1/0/client-1/res/td/rd","x":10001}`,
		},
		{
			"within other texts", `{"note":"0A:0B:0C:0D:0E:0F of me@example.org, 12345678bt12345678; x0a0b0c0d0e0fx","0a0b0c0d0e0f":{"n":1}}`,
			`{"note":"020000000001 of user-1@example.com, serial-1; x0a0b0c0d0e0fx","020000000001":{"n":1}}`,
		},
		{
			"numbers and spaces as they came", "{ \"timestamp\": 1758919299363,\t\"t\":\"1758919299363 1234\",\"a\":[1.50e+3, -0, true ,null], \"u\":\"\\u0041\\n\" }",
			"{ \"timestamp\": 1758919299363,\t\"t\":\"1758919299363 1234\",\"a\":[1.50e+3, -0, true ,null], \"u\":\"\\u0041\\n\" }",
		},
		{"nothing to say", `{"clientID":"","macAddress":null,"additionalValue":true}`, `{"clientID":"","macAddress":null,"additionalValue":true}`},
		{"a session that is no number", `{"sessionID":"of-me"}`, `{"sessionID":"session-1"}`},
		{"no object", `"me@example.org"`, `"user-1@example.com"`},
	} {
		got, readable := r.message([]byte(c.message))
		if string(got) != c.want || !readable {
			t.Errorf("%s: %s\nwant %s", c.name, got, c.want)
		}
	}
	if got, readable := r.message([]byte(`{"macAddress":"0a0b0c0d0e0f"`)); readable {
		t.Errorf("what is no JSON is printed: %s", got)
	}
}

func TestRedactedTopics(t *testing.T) {
	r := newRedactor()
	for topic, want := range map[string]string{
		"cmd/52/navilink-0a0b0c0d0e0f/st/rsv/rd":                "cmd/52/navilink-020000000001/st/rsv/rd",
		"cmd/52/navilink-0a0b0c0d0e0f/me-and-mine/res":          "cmd/52/navilink-020000000001/client-1/res",
		"cmd/52/navilink-0a0b0c0d0e0f/res/dl-sw-info":           "cmd/52/navilink-020000000001/res/dl-sw-info",
		"cmd/52/navilink-0a0b0c0d0e0f/ctrl-fail":                "cmd/52/navilink-020000000001/ctrl-fail",
		"cmd/52/me-and-mine/res/rsv/rd":                         "cmd/52/client-1/res/rsv/rd",
		"cmd/52/10001/777/me-and-mine/res/td/rd":                "cmd/52/1/1/client-1/res/td/rd",
		"evt/52/navilink-0a0b0c0d0e0f/app-connection":           "evt/52/navilink-020000000001/app-connection",
		"evt/+/mobile/event/disconnect-mqtt":                    "evt/+/mobile/event/disconnect-mqtt",
		"somewhere/navilink-0a0b0c0d0e0f":                       "somewhere/navilink-020000000001",
		"cmd/52":                                                "cmd/52",
		"cmd/52/navilink-0a0b0c0d0e0f":                          "cmd/52/navilink-020000000001",
		"cmd/52/navilink-0a0b0c0d0e0f/me-and-mine/res/st/x/y/z": "cmd/52/navilink-020000000001/client-1/res/st/x/y/z",
	} {
		if got := r.topic(topic); got != want {
			t.Errorf("%s: %s, want %s", topic, got, want)
		}
	}
}

// FuzzRedact looks for messages in which a known identifier survives, or which are no JSON any more.
func FuzzRedact(f *testing.F) {
	f.Add(`{"macAddress":"0a0b0c0d0e0f","a":[{"clientID":"x"},"0a0b0c0d0e0f"]}`)
	f.Add(`["0a0b0c0d0e0f",{"":"\\\"0a0b0c0d0e0f"}]`)
	f.Fuzz(func(t *testing.T, message string) {
		r := newRedactor()
		r.replace(kindMAC, "0a0b0c0d0e0f")
		redacted, readable := r.message([]byte(message))
		if !readable {
			return
		}
		again, readable := newRedactor().message(redacted)
		if !readable || len(again) == 0 {
			t.Fatalf("%q became %q", message, redacted)
		}
		if strings.Contains(string(redacted), `"0a0b0c0d0e0f"`) {
			t.Errorf("%q kept a MAC address: %q", message, redacted)
		}
	})
}
