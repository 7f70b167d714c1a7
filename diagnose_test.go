package nwp500_test

import (
	"fmt"
	"testing"

	"github.com/nwp500/nwp500"
)

// An error is diagnosed alike whether the transport gave it or a call.
func TestDiagnose(t *testing.T) {
	for want, err := range map[string]error{
		"": nil,
		"the password was changed, or the account is closed":                    fmt.Errorf("sign-in: %w", nwp500.ErrCredentials),
		"this machine's clock is wrong":                                         &nwp500.HandshakeError{Status: 403, Message: "Signature expired: now"},
		"the cloud is overloaded or being serviced":                             fmt.Errorf("connect: %w", &nwp500.HandshakeError{Status: 503}),
		"the account may not connect":                                           &nwp500.HandshakeError{Status: 101, Code: 5},
		"the cloud's sign-in is out of order":                                   &nwp500.APIError{Status: 502},
		"the cloud cannot be reached: no network, or the cloud is out of order": nwp500.ErrUnreachable,
	} {
		if got := nwp500.Diagnose(err).Guess; got != want {
			t.Errorf("%v is taken for %q, want %q", err, got, want)
		}
	}
}
