package nwp500

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// tokenRefused tells a token that is over from an outage, and from what some proxy says in
// place of the cloud, which has no envelope.
func tokenRefused(err error) bool {
	var answer *APIError
	return errors.As(err, &answer) && !answer.Temporary() && (answer.Status == http.StatusUnauthorized || answer.Code != 0)
}

// signIn makes the call of that name.
func (c *Client) signIn(ctx context.Context, email, password Secret) (*Tokens, error) {
	data, err := c.call(ctx, request{method: http.MethodPost, path: "/user/sign-in", body: map[string]any{
		"userId": email.Reveal(), "password": password.Reveal(),
	}}, Secret{})
	var answer *APIError
	if errors.As(err, &answer) && credentialsRefused(answer) {
		return nil, fmt.Errorf("%w (%s)", ErrCredentials, strings.ToLower(strings.ReplaceAll(answer.reason(), "_", " ")))
	}
	if err != nil {
		return nil, err
	}
	tokens := &Tokens{RESTURL: c.config.RESTURL, Email: email}
	answerData := newShape(data)
	if answerData == nil {
		return nil, errors.New("sign-in: the answer has no data")
	}
	if user := answerData.inner("userInfo"); user != nil {
		tokens.UserSeq = user.integer("userSeq").Or(0)
	}
	token := answerData.inner("token")
	if token == nil {
		return nil, errors.New("sign-in: the answer has no tokens")
	}
	tokens.take(token, c.now())
	if tokens.Access.IsEmpty() || tokens.AccessKeyID.IsEmpty() || tokens.SecretKey.IsEmpty() {
		return nil, errors.New("sign-in: the answer lacks some of the tokens")
	}
	return tokens, nil
}

// credentialsRefused tells a refusal from an outage, whatever words that has for itself
// (docs/protocol.md §2).
func credentialsRefused(answer *APIError) bool {
	return !answer.Temporary() && (answer.Status == http.StatusUnauthorized || answer.speaksOfCredentials)
}

// speaksOfCredentials reports whether the cloud's words say that the e-mail or the
// password is wrong.
func speaksOfCredentials(message string) bool {
	message = strings.ToLower(message)
	for _, sign := range []string{"password", "not_found", "not found", "invalid", "unauthorized"} {
		if strings.Contains(message, sign) {
			return true
		}
	}
	return false
}

func (e *APIError) reason() string {
	if e.Message != "" {
		return e.Message
	}
	return fmt.Sprintf("HTTP status %d", e.Status)
}

// refresh renews the REST token. What the answer omits is kept from before.
func (c *Client) refresh(ctx context.Context, before *Tokens) (*Tokens, error) {
	data, err := c.call(ctx, request{method: http.MethodPost, path: "/auth/refresh", body: map[string]any{
		"refreshToken": before.Refresh.Reveal(),
	}}, Secret{})
	if err != nil {
		return nil, err
	}
	answer := newShape(data)
	if answer == nil {
		return nil, errors.New("refresh: the answer has no data")
	}
	if answer.text("accessToken") == "" {
		return nil, errors.New("refresh: the answer has no token")
	}
	tokens := *before
	tokens.take(answer, c.now())
	return &tokens, nil
}

// take puts the token fields of an answer in place of those from before.
func (t *Tokens) take(answer *shape, now time.Time) {
	for name, field := range map[string]*Secret{
		"accessToken": &t.Access, "idToken": &t.ID, "refreshToken": &t.Refresh,
		"accessKeyId": &t.AccessKeyID, "secretKey": &t.SecretKey, "sessionToken": &t.SessionToken,
	} {
		if text := answer.text(name); text != "" {
			*field = NewSecret(text)
		}
	}
	if answer.text("accessToken") != "" {
		lives := life(answer.integer("authenticationExpiresIn"))
		t.AccessExpires, t.accessEnds = now.Add(lives), time.Now().Add(lives)
	}
	if answer.text("accessKeyId") != "" {
		lives := life(answer.integer("authorizationExpiresIn"))
		t.KeysExpire, t.keysEnds = now.Add(lives), time.Now().Add(lives)
	}
}

// life is a token's life. An answer that does not say it gets the usual hour; one
// that claims more than a month is not believed, and one that is over is over now.
func life(seconds Value[int]) time.Duration {
	const month = 30 * 24 * 3600
	return time.Duration(max(0, min(seconds.Or(3600), month))) * time.Second
}
