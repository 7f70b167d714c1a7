package nwp500

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"
)

// What the account of the fuzz targets holds, by the words that stand for it in their inputs: an answer may hold what
// was sent to the cloud.
var told = map[string]string{
	"{email}": "owner.of.it@home.example", "{password}": "correcthorsebattery", "{access}": "ACCESS1token2ACCESS", "{refresh}": "REFRESH1token2REFRESH",
	"{push}": "PUSH1token2PUSH", "{mac}": "0a0b0c0d0e0f", "{serial}": "00000000BT00000000",
}

// retell puts what is told in the place of the words.
func retell(input []byte) []byte {
	for word, text := range told {
		input = bytes.ReplaceAll(input, []byte(word), []byte(text))
	}
	return input
}

// fuzzedClient is a client that is signed in, and what it logs.
func fuzzedClient(config Config) (*Client, *bytes.Buffer) {
	var log bytes.Buffer
	config.Email, config.Password = told["{email}"], NewSecret(told["{password}"])
	config.Logger = slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	c := New(config)
	c.account.loaded = true
	c.account.tokens = &Tokens{
		Email: NewSecret(told["{email}"]), Access: NewSecret(told["{access}"]), Refresh: NewSecret(told["{refresh}"]),
		AccessExpires: time.Now().Add(time.Hour),
	}
	return c, &log
}

// calls are all calls of the REST interface. What they return prints as JSON.
var calls = []func(context.Context, *Client) (any, error){
	func(ctx context.Context, c *Client) (any, error) {
		return nil, c.SignIn(ctx, told["{email}"], told["{password}"])
	},
	func(ctx context.Context, c *Client) (any, error) {
		c.account.tokens.AccessExpires = time.Time{}
		return c.access(ctx, Secret{})
	},
	func(ctx context.Context, c *Client) (any, error) { return c.Devices(ctx) },
	func(ctx context.Context, c *Client) (any, error) { return c.DeviceInfo(ctx, fuzzedDevice()) },
	func(ctx context.Context, c *Client) (any, error) { return c.Firmware(ctx, fuzzedDevice()) },
	func(ctx context.Context, c *Client) (any, error) {
		tou, err := c.TOU(ctx, fuzzedDevice(), NewSecret(told["{serial}"]))
		if err != nil {
			return nil, err
		}
		return json.RawMessage(tou.AppendJSON(nil, Auto)), nil
	},
	func(ctx context.Context, c *Client) (any, error) {
		return c.ConvertTOU(ctx, []json.RawMessage{json.RawMessage(`{}`)})
	},
	func(ctx context.Context, c *Client) (any, error) {
		return c.UpdateTOU(ctx, fuzzedDevice(), TOUUpdate{
			Plan: TOUPlan{Name: "Tariff", ZIP: "12345", Periods: []TOUPeriod{{Months: AllMonths, Days: EveryDay, EndHour: 23, EndMinute: 59}}}, Source: json.RawMessage(`{}`),
		})
	},
	func(ctx context.Context, c *Client) (any, error) {
		return nil, c.UpdatePushToken(ctx, PushToken{Token: NewSecret(told["{push}"])})
	},
}

func fuzzedDevice() Device {
	return Device{MAC: NewMAC(told["{mac}"]), AdditionalValue: "5322", Type: 52}
}

// checkCall makes a call and holds what must hold of each: a value that prints, or an error, and nothing that was told in the
// error or in the log.
func checkCall(t *testing.T, c *Client, log *bytes.Buffer, which byte) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	value, err := calls[int(which)%len(calls)](ctx, c)
	if ctx.Err() != nil {
		t.Fatalf("the call did not end: %v", err)
	}
	if closed := c.Close(); closed != nil {
		t.Error(closed)
	}
	var printed string
	if err == nil {
		encoded, wrong := json.Marshal(value)
		if wrong != nil || !json.Valid(encoded) {
			t.Errorf("a %T that cannot be printed: %v", value, wrong)
		}
	} else {
		printed = fmt.Sprintf("%v %+v %#v", err, err, err)
		if len(err.Error()) > 1000 || strings.ContainsFunc(err.Error(), func(r rune) bool { return !unicode.IsPrint(r) }) {
			t.Errorf("an error that nobody can read: %.300q", err.Error())
		}
	}
	for word, text := range told {
		if shown := strings.ToLower(printed + log.String()); strings.Contains(shown, strings.ToLower(text)) {
			t.Errorf("%s shows in %s", word, shown)
		}
	}
}

// answering answers every request the same.
type answering struct {
	status int
	body   []byte
}

func (a answering) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			return nil, err
		}
		_ = r.Body.Close()
	}
	return &http.Response{StatusCode: a.status, Body: io.NopCloser(bytes.NewReader(a.body)), Header: http.Header{}, Request: r}, nil
}

// Whatever the cloud answers is a value or an error, and neither the error nor the log says what was sent to it.
func FuzzRESTAnswer(f *testing.F) {
	const device = `{"deviceInfo":{"homeSeq":1,"macAddress":"{mac}","additionalValue":"5322","deviceType":52,"deviceName":"NWP500","connected":2,"new":[1]},` +
		`"location":{"state":"CA","city":"C","address":"A","latitude":38.5,"longitude":-121},"error":{"errorCode":1001,"errorOccuredTime":"2026-01-02T03:04:05"},` +
		`"descaling":{"descalingStartTime":null},"installer":{"installerId":"I"},"alarmInfo":{"isEtcAlarm":1,"isErrorAlarm":"2"}}`
	const tariff = `{"name":"T","utility":"U","zipCode":12345,"controllerId":"{serial}","manufactureId":"M","schedule":[{"season":4095,"interval":[` +
		`{"week":124,"startHour":0,"startMinute":0,"endHour":23,"endMinute":59,"priceMin":1,"priceMax":2,"decimalPoint":5}]},7]}`
	for call, answer := range []string{
		`{"userInfo":{"userSeq":17},"token":{"idToken":"i","accessToken":"a","refreshToken":"r","accessKeyId":"k","secretKey":"s","sessionToken":"t","authenticationExpiresIn":3600,"authorizationExpiresIn":"-9223372036854775808"}}`,
		`{"accessToken":"a","refreshToken":"r","authenticationExpiresIn":1e400}`,
		`[` + device + `,{},7]`,
		device,
		`{"firmwares":[{"macAddress":"{mac}","curSwCode":1,"curVersion":2,"downloadedVersion":null,"deviceGroup":"g"},{}]}`,
		`{"registerPath":"wifi","sourceType":"openei","touInfo":` + tariff + `}`,
		`{"touInfo":[` + tariff + `]}`,
		`{"touInfo":` + tariff + `,"new":1}`,
		`null`,
	} {
		f.Add(byte(call), 200, []byte(`{"code":200,"msg":"SUCCESS","data":`+answer+`}`))
		f.Add(byte(call), 200, []byte(`{"code":200,"data":[`+strings.Repeat(`{"deviceInfo":{"macAddress":1}},`, 20)+`1]}`))
		for _, word := range []string{"{email}", "{password}", "{access}", "{refresh}", "{push}", "{mac}", "{serial}"} {
			f.Add(byte(call), 400, []byte(`{"code":400,"msg":"no such thing: `+word+`"}`))
		}
	}
	for _, status := range []int{101, 204, 301, 401, 403, 429, 500, 999, -1, 0} {
		f.Add(byte(2), status, []byte(`{"code":"200","msg":"a\u0000b\nc","data":{}}`))
	}
	for _, body := range []string{
		"", "<html>sign in as {email}</html>", "{", "[]", `{"code":200,"code":500}`, "\xff", `{"msg":"` + strings.Repeat("x", 300) + `"}`,
		`{"msg":"` + strings.Repeat("\\u001b", 30) + `"}`, strings.Repeat("[", 200), `{"code":200,"msg":7,"data":"\ud800"}`,
		`{"msg":"INVALID_USER_PASSWORD {password}"}`, `{"code":-1e99,"msg":"\u2028\u0085\u009b31m"}`,
	} {
		f.Add(byte(0), 200, []byte(body))
	}
	f.Fuzz(func(t *testing.T, call byte, status int, body []byte) {
		c, log := fuzzedClient(Config{})
		c.http.Transport = answering{status, retell(body)}
		checkCall(t, c, log, call)
	})
}

// Whatever stands in the place of the cloud, and be it no HTTP at all, or our own request sent back.
func FuzzHTTPAnswer(f *testing.F) {
	for _, seed := range []string{
		"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", "HTTP/1.1 200 OK\r\n\r\n{\"code\":200,\"data\":[]}", "{echo}", "HTTP/1.1 {echo}", "HTTP/1.1 {access}\r\n\r\n",
		"HTTP/1.1 200 OK\r\n{echo}\r\n\r\n", "HTTP/1.1 200 OK\r\n {access}\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: {email}\r\n\r\n", "HTTP/1.1 302 Found\r\nLocation: http://{email}:%zz/\r\n\r\n",
		"HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{access}\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n",
		"HTTP/1.1 200 OK\r\nContent-Length: {access}\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n{}", "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n{echo}",
		"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 204 No\r\n\r\n", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: {email}\r\nConnection: upgrade\r\n\r\n", "HTTP/9.9 200 {email}\r\n\r\n", "SSH-2.0-OpenSSH_9\r\n",
		"HTTP/1.1 401 No\r\nConnection: close\r\n\r\n{\"msg\":\"{access}\"}", "HTTP/1.1 200 OK\r\nSet-Cookie: a={access}\r\n{email}: {email}\r\n\r\n", "\x15\x03\x01\x00\x02\x02\x28", "",
	} {
		f.Add(byte(2), []byte(seed))
		f.Add(byte(0), []byte(seed))
	}
	f.Fuzz(func(t *testing.T, call byte, answer []byte) {
		c, log := fuzzedClient(Config{RESTURL: "http://127.0.0.1/api", Dial: answeringOnce(t, answer)})
		checkCall(t, c, log, call)
	})
}

// answeringOnce returns a Dial that leads to something that answers one request with anything.
func answeringOnce(t *testing.T, answer []byte) func(context.Context, string, string) (net.Conn, error) {
	var answering sync.WaitGroup
	t.Cleanup(answering.Wait)
	return func(context.Context, string, string) (net.Conn, error) {
		client, server := net.Pipe()
		answering.Go(func() { answerOnce(server, answer) })
		return client, nil
	}
}

// answerOnce answers a request with anything, in which {echo} is the request, and hangs up.
func answerOnce(conn net.Conn, answer []byte) {
	defer conn.Close()
	var echo bytes.Buffer
	request, err := http.ReadRequest(bufio.NewReader(io.TeeReader(conn, &echo)))
	if err != nil {
		return
	}
	if _, err := io.Copy(io.Discard, request.Body); err != nil {
		return
	}
	_, _ = conn.Write(bytes.ReplaceAll(retell(answer), []byte("{echo}"), echo.Bytes())) // the client may have heard enough
}
