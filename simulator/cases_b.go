package simulator

import (
	"time"

	"github.com/eclipse/paho.mqtt.golang/packets"
)

// casesB are the faults of opening an MQTT session: CONNECT and CONNACK.
func casesB() []FaultCase {
	connect := func(f Fault) []Fault {
		f.Step = StepConnect
		return []Fault{f}
	}
	refuse := func(code byte, times int) []Fault { return connect(Fault{Action: Refuse, Code: code, Times: times}) }
	instead := func(packet []byte) []Fault {
		message := Frame(OpBinary, true, packet)
		return []Fault{{Step: StepConnack, Times: 2, Wire: func([]byte) []byte { return message }}}
	}
	return []FaultCase{
		{
			ID: "B1", Name: "connack-missing",
			Text:   "twelve CONNECTs are never answered",
			Faults: connect(Fault{Action: Lose, Times: 12}),
		},
		{
			ID: "B2", Name: "connect-forbidden",
			Text:   "five connections end in place of a CONNACK, as those of who may not connect",
			Faults: connect(Fault{Action: Cut, Reason: DropForbidden, Times: 5}),
		},
		{
			ID: "B2", Name: "connect-throttled",
			Text:   "five connections end in place of a CONNACK, as those of who connects too often",
			Faults: connect(Fault{Action: Cut, Reason: DropThrottled, Times: 5}),
		},
		{
			ID: "B3", Name: "connack-protocol",
			Text:   "two CONNECTs are refused for the version of the protocol: code 1",
			Faults: refuse(1, 2),
		},
		{
			ID: "B3", Name: "connack-client-id",
			Text:   "two are refused for the client id: code 2",
			Faults: refuse(2, 2),
		},
		{
			ID: "B4", Name: "connack-unavailable",
			Text:   "four are refused because the broker is unavailable: code 3",
			Faults: refuse(3, 4),
		},
		{
			ID: "B5", Name: "connack-credentials",
			Text:   "one is refused for its user name or password: code 4",
			Faults: refuse(4, 1),
		},
		{
			ID: "B5", Name: "connack-unauthorised",
			Text:   "one is refused because it is not authorised: code 5",
			Faults: refuse(5, 1),
		},
		{
			ID: "B5", Name: "connack-unauthorised-aws",
			Text:   "one is refused with AWS's own code for that: 7",
			Faults: refuse(7, 1),
		},
		{
			ID: "B6", Name: "connack-malformed",
			Text:   "two CONNACKs have three bytes where there are two",
			Faults: instead([]byte{packets.Connack << 4, 3, 0, 0, 0}),
		},
		{
			ID: "B6", Name: "connack-flags",
			Text:   "two CONNACKs have flags that are reserved",
			Faults: instead([]byte{packets.Connack << 4, 2, 0xfe, 0}),
		},
		{
			ID: "B6", Name: "connack-preceded",
			Text:   "two times a PINGRESP comes before any CONNACK",
			Faults: instead([]byte{packets.Pingresp << 4, 0}),
		},
		{
			ID: "B7", Name: "flapping",
			Text:   "twenty connections end 50 ms after their CONNACK",
			Faults: []Fault{{Step: StepConnected, Action: Cut, Delay: 50 * time.Millisecond, Times: 20}},
		},
		{
			ID: "B8", Name: "connect-rate",
			Text:   "ends a connection whose CONNECT comes within a second of the client's last, as AWS says",
			Faults: connect(Fault{Action: Cut, Reason: DropThrottled, Within: time.Second}),
		},
		{
			ID: "B8", Name: "connect-rate-slow",
			Text:   "ends one whose CONNECT comes within ten seconds of the client's last, as AWS was seen to do",
			Faults: connect(Fault{Action: Cut, Reason: DropThrottled, Within: 10 * time.Second}),
		},
		{
			ID: "B9", Name: "client-id-taken",
			Text:   "another client takes the client id two seconds after each CONNACK, five times",
			Faults: []Fault{{Step: StepConnected, Action: Cut, Reason: DropDuplicate, Delay: 2 * time.Second, Times: 5}},
		},
		{
			ID: "B10", Name: "early-packet",
			Text:   "counts packets before the CONNACK",
			Faults: []Fault{{Step: StepOffence, Offence: OffenceEarly}},
		},
		{
			ID: "B11", Name: "session-present",
			Text: "each CONNACK says that the session goes on, though a clean one was asked for",
			Faults: []Fault{{Step: StepConnack, Wire: func([]byte) []byte {
				return Frame(OpBinary, true, []byte{packets.Connack << 4, 2, 1, 0})
			}}},
		},
	}
}
