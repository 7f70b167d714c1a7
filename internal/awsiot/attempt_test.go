package awsiot

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/time/rate"

	"github.com/nwp500/nwp500/internal/mqtt"
)

const mismatch = "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method." +
	"\n\nThe Canonical String for this request should have been\n'GET\n/mqtt\nX-Amz-Algorithm=AWS4-HMAC-SHA256"

func TestDialSaysWhyItFails(t *testing.T) {
	for name, test := range map[string]struct {
		hooks hooks
		check func(error) bool
	}{
		"503": {
			hooks{upgrade: func(w http.ResponseWriter, _ *http.Request) bool {
				w.Header().Set("Retry-After", "7")
				http.Error(w, "maintenance", http.StatusServiceUnavailable)
				return true
			}},
			func(err error) bool {
				var e *HandshakeError
				return errors.As(err, &e) && e.Status == 503 && e.RetryAfter == 7*time.Second
			},
		},
		"signature": {
			hooks{upgrade: func(w http.ResponseWriter, _ *http.Request) bool { forbid(w, mismatch, time.Now()); return true }},
			func(err error) bool {
				var e *HandshakeError
				return errors.As(err, &e) && e.Status == 403 && e.Type == "ForbiddenException" &&
					strings.HasSuffix(e.Message, "signing method.") && strings.Contains(err.Error(), "signature")
			},
		},
		"not authorised": {
			hooks{connect: func(*session) int { return 5 }},
			func(err error) bool {
				var e *ConnackError
				return errors.As(err, &e) && e.Code == 5
			},
		},
		"no CONNACK": {
			hooks{connect: func(*session) int { return -2 }},
			func(err error) bool { return errors.Is(err, ErrNoAcknowledgement) },
		},
		"closed before CONNACK": {
			hooks{connect: func(*session) int { return -1 }},
			func(err error) bool { return errors.Is(err, errUnanswered) && errors.Is(err, ErrLost) },
		},
		"packet before CONNACK": {
			hooks{connect: func(s *session) int { s.deliver("a", "b", 0); return -2 }},
			func(err error) bool { return errors.Is(err, mqtt.ErrProtocol) },
		},
		"HTTP answer never comes": {
			hooks{upgrade: func(_ http.ResponseWriter, r *http.Request) bool { <-r.Context().Done(); return true }},
			func(err error) bool { return errors.Is(err, os.ErrDeadlineExceeded) },
		},
		"body never ends": {
			hooks{upgrade: func(w http.ResponseWriter, r *http.Request) bool {
				w.WriteHeader(http.StatusForbidden)
				_ = http.NewResponseController(w).Flush()
				<-r.Context().Done()
				return true
			}},
			func(err error) bool {
				var e *HandshakeError
				return errors.As(err, &e) && e.Status == 403
			},
		},
		"captive portal": {
			hooks{upgrade: func(w http.ResponseWriter, r *http.Request) bool {
				http.Redirect(w, r, "http://127.0.0.1/login?"+r.URL.RawQuery, http.StatusFound)
				return true
			}},
			func(err error) bool {
				var e *HandshakeError
				return errors.As(err, &e) && e.Status == 302
			},
		},
		"echo": {
			hooks{upgrade: func(w http.ResponseWriter, r *http.Request) bool {
				c, _, err := http.NewResponseController(w).Hijack()
				if err != nil {
					return false
				}
				fmt.Fprintf(c, "GET %s HTTP/1.1\r\n\r\n", r.URL)
				c.Close()
				return true
			}},
			func(err error) bool { return true },
		},
		"no subprotocol": {
			hooks{upgrade: func(w http.ResponseWriter, r *http.Request) bool {
				r.Header.Del("Sec-Websocket-Protocol")
				return false
			}},
			func(err error) bool { return strings.Contains(err.Error(), "subprotocol") },
		},
		"wrong accept key": {
			hooks{upgrade: func(w http.ResponseWriter, r *http.Request) bool {
				r.Header.Set("Sec-Websocket-Key", "AAAAAAAAAAAAAAAAAAAAAA==")
				return false
			}},
			func(err error) bool {
				var e *HandshakeError
				return errors.As(err, &e) && e.Status == 101
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBroker(t)
				b.script(test.hooks)
				start := time.Now()
				_, err := b.dial(t.Context())
				if err == nil || !test.check(err) {
					t.Errorf("got %v", err)
				}
				if err != nil && (strings.Contains(err.Error(), "X-Amz") || strings.Contains(err.Error(), "EXAMPLE")) {
					t.Errorf("the error quotes the signed URL: %v", err)
				}
				limit := dialTimeout
				if name == "body never ends" {
					limit = 2 * answerTimeout // once with the first credentials, once with others
				}
				if d := time.Since(start); d > limit {
					t.Errorf("took %v", d)
				}
			})
		})
	}
}

func TestDialFailsWithoutNetwork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBroker(t)
		b.network.Refuse(true)
		if _, err := b.dial(t.Context()); !errors.Is(err, syscall.ECONNREFUSED) {
			t.Errorf("refused: %v", err)
		}
		b.network.Refuse(false)
		b.network.BlackHole(3)
		start := time.Now()
		if _, err := b.dial(t.Context()); !errors.Is(err, os.ErrDeadlineExceeded) || time.Since(start) != dialTimeout {
			t.Errorf("black hole: %v after %v", err, time.Since(start))
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start = time.Now()
		if _, err := b.dial(ctx); !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != time.Second {
			t.Errorf("context: %v after %v", err, time.Since(start))
		}
		if _, err := b.dial(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("context over: %v", err)
		}
		b.network.BlackHole(0)
	})
}

func TestConfigIsChecked(t *testing.T) {
	good := Config{Endpoint: "example.com", ClientID: "c", Credentials: func(context.Context, bool) (Credentials, error) {
		return Credentials{}, nil
	}}
	for name, change := range map[string]func(*Config){
		"no endpoint":    func(c *Config) { c.Endpoint = "" },
		"bad endpoint":   func(c *Config) { c.Endpoint = "http://example.com" },
		"no client id":   func(c *Config) { c.ClientID = "" },
		"long client id": func(c *Config) { c.ClientID = strings.Repeat("c", 129) },
		"reserved id":    func(c *Config) { c.ClientID = "$c" },
		"no credentials": func(c *Config) { c.Credentials = nil },
	} {
		cfg := good
		change(&cfg)
		if _, err := Dial(t.Context(), cfg); err == nil || !strings.HasPrefix(err.Error(), "awsiot: ") {
			t.Errorf("%s: %v", name, err)
		}
	}
	for in, want := range map[time.Duration]time.Duration{
		0: time.Minute, time.Second: 30 * time.Second, time.Minute: time.Minute, time.Hour: 1200 * time.Second,
	} {
		cfg := good
		cfg.KeepAlive = in
		if got, _, err := cfg.normalised(); got.KeepAlive != want || got.Region != "us-east-1" || err != nil {
			t.Errorf("keep-alive %v becomes %v, %v", in, got.KeepAlive, err)
		}
	}
}

// TestEachDialIsSignedAfresh: each dial is signed afresh, with credentials of that moment.
func TestEachDialIsSignedAfresh(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBroker(t)
		var n atomic.Int32
		b.start(func(cfg *Config) {
			cfg.Credentials = func(context.Context, bool) (Credentials, error) {
				return Credentials{AccessKeyID: fmt.Sprint("key", n.Add(1)), SecretKey: "s", SessionToken: "t"}, nil
			}
		})
		for range 4 {
			time.Sleep(5 * time.Hour)
			b.drop()
		}
		time.Sleep(time.Minute)
		for i, dial := range b.dials() {
			want := fmt.Sprintf("key%d/%s/us-east-1/iotdevicegateway/aws4_request", i+1, dial.at.UTC().Format("20060102"))
			if got := dial.query.Get("X-Amz-Credential"); got != want {
				t.Errorf("dial %d by %q, want %q", i, got, want)
			}
			if got := at(t, dial.query.Get("X-Amz-Date")); dial.at.Sub(got) >= time.Second {
				t.Errorf("dial %d signed at %v, sent at %v", i, got, dial.at)
			}
		}
	})
}

// TestWrongClockIsMadeUpFor: the broker's clock is right, ours may be wrong.
func TestWrongClockIsMadeUpFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBroker(t)
		var ahead atomic.Int64 // of the broker
		b.script(hooks{upgrade: func(w http.ResponseWriter, r *http.Request) bool {
			now := time.Now().Add(time.Duration(ahead.Load()))
			signed, _ := time.Parse("20060102T150405Z", r.URL.Query().Get("X-Amz-Date"))
			switch age := now.Sub(signed); {
			case age > 5*time.Minute:
				forbid(w, "Signature expired: 20190220T023319Z is now earlier than 20190220T022819Z (20190220T023319Z - 5 min.)", now)
			case age < -5*time.Minute:
				forbid(w, "Signature not yet current: 20190220T023319Z is still later than 20190220T022819Z (20190220T023319Z + 5 min.)", now)
			default:
				return false
			}
			return true
		}})
		ahead.Store(int64(10 * time.Minute))
		c := b.start()
		reconnect := func(dials int) {
			t.Helper()
			before := len(b.dials())
			time.Sleep(time.Hour)
			b.drop()
			time.Sleep(firstDelayMax)
			if got := len(b.dials()) - before; got != dials {
				t.Errorf("%d dials, want %d", got, dials)
			}
		}
		reconnect(1) // the offset is kept
		ahead.Store(int64(-time.Hour))
		reconnect(2)
		ahead.Store(0) // the clock has been set right
		reconnect(2)
		reconnect(1)
		if got := c.Stats().ClockOffset; got != 0 {
			t.Errorf("offset %v", got)
		}
		for _, refused := range c.fetches() {
			if refused {
				t.Error("the credentials were blamed")
			}
		}
	})
}

// TestClockIsNotBlamedWhenItAgrees: a refusal that speaks of the clock while the clocks agree is no reason to dial at once.
func TestClockIsNotBlamedWhenItAgrees(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBroker(t)
		b.script(hooks{upgrade: func(w http.ResponseWriter, _ *http.Request) bool {
			forbid(w, "Signature expired: whatever", time.Now().Add(20*time.Second))
			return true
		}})
		if _, err := b.dial(t.Context()); err == nil {
			t.Error("no error")
		}
		if got := len(b.dials()); got != 2 { // the second with new credentials
			t.Errorf("%d dials", got)
		}

		// Nor is one whose clock never agrees.
		var answers atomic.Int64
		b.script(hooks{upgrade: func(w http.ResponseWriter, _ *http.Request) bool {
			forbid(w, "Signature expired: whatever", time.Now().Add(time.Duration(answers.Add(1))*time.Hour))
			return answers.Load() < 100
		}})
		if _, err := b.dial(t.Context()); err == nil {
			t.Error("no error")
		}
		if got := answers.Load(); got != 3 { // the second with another clock, the third with new credentials
			t.Errorf("%d dials", got)
		}
	})
}

func TestLinksShareALimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBroker(t)
		limiter := rate.NewLimiter(5, 1)
		dials := make(chan time.Time, 100)
		start := time.Now()
		for i := range 20 {
			go func() {
				_, _ = b.dial(t.Context(), func(cfg *Config) {
					cfg.ClientID = fmt.Sprint(i)
					cfg.Limiter = limiter
					cfg.Dial = func(context.Context, string, string) (net.Conn, error) {
						dials <- time.Now()
						return nil, syscall.EHOSTUNREACH
					}
				})
			}()
		}
		time.Sleep(time.Minute)
		for i := range 20 {
			if got, want := (<-dials).Sub(start).Round(time.Millisecond), time.Duration(i)*200*time.Millisecond; got != want {
				t.Errorf("dial %d after %v, want %v", i, got, want)
			}
		}
	})
}
