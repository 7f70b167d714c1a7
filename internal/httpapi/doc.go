// Package httpapi is the HTTP interface of nwp500 serve: /api/v1, whose documents are those
// of package api, and what stands between it and a hostile network. docs/api.md tells it
// to its users, openapi.json to their tools.
//
// [New] makes an [API] of a fleet and its history, which is an http.Handler for everything under /api/. Other handlers
// of the same server, such as the page and the metrics, are taken in by [API.Protect], which holds the same rules
// before them. [Serve] answers on a listener until its context ends, with the time limits that a server
// for strangers needs.
//
// # Who may come in
//
// The name by which a request calls the server must be one of its own, or a page of another site could reach it by a name
// that it had resolved to this machine. Its origin, if it is told, must be the same. On other addresses than those of the
// loopback interface every request also needs the token, as a bearer or as the cookie that signing in has set.
// What changes something needs a header that a page of another site could send only after asking, and nobody answers that
// question.
//
// # Commands
//
// A command that was begun goes on when the client hangs up: whether it is on its way to the heater already is not for a
// broken connection to decide, and its end is told among the events in any case.
//
// # Streams
//
// Each stream is one goroutine, its own, which takes from a bounded feed and writes with a deadline. A reader that stalls
// holds up nobody, loses the states in between, and after ten seconds the connection; a heater that changes often is told
// at most twice a second, as it is then.
//
// # Concurrency
//
// All methods may be called from several goroutines.
package httpapi
