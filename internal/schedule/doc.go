// Package schedule reads weekly programs, timetables and tariffs as people and programs
// write them: what the -o json of a command prints or what GET of a schedule gives, comes
// back as it was, and a person may write days as "mon-fri", times as "06:30" and
// temperatures as "55C".
//
// [Decode] reads a document into a [Reservations], a [Recirculation] or a [TOU], whose
// methods return the library's own types. Both forms of a value may stand side by side, as
// they do where they were printed; where they disagree somebody has changed one and
// forgotten the other, and is told.
//
// # Errors
//
// What cannot be understood is a *[Mistake]; what is understood and not allowed is a
// *[nwp500.RangeError]. Both say what is allowed.
//
// # Concurrency
//
// There is nothing here but functions and values.
package schedule
