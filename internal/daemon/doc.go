// Package daemon is nwp500 serve, the process that stays up: it reads what the owner wants of it, wires the applications
// (fleet, history, bridge to Home Assistant, metrics, HTTP interface, page) and takes care that they begin, change and end
// in order.
//
// # Configuration
//
// [Read] makes a [Config] of a YAML file and of what flags and the environment say beside it. One table, in key.go, has
// every key; [Keys] shows it to the command line. What is wrong is told as [Problems], each with its place: the file and
// the line, the flag or the variable. A value that may be secret is not repeated. [Example] is a file with
// every key explained.
//
// # The process
//
// [Run] begins the parts, and ends them when its context does, within five seconds: first the server, whose streams end and
// whose commands have a moment, then who listens to the heaters, then the heaters, and last the history, so that it has heard
// all of that. When [Options].Reload says so the configuration is read again. Parts that it changes are made anew, and with
// them those that stand on them; the others go on. A configuration with something wrong in it changes nothing.
//
// # Concurrency
//
// The goroutine that called Run owns all parts. Each part is a task, a goroutine that is waited for. Requests are answered
// by the parts of the moment: a switchboard exchanges the handler under them.
package daemon
