package simulator

import (
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"
)

// upgrade asks for a WebSocket with a plain HTTP client and returns the answer.
func (r *rig) upgrade(query string, header http.Header) answered {
	r.t.Helper()
	transport := &http.Transport{DialContext: r.server.Dial, DisableKeepAlives: true}
	defer transport.CloseIdleConnections()
	request, err := http.NewRequest(http.MethodGet, "http"+strings.TrimPrefix(r.server.MQTTEndpoint, "ws")+"/mqtt?"+query, nil)
	if err != nil {
		r.t.Fatal(err)
	}
	request.Header = header
	response, err := (&http.Client{Transport: transport}).Do(request)
	if err != nil {
		r.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	a := answered{status: response.StatusCode, header: response.Header}
	if a.status == http.StatusSwitchingProtocols { // what follows is no body
		return a
	}
	body, err := io.ReadAll(response.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	a.body = string(body)
	return a
}

// An answered request.
type answered struct {
	status int
	header http.Header
	body   string
}

func upgradeHeader() http.Header {
	return http.Header{
		"Connection": {"Upgrade"}, "Upgrade": {"websocket"}, "Sec-Websocket-Version": {"13"},
		"Sec-Websocket-Key": {"dGhlIHNhbXBsZSBub25jZQ=="}, "Sec-Websocket-Protocol": {"mqtt"},
	}
}

func (r *rig) host() string { return strings.TrimPrefix(r.server.MQTTEndpoint, "ws://") }

// The lengths are those of answers of AWS that were seen. Each of the texts is
// told apart by the client.
func TestRefusedSignatures(t *testing.T) {
	good := func(r *rig) string { return sign(r.t, r.host(), "AKA", time.Now()) }
	changed := func(old, new string) func(*rig) string {
		return func(r *rig) string { return strings.Replace(good(r), old, new, 1) }
	}
	const (
		mismatch = "The request signature we calculated does not match the signature you provided. Check your AWS " +
			"Secret Access Key and signing method. Consult the service documentation for details."
		badToken = "The security token included in the request is invalid."
	)
	for name, test := range map[string]struct {
		query   func(r *rig) string
		status  int
		message string
		length  int // 0: not seen
	}{
		"URL of six minutes ago": {
			func(r *rig) string { return sign(r.t, r.host(), "AKA", time.Now().Add(-6*time.Minute)) },
			403, "Signature expired: 19991231T235400Z is now earlier than 19991231T235500Z (20000101T000000Z - 5 min.)", 163,
		},
		"clock an hour ahead": {
			func(r *rig) string { return sign(r.t, r.host(), "AKA", time.Now().Add(time.Hour)) },
			403, "Signature not yet current: 20000101T010000Z is still later than 20000101T000500Z (20000101T000000Z + 5 min.)", 171,
		},
		"wrong signature": {
			changed("X-Amz-Signature=", "X-Amz-Signature=0"),
			403, mismatch, 241,
		},
		"another host": {
			func(r *rig) string { return sign(r.t, "example.com", "AKA", time.Now()) },
			403, mismatch, 241,
		},
		"host not signed": {
			changed("SignedHeaders=host", "SignedHeaders=date"),
			403, mismatch, 241,
		},
		"no query":   {func(*rig) string { return "" }, 403, "Missing Authentication Token", 91},
		"no token":   {func(r *rig) string { q, _, _ := strings.Cut(good(r), "&X-Amz-Security"); return q }, 403, badToken, 117},
		"old token":  {func(r *rig) string { return good(r) + "x" }, 403, badToken, 117},
		"unknown id": {func(r *rig) string { return sign(r.t, r.host(), "NOBODY", time.Now()) }, 403, badToken, 117},
		"expired": {
			func(r *rig) string {
				lookup := r.broker.lookup
				r.broker.lookup = func(id string) (issuedKey, bool) {
					key, ok := lookup(id)
					key.expires = time.Now()
					return key, ok
				}
				return good(r)
			}, 403, "The security token included in the request is expired", 116,
		},
		"wrong service": {changed("iotdevicegateway", "s3"), 403, "Credential should be scoped to correct service: 'iotdevicegateway'. ", 0},
		"wrong region":  {changed("us-east-1", "us-west-2"), 403, "Credential should be scoped to a valid region. ", 0},
		"PEM key as credential": {
			changed("AKA%2F", "MII%2FE%2Fv%2B%2F"),
			400, "Credential must have exactly 5 slash-delimited elements.", 0,
		},
		"other algorithm": {changed("HMAC-SHA256", "HMAC-MD5"), 400, "Unsupported AWS 'algorithm'.", 0},
		"bad date":        {changed("X-Amz-Date=2000", "X-Amz-Date=MM"), 400, "X-Amz-Date must be in ISO 8601 basic format.", 0},
		"bad encoding":    {func(r *rig) string { return good(r) + "&%zz" }, 400, "The query string is malformed.", 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, Broker{})
				got := r.upgrade(test.query(r), upgradeHeader())
				if got.status != test.status {
					t.Errorf("status %d, want %d", got.status, test.status)
				}
				var decoded struct{ Message, TraceID string }
				if err := json.Unmarshal([]byte(got.body), &decoded); err != nil {
					t.Fatalf("%v in %s", err, got.body)
				}
				if decoded.Message != test.message {
					t.Errorf("message %q, want %q", decoded.Message, test.message)
				}
				if length := got.header.Get("Content-Length"); test.length != 0 && length != strconv.Itoa(test.length) || length != strconv.Itoa(len(got.body)) {
					t.Errorf("length %s, want %d", length, test.length)
				}
				wantType := "ForbiddenException:"
				if test.status == http.StatusBadRequest {
					wantType = "InvalidRequestException:"
				}
				for header, want := range map[string]string{
					"X-Amzn-Errortype": wantType, "X-Amzn-Requestid": decoded.TraceID, "Content-Type": "application/json",
					"Access-Control-Allow-Origin": "*", "Date": "Sat, 01 Jan 2000 00:00:00 GMT", // the bubble's clock
				} {
					if got := got.header.Get(header); got != want {
						t.Errorf("%s: %q, want %q", header, got, want)
					}
				}
				if got := r.broker.tally.counters().Dials; got != 1 {
					t.Errorf("%d dials counted", got)
				}
			})
		})
	}
}

// A signature is good for five minutes either way, whatever X-Amz-Expires says.
func TestSignatureAge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, Broker{})
		for offset, want := range map[time.Duration]int{
			-5 * time.Minute: 101, -301 * time.Second: 403, 5 * time.Minute: 101, 301 * time.Second: 403,
		} {
			got := r.upgrade(sign(t, r.host(), "AKA", time.Now().Add(offset)), upgradeHeader())
			if got.status != want {
				t.Errorf("%s: status %d, want %d", offset, got.status, want)
			}
		}
	})
}

// AWS keeps a connection when its credentials expire, and refuses the next one.
func TestExpiryKeepsTheConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, Broker{})
		expires := time.Now().Add(time.Hour)
		r.broker.lookup = func(string) (issuedKey, bool) { return issuedKey{"AKA", testSecret, testToken, expires}, true }
		c := r.connect("c")
		for range 10 {
			time.Sleep(20 * time.Minute)
			c.ping()
		}
		if got := r.upgrade(sign(t, r.host(), "AKA", time.Now()), upgradeHeader()); got.status != 403 || !strings.Contains(got.body, "is expired") {
			t.Errorf("%d %s", got.status, got.body)
		}
		c.publish("x", "still here")
	})
}

func TestUpgradeHeaders(t *testing.T) {
	for name, test := range map[string]struct {
		change  func(http.Header)
		profile Broker
		status  int
		answers string // subprotocol
	}{
		"good":               {func(http.Header) {}, Broker{}, 101, "mqtt"},
		"old name":           {func(h http.Header) { h.Set("Sec-Websocket-Protocol", "mqttv3.1") }, Broker{}, 101, "mqttv3.1"},
		"one of two":         {func(h http.Header) { h.Set("Sec-Websocket-Protocol", "chat, mqtt") }, Broker{}, 101, "mqtt"},
		"no subprotocol":     {func(h http.Header) { h.Del("Sec-Websocket-Protocol") }, Broker{}, 400, ""},
		"wrong subprotocol":  {func(h http.Header) { h.Set("Sec-Websocket-Protocol", "chat") }, Broker{}, 400, ""},
		"other status":       {func(h http.Header) { h.Del("Sec-Websocket-Protocol") }, Broker{WrongSubprotocol: 426}, 426, ""},
		"taken all the same": {func(h http.Header) { h.Set("Sec-Websocket-Protocol", "chat") }, Broker{WrongSubprotocol: 101}, 101, ""},
		"no upgrade":         {func(h http.Header) { h.Del("Upgrade") }, Broker{}, 426, ""},
		"no connection":      {func(h http.Header) { h.Del("Connection") }, Broker{}, 426, ""},
		"no key":             {func(h http.Header) { h.Del("Sec-Websocket-Key") }, Broker{}, 400, ""},
		"another origin":     {func(h http.Header) { h.Set("Origin", "https://example.com") }, Broker{}, 101, "mqtt"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, test.profile)
				header := upgradeHeader()
				test.change(header)
				got := r.upgrade(sign(t, r.host(), "AKA", time.Now()), header)
				if got.status != test.status || got.header.Get("Sec-Websocket-Protocol") != test.answers {
					t.Errorf("%d %v %s", got.status, got.header, got.body)
				}
				if got.header.Get("Sec-Websocket-Extensions") != "" {
					t.Error("an extension")
				}
			})
		})
	}
}

func TestUpgradeAfterClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, Broker{})
		r.broker.close()
		w := httptest.NewRecorder()
		r.broker.ServeHTTP(w, httptest.NewRequest("GET", "/mqtt", nil))
		if w.Code != http.StatusServiceUnavailable {
			t.Errorf("status %d", w.Code)
		}
	})
}

func TestFaultyUpgrades(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, Broker{})
		upgrade := func() answered {
			return r.upgrade(sign(t, r.host(), "AKA", time.Now()), upgradeHeader())
		}
		f := r.broker.faults.inject(Fault{Step: StepUpgrade, Action: Refuse, Status: 429, Message: "Rate exceeded", RetryAfter: time.Minute, Times: 2})
		for range 2 {
			if got := upgrade(); got.status != 429 || got.header.Get("Retry-After") != "60" || !strings.Contains(got.body, "Rate exceeded") {
				t.Errorf("%d %v %s", got.status, got.header, got.body)
			}
		}
		if got := upgrade(); got.status != 101 || f.Fired() != 2 {
			t.Errorf("status %d after %d faults", got.status, f.Fired())
		}
		f = r.broker.faults.inject(Fault{Step: StepUpgrade, Action: Refuse})
		if got := upgrade(); got.status != 403 || got.header.Get("X-Amzn-Errortype") != "ForbiddenException:" {
			t.Errorf("%d %v", got.status, got.header)
		}
		f.Heal()
		f.Heal()
		start := time.Now()
		r.broker.faults.inject(Fault{Step: StepUpgrade, Delay: time.Minute, Times: 1})
		if got := upgrade(); got.status != 101 || time.Since(start) != time.Minute {
			t.Errorf("status %d after %s", got.status, time.Since(start))
		}
		dialer := websocket.Dialer{
			Subprotocols: subprotocols, HandshakeTimeout: 20 * time.Second,
			NetDial: func(n, a string) (net.Conn, error) { return r.server.Dial(t.Context(), n, a) },
		}
		for _, action := range []Action{Cut, Lose} {
			start := time.Now()
			r.broker.faults.inject(Fault{Step: StepUpgrade, Action: action, Times: 1})
			ws, response, err := dialer.Dial(r.server.MQTTEndpoint+"/mqtt?"+sign(t, r.host(), "AKA", time.Now()), nil)
			if err == nil {
				_ = ws.Close()
				_ = response.Body.Close()
			}
			if took := time.Since(start); err == nil || (took == 20*time.Second) != (action == Lose) {
				t.Errorf("action %d: %v after %s", action, err, took)
			}
		}
	})
}
