package simulator

import (
	"net/http"
	"slices"
	"time"

	"github.com/nwp500/nwp500/internal/topic"
)

// casesG are the faults of the authentication service, the heaters and the life of a client.
func casesG() []FaultCase {
	return slices.Concat(authenticationCases(), lifecycleCases())
}

const (
	pathSignIn  = "/user/sign-in"
	pathRefresh = "/auth/refresh"
)

// Lives as answers state them, in seconds. A minute is less than any client waits with a renewal, so that everything is
// renewed as soon as may be.
var (
	aMinute = map[string]string{"authenticationExpiresIn": "60", "authorizationExpiresIn": "60"}
	noTime  = map[string]string{"authenticationExpiresIn": "0", "authorizationExpiresIn": "0"}
	overNow = map[string]string{"authenticationExpiresIn": "-3600", "authorizationExpiresIn": "-3600"}
	unsaid  = map[string]string{"authenticationExpiresIn": "", "authorizationExpiresIn": ""}
)

// shortly is a sign-in that is good for a minute, and the end of the connection after one and a half: a client has to sign in again to come
// back. What follows is what it then meets.
func shortly(then ...Fault) []Fault {
	return append([]Fault{
		{Step: StepREST, Path: pathSignIn, Members: aMinute, Times: 1},
		{Step: StepConnected, Action: Cut, Delay: 90 * time.Second, Times: 1},
	}, then...)
}

func authenticationCases() []FaultCase {
	return []FaultCase{
		{
			ID: "G1", Name: "sign-in-outage",
			Text:   "the connection ends after 90 s, and the sign-in that is needed to come back fails three times with status 500",
			Faults: shortly(Fault{Step: StepREST, Path: pathSignIn, Action: Refuse, Status: http.StatusInternalServerError, Times: 3}),
		},
		{
			ID: "G1", Name: "sign-in-silent",
			Text:   "the connection ends after 90 s, and the sign-in that is needed to come back is twice never answered",
			Faults: shortly(Fault{Step: StepREST, Path: pathSignIn, Action: Lose, Times: 2}),
		},
		{
			ID: "G2", Name: "password-changed", Alone: true,
			Text:   "the connection ends after 90 s, and from then on the password is refused with status 401",
			Faults: shortly(Fault{Step: StepREST, Path: pathSignIn, Action: Refuse, Status: http.StatusUnauthorized}),
		},
		{
			ID: "G2", Name: "password-refused", Alone: true,
			Text: "the connection ends after 90 s, and from then on the password is refused in an answer of status 200",
			Faults: shortly(Fault{
				Step: StepREST, Path: pathSignIn, Action: Refuse,
				Answer: func(w http.ResponseWriter, _ *http.Request) { fail(w, invalidPassword) },
			}),
		},
		{
			ID: "G3", Name: "refresh-without-keys",
			Text: "tokens and keys are good for a minute, a refresh brings no keys, and the connection ends every 90 s",
			Faults: []Fault{
				{Step: StepREST, Path: pathSignIn, Members: aMinute},
				{Step: StepREST, Path: pathRefresh, Members: aMinute},
				{Step: StepConnected, Action: Cut, Delay: 90 * time.Second},
			},
		},
		{
			ID: "G3", Name: "refresh-without-successor",
			Text: "tokens are good for a minute, and a refresh brings no new refresh token: the old one serves on",
			Faults: []Fault{
				{Step: StepREST, Path: pathSignIn, Members: map[string]string{"authenticationExpiresIn": "60"}},
				{Step: StepREST, Path: pathRefresh, Members: map[string]string{"authenticationExpiresIn": "60", "refreshToken": ""}},
			},
		},
		{
			ID: "G3", Name: "sign-in-without-keys",
			Text: "two sign-ins bring no keys for the live connection",
			Faults: []Fault{{
				Step: StepREST, Path: pathSignIn, Times: 2,
				Members: map[string]string{"accessKeyId": "", "secretKey": "", "sessionToken": "", "authorizationExpiresIn": ""},
			}},
		},
		{
			ID: "G4", Name: "slow-sign-in",
			Text: "sign-in and refresh take five seconds, in which many callers may come to want the same",
			Faults: []Fault{
				{Step: StepREST, Path: pathSignIn, Delay: 5 * time.Second},
				{Step: StepREST, Path: pathRefresh, Delay: 5 * time.Second},
			},
		},
		{
			ID: "G5", Name: "rotation-while-dialling",
			Text: "tokens and keys are good for a minute, all that renews or takes them is slow, and the connection ends every 90 s",
			Faults: []Fault{
				{Step: StepREST, Path: pathSignIn, Members: aMinute, Delay: 2 * time.Second},
				{Step: StepREST, Path: pathRefresh, Members: aMinute, Delay: 2 * time.Second},
				{Step: StepUpgrade, Delay: 3 * time.Second},
				{Step: StepConnected, Action: Cut, Delay: 90 * time.Second},
			},
		},
		{
			ID: "G6", Name: "expired-credentials",
			Text: "the keys that a sign-in brings have run out for the broker: it refuses them with status 403",
			Faults: []Fault{{
				Step: StepUpgrade, Action: Refuse, Status: http.StatusForbidden,
				Message: "The security token included in the request is expired",
			}},
		},
		lifetimes("zero-lifetime", "tokens and keys claim to be good for 0 s, and the connection ends every 90 s", noTime),
		lifetimes("negative-lifetime", "tokens and keys claim to have run out an hour ago, and the connection ends every 90 s", overNow),
		lifetimes("unsaid-lifetime", "nothing says how long tokens and keys are good, and the connection ends every 90 s", unsaid),
	}
}

func lifetimes(name, text string, members map[string]string) FaultCase {
	return FaultCase{ID: "G6", Name: name, Text: text, Faults: []Fault{
		{Step: StepREST, Path: pathSignIn, Members: members},
		{Step: StepREST, Path: pathRefresh, Members: members},
		{Step: StepConnected, Action: Cut, Delay: 90 * time.Second},
	}}
}

func lifecycleCases() []FaultCase {
	const slow = 2 * time.Second
	return []FaultCase{
		{
			ID: "G7", Name: "slow-steps",
			Text: "each step to a connection takes two seconds, and acknowledgements do, so that a client can be ended in any of them",
			Faults: []Fault{
				{Step: StepREST, Path: pathSignIn, Delay: slow},
				{Step: StepUpgrade, Delay: slow},
				{Step: StepConnack, Delay: slow},
				{Step: StepSuback, Delay: slow},
				{Step: StepPuback, Delay: slow},
			},
		},
		{
			ID: "G8", Name: "hesitant-broker",
			Text:   "the broker takes a second to say that it has accepted a client, who may have changed its mind",
			Faults: []Fault{{Step: StepConnack, Delay: time.Second}},
		},
		{
			ID: "G9", Name: "late-end",
			Text:   "a connection becomes half open at its first ping, and its end is old news when the client has come back",
			Faults: []Fault{{Step: StepPing, Action: BlackHole, Times: 1}},
		},
		{
			ID: "G10", Name: "heater-unheard",
			Text:   "no heater hears anything, while the broker acknowledges all that is sent to it",
			Faults: []Fault{{Step: StepHeater, Action: Lose}},
		},
		{
			ID: "G11", Name: "commands-too-close",
			Text:   "three commands are refused on ctrl-fail, as too close to others",
			Faults: []Fault{{Step: StepHeater, Action: Refuse, Topic: "/" + topic.SuffixControl, Times: 3}},
		},
		{
			ID: "G11", Name: "lost-writes",
			Text: "of the commands to a heater, and of the writes of its schedules, every second one is lost without a word",
			Faults: []Fault{
				{Step: StepHeater, Action: Lose, Topic: "/" + topic.SuffixControl, Every: 2},
				{Step: StepHeater, Action: Lose, Topic: "/" + topic.SuffixReservationWrite, Every: 2},
				{Step: StepHeater, Action: Lose, Topic: "/" + topic.SuffixRecirculationWrite, Every: 2},
				{Step: StepHeater, Action: Lose, Topic: "/" + topic.SuffixTOUWrite, Every: 2},
			},
		},
		{
			ID: "G11", Name: "service-announced",
			Text:   "the cloud announces that it is about to be serviced, two minutes after each connection",
			Faults: []Fault{{Step: StepConnected, Delay: 2 * time.Minute, Wire: serviceNotice}},
		},
	}
}

// serviceNotice is the cloud's notice as a client hears it, whether it has subscribed or not. What it holds is unconfirmed.
func serviceNotice([]byte) []byte {
	p := encodePublish(publication{topic: "evt/52/mobile/event/disconnect-mqtt", payload: []byte(`{"protocolVersion":1,"event":{}}`)}, 0)
	return Frame(OpBinary, true, p)
}
