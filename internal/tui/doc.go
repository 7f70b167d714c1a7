// Package tui shows a heater in a terminal, for nwp500 top.
//
// [Run] draws the tank with its temperatures, what runs and why, how much hot water there
// is, the power and the last hours as a chart, and takes keys for setpoint, mode and
// power. It speaks to an [api.Client] alone, so it shows the same whether a server is far
// away or in the same process.
//
// # Rules of the screen
//
// A command is chosen with some keys and given with Enter, and its end stays on the screen
// until another key: done, refused, not sent, or with its outcome unknown. Nothing is
// repeated by itself. When the server is lost the values stay, faint, under a line that
// says so. Colour helps and is never needed: shades tell warm from cold, and words the
// rest. What does not fit is left out from the bottom: the chart first, the tank next, the
// water's temperature last.
//
// # Concurrency
//
// One goroutine, Bubble Tea's, owns what is shown. What waits runs in goroutines of their
// own, which send it a message at the end; Run waits for them.
package tui
