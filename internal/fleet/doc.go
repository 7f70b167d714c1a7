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
// # What is asked
//
// A heater tells changes by itself, so its status is asked for when nothing came for
// Config.PollEvery, after a command and after a connection came back. Schedules and the
// energy of the month are read each hour, and when a status shows that they changed;
// features, firmware and what was counted since the installation each day. A heater that
// leaves two statuses in a row unanswered is silent until it says something.
//
// # Commands
//
// [Heater.Do] checks a command, carries it out once and tells its end, to the caller and
// in the feed. A schedule has a version: a command that names the one that it replaces is
// refused when the heater has another by then.
//
// # Concurrency
//
// One goroutine an account signs in and lists, one hears what its session tells, and one a
// heater asks; all end before Run returns.
// All methods may be called from several goroutines. A reader of a feed that is too slow
// loses the oldest notices and learns how many; the states stay right.
package fleet
