package simulator

// A Step is a place in the life of a call or a connection where a [Fault] can be
// put. Each is one point in the code.
type Step int

// The steps, in the order in which a client meets them.
const (
	StepResolve     Step = iota + 1 // Server.Dial was asked for a name; nothing else of the network is
	StepAccept                      // a network connection was accepted; nothing was read
	StepTLS                         // a ClientHello came
	StepREST                        // a REST call came; nothing of it is looked at
	StepUpgrade                     // the request for the WebSocket came; its signature is not yet looked at
	StepConnect                     // CONNECT came and is good; the client is not yet connected
	StepConnack                     // the client is connected; its CONNACK is next
	StepConnected                   // the CONNACK is on its way
	StepPacket                      // a packet came on a connected connection, whichever it is
	StepSubscribe                   // SUBSCRIBE came and is good; nothing is subscribed yet
	StepSuback                      // the filters are subscribed; the SUBACK is next
	StepUnsubscribe                 // UNSUBSCRIBE came; the filters are still subscribed
	StepPublish                     // PUBLISH came and is good; no heater and no subscriber has seen it
	StepPuback                      // the message went to heaters and subscribers; the PUBACK is next
	StepPing                        // PINGREQ came
	StepDeliver                     // a message is about to be queued for a subscriber
	StepHeater                      // a request or command came to a heater
	StepOffence                     // the client did what AWS does not let pass; the broker acts as it always does
)
