package simulator

import (
	"slices"
	"time"
)

// ownAnswers ends the filter of the answers to a client's own questions about schedules and energy. Of the filters that a client needs it is
// the one that another program does not need, too.
const ownAnswers = "/res/#"

// casesD are the faults of subscribing.
func casesD() []FaultCase {
	suback := func(id, name, text string, wire func([]byte) []byte) FaultCase {
		return FaultCase{ID: id, Name: name, Text: text, Faults: []Fault{{Step: StepSuback, Wire: wire, Times: 3}}}
	}
	guard := func(id, name, text string, o Offence) FaultCase {
		return FaultCase{ID: id, Name: name, Text: text + " (noticed only)", Faults: []Fault{{Step: StepOffence, Offence: o}}}
	}
	return []FaultCase{
		{
			ID: "D1", Name: "suback-lost",
			Text:   "a SUBSCRIBE is done and not answered",
			Faults: []Fault{{Step: StepSuback, Action: Lose, Times: 1}},
		},
		{
			ID: "D1", Name: "no-suback",
			Text:   "two SUBSCRIBEs in a row are neither done nor answered",
			Faults: []Fault{{Step: StepSubscribe, Action: Lose, Times: 2}},
		},
		{
			ID: "D2", Name: "filter-refused",
			Text:   "three times the filter of the client's own answers, of energy and schedules, is refused, SUBACK 0x80, and the others of its SUBSCRIBE are not",
			Faults: []Fault{{Step: StepSubscribe, Action: Refuse, Topic: ownAnswers, Times: 3}},
		},
		{
			ID: "D3", Name: "filter-forbidden",
			Text: "every SUBSCRIBE with the filter of the client's own answers, of energy and schedules, ends the connection 150 ms later",
			Faults: []Fault{{
				Step: StepSubscribe, Action: Cut, Topic: ownAnswers, Delay: 150 * time.Millisecond, Reason: DropAuthorisation,
			}},
		},
		guard("D4", "nine-filters", "a packet has more than eight filters", OffenceFilters),
		guard("D4", "subscription-51", "a connection has more than fifty subscriptions", OffenceSubscriptions),
		suback("D5", "suback-qos-0", "three SUBACKs grant QoS 0", func(packet []byte) []byte {
			granted := slices.Clone(packet)
			for i := 4; i < len(granted); i++ {
				granted[i] &= subackFailure
			}
			return plain(granted)
		}),
		suback("D5", "suback-miscounted", "three SUBACKs have a code too many", func(packet []byte) []byte {
			longer := append(slices.Clone(packet), 1)
			longer[1]++ // of one byte: there are eight codes at most
			return plain(longer)
		}),
		suback("D5", "suback-unknown", "three SUBACKs come after one that nobody asked for", withStranger),
		{
			ID: "D6", Name: "message-before-suback",
			Text:   "three SUBACKs come two seconds after the subscription works",
			Faults: []Fault{{Step: StepSuback, Delay: 2 * time.Second, Times: 3}},
		},
		{
			ID: "D6", Name: "silence-after-suback",
			Text:   "the first two messages are lost, as when a subscription does not work yet",
			Faults: []Fault{{Step: StepDeliver, Action: Lose, Times: 2}},
		},
		{
			ID: "D7", Name: "session-emptied",
			Text:   "every CONNACK claims that the session goes on, and nothing is subscribed any more",
			Faults: []Fault{{Step: StepConnack, Wire: sessionPresent}},
		},
		{
			ID: "D7", Name: "session-deaf",
			Text: "every CONNACK claims that the session goes on, and connections of two minutes get no messages any more",
			Faults: []Fault{
				{Step: StepConnack, Wire: sessionPresent},
				{Step: StepDeliver, Action: Lose, Age: aWhile},
			},
		},
		{
			ID: "D8", Name: "no-unsuback",
			Text:   "three UNSUBSCRIBEs are neither done nor answered",
			Faults: []Fault{{Step: StepUnsubscribe, Action: Lose, Times: 3}},
		},
		guard("D8", "unsubscribe-nine", "a packet has more than eight filters", OffenceFilters),
		guard("D9", "malformed-filter", "a filter is malformed, too long or too deep", OffenceTopic),
		{
			ID: "D10", Name: "subscribe-again",
			Text:   "three connections end after 90 s, so that every filter has to be subscribed again, once",
			Faults: []Fault{{Step: StepConnected, Action: Cut, Delay: 90 * time.Second, Times: 3}},
		},
		{
			ID: "D11", Name: "overlap",
			Text:   "every message comes twice, as to a client of which two filters match",
			Faults: []Fault{{Step: StepDeliver, Wire: twice}},
		},
	}
}

// sessionPresent returns a CONNACK that claims that the broker has kept the session.
func sessionPresent(connack []byte) []byte {
	claimed := slices.Clone(connack)
	claimed[2] |= 1
	return plain(claimed)
}
