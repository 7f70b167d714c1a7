package homebroker

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/eclipse/paho.mqtt.golang/packets"

	"github.com/nwp500/nwp500/internal/memnet"
)

// A client that goes without a word leaves its will, and who subscribes later gets what is retained.
func TestWillsAndWhatIsRetained(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		network := memnet.New()
		listener, err := network.Listen("broker:1883")
		if err != nil {
			t.Fatal(err)
		}
		b := New(listener)
		defer b.Close()
		send := func(id string, more ...packets.ControlPacket) (received []string) {
			conn, err := network.Dial(t.Context(), "tcp", "broker:1883")
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			connect := packets.NewControlPacket(packets.Connect).(*packets.ConnectPacket)
			connect.ProtocolName, connect.ProtocolVersion, connect.CleanSession, connect.Keepalive = "MQTT", 4, true, 30
			connect.ClientIdentifier, connect.WillFlag, connect.WillTopic, connect.WillMessage = id, true, "a/will", []byte(id)
			for _, packet := range append([]packets.ControlPacket{connect}, more...) {
				if err := packet.Write(conn); err != nil {
					t.Fatal(err)
				}
			}
			_ = conn.SetReadDeadline(time.Now().Add(time.Minute))
			for {
				packet, err := packets.ReadPacket(conn)
				if err != nil { // the keep-alive is over
					return received
				}
				if p, ok := packet.(*packets.PublishPacket); ok {
					received = append(received, p.TopicName+" "+string(p.Payload))
				}
			}
		}
		b.Publish("a/1", "one", true)
		b.Publish("a/2", "two", false)
		b.Publish("b/1", "three", true)
		subscribe := packets.NewControlPacket(packets.Subscribe).(*packets.SubscribePacket)
		subscribe.MessageID, subscribe.Topics, subscribe.Qoss = 1, []string{"a/+"}, []byte{0}
		if got := send("x", subscribe, packets.NewControlPacket(packets.Disconnect)); len(got) != 1 || got[0] != "a/1 one" {
			t.Errorf("it hears %q", got)
		}
		_ = send("y")
		synctest.Wait()
		messages := b.Messages()
		if len(messages) != 4 || messages[3] != (Message{"a/will", "y", false}) || len(b.Retained()) != 2 || len(b.Offences()) != 0 {
			t.Errorf("%v, %v, %v", messages, b.Retained(), b.Offences())
		}
	})
}
