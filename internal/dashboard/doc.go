// Package dashboard is the page of nwp500 serve: static files, embedded, and the handler
// that serves them. Everything that the page knows it has from the interface under
// /api/v1 of the same server; docs/dashboard.md tells it to its users.
//
// The files are ES modules and style sheets as they are read, without a build step, and
// nothing in them comes from elsewhere: the page works without the internet. They are
// under static/:
//
//   - js/main.js decides which view is shown, js/store.js knows the heaters, js/stream.js
//     keeps the live connection, js/api.js makes the calls.
//   - js/view has what a person sees, a file a part; js/schedule the weeks that can be
//     edited, js/chart the charts.
//   - js/dom.js alone makes elements. What a server says becomes text, never markup.
//
// # The policy
//
// [Handler] sends a content security policy that allows nothing but the files of the page
// and calls of the same origin: no inline script, no inline style, no frame around it.
//
// # Concurrency
//
// The handler never changes after it was made and may serve many requests at once.
package dashboard
