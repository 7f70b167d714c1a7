package awsiot

import "golang.org/x/time/rate"

// DropWaiting ends the publications that wait to be sent with err, which Publish returns in a [*PublishError], and returns how many there were.
func (l *Link) DropWaiting(err error) (dropped int) {
	l.ask(func() { dropped = l.publications.drop(err) })
	return dropped
}

// drop ends the publications that wait to be sent, and returns how many there were.
func (p *publications) drop(err error) int {
	dropped := len(p.waiting)
	for _, o := range p.waiting {
		o.end(err)
	}
	p.waiting = nil
	return dropped
}

// Hurry takes the bound off the rate of publications, for a farewell before [Link.Close]: what a client says to all its heaters stays below
// the rate that the broker discards at, as long as nothing else is said.
func (l *Link) Hurry() {
	l.ask(func() { l.publications.bucket.SetLimitAt(l.now, rate.Inf) })
}
