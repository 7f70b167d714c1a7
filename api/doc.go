// Package api has the documents that the HTTP interface of nwp500 serve speaks, under
// /api/v1, and a [Client] for it.
//
// Temperatures are degrees Celsius, differences kelvins, energy watt-hours, power watts,
// volumes litres, flows litres a minute, times RFC 3339. What is unknown is null or left
// out, and never zero. A heater is known by its ID, which is made of its MAC address and
// is the same in every version, on every machine, in Home Assistant and in the metrics.
//
// The documents may gain members: a reader ignores those that it does not know.
package api
