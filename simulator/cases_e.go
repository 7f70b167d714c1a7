package simulator

import "time"

// casesE are the faults of publications.
func casesE() []FaultCase {
	const commands = "/ctrl" // the topics of control commands end so
	guard := func(o Offence) []Fault { return []Fault{{Step: StepOffence, Offence: o}} }
	return []FaultCase{
		{ID: "E1", Name: "no-puback", Text: "no message is acknowledged, though all arrive", Faults: []Fault{
			{Step: StepPuback, Action: Lose},
		}},
		{ID: "E2", Name: "puback-twice", Text: "each message is acknowledged twice", Faults: []Fault{
			{Step: StepPuback, Wire: twice},
		}},
		{ID: "E2", Name: "puback-unknown", Text: "with each message, one that was never sent is acknowledged", Faults: []Fault{
			{Step: StepPuback, Wire: withStranger},
		}},
		{ID: "E2", Name: "puback-disorder", Text: "every second acknowledgement is two seconds late and comes after later ones", Faults: []Fault{
			{Step: StepPuback, Every: 2, Delay: 2 * time.Second},
		}},
		{ID: "E3", Name: "cut-before-puback", Text: "the connection ends after every second command, which the heater has", Faults: []Fault{
			{Step: StepPuback, Action: Cut, Topic: commands, Every: 2},
		}},
		{ID: "E3", Name: "cut-before-publish", Text: "the connection ends over every second command, which the heater never gets", Faults: []Fault{
			{Step: StepPublish, Action: Cut, Topic: commands, Every: 2},
		}},
		{ID: "E4", Name: "publish-forbidden", Text: "each command costs the connection 150 ms later, as a topic that the account may not use", Faults: []Fault{
			{Step: StepPublish, Action: Cut, Topic: commands, Delay: 150 * time.Millisecond, Reason: DropAuthorisation},
		}},
		{ID: "E5", Name: "publish-rate", Text: "notices a client that sends more than 100 messages a second, of which the broker loses the rest", Faults: guard(OffencePublishRate)},
		{ID: "E5", Name: "publish-discarded", Text: "every third message is lost without a word, as those are that come too fast", Faults: []Fault{
			{Step: StepPublish, Action: Lose, Every: 3},
		}},
		{ID: "E6", Name: "acknowledging-stops", Text: "after the twentieth message, none is acknowledged for five minutes", Faults: []Fault{
			{Step: StepPuback, Action: Lose, Skip: 20, Lasts: 5 * time.Minute},
		}},
		{ID: "E6", Name: "in-flight", Text: "notices a client that has more than 100 messages without acknowledgement", Faults: guard(OffenceInFlight)},
		{ID: "E7", Name: "payload-too-large", Text: "notices a client that publishes more than 128 KiB, which costs the connection", Faults: guard(OffencePayload)},
		{ID: "E8", Name: "publish-qos-2", Text: "notices a client that publishes at QoS 2, which costs the connection", Faults: guard(OffenceQoS2)},
		{ID: "E8", Name: "publish-topic", Text: "notices a client that uses a topic that is empty, reserved, too long or with a wildcard, which costs the connection", Faults: guard(OffenceTopic)},
		{ID: "E9", Name: "packet-id", Text: "notices a client that uses packet id 0, or one that is in use", Faults: guard(OffencePacketID)},
		{ID: "E9", Name: "late-puback", Text: "every tenth acknowledgement is ten seconds late, so that its packet id stays in use", Faults: []Fault{
			{Step: StepPuback, Every: 10, Delay: 10 * time.Second},
		}},
		{ID: "E10", Name: "ten-minutes-down", Text: "a minute after it was made the connection ends, and for ten minutes there is no other", Faults: []Fault{
			{Step: StepConnected, Action: Cut, Delay: time.Minute, Times: 1},
			{Step: StepUpgrade, Action: Refuse, Status: 503, Skip: 1, Lasts: 10 * time.Minute},
		}},
		{ID: "E11", Name: "cut-in-flush", Text: "the connection ends for half a minute, and once more while the client sends what has waited", Faults: []Fault{
			{Step: StepConnected, Action: Cut, Delay: time.Minute, Times: 1},
			{Step: StepUpgrade, Action: Refuse, Status: 503, Skip: 1, Lasts: 30 * time.Second},
			{Step: StepPublish, Action: Cut, Within: 200 * time.Millisecond, Every: 4, Times: 1},
		}},
		{ID: "E12", Name: "split-packet", Text: "notices a client that sends a packet as two WebSocket messages, which costs the connection", Faults: guard(OffenceSplit)},
	}
}
