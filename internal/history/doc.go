// Package history remembers what the heaters of a fleet did: the values of their statuses,
// events, and the electricity by the heaters' own records. It keeps them in SQLite, or in
// PostgreSQL when a DSN is given; docs/history.md has the tables and their sizes.
//
// [Open] brings the database to the form that this version wants. [Hear] listens to a
// fleet, and [Store.Record] writes what that heard; [Store.Series], [Store.Events] and
// [Store.Energy] read, also what another process writes. [Store.Export] and [Store.Import]
// exchange statuses with files.
//
// # What is kept
//
// A value is written when it changes. Its time is the second at which the status came. A
// span is a time of which something is known: it lasts from one status to the last one
// that was followed by another within [Config.Gap]. Between spans nothing is known, and
// that is what a chart shows. Each span, and each full hour within it, begins with all
// values, so that the changes of an hour tell all of it without those before.
//
// An hour that is over is rolled up into its minutes and itself: lowest, highest, mean over
// the time in which the value was known, and last. An hour whose changes are newer than
// its roll-up is marked in the same transaction that writes them. The mark goes in the one
// that makes the roll-up, and until then the hour is read from its changes. So what is read
// is right after a crash, and after data that came late.
//
// # When the database or the clock fails
//
// What cannot be written waits in memory and is tried again, 16 384 statuses at the most;
// then the oldest are lost. [Store.Health] says why, the log once. When the clock is set
// back, what comes replaces what was recorded of the same time, second by second; what
// the clock does not pass again stays.
//
// # Concurrency
//
// All methods may be called from several goroutines, and several processes may use one
// database. Record is called once; Close is called after it has returned.
package history
