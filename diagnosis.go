package nwp500

import (
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/nwp500/nwp500/internal/awsiot"
	"github.com/nwp500/nwp500/internal/mqtt"
)

// Diagnosis is what a client makes of a connection that went down, or that cannot be made,
// in plain words. The broker gives no reason when it ends a connection (docs/protocol.md
// §9.3), so the guess is one.
type Diagnosis struct {
	// Saw is what happened, as far as can be seen from here.
	Saw string `json:"saw,omitempty"`
	// Guess is what that is taken for.
	Guess string `json:"guess,omitempty"`
	// Advice is what the owner can do; it is empty when there is nothing to do.
	Advice string `json:"advice,omitempty"`
}

const (
	// announcedFor is how long after a notice of service an end is put down to it.
	announcedFor = 30 * time.Minute
	// dayLong is how long a connection has to have lived for its end to be that of the
	// 24 hours, which no connection outlives.
	dayLong = 23*time.Hour + 45*time.Minute
	// youngFor is how long after its beginning a connection that ended over a message is
	// taken to have ended because of it. The end that each has coming comes over a
	// message, too, and mostly hours later.
	youngFor = 10 * time.Minute
)

// drop is the end of a connection, and what its session knows about the moment.
type drop struct {
	awsiot.Change
	lasted    time.Duration
	announced bool // service was, a while ago
	deaf      bool // it was renewed because nothing came
}

// diagnose returns why a connection went down, in a few words that are always the same,
// and at length.
func (d drop) diagnose() (cause string, why Diagnosis) {
	is := func(target error) bool { return errors.Is(d.Err, target) }
	switch {
	case d.Planned && d.deaf:
		return "renewed on purpose", Diagnosis{
			"heaters were asked and nothing at all came, not even the question: the session made the connection anew",
			"the connection had died on the way, or the broker had forgotten what the session subscribed to",
			"if it comes often, look after the WiFi and the router",
		}
	case d.Planned && d.announced:
		return "renewed on purpose", Diagnosis{
			"the session made the connection anew, as the cloud had announced service",
			"the cloud ends connections when it is serviced",
			"",
		}
	case d.Planned:
		return "renewed on purpose", Diagnosis{
			"the session made the connection anew",
			"no connection outlives a day, so each is renewed before, or when Reconnect asks for it",
			"",
		}
	case is(awsiot.ErrSlept):
		return "this machine slept", Diagnosis{
			"much more time had passed than this machine was awake for",
			"the machine slept, or its clock was set ahead",
			"",
		}
	case is(awsiot.ErrDuplicateClientID):
		return "ended soon, repeatedly", Diagnosis{
			"the broker ended several connections in a row within a minute",
			"another program uses the same client id, and each drives the other out; or the cloud is in trouble",
			"end the other copy of this program; if there is none, start this one again, which gives it another id",
		}
	case is(awsiot.ErrNoAcknowledgement):
		return "no answer from the broker", Diagnosis{
			"the broker stopped answering, and nobody said that the connection had ended",
			"the connection died on the way: WiFi, a router that forgot it, another address, the provider",
			"if it comes often, look after the WiFi and the router",
		}
	case is(mqtt.ErrProtocol):
		return "broke the protocol", Diagnosis{
			"something came that the protocol does not allow",
			"a proxy or a firewall changes what passes through it, or the cloud has a fault",
			"if it comes often, do without the proxy, or report it with these diagnostics",
		}
	case !is(awsiot.ErrLost):
		return "other", Diagnosis{Saw: "the connection failed"}
	}
	saw := d.howItEnded()
	switch {
	case d.announced:
		return "announced service", Diagnosis{saw, "the cloud is being serviced, as it had announced", ""}
	case d.lasted >= dayLong:
		return "end of its day", Diagnosis{saw, "no connection to the cloud outlives 24 hours", ""}
	case is(awsiot.ErrUnwelcome) && d.lasted < youngFor:
		return "ended over a message", Diagnosis{
			saw + ", within moments of a message or a subscription",
			"the account may not use that topic: a heater of somebody else, or something that the cloud no longer allows",
			"do without the command or the subscription that was used last, or see whether the vendor's app still can do the same",
		}
	case is(awsiot.ErrUnwelcome):
		return "ended over a message", Diagnosis{
			saw + ", within moments of a message or a subscription",
			"its time was over: the cloud ends a connection with the next message, after a day or sooner",
			"if the same command costs the connection each time, do without it",
		}
	case d.lasted < time.Minute:
		return "ended by the other side", Diagnosis{
			saw + ", within a minute",
			"the cloud is in trouble, another program uses the same client id, or the network is bad",
			"",
		}
	}
	return "ended by the other side", Diagnosis{
		saw,
		"the cloud was serviced, or moved its load, or the network changed",
		"if it comes often and at any time of day, look after the WiFi and the router",
	}
}

// howItEnded tells the ways in which the other side ends a connection.
func (d drop) howItEnded() string {
	var timeout net.Error
	text := d.Err.Error()
	switch {
	case strings.Contains(text, "closed by the broker"):
		return "the other side closed the connection"
	case errors.As(d.Err, &timeout) && timeout.Timeout():
		return "nothing could be sent any more"
	case strings.Contains(text, "does not read"):
		return "the other side sent and did not read"
	}
	return "the connection broke"
}

// Diagnose says what an error is taken for that Connect, Devices, or a connection that went
// down gave, in plain words; it is empty for none. What was seen is the error itself.
func Diagnose(err error) Diagnosis {
	var handshake *HandshakeError
	switch {
	case !errors.As(err, &handshake):
		return diagnoseAttempt(err)
	case handshake.Code != 0:
		return diagnoseConnack(byte(handshake.Code))
	}
	return diagnoseHandshake(&awsiot.HandshakeError{Status: handshake.Status, Message: handshake.Message})
}

// diagnoseAttempt says what keeps a connection from being made. What was seen is the
// error itself, which is shown beside it.
func diagnoseAttempt(err error) Diagnosis {
	var (
		handshake   *awsiot.HandshakeError
		connack     *awsiot.ConnackError
		answer      *APIError
		name        *net.DNSError
		certificate *tls.CertificateVerificationError
	)
	is := func(target error) bool { return errors.Is(err, target) }
	switch {
	case err == nil:
		return Diagnosis{}
	case is(ErrCredentials):
		return Diagnosis{"", "the password was changed, or the account is closed", "sign in with the right e-mail and password"}
	case is(ErrPasswordNeeded), is(ErrNotSignedIn):
		return Diagnosis{"", "what the last sign-in gave has run out, and there is no password to sign in with", "sign in"}
	case errors.As(err, &handshake):
		return diagnoseHandshake(handshake)
	case errors.As(err, &connack):
		return diagnoseConnack(connack.Code)
	case errors.As(err, &answer) && answer.Temporary():
		return Diagnosis{"", "the cloud's sign-in is out of order", ""}
	case errors.As(err, &answer):
		return Diagnosis{"", "the cloud takes sign-ins no longer in this way, or something answers in its place", "see whether there is a newer version of this program"}
	case errors.As(err, &name):
		return Diagnosis{"", "there is no internet, or names are not found in it", "look after the internet connection and its name server"}
	case errors.As(err, &certificate):
		return Diagnosis{
			"", "something answers in the cloud's name, or the clock or the certificate authorities of this machine are out of date",
			"set the clock; if a proxy of your own reads what passes, trust its authority",
		}
	case is(awsiot.ErrUnwelcome):
		return Diagnosis{"", "the account may not subscribe to one of the topics", ""}
	case is(awsiot.ErrLost):
		return Diagnosis{"", "the account may not connect, or connected too often in too short a time; or the cloud is being serviced", ""}
	case is(awsiot.ErrNoAcknowledgement):
		return Diagnosis{"", "the broker takes connections and says nothing: the cloud is overloaded or being serviced", ""}
	case is(mqtt.ErrProtocol):
		return Diagnosis{"", "something answers that is not the broker: a proxy, or a firewall", "do without the proxy"}
	case is(os.ErrDeadlineExceeded):
		return Diagnosis{"", "the network swallows what is sent: a firewall, or no internet behind the router", "look after the internet connection, and what it lets through to port 443"}
	}
	return Diagnosis{"", "the cloud cannot be reached: no network, or the cloud is out of order", "look after the internet connection"}
}

func diagnoseHandshake(answer *awsiot.HandshakeError) Diagnosis {
	switch {
	case strings.HasPrefix(answer.Message, "Signature expired"), strings.HasPrefix(answer.Message, "Signature not yet current"):
		return Diagnosis{"", "this machine's clock is wrong", "set the clock"}
	case answer.Status == http.StatusForbidden:
		return Diagnosis{
			"", "the broker does not take the keys that the sign-in gave, though others were fetched: the account may not connect, or the cloud has a fault",
			"see whether the vendor's app still works with the account",
		}
	case answer.Status == http.StatusTooManyRequests, answer.Status >= http.StatusInternalServerError:
		return Diagnosis{"", "the cloud is overloaded or being serviced", ""}
	}
	return Diagnosis{
		"", "something answers in place of the broker: a proxy, or a network that wants to be signed in to",
		"see what a web browser shows on this network",
	}
}

func diagnoseConnack(code byte) Diagnosis {
	switch code {
	case 1, 2:
		return Diagnosis{"", "the broker no longer takes connections of this kind", "see whether there is a newer version of this program"}
	case 3:
		return Diagnosis{"", "the cloud is overloaded or being serviced", ""}
	}
	return Diagnosis{"", "the account may not connect", "see whether the vendor's app still works with the account"}
}
