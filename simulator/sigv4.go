package simulator

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// The signature of the request for a connection (docs/protocol.md §3) is
// checked by code of our own, not by the signer that the client uses: the two
// judge each other.

const (
	signatureAlgorithm = "AWS4-HMAC-SHA256"
	signatureTime      = "20060102T150405Z"

	// signatureAge is how far the time of a signature may be from the broker's,
	// either way. X-Amz-Expires changes nothing: AWS IoT does not honour it.
	signatureAge = 5 * time.Minute
)

// An issuedKey is what a sign-in gave for an access key id.
type issuedKey struct {
	account      string // e-mail
	secretKey    string
	sessionToken string
	expires      time.Time
}

// A presigned is what the query of a signed request says.
type presigned struct {
	accessKeyID           string
	day, region, service  string // the scope of the signing key
	date                  string
	signedHeaders         string
	signature             string
	token                 string // X-Amz-Security-Token, decoded
	method, path, payload string
	query                 string // canonical: what was signed of the query
	headers               string // canonical: what was signed of the header
}

// parsePresigned reads a request signed in its query: the raw one, because
// url.Values takes "+" for a space and the signature does not.
func parsePresigned(r *http.Request) (presigned, *refusal) {
	p := presigned{method: r.Method, path: r.URL.EscapedPath(), payload: hexDigest("")}
	var credential, algorithm string
	var pairs [][2]string
	for pair := range strings.SplitSeq(r.URL.RawQuery, "&") {
		rawName, rawValue, _ := strings.Cut(pair, "=")
		name, err1 := url.PathUnescape(rawName)
		value, err2 := url.PathUnescape(rawValue)
		if err1 != nil || err2 != nil {
			return p, refuseMalformed("The query string is malformed.")
		}
		switch name {
		case "X-Amz-Signature":
			p.signature = value
			continue
		case "X-Amz-Security-Token":
			p.token = value
			continue // AWS IoT alone leaves the token out of what is signed
		case "X-Amz-Algorithm":
			algorithm = value
		case "X-Amz-Credential":
			credential = value
		case "X-Amz-Date":
			p.date = value
		case "X-Amz-SignedHeaders":
			p.signedHeaders = value
		}
		pairs = append(pairs, [2]string{percentEncode(name), percentEncode(value)})
	}
	if p.signature == "" || credential == "" || p.date == "" {
		return p, refuseMissingToken()
	}
	if algorithm != signatureAlgorithm {
		return p, refuseMalformed("Unsupported AWS 'algorithm'.")
	}
	// The access key id comes first and may hold no slash; a PEM key given in
	// its place does.
	scope := strings.Split(credential, "/")
	if len(scope) != 5 || scope[4] != "aws4_request" {
		return p, refuseMalformed("Credential must have exactly 5 slash-delimited elements.")
	}
	p.accessKeyID, p.day, p.region, p.service = scope[0], scope[1], scope[2], scope[3]
	p.query = canonicalQuery(pairs)
	p.headers = canonicalHeaders(r, p.signedHeaders)
	return p, nil
}

// canonicalQuery sorts by name, then by value: sorting the joined pairs would
// not, since "-" comes before "=".
func canonicalQuery(pairs [][2]string) string {
	slices.SortFunc(pairs, func(a, b [2]string) int { return slices.Compare(a[:], b[:]) })
	joined := make([]string, len(pairs))
	for i, pair := range pairs {
		joined[i] = pair[0] + "=" + pair[1]
	}
	return strings.Join(joined, "&")
}

// canonicalHeaders returns the signed headers as they came. The host is that of
// the request and no configured name: a client behind a proxy or on another
// port signs what it sends.
func canonicalHeaders(r *http.Request, signed string) string {
	var b strings.Builder
	for name := range strings.SplitSeq(signed, ";") {
		value := strings.Join(r.Header.Values(name), ",")
		if name == "host" {
			value = r.Host
		}
		fmt.Fprintf(&b, "%s:%s\n", name, strings.TrimSpace(value))
	}
	return b.String()
}

// sign returns the signature that the holder of the secret key gives the
// request.
func (p presigned) sign(secretKey string) string {
	request := strings.Join([]string{p.method, p.path, p.query, p.headers, p.signedHeaders, p.payload}, "\n")
	scope := strings.Join([]string{p.day, p.region, p.service, "aws4_request"}, "/")
	key := []byte("AWS4" + secretKey)
	for _, part := range []string{p.day, p.region, p.service, "aws4_request"} {
		key = hmacDigest(key, part)
	}
	return hex.EncodeToString(hmacDigest(key, strings.Join([]string{signatureAlgorithm, p.date, scope, hexDigest(request)}, "\n")))
}

// verify tells why the request is refused, or nil. The order, in which an
// expired token comes before the wrong time, is a guess.
func (p presigned) verify(region string, lookup func(accessKeyID string) (issuedKey, bool), now time.Time) (issuedKey, *refusal) {
	signed, err := time.Parse(signatureTime, p.date)
	if err != nil {
		return issuedKey{}, refuseMalformed("X-Amz-Date must be in ISO 8601 basic format.")
	}
	if p.service != "iotdevicegateway" && p.service != "iotdata" {
		return issuedKey{}, refuseForbidden("Credential should be scoped to correct service: 'iotdevicegateway'. ")
	}
	if p.region != region {
		return issuedKey{}, refuseForbidden("Credential should be scoped to a valid region. ")
	}
	key, known := lookup(p.accessKeyID)
	switch {
	case !known || !hmac.Equal([]byte(p.token), []byte(key.sessionToken)):
		return issuedKey{}, refuseForbidden("The security token included in the request is invalid.")
	case !now.Before(key.expires):
		return issuedKey{}, refuseForbidden("The security token included in the request is expired")
	case signed.After(now.Add(signatureAge)):
		return issuedKey{}, refuseForbidden(fmt.Sprintf("Signature not yet current: %s is still later than %s (%s + 5 min.)",
			p.date, awsTime(now.Add(signatureAge)), awsTime(now)))
	case signed.Before(now.Add(-signatureAge)):
		return issuedKey{}, refuseForbidden(fmt.Sprintf("Signature expired: %s is now earlier than %s (%s - 5 min.)",
			p.date, awsTime(now.Add(-signatureAge)), awsTime(now)))
	case !slices.Contains(strings.Split(p.signedHeaders, ";"), "host"),
		p.day != signed.Format("20060102"),
		!hmac.Equal([]byte(p.signature), []byte(p.sign(key.secretKey))):
		return issuedKey{}, refuseForbidden("The request signature we calculated does not match the signature you provided. " +
			"Check your AWS Secret Access Key and signing method. Consult the service documentation for details.")
	}
	return key, nil
}

func awsTime(t time.Time) string { return t.UTC().Format(signatureTime) }

// percentEncode encodes as RFC 3986 says and the signature demands: all but
// letters, digits and "-_.~".
func percentEncode(s string) string {
	return strings.ReplaceAll(url.QueryEscape(s), "+", "%20")
}

func hexDigest(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

func hmacDigest(key []byte, message string) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(message))
	return mac.Sum(nil)
}
