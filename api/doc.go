// Package api has the documents that the HTTP interface of nwp500 serve speaks, under
// /api/v1, and a [Client] for it.
//
// Temperatures are degrees Celsius, differences kelvins, energy watt-hours, power watts,
// volumes litres, flows litres a minute, times RFC 3339. What is unknown is null or left
// out, and never zero. A heater is known by its ID, which is made of its MAC address and
// is the same in every version, on every machine, in Home Assistant and in the metrics.
//
// The documents may gain members: a reader ignores those that it does not know.
//
// # The client
//
// [New] makes a client of a URL and, for a server that is not on the loopback interface,
// its token. Each method is one request. An answer other than what was asked for is an
// [*Error] with its status code. [Client.Do] and [Client.SetSchedule] tell the four ends
// of a command apart, with a [*CommandError] for all but done: a request that did not
// leave was not sent, and one that nobody answered has an unknown outcome. Neither is
// repeated.
//
// [Client.Stream] tells all heaters and then what changes, over as many connections as it
// takes.
//
// # Concurrency
//
// The methods of a [Client] may be called from several goroutines. A stream starts none
// that outlives its loop.
package api
