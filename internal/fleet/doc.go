// Package fleet keeps the heaters of all accounts connected and knows their last state.
// It is what the applications of nwp500 serve stand on: the bridge to Home Assistant, the
// history, the metrics and the HTTP interface read one state, hear one feed and give
// their commands through one door, so that they cannot disagree.
//
// [New] checks a configuration and does no input or output. [Fleet.Run] signs in, lists
// heaters and holds connections until its context ends; what fails is tried again. Each
// [Heater] has a [State] that is never changed after it was made. [Fleet.Listen] opens a
// bounded feed of what happens.
//
// # Concurrency
//
// All methods may be called from several goroutines. A reader of a feed that is too slow
// loses the oldest notices and learns how many; the states stay right.
package fleet
