package simulator

import (
	"time"

	"github.com/eclipse/paho.mqtt.golang/packets"
)

// casesF are the faults of what comes in.
func casesF() []FaultCase {
	const (
		answers = "/res" // the topics of statuses and features end so
		rarely  = 10     // for what costs the connection
	)
	deliver := func(wire func([]byte) []byte) []Fault { return []Fault{{Step: StepDeliver, Wire: wire}} }
	deliverRarely := func(wire func([]byte) []byte) []Fault {
		return []Fault{{Step: StepDeliver, Every: rarely, Wire: wire}}
	}
	answer := func(every int, change func([]byte) []byte) []Fault {
		return []Fault{{Step: StepDeliver, Topic: answers, Every: every, Wire: rewritten(change)}}
	}
	aside := func(wire func([]byte) []byte) []Fault { return []Fault{{Step: StepPacket, Wire: wire}} }
	return []FaultCase{
		{ID: "F1", Name: "three-frames", Text: "each message comes in three frames", Faults: deliver(inThreeFrames)},
		{ID: "F1", Name: "three-messages", Text: "each message comes in three WebSocket messages", Faults: deliver(inThreeMessages)},
		{ID: "F1", Name: "single-bytes", Text: "each message comes in frames of one byte", Faults: deliver(inSingleBytes)},
		{ID: "F1", Name: "five-in-one", Text: "a WebSocket message holds five messages: each status, and four like it before", Faults: []Fault{
			{Step: StepDeliver, Topic: answers, Wire: fiveInOne},
		}},
		{ID: "F2", Name: "websocket-ping", Text: "the broker sends a WebSocket ping after each packet", Faults: aside(say(OpPing, []byte("still there?")))},
		{ID: "F2", Name: "websocket-pong", Text: "the broker sends a WebSocket pong after each packet, though nobody asked", Faults: aside(say(OpPong, nil))},
		{ID: "F3", Name: "text-frame", Text: "every tenth message comes as text", Faults: deliverRarely(asText)},
		{ID: "F3", Name: "reserved-opcode", Text: "every tenth message comes in a frame of an opcode that means nothing", Faults: deliverRarely(asReserved)},
		{ID: "F3", Name: "masked-frame", Text: "every tenth message comes in a frame with a mask, as only clients send them", Faults: deliverRarely(asMasked)},
		{ID: "F4", Name: "length-of-five-bytes", Text: "in place of every tenth message comes a packet with a length in five bytes", Faults: deliverRarely(instead(0x30, 0x80, 0x80, 0x80, 0x80, 1))},
		{ID: "F4", Name: "packet-type-0", Text: "in place of every tenth message comes a packet of type 0", Faults: deliverRarely(instead(0x00, 0))},
		{ID: "F4", Name: "packet-type-15", Text: "in place of every tenth message comes a packet of type 15", Faults: deliverRarely(instead(0xf0, 0))},
		{ID: "F4", Name: "reserved-flags", Text: "in place of every tenth message comes a PUBACK with reserved flags", Faults: deliverRarely(instead(0x41, 2, 0, 1))},
		{ID: "F4", Name: "inbound-qos-3", Text: "every tenth message comes at QoS 3, which there is not", Faults: deliverRarely(withFlags(0x06))},
		{ID: "F4", Name: "topic-not-utf-8", Text: "every tenth message has a topic that is not UTF-8", Faults: deliverRarely(altered(func(p *packets.PublishPacket) { p.TopicName += "\xff" }))},
		{ID: "F4", Name: "topic-too-long", Text: "in place of every tenth message comes one whose topic is longer than the packet", Faults: deliverRarely(instead(0x30, 4, 0xff, 0xff, 'a', 'b'))},
		{ID: "F5", Name: "huge-packet", Text: "in place of every tenth message comes the beginning of a packet of 256 MiB", Faults: deliverRarely(instead(0x30, 0xff, 0xff, 0xff, 0x7f))},
		{ID: "F5", Name: "huge-frame", Text: "every tenth message comes at the beginning of a frame of 256 MiB", Faults: deliverRarely(asHuge)},
		{ID: "F6", Name: "duplicates", Text: "each status comes twice, under two packet ids", Faults: []Fault{{Step: StepDeliver, Topic: answers, Wire: again}}},
		{ID: "F7", Name: "shuffle", Text: "every second message is three seconds late and comes after later ones", Faults: []Fault{
			{Step: StepDeliver, Topic: answers, Every: 2, Delay: 3 * time.Second},
		}},
		{ID: "F8", Name: "inbound-qos-2", Text: "every tenth message comes at QoS 2, for which nobody asked", Faults: deliverRarely(withFlags(0x04))},
		{ID: "F9", Name: "burst", Text: "with every tenth status come 999 like it", Faults: []Fault{{Step: StepDeliver, Topic: answers, Every: rarely, Wire: thousand}}},
		{ID: "F10", Name: "listener-fails", Text: "all is well with the cloud: the client's own listener panics, closes or publishes", Faults: []Fault{
			{Step: StepDeliver, Topic: answers},
		}},
		{ID: "F11", Name: "large-payload", Text: "each status has 128 KiB", Faults: answer(1, largest)},
		{ID: "F12", Name: "invalid-json", Text: "every second answer of a heater is cut short", Faults: answer(2, half)},
		{ID: "F12", Name: "no-object", Text: "every second answer of a heater is JSON, but not an object", Faults: answer(2, constant(`["status"]`))},
		{ID: "F12", Name: "missing-keys", Text: "every second status lacks mode, setpoint, temperature, power and fault", Faults: answer(2, without)},
		{ID: "F12", Name: "unknown-values", Text: "every second status has a mode and other choices that no document knows", Faults: answer(2, unheardOf)},
		{ID: "F13", Name: "stray-suback", Text: "with each packet comes a SUBACK for which nobody asked", Faults: aside(instead(0x90, 3, 0x7f, 0x7f, 1))},
		{ID: "F13", Name: "stray-pingresp", Text: "with each packet comes a PINGRESP for which nobody asked", Faults: aside(instead(0xd0, 0))},
		{ID: "F13", Name: "second-connack", Text: "with every tenth packet comes another CONNACK", Faults: []Fault{
			{Step: StepPacket, Every: rarely, Wire: instead(0x20, 2, 0, 0)},
		}},
	}
}
