package simulator

import (
	"net/http"
	"time"
)

// casesA are the faults of dialling: names, network, TLS and the upgrade to a WebSocket. The first three ids meet REST calls, too,
// which come in at the same address.
func casesA() []FaultCase {
	refuse := func(f Fault) []Fault {
		f.Step, f.Action = StepUpgrade, Refuse
		return []Fault{f}
	}
	return []FaultCase{
		{
			ID: "A1", Name: "name-not-found",
			Text:   "five times the name of the host is not found (Server.Dial alone asks for one)",
			Faults: []Fault{{Step: StepResolve, Action: Refuse, Times: 5}},
		},
		{
			ID: "A2", Name: "connection-refused",
			Text:   "five connections are reset as soon as they are made",
			Faults: []Fault{{Step: StepAccept, Action: Refuse, Times: 5}},
		},
		{
			ID: "A2", Name: "connection-unserved",
			Text:   "three connections are accepted, and nobody serves them",
			Faults: []Fault{{Step: StepAccept, Action: Lose, Times: 3}},
		},
		{
			ID: "A2", Name: "dial-unanswered",
			Text:   "three times dialling leads to nothing, as into a network that drops packets (Server.Dial alone shows it)",
			Faults: []Fault{{Step: StepResolve, Action: Lose, Times: 3}},
		},
		{
			ID: "A3", Name: "certificate-unknown",
			Text:   "two certificates are of an authority that nobody knows",
			Faults: []Fault{{Step: StepTLS, Action: Refuse, Certificate: CertificateUnknown, Times: 2}},
		},
		{
			ID: "A3", Name: "certificate-name",
			Text:   "two certificates are for another host",
			Faults: []Fault{{Step: StepTLS, Action: Refuse, Certificate: CertificateWrongName, Times: 2}},
		},
		{
			ID: "A3", Name: "certificate-expired",
			Text:   "two certificates ran out yesterday",
			Faults: []Fault{{Step: StepTLS, Action: Refuse, Certificate: CertificateExpired, Times: 2}},
		},
		{
			ID: "A4", Name: "upgrade-unanswered",
			Text:   "three requests for a WebSocket are never answered",
			Faults: []Fault{{Step: StepUpgrade, Action: Lose, Times: 3}},
		},
		{
			ID: "A5", Name: "signature-mismatch",
			Text: "four requests are refused for their signature: 403",
			Faults: refuse(Fault{Times: 4, Message: "The request signature we calculated does not match the signature you provided. " +
				"Check your AWS Secret Access Key and signing method. Consult the service documentation for details."}),
		},
		{
			ID: "A6", Name: "signature-expired",
			Text:   "the cloud's clock is 10 minutes ahead of the client's",
			Faults: []Fault{{Step: StepUpgrade, Skew: 10 * time.Minute}},
		},
		{
			ID: "A7", Name: "signature-not-yet-current",
			Text:   "the cloud's clock is an hour behind the client's",
			Faults: []Fault{{Step: StepUpgrade, Skew: -time.Hour}},
		},
		{
			ID: "A8", Name: "token-expired",
			Text:   "a session token has run out before its time: 403, once",
			Faults: refuse(Fault{Times: 1, Message: "The security token included in the request is expired"}),
		},
		{
			ID: "A9", Name: "account-disabled",
			Text:   "all requests for a WebSocket are refused: 403, while sign-ins go well",
			Faults: refuse(Fault{Message: "The security token included in the request is invalid."}),
		},
		{
			ID: "A10", Name: "wrong-signature",
			Text:   "counts requests with a signature that is wrong in itself: token signed, port in the host, other service or region",
			Faults: []Fault{{Step: StepOffence, Offence: OffenceSignature}},
		},
		{
			ID: "A11", Name: "old-signature",
			Text:   "counts requests that were signed more than five minutes ago",
			Faults: []Fault{{Step: StepOffence, Offence: OffenceOldSignature}},
		},
		{
			ID: "A12", Name: "upgrade-bad-request",
			Text:   "two requests for a WebSocket are answered with 400",
			Faults: refuse(Fault{Times: 2, Status: http.StatusBadRequest}),
		},
		{
			ID: "A12", Name: "upgrade-required",
			Text:   "two are answered with 426",
			Faults: refuse(Fault{Times: 2, Status: http.StatusUpgradeRequired}),
		},
		{
			ID: "A12", Name: "upgrade-throttled",
			Text:   "two are answered with 429, and with Retry-After: 60",
			Faults: refuse(Fault{Times: 2, Status: http.StatusTooManyRequests, RetryAfter: time.Minute}),
		},
		{
			ID: "A12", Name: "upgrade-failed",
			Text:   "two are answered with 500",
			Faults: refuse(Fault{Times: 2, Status: http.StatusInternalServerError}),
		},
		{
			ID: "A12", Name: "upgrade-unavailable",
			Text:   "two are answered with 503",
			Faults: refuse(Fault{Times: 2, Status: http.StatusServiceUnavailable}),
		},
		{
			ID: "A13", Name: "wrong-accept",
			Text:   "two upgrades come with the wrong Sec-WebSocket-Accept",
			Faults: refuse(Fault{Times: 2, Answer: answerWrongAccept}),
		},
		{
			ID: "A13", Name: "missing-subprotocol",
			Text:   "two upgrades come without a subprotocol",
			Faults: refuse(Fault{Times: 2, Answer: answerSubprotocol("")}),
		},
		{
			ID: "A13", Name: "wrong-subprotocol",
			Text:   "two upgrades come with another subprotocol",
			Faults: refuse(Fault{Times: 2, Answer: answerSubprotocol("graphql-ws")}),
		},
		{
			ID: "A14", Name: "endless-body",
			Text:   "two answers of 403 never come to the end of their bodies",
			Faults: refuse(Fault{Times: 2, Answer: answerWithoutEnd}),
		},
		{
			ID: "A14", Name: "huge-body",
			Text:   "two answers of 403 have bodies of 64 MiB",
			Faults: refuse(Fault{Times: 2, Answer: answerHuge}),
		},
		{
			ID: "A14", Name: "endless-header",
			Text:   "two answers never come to the end of their headers",
			Faults: refuse(Fault{Times: 2, Answer: answerEndlessHeader}),
		},
		{
			ID: "A15", Name: "captive-portal",
			Text:   "two requests for a WebSocket are answered with a page: 200",
			Faults: refuse(Fault{Times: 2, Answer: answerPage}),
		},
		{
			ID: "A15", Name: "redirected",
			Text:   "two are sent elsewhere: 302",
			Faults: refuse(Fault{Times: 2, Answer: answerElsewhere}),
		},
	}
}
