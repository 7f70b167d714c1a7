package simulator

import "time"

// An Offence is something that a client did and AWS does not let pass. A client
// that commits none here should get through there. [Counters] counts them, and a
// [Fault] at StepOffence notices them.
type Offence string

// The offences, and what they meet with.
const (
	OffenceSignature     Offence = "signature"     // a request for the WebSocket that is not signed as it must be: 403
	OffenceOldSignature  Offence = "old signature" // one signed more than five minutes ago: 403
	OffenceSplit         Offence = "split packet"  // a WebSocket message that is not one whole packet: the connection ends
	OffenceEarly         Offence = "too early"     // a packet before the CONNACK: the connection ends
	OffenceConnectRate   Offence = "connect rate"  // CONNECT sooner than allowed: the connection ends
	OffenceFastPing      Offence = "fast ping"     // PINGREQ sooner than 30 s after another
	OffenceFilters       Offence = "filters"       // more than 8 filters in a packet: the connection ends
	OffenceSubscriptions Offence = "subscriptions" // more than 50 on a connection: SUBACK 0x80
	OffenceTopic         Offence = "topic"         // a topic or filter that is malformed, reserved, too long or too deep: the connection ends
	OffenceForbidden     Offence = "forbidden"     // a topic or filter that the account may not use: the connection ends
	OffencePayload       Offence = "payload"       // more than 128 KiB: the connection ends
	OffenceQoS2          Offence = "QoS 2"         // the connection ends
	OffencePublishRate   Offence = "publish rate"  // more than 100 messages a second: they are lost
	OffenceInFlight      Offence = "in flight"     // more than 100 unacknowledged messages: they are lost
	OffencePacketID      Offence = "packet id"     // a PUBLISH with id 0: the connection ends; with one that is in use: it is taken
	OffenceProtocol      Offence = "protocol"      // whatever else MQTT 3.1.1 does not allow: the connection ends
)

// noteConnect counts a CONNECT that came less than a second after another of the
// same client, whatever became of either.
func (b *broker) noteConnect(clientID string) {
	b.mu.Lock()
	allowed := b.asked.allow(clientID, time.Now())
	b.mu.Unlock()
	if !allowed {
		b.offended(clientID, OffenceConnectRate)
	}
}

// offended counts an offence and lets a fault notice it.
func (b *broker) offended(clientID string, o Offence) {
	b.tally.add(func(c *MQTTCounters) {
		if c.Offences == nil {
			c.Offences = make(map[Offence]int)
		}
		c.Offences[o]++
	})
	b.faults.at(meeting{step: StepOffence, clientID: clientID, offence: o})
}
