package simulator

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"time"
)

// Lives beyond use: how long a refresh token is good, and how long something
// expired is remembered so that it can be told from something never issued.
const (
	refreshLife = 30 * 24 * time.Hour
	remembered  = 24 * time.Hour
)

// mostRemembered is how many tokens of a kind are remembered for each account: those of
// two days in which a client signs in every hour.
const mostRemembered = 50

// issue holds what was issued with one life, oldest first, and forgets it some
// time after its end, or when there is too much newer.
type issue[T any] struct {
	most    int
	byToken map[string]issued[T]
	order   []string
}

type issued[T any] struct {
	to      T
	expires time.Time
}

func (i *issue[T]) add(token string, to T, now, expires time.Time) {
	if i.byToken == nil {
		i.byToken = make(map[string]issued[T])
	}
	for len(i.order) > 0 {
		oldest := i.order[0]
		if entry, ok := i.byToken[oldest]; ok && now.Before(entry.expires.Add(remembered)) && len(i.order) < i.most {
			break
		}
		delete(i.byToken, oldest)
		i.order[0] = "" // let go of it
		i.order = i.order[1:]
	}
	i.byToken[token] = issued[T]{to, expires}
	i.order = append(i.order, token)
}

// jwts are the fields that both the sign-in and the refresh answer have, in the
// captured order.
type jwts struct {
	IDToken                 string `json:"idToken"`
	AccessToken             string `json:"accessToken"`
	RefreshToken            string `json:"refreshToken"`
	AuthenticationExpiresIn int    `json:"authenticationExpiresIn"`
}

// awsKeys are the fields that the sign-in answer alone has.
type awsKeys struct {
	AccessKeyID            string `json:"accessKeyId"`
	SecretKey              string `json:"secretKey"`
	SessionToken           string `json:"sessionToken"`
	AuthorizationExpiresIn int    `json:"authorizationExpiresIn"`
}

// signIn issues tokens and keys, or says what the cloud calls the refusal.
func (d *directory) signIn(email, password string, now time.Time) (*account, jwts, awsKeys, *restError) {
	a := d.byEmail[email]
	if a == nil {
		return nil, jwts{}, awsKeys{}, &userNotFound
	}
	if a.Password != password {
		return nil, jwts{}, awsKeys{}, &invalidPassword
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.signIns++
	keys := awsKeys{
		AccessKeyID:            "ASIA" + d.letters("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16),
		SecretKey:              d.base64(base64.StdEncoding, 30),
		SessionToken:           d.base64(base64.StdEncoding, 601),
		AuthorizationExpiresIn: seconds(d.config.KeyLife),
	}
	expires := now.Add(d.config.KeyLife)
	d.keys.add(keys.AccessKeyID, issuedKey{
		account: email, secretKey: keys.SecretKey, sessionToken: keys.SessionToken, expires: expires,
	}, now, expires)
	return a, d.issueJWTs(a, now), keys, nil
}

// renew takes a refresh token in and issues the JWTs anew: no AWS keys
// (docs/protocol.md §2). That the token taken in is spent is unconfirmed, and the
// stricter of both ways; it serves on when the answer has no other.
func (d *directory) renew(token string, now time.Time, servesOn bool) (jwts, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	entry, ok := d.refresh.byToken[token]
	if !ok || !now.Before(entry.expires) {
		return jwts{}, false
	}
	if !servesOn {
		delete(d.refresh.byToken, token)
	}
	d.refreshes++
	return d.issueJWTs(entry.to, now), true
}

// authenticate returns the account of an access token that is still good.
func (d *directory) authenticate(token string, now time.Time) (*account, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	entry, ok := d.access.byToken[token]
	if !ok || !now.Before(entry.expires) {
		return nil, false
	}
	return entry.to, true
}

// key returns the secret of an access key, expired ones included.
func (d *directory) key(accessKeyID string) (issuedKey, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	entry, ok := d.keys.byToken[accessKeyID]
	return entry.to, ok
}

// issueJWTs is called with d.mu held.
func (d *directory) issueJWTs(a *account, now time.Time) jwts {
	j := jwts{
		IDToken:                 d.jwt(a, "id", now, d.config.TokenLife),
		AccessToken:             d.jwt(a, "access", now, d.config.TokenLife),
		RefreshToken:            d.jwt(a, "refresh", now, refreshLife),
		AuthenticationExpiresIn: seconds(d.config.TokenLife),
	}
	d.access.add(j.AccessToken, a, now, now.Add(d.config.TokenLife))
	d.refresh.add(j.RefreshToken, a, now, now.Add(refreshLife))
	return j
}

// jwt looks like a JSON Web Token of the real cloud, length included. Nothing
// is signed: the cloud knows its tokens by heart.
func (d *directory) jwt(a *account, use string, now time.Time, life time.Duration) string {
	encode := base64.RawURLEncoding.EncodeToString
	header := encode([]byte(`{"kid":"simulator","alg":"RS256"}`))
	payload := encode(fmt.Appendf(nil, `{"sub":"%d","token_use":%q,"iat":%d,"exp":%d,"jti":%q,"scope":%q}`,
		a.userSeq, use, now.Unix(), now.Add(life).Unix(), hex.EncodeToString(d.bytes(16)), hex.EncodeToString(d.bytes(120))))
	return header + "." + payload + "." + d.base64(base64.RawURLEncoding, 256)
}

func (d *directory) base64(encoding *base64.Encoding, n int) string {
	return encoding.EncodeToString(d.bytes(n))
}

func (d *directory) bytes(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(d.random.Uint32())
	}
	return b
}

func (d *directory) letters(alphabet string, n int) string { return letters(d.random, alphabet, n) }

func letters(random *rand.Rand, alphabet string, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = alphabet[random.IntN(len(alphabet))]
	}
	return string(b)
}

func seconds(d time.Duration) int { return int(d / time.Second) }
