package simulator

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// The signatures are published test vectors of AWS clients and our own, each
// computed by another implementation than ours.
func TestSignatureVectors(t *testing.T) {
	const (
		navien   = "a1t30mldyslmuq-ats.iot.us-east-1.amazonaws.com"
		ownKey   = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
		ownToken = "AQoDYXdzEPT//////////wEXAMPLE+token/with=chars=="
	)
	tests := []struct {
		name                   string
		host, region, service  string
		key, secret, token     string
		date, expires          string
		signature              string
		accepted               bool
		slashesInTokenUnquoted bool
	}{
		{
			name: "seqsense", host: "test.iot.world-1.amazonaws.com", region: "world-1", service: "iotdevicegateway",
			key: "AKAAAAAAAAAAAAAAAAAA", secret: strings.Repeat("1", 40), date: "19700101T000000Z", expires: "86400",
			signature: "4cfbc8acc899f7aac3153cd17c94204d6989f86d8cb1173e46143512270c89c2", accepted: true,
		},
		{
			name: "Java v1", host: "iot.us-east-1.amazonaws.com", service: "iotdata",
			key: "123", secret: "456", token: "abc", date: "20160101T000000Z",
			signature: "b50019dd3ec2d316a6a7938f363f6c792b5f58c04e1e6535d6ae277bf8cf3304", accepted: true,
		},
		{
			name: "Java v1, port signed", host: "hostname.iot.us-east-1.amazonaws.com:443", service: "iotdata",
			key: "123", secret: "456", token: "abc", date: "20160101T000000Z",
			signature: "08b80c7273fa6c9d8bd815081c80e60818f2bf974213993a1cd4463a5785b1ce", accepted: true,
		},
		{
			name: "Python v1", host: "data.iot.us-east-1.amazonaws.com", service: "iotdata",
			key: "TRUSTMETHISIDISFAKE0", secret: "trustMeThisSecretKeyIsSoFakeAaBbCc00Dd11", date: "20170628T204845Z", expires: "86400",
			signature: "b79a4d7e31ccbf96b22d93cce1b500b9ee611ec966159547e140ae32e4dcebed", accepted: true,
		},
		{
			name: "gateway", host: navien, service: "iotdevicegateway", date: "20260115T120000Z",
			signature: "546a987e90338f4f0ada8f1a583e0bdf10db6fa5726a0570c249a009a5868979", accepted: true,
		},
		{
			name: "gateway, slashes of the token unquoted", host: navien, service: "iotdevicegateway", date: "20260115T120000Z",
			signature: "546a987e90338f4f0ada8f1a583e0bdf10db6fa5726a0570c249a009a5868979", accepted: true, slashesInTokenUnquoted: true,
		},
		{
			name: "gateway, expires", host: navien, service: "iotdevicegateway", date: "20260115T120000Z", expires: "86400",
			signature: "2c09e7bf6aca93a13820eb905f7fea4d9ee5ec04cf872dc29b752554362623ee", accepted: true,
		},
		{
			name: "data", host: navien, service: "iotdata", date: "20260115T120000Z",
			signature: "79224dd6c88a8774442eeb8b38b22e59d33d384e816e1919ed0dc05f8f79784d", accepted: true,
		},
		{
			name: "data, expires", host: navien, service: "iotdata", date: "20260115T120000Z", expires: "86400",
			signature: "01818521ce6c2dcf367f05149da77cbf26d70b25ed4d4216054920a720b5877d", accepted: true,
		},
		{
			name: "token signed", host: navien, service: "iotdevicegateway", date: "20260115T120000Z",
			signature: "df00534d5dbc71cfdd2c1fab313abe656475c47b3e6cc3944d5690490dd51876",
		},
		{
			name: "port signed, not sent", host: navien, service: "iotdevicegateway", date: "20260115T120000Z",
			signature: "417edd23d99d59aba1c9764c01dc8b57cf3a23a5bc4d5a2d8b79d7f53ad79004",
		},
		{
			name: "port signed and sent", host: navien + ":443", service: "iotdevicegateway", date: "20260115T120000Z",
			signature: "417edd23d99d59aba1c9764c01dc8b57cf3a23a5bc4d5a2d8b79d7f53ad79004", accepted: true,
		},
		{
			name: "port sent, not signed", host: navien + ":443", service: "iotdevicegateway", date: "20260115T120000Z",
			signature: "546a987e90338f4f0ada8f1a583e0bdf10db6fa5726a0570c249a009a5868979",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			or(&test.region, "us-east-1")
			if test.key == "" {
				test.key, test.secret, test.token = "AKIDEXAMPLE", ownKey, ownToken
			}
			query := "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=" + test.key + "%2F" + test.date[:8] + "%2F" + test.region + "%2F" + test.service +
				"%2Faws4_request&X-Amz-Date=" + test.date
			if test.expires != "" {
				query += "&X-Amz-Expires=" + test.expires
			}
			query += "&X-Amz-SignedHeaders=host&X-Amz-Signature=" + test.signature
			if test.token != "" {
				token := percentEncode(test.token)
				if test.slashesInTokenUnquoted {
					token = strings.ReplaceAll(token, "%2F", "/")
				}
				query += "&X-Amz-Security-Token=" + token
			}
			r := httptest.NewRequest("GET", "/mqtt?"+query, nil)
			r.Host = test.host
			now, err := time.Parse(signatureTime, test.date)
			if err != nil {
				t.Fatal(err)
			}
			lookup := func(id string) (issuedKey, bool) {
				return issuedKey{"a@example.com", test.secret, test.token, now.Add(time.Hour)}, id == test.key
			}
			signed, refused := parsePresigned(r)
			if refused != nil {
				t.Fatalf("not understood: %s", refused.message)
			}
			key, refused := signed.verify(test.region, lookup, now)
			switch {
			case test.accepted && refused != nil:
				t.Fatalf("refused: %s", refused.message)
			case test.accepted && key.account != "a@example.com":
				t.Fatalf("account %q", key.account)
			case !test.accepted && refused == nil:
				t.Fatal("accepted")
			case !test.accepted && (refused.status != 403 || !strings.HasPrefix(refused.message, "The request signature we calculated")):
				t.Fatalf("refused with %d %s", refused.status, refused.message)
			}
		})
	}
}

// The scope names the whole day of X-Amz-Date, also where the key was derived from
// less.
func TestSignatureScopeIsTheDay(t *testing.T) {
	now := time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)
	lookup := func(string) (issuedKey, bool) {
		return issuedKey{secretKey: "secret", expires: now.Add(time.Hour)}, true
	}
	for day, accepted := range map[string]bool{"20260115": true, "2026": false, "": false, "20260114": false} {
		r := httptest.NewRequest("GET", "/mqtt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AK%2F"+day+
			"%2Fus-east-1%2Fiotdevicegateway%2Faws4_request&X-Amz-Date=20260115T120000Z&X-Amz-SignedHeaders=host&X-Amz-Signature=later", nil)
		signed, refused := parsePresigned(r)
		if refused != nil {
			t.Fatal(refused.message)
		}
		signed.signature = signed.sign("secret")
		if _, refused = signed.verify("us-east-1", lookup, now); (refused == nil) != accepted {
			t.Errorf("day %q: accepted is %t", day, refused == nil)
		}
	}
}

func TestCanonicalQueryIsSortedByName(t *testing.T) {
	got := canonicalQuery([][2]string{{"a-b", "2"}, {"a", "3"}, {"a", "1"}})
	if want := "a=1&a=3&a-b=2"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
