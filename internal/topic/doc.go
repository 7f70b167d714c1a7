// Package topic names what travels over MQTT between applications, the Navien
// cloud and a heater: the topics and the command codes.
//
// Building a topic takes the parts that it is made of:
//
//	topic.Request(52, mac, topic.SuffixStatus)          // cmd/52/navilink-M/st
//	topic.Response(52, mac, clientID)                   // cmd/52/navilink-M/C/res
//	topic.QueryResponse(52, clientID, topic.AnswerTOU)  // cmd/52/C/res/tou/rd
//
// and [Parse] takes one apart again. Two functions give the filters that a client
// subscribes to: [Heater] and [Queries].
//
// A topic holds the MAC address of somebody's heater, so it belongs neither into a
// log line nor into the text of an error; [Topic] has no String method for that
// reason.
//
// Everything here is a pure function or a constant and may be used from any
// goroutine. The facts are those of docs/protocol.md §3.
package topic
