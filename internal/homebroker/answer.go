package homebroker

import (
	"slices"

	"github.com/eclipse/paho.mqtt.golang/packets"
)

// Answer returns what a broker answers to a packet of a client but CONNECT, nil when that is nothing. Filters are granted with
// this code of SUBACK: 0, or 0x80 to refuse them.
func Answer(to packets.ControlPacket, code byte) packets.ControlPacket {
	switch to := to.(type) {
	case *packets.PublishPacket:
		if to.Qos == 0 {
			return nil
		}
		return &packets.PubackPacket{FixedHeader: packets.FixedHeader{MessageType: packets.Puback}, MessageID: to.MessageID}
	case *packets.SubscribePacket:
		return &packets.SubackPacket{
			FixedHeader: packets.FixedHeader{MessageType: packets.Suback}, MessageID: to.MessageID,
			ReturnCodes: slices.Repeat([]byte{code}, len(to.Topics)),
		}
	case *packets.UnsubscribePacket:
		return &packets.UnsubackPacket{FixedHeader: packets.FixedHeader{MessageType: packets.Unsuback}, MessageID: to.MessageID}
	case *packets.PingreqPacket:
		return packets.NewControlPacket(packets.Pingresp)
	}
	return nil
}
