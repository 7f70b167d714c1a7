package awsiot

import (
	"fmt"
	"log/slog"
)

// Credentials are temporary keys of AWS. They print as "[secret]" however they are formatted.
type Credentials struct {
	AccessKeyID  string
	SecretKey    string
	SessionToken string // empty: none
}

const secret = "[secret]"

// String hides the keys.
func (Credentials) String() string { return secret }

// GoString hides the keys.
func (Credentials) GoString() string { return secret }

// Format hides the keys from every verb.
func (Credentials) Format(s fmt.State, _ rune) { hide(s, secret) }

// LogValue hides the keys.
func (Credentials) LogValue() slog.Value { return slog.StringValue(secret) }

// MarshalJSON hides the keys.
func (Credentials) MarshalJSON() ([]byte, error) { return []byte(`"` + secret + `"`), nil }
