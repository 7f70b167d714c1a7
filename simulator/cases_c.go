package simulator

import "time"

// aWhile is how long a connection works before it meets the fault of a case that is about one that has worked.
const aWhile = 2 * time.Minute

// casesC are the faults of the loss of a connection that was up. What is the client's alone, that its machine sleeps or its clock is set,
// stands here as the cloud sees it.
func casesC() []FaultCase {
	return append(endCases(), lossCases()...)
}

// endCases are the ways in which a connection may end. Which of them AWS uses is not known.
func endCases() []FaultCase {
	end := func(id, name, text string, reason DropReason, form CloseForm, code int) FaultCase {
		return FaultCase{ID: id, Name: name, Text: "three connections end after 90 s, " + text, Faults: []Fault{{
			Step: StepConnected, Action: Cut, Delay: 90 * time.Second, Times: 3, Reason: reason, Close: form, CloseCode: code,
		}}}
	}
	return []FaultCase{
		end("C1", "end-of-stream", "without a word of MQTT or WebSocket, over TLS with close_notify", DropServer, CloseFIN, 0),
		end("C1", "end-truncated", "over TLS without close_notify", DropServer, CloseTruncated, 0),
		end("C1", "end-reset", "by a reset", DropServer, CloseRST, 0),
		end("C1", "end-close-1000", "with a WebSocket close frame of code 1000, normal", DropServer, CloseFrame, 1000),
		end("C1", "end-close-1001", "with a WebSocket close frame of code 1001, going away", DropServer, CloseFrame, 1001),
		end("C1", "end-close-1011", "with a WebSocket close frame of code 1011, internal error", DropServerError, CloseFrame, 1011),
		end("C1", "end-close-empty", "with a WebSocket close frame without a code", DropServer, CloseFrame, 0),
		end("C2", "end-disconnect", "with a DISCONNECT, which a server has no business to send", DropByCall, CloseDisconnect, 0),
	}
}

func lossCases() []FaultCase {
	return []FaultCase{
		{
			ID: "C3", Name: "half-open",
			Text:   "connections of two minutes die with the client's next packet, and nobody is told",
			Faults: []Fault{{Step: StepPacket, Action: BlackHole, Age: aWhile}},
		},
		{
			ID: "C4", Name: "half-open-inbound",
			Text:   "on connections of two minutes the cloud goes on to hear the client, and nothing that it says arrives",
			Faults: []Fault{{Step: StepPacket, Action: Mute, Age: aWhile}},
		},
		{
			ID: "C5", Name: "deaf",
			Text:   "publications are acknowledged and pings answered, but no message is delivered to anybody",
			Faults: []Fault{{Step: StepDeliver, Action: Lose}},
		},
		{
			ID: "C5", Name: "deaf-connection",
			Text:   "connections of two minutes get no messages any more, while publications are acknowledged and pings answered",
			Faults: []Fault{{Step: StepDeliver, Action: Lose, Age: aWhile}},
		},
		{
			ID: "C6", Name: "writes-block",
			Text:   "from connections of two minutes nothing is read any more, until the client cannot write",
			Faults: []Fault{{Step: StepPacket, Action: Stall, Age: aWhile}},
		},
		{
			ID: "C7", Name: "keep-alive-kick",
			Text:   "three pings come too late: the broker has ended the connection",
			Faults: []Fault{{Step: StepPing, Action: Cut, Reason: DropKeepAlive, Times: 3}},
		},
		{
			ID: "C7", Name: "at-most-once",
			Text:   "messages come at QoS 0, so that nobody acknowledges them and a client that only listens has nothing to send but pings",
			Faults: []Fault{{Step: StepDeliver, AtMostOnce: true}},
		},
		{
			ID: "C8", Name: "fast-ping",
			Text:   "a client pings sooner than 30 s after the ping before (noticed only)",
			Faults: []Fault{{Step: StepOffence, Offence: OffenceFastPing}},
		},
		{
			ID: "C9", Name: "lifetime",
			Text: "connections of twelve hours end with the next message, which is lost; AWS does so after 24 hours, sooner if it likes",
			Faults: []Fault{
				{Step: StepPublish, Action: Cut, Age: 12 * time.Hour, Reason: DropTTL},
				{Step: StepDeliver, Action: Cut, Age: 12 * time.Hour, Reason: DropTTL},
			},
		},
		{
			ID: "C10", Name: "late-drop",
			Text:   "connections end after five hours, when the keys that they were signed with have long run out",
			Faults: []Fault{{Step: StepConnected, Action: Cut, Delay: 5 * time.Hour}},
		},
		{
			ID: "C11", Name: "slow-renewal",
			Text:   "every connection but the first takes ten seconds to be made, that of the daily renewal too",
			Faults: []Fault{{Step: StepUpgrade, Skip: 1, Delay: 10 * time.Second}},
		},
		{
			ID: "C12", Name: "maintenance",
			Text:   "half an hour after somebody has connected all connections end at once",
			Faults: []Fault{{Step: StepConnected, Action: Cut, Delay: 30 * time.Minute, Everybody: true, Times: 1}},
		},
		{
			ID: "C13", Name: "sleep",
			Text:   "whoever connects again finds that eight hours have passed",
			Faults: []Fault{{Step: StepUpgrade, Skip: 1, Skew: 8 * time.Hour}},
		},
		{
			ID: "C14", Name: "clock-day-ahead",
			Text:   "the cloud's clock is a day ahead of the client's",
			Faults: []Fault{{Step: StepUpgrade, Skew: 24 * time.Hour}},
		},
		{
			ID: "C14", Name: "clock-day-behind",
			Text:   "the cloud's clock is a day behind the client's",
			Faults: []Fault{{Step: StepUpgrade, Skew: -24 * time.Hour}},
		},
		{
			ID: "C15", Name: "address-change",
			Text:   "connections of two minutes are of an address that is no longer the client's: what it asks for is lost, and nobody is told",
			Faults: []Fault{{Step: StepPublish, Action: BlackHole, Age: aWhile}},
		},
		{
			ID: "C15", Name: "network-change",
			Text:   "connections of two minutes are reset with the client's next packet",
			Faults: []Fault{{Step: StepPacket, Action: Cut, Age: aWhile, Reason: DropLost, Close: CloseRST}},
		},
		{
			ID: "C16", Name: "drop-in-tls",
			Text:   "three connections end while TLS is agreed upon",
			Faults: []Fault{{Step: StepTLS, Action: Cut, Times: 3}},
		},
		{
			ID: "C16", Name: "drop-in-subscribe",
			Text:   "the connection ends over the second SUBSCRIBE",
			Faults: []Fault{{Step: StepSubscribe, Action: Cut, Skip: 1, Times: 1}},
		},
		{
			ID: "C16", Name: "drop-before-suback",
			Text:   "the connection ends when the filters of the second SUBSCRIBE are subscribed and the client does not know it yet",
			Faults: []Fault{{Step: StepSuback, Action: Cut, Skip: 1, Times: 1}},
		},
		{
			ID: "C16", Name: "drop-in-flush",
			Text:   "the connection ends over the third publication",
			Faults: []Fault{{Step: StepPublish, Action: Cut, Skip: 2, Times: 1}},
		},
	}
}
