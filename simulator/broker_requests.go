package simulator

import (
	"strings"
	"time"

	"github.com/eclipse/paho.mqtt.golang/packets"
)

// The packets that a client may send, one method each. Each returns why the
// connection is to end, or nothing.

func (c *connection) takeConnect(p *packets.ConnectPacket) DropReason {
	switch {
	case p.ProtocolName == "MQTT" && p.ProtocolVersion == 4:
	case p.ProtocolName == "MQTT", p.ProtocolName == "MQIsdp":
		c.answer(connack(false, connackProtocol))
		return c.offended(OffenceProtocol)
	default:
		return c.offended(OffenceProtocol)
	}
	if !validText(p.ClientIdentifier) || !validText(p.Username) || p.WillFlag &&
		(p.WillQos > 1 || !validTopic(p.WillTopic) || len(p.WillMessage) > maxPayload) {
		return c.offended(OffenceProtocol)
	}
	// An empty id is refused, also with a clean session: what AWS does is not
	// known, and our client always has one.
	if id := p.ClientIdentifier; id == "" || len(id) > maxClientID || strings.HasPrefix(id, "$") {
		c.answer(connack(false, connackBadClient))
		return c.offended(OffenceProtocol)
	}
	c.broker.noteConnect(p.ClientIdentifier)
	f, proceed := c.meet(StepConnect, p.ClientIdentifier)
	if !proceed {
		switch f.Action {
		case Refuse:
			c.answer(connack(false, f.Code))
			return DropForbidden
		case Lose:
			c.fall() // connected for the client, and for nobody else
		}
		return ""
	}
	s, present, ok := c.broker.join(c, p.ClientIdentifier, p.CleanSession)
	if !ok {
		return DropThrottled // without CONNACK
	}
	if p.WillFlag {
		c.will = &publication{p.WillTopic, p.WillMessage, p.WillQos, p.WillRetain}
	}
	c.mu.Lock()
	c.session = s
	c.keepAlive = c.broker.profile.keepAlive(time.Duration(p.Keepalive) * time.Second)
	c.mu.Unlock()
	c.heard()
	c.broker.tally.add(func(c *MQTTCounters) { c.Connects++ })
	late, proceed := c.meet(StepConnack, s.clientID)
	if !proceed {
		return ""
	}
	c.answer(connack(present, 0), f, late)
	c.meetAside(StepConnected, s.clientID)
	return ""
}

func (c *connection) takePublish(s *session, p *packets.PublishPacket) DropReason {
	profile := &c.broker.profile
	switch {
	case c.expired(time.Now()):
		return DropTTL
	case p.Qos == 2 && profile.QoS2Publish == RefuseSilence:
		c.offended(OffenceQoS2)
		return ""
	case p.Qos == 2:
		return c.offended(OffenceQoS2)
	case p.Qos == 1 && p.MessageID == 0:
		return c.offended(OffencePacketID)
	case !validTopic(p.TopicName):
		return c.offended(OffenceTopic)
	case len(p.Payload) > maxPayload:
		return c.offended(OffencePayload)
	case !c.publishes.Allow():
		c.offended(OffencePublishRate)
		c.broker.tally.add(func(c *MQTTCounters) { c.Discarded++ })
		return ""
	case p.Qos == 1 && !c.admit(p.MessageID, p.Dup):
		c.offended(OffenceInFlight)
		c.broker.tally.add(func(c *MQTTCounters) { c.Discarded++ })
		return ""
	case !c.broker.allowed(c.account, p.TopicName):
		c.offended(OffenceForbidden)
		c.enqueue(answer{due: time.Now().Add(profile.UnauthorisedPublishDelay), cut: DropAuthorisation})
		return ""
	}
	f, proceed := c.meet(StepPublish, s.clientID, p.TopicName)
	if !proceed {
		return ""
	}
	c.broker.tally.add(func(c *MQTTCounters) { c.Publishes++ })
	// The PUBACK is queued before the message goes on, so that it comes before
	// any answer of a heater. The fault, which may cut the connection, must
	// come after.
	from := publisher{s.clientID, c.account}
	m := publication{p.TopicName, p.Payload, p.Qos, p.Retain}
	if p.Qos == 0 {
		c.broker.accept(from, m)
		return ""
	}
	held, faulty := c.broker.faults.at(meeting{step: StepPuback, clientID: s.clientID, topics: []string{p.TopicName}, since: c.since})
	if !faulty {
		c.answer(puback(p.MessageID), f)
	}
	c.broker.accept(from, m)
	if faulty && c.suffer(held) {
		c.answer(puback(p.MessageID), f, held)
	}
	return ""
}

// admit counts a PUBLISH among those that wait for their PUBACK, or returns
// false when too many do. One that does not say that it is a repetition may not have
// the packet id of one that waits.
func (c *connection) admit(id uint16, dup bool) bool {
	limit := c.broker.profile.InFlight
	c.mu.Lock()
	_, inUse := c.unacked[id]
	admitted := inUse || limit <= 0 || len(c.unacked) < limit
	if admitted {
		c.unacked[id] = struct{}{}
	}
	c.mu.Unlock()
	if inUse && !dup {
		c.offended(OffencePacketID)
	}
	return admitted
}

func (c *connection) takeSubscribe(s *session, p *packets.SubscribePacket) DropReason {
	profile := &c.broker.profile
	switch {
	case p.MessageID == 0, len(p.Topics) == 0:
		return c.offended(OffenceProtocol)
	case len(p.Topics) > maxFilters:
		return c.offended(OffenceFilters)
	}
	silent := false
	codes := make([]byte, len(p.Topics)) // the granted QoS, or a failure
	for i, filter := range p.Topics {
		qos := p.Qoss[i]
		switch {
		case qos > 2:
			return c.offended(OffenceProtocol)
		case !validFilter(filter):
			return c.offended(OffenceTopic)
		case qos == 2:
			c.offended(OffenceQoS2)
			silent = true
		}
		codes[i] = qos
		if !c.broker.allowed(c.account, filter) {
			c.offended(OffenceForbidden)
			if profile.UnauthorisedSubscribe == RefuseClose {
				return DropAuthorisation
			}
			codes[i] = subackFailure
		}
	}
	if silent { // as AWS does with QoS 2
		return ""
	}
	f, proceed := c.meet(StepSubscribe, s.clientID, p.Topics...)
	switch {
	case proceed:
	case f.Action == Refuse:
		for i, filter := range p.Topics {
			if strings.HasSuffix(filter, f.Topic) {
				codes[i] = f.Code
			}
		}
	default:
		return ""
	}
	if !c.broker.subscribe(s, p.Topics, codes) {
		c.offended(OffenceSubscriptions)
		if profile.TooManySubscriptions == RefuseClose {
			return DropProtocol
		}
	}
	late, proceed := c.meet(StepSuback, s.clientID)
	if proceed {
		c.broker.tally.add(func(c *MQTTCounters) { c.Subscribes++ }) // before anybody sees the answer
		c.answer(suback(p.MessageID, codes), f, late)
	}
	return ""
}

func (c *connection) takeUnsubscribe(s *session, p *packets.UnsubscribePacket) DropReason {
	if p.MessageID == 0 || len(p.Topics) == 0 {
		return c.offended(OffenceProtocol)
	}
	if len(p.Topics) > maxFilters { // AWS was seen not to answer
		c.offended(OffenceFilters)
		return ""
	}
	f, proceed := c.meet(StepUnsubscribe, s.clientID)
	if !proceed {
		return ""
	}
	c.broker.unsubscribe(s, p.Topics)
	c.answer(unsuback(p.MessageID), f)
	return ""
}

func (c *connection) takePing(s *session) DropReason {
	now := time.Now()
	fast := now.Sub(c.lastPing) < fastPing
	c.lastPing = now
	if fast {
		c.offended(OffenceFastPing)
	}
	f, proceed := c.meet(StepPing, s.clientID)
	ignored := fast && c.broker.profile.IgnoreFastPings
	if proceed && !ignored {
		c.answer(pingresp(), f)
	}
	return ""
}
