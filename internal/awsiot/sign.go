package awsiot

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// emptyPayload is the SHA-256 of nothing: the upgrade request has no body.
const emptyPayload = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

// A presigner makes the query that lets a WebSocket upgrade through (docs/protocol.md §3).
type presigner struct {
	service string
	region  string
	expires time.Duration // X-Amz-Expires; zero leaves it out, since AWS IoT does not heed it
}

// newPresigner returns the one for AWS IoT Core. iotdata would be accepted as service too.
func newPresigner(region string) presigner {
	return presigner{service: "iotdevicegateway", region: region}
}

// query returns the signed query for a GET of wss://host/mqtt. The host must be the Host header to the letter.
// The session token is appended after signing: AWS IoT, unlike other services, refuses a signature that covers it.
// The result is as secret as the credentials, and the broker honours it for about five minutes.
func (p presigner) query(ctx context.Context, c Credentials, host string, now time.Time) (signedQuery, error) {
	u := url.URL{Scheme: "wss", Host: host, Path: path}
	if p.expires != 0 {
		u.RawQuery = "X-Amz-Expires=" + strconv.Itoa(int(p.expires/time.Second))
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return "", errors.New("sign: malformed host") // the text of err quotes the URL
	}
	keys := aws.Credentials{AccessKeyID: c.AccessKeyID, SecretAccessKey: c.SecretKey}
	signed, _, err := v4.NewSigner().PresignHTTP(ctx, keys, r, emptyPayload, p.service, p.region, now)
	if err != nil {
		return "", fmt.Errorf("sign: %w", err)
	}
	result, err := url.Parse(signed)
	if err != nil {
		return "", errors.New("sign: malformed result")
	}
	if c.SessionToken == "" {
		return signedQuery(result.RawQuery), nil
	}
	return signedQuery(result.RawQuery + "&X-Amz-Security-Token=" + url.QueryEscape(c.SessionToken)), nil
}
