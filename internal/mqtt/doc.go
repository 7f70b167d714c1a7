// Package mqtt has the packets of MQTT 3.1.1 (OASIS, 29 October 2014) that a client with a clean session and QoS 0 and 1
// needs. It knows no connection: what is sent is appended to a buffer, what is received is taken from a [Reader].
//
// It is an own codec because the known ones allocate as many bytes as the other end announces and let malformed flags
// through. This one is bounded and strict: what MQTT forbids a server to send is an error that wraps [ErrProtocol].
//
// # Concurrency
//
// Nothing here has state but a Reader, which is one goroutine's.
package mqtt
