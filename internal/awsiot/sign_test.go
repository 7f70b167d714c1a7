package awsiot

import (
	"net/url"
	"strings"
	"testing"
	"time"
)

const (
	exampleHost  = "a1t30mldyslmuq-ats.iot.us-east-1.amazonaws.com"
	exampleToken = "AQoDYXdzEPT//////////wEXAMPLE+token/with=chars=="
)

var exampleCredentials = Credentials{
	AccessKeyID:  "AKIDEXAMPLE",
	SecretKey:    "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
	SessionToken: exampleToken,
}

func at(t *testing.T, s string) time.Time {
	t.Helper()
	v, err := time.Parse("20060102T150405Z", s)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func sign(t *testing.T, p presigner, c Credentials, host, date string) (query, signature string) {
	t.Helper()
	signed, err := p.query(t.Context(), c, host, at(t, date))
	if err != nil {
		t.Fatal(err)
	}
	query = string(signed)
	values, err := url.ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	return query, values.Get("X-Amz-Signature")
}

// TestSignatureVectors holds vectors of other AWS IoT clients and of two independent signers.
func TestSignatureVectors(t *testing.T) {
	const day = 24 * time.Hour
	seqsense := Credentials{AccessKeyID: "AKAAAAAAAAAAAAAAAAAA", SecretKey: strings.Repeat("1", 40)}
	withToken := seqsense
	withToken.SessionToken = "token"
	for _, test := range []struct {
		name      string
		presigner presigner
		keys      Credentials
		host      string
		date      string
		want      string
	}{
		{
			"seqsense",
			presigner{"iotdevicegateway", "world-1", day},
			seqsense,
			"test.iot.world-1.amazonaws.com", "19700101T000000Z",
			"4cfbc8acc899f7aac3153cd17c94204d6989f86d8cb1173e46143512270c89c2",
		},
		{
			"seqsense, with a token",
			presigner{"iotdevicegateway", "world-1", day},
			withToken,
			"test.iot.world-1.amazonaws.com", "19700101T000000Z",
			"4cfbc8acc899f7aac3153cd17c94204d6989f86d8cb1173e46143512270c89c2",
		},
		{
			"Java v1",
			presigner{"iotdata", "us-east-1", 0},
			Credentials{"123", "456", "abc"},
			"iot.us-east-1.amazonaws.com", "20160101T000000Z",
			"b50019dd3ec2d316a6a7938f363f6c792b5f58c04e1e6535d6ae277bf8cf3304",
		},
		{
			"Java v1, host with port",
			presigner{"iotdata", "us-east-1", 0},
			Credentials{"123", "456", ""},
			"hostname.iot.us-east-1.amazonaws.com:443", "20160101T000000Z",
			"08b80c7273fa6c9d8bd815081c80e60818f2bf974213993a1cd4463a5785b1ce",
		},
		{
			"Python v1",
			presigner{"iotdata", "us-east-1", day},
			Credentials{"TRUSTMETHISIDISFAKE0", "trustMeThisSecretKeyIsSoFakeAaBbCc00Dd11", ""},
			"data.iot.us-east-1.amazonaws.com", "20170628T204845Z",
			"b79a4d7e31ccbf96b22d93cce1b500b9ee611ec966159547e140ae32e4dcebed",
		},
		{
			"iotdevicegateway", newPresigner("us-east-1"), exampleCredentials, exampleHost, "20260115T120000Z",
			"546a987e90338f4f0ada8f1a583e0bdf10db6fa5726a0570c249a009a5868979",
		},
		{
			"iotdevicegateway, expires",
			presigner{"iotdevicegateway", "us-east-1", day},
			exampleCredentials, exampleHost, "20260115T120000Z",
			"2c09e7bf6aca93a13820eb905f7fea4d9ee5ec04cf872dc29b752554362623ee",
		},
		{
			"iotdata",
			presigner{"iotdata", "us-east-1", 0},
			exampleCredentials, exampleHost, "20260115T120000Z",
			"79224dd6c88a8774442eeb8b38b22e59d33d384e816e1919ed0dc05f8f79784d",
		},
		{
			"iotdata, expires",
			presigner{"iotdata", "us-east-1", day},
			exampleCredentials, exampleHost, "20260115T120000Z",
			"01818521ce6c2dcf367f05149da77cbf26d70b25ed4d4216054920a720b5877d",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			if _, got := sign(t, test.presigner, test.keys, test.host, test.date); got != test.want {
				t.Errorf("signature %s, want %s", got, test.want)
			}
		})
	}
}

// TestQuery compares the whole query that this package sends, and the signatures that it must not send.
func TestQuery(t *testing.T) {
	query, signature := sign(t, newPresigner("us-east-1"), exampleCredentials, exampleHost, "20260115T120000Z")
	want := "X-Amz-Algorithm=AWS4-HMAC-SHA256" +
		"&X-Amz-Credential=AKIDEXAMPLE%2F20260115%2Fus-east-1%2Fiotdevicegateway%2Faws4_request" +
		"&X-Amz-Date=20260115T120000Z&X-Amz-SignedHeaders=host" +
		"&X-Amz-Signature=546a987e90338f4f0ada8f1a583e0bdf10db6fa5726a0570c249a009a5868979" +
		"&X-Amz-Security-Token=AQoDYXdzEPT%2F%2F%2F%2F%2F%2F%2F%2F%2F%2FwEXAMPLE%2Btoken%2Fwith%3Dchars%3D%3D"
	if query != want {
		t.Errorf("query\n%s\nwant\n%s", query, want)
	}
	for name, wrong := range map[string]string{
		"token signed":   "df00534d5dbc71cfdd2c1fab313abe656475c47b3e6cc3944d5690490dd51876",
		"host with :443": "417edd23d99d59aba1c9764c01dc8b57cf3a23a5bc4d5a2d8b79d7f53ad79004",
	} {
		if signature == wrong {
			t.Errorf("the signature is that of a wrong request: %s", name)
		}
	}
	// The second wrong one is wrong for its host only.
	if _, got := sign(t, newPresigner("us-east-1"), exampleCredentials, exampleHost+":443", "20260115T120000Z"); got != "417edd23d99d59aba1c9764c01dc8b57cf3a23a5bc4d5a2d8b79d7f53ad79004" {
		t.Errorf("signature of the host with port: %s", got)
	}
}

func TestEndpoint(t *testing.T) {
	for in, want := range map[string]endpoint{
		exampleHost:                      {true, exampleHost},
		exampleHost + ":443":             {true, exampleHost},
		"wss://" + exampleHost + ":443/": {true, exampleHost},
		"wss://Example.COM:8443/mqtt":    {true, "example.com:8443"},
		"127.0.0.1:9001":                 {true, "127.0.0.1:9001"},
		"ws://127.0.0.1:80":              {false, "127.0.0.1"},
		"ws://127.0.0.1:1883":            {false, "127.0.0.1:1883"},
		"ws://localhost:443":             {false, "localhost:443"},
		"ws://[::1]:8080/mqtt":           {false, "[::1]:8080"},
	} {
		if got, err := parseEndpoint(in); got != want || err != nil {
			t.Errorf("%s: %v, %v, want %v", in, got, err, want)
		}
	}
	for _, in := range []string{
		"", "https://example.com", "ws://example.com", "ws://10.0.0.1:80", "wss://", "example.com/other", "wss://u:p@example.com",
		"example.com?x=1", "wss://example.com/mqtt?x=1", "wss://exa mple.com", "ws://127.0.0.1.example.com",
	} {
		if got, err := parseEndpoint(in); err == nil {
			t.Errorf("%q: accepted as %v", in, got)
		}
	}
	if got := (endpoint{true, "[::1]:8443"}).name(); got != "::1" {
		t.Errorf("name %q", got)
	}
	if got := (endpoint{true, "[::1]"}).name(); got != "::1" {
		t.Errorf("name %q", got)
	}
}
