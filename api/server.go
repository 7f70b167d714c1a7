package api

import (
	"encoding/json"
	"fmt"
	"io"
)

// WriteHeader is the header that every request that changes something carries, and that
// a page of another site cannot send. Its value says who asks, for [Event.By]: "page" and
// "top" are taken over, anything else is "api".
const WriteHeader = "X-Nwp500"

// SignIn is the body that POST /api/v1/session takes, for a browser: the token is then
// kept as a cookie that no script can read.
type SignIn struct {
	Token Token `json:"token"`
}

// Token is a token on its way to the server. It is printed as "[secret]", and is itself
// in JSON alone.
type Token string

// Format writes "[secret]", whatever the verb, and nothing when there is no token.
func (t Token) Format(state fmt.State, _ rune) {
	if t != "" {
		_, _ = io.WriteString(state, "[secret]")
	}
}

// Accounts is what lists the accounts of a server.
type Accounts struct {
	Accounts []Account `json:"accounts"`
}

// Account is how an account is doing.
type Account struct {
	// Name is that of the configuration.
	Name       string     `json:"name"`
	Connection Connection `json:"connection"`
	// Heaters is how many heaters of it are in use.
	Heaters int `json:"heaters"`
	// Diagnostics is what nwp500 diagnostics connection prints, null without one.
	Diagnostics json.RawMessage `json:"diagnostics"`
}

// Version is what a server is.
type Version struct {
	// Version is that of the program, API that of this interface, 1.
	Version string `json:"version"`
	API     int    `json:"api"`
}

// Removed is the data of the message "removed" of a stream.
type Removed struct {
	ID string `json:"id"`
}

// Ready is the data of the message "ready" of a stream: after the first messages "heater",
// whose heaters it lists.
type Ready struct {
	Heaters []string `json:"heaters"`
}
