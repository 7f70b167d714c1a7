package simulator

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gorilla/websocket"
)

// A refusal is an answer of the endpoint other than 101.
type refusal struct {
	status    int
	errorType string // x-amzn-ErrorType
	message   string
}

// Every failure of authentication is a 403 of one type; only the message tells
// them apart.
func refuseForbidden(message string) *refusal {
	return &refusal{http.StatusForbidden, "ForbiddenException:", message} // the colon is real
}

func refuseMissingToken() *refusal { return refuseForbidden("Missing Authentication Token") }

func refuseMalformed(message string) *refusal {
	return &refusal{http.StatusBadRequest, "InvalidRequestException:", message}
}

// write answers as AWS does, header names in its spelling.
func (f *refusal) write(w http.ResponseWriter) {
	id := requestID()
	body, err := json.Marshal(struct {
		Message string `json:"message"`
		TraceID string `json:"traceId"`
	}{f.message, id})
	if err != nil { // two strings
		panic(err)
	}
	h := w.Header()
	h["x-amzn-RequestId"] = []string{id}
	h["x-amzn-ErrorType"] = []string{f.errorType}
	h["access-control-allow-origin"] = []string{"*"}
	h["access-control-expose-headers"] = []string{"x-amzn-ErrorMessage", "x-amzn-RequestId", "x-amzn-ErrorType", "Date"}
	h.Set("Content-Type", "application/json")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(f.status)
	_, _ = w.Write(body) // a client that has gone needs no answer
}

// requestID returns a random UUID.
func requestID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	s := hex.EncodeToString(b[:])
	return strings.Join([]string{s[:8], s[8:12], s[12:16], s[16:20], s[20:]}, "-")
}

// subprotocols are those of MQTT over WebSocket that AWS is known to take.
var subprotocols = []string{"mqtt", "mqttv3.1"}

// ServeHTTP answers a request for an MQTT connection and, when it takes it,
// serves the connection until it ends.
func (b *broker) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !b.begin() {
		http.Error(w, "the simulator is closed", http.StatusServiceUnavailable)
		return
	}
	defer b.running.Done()
	b.tally.add(func(c *MQTTCounters) { c.Dials++ })
	fault, ok := b.faults.at(meeting{step: StepUpgrade})
	if ok && b.faultyUpgrade(w, r, fault) {
		return
	}
	now := time.Now().Add(fault.Skew)
	if fault.Skew != 0 {
		w.Header().Set("Date", now.UTC().Format(http.TimeFormat))
	}
	signed, refused := parsePresigned(r)
	var key issuedKey
	if refused == nil {
		key, refused = signed.verify(b.profile.Region, func(id string) (issuedKey, bool) {
			key, ok := b.lookup(id)
			key.expires = key.expires.Add(fault.Skew) // the cloud gave the keys by that clock, too
			return key, ok
		}, now)
	}
	if refused != nil {
		b.judge(refused, fault)
		b.logger.Debug("mqtt connection refused", "status", refused.status, "message", refused.message)
		refused.write(w)
		return
	}
	if !websocket.IsWebSocketUpgrade(r) {
		w.Header().Set("Upgrade", "websocket")
		http.Error(w, http.StatusText(http.StatusUpgradeRequired), http.StatusUpgradeRequired)
		return
	}
	offered := websocket.Subprotocols(r)
	known := slices.ContainsFunc(subprotocols, func(p string) bool { return slices.Contains(offered, p) })
	if !known && b.profile.WrongSubprotocol != http.StatusSwitchingProtocols {
		http.Error(w, http.StatusText(b.profile.WrongSubprotocol), b.profile.WrongSubprotocol)
		return
	}
	ws, err := b.upgrader.Upgrade(w, r, http.Header{"Content-Length": {"0"}})
	if err != nil {
		b.logger.Debug("mqtt connection refused", "error", err)
		return
	}
	b.serve(r.Context(), ws, key.account)
}

// judge counts a refused request that no client should have made. That its keys
// have run out a client cannot always know, nor that its clock is wrong.
func (b *broker) judge(r *refusal, f Fault) {
	switch {
	case f.Skew != 0, strings.HasPrefix(r.message, "The security token"):
	case strings.HasPrefix(r.message, "Signature expired"):
		b.offended("", OffenceOldSignature)
	default:
		b.offended("", OffenceSignature)
	}
}

// faultyUpgrade does what the fault asks for and tells whether that was the
// answer.
func (b *broker) faultyUpgrade(w http.ResponseWriter, r *http.Request, f Fault) bool {
	if !b.pause(r.Context(), f.Delay) {
		panic(http.ErrAbortHandler) // the client or the simulator has gone
	}
	switch f.Action {
	case Refuse:
		if f.Answer != nil {
			ctx, cancel := context.WithCancel(r.Context())
			defer cancel()
			b.running.Go(func() {
				select {
				case <-b.closing:
					cancel()
				case <-ctx.Done():
				}
			})
			f.Answer(w, r.WithContext(ctx))
			return true
		}
		if f.RetryAfter > 0 {
			w.Header().Set("Retry-After", strconv.Itoa(int(f.RetryAfter.Seconds())))
		}
		errorType := "ForbiddenException:"
		switch {
		case f.Status == http.StatusTooManyRequests:
			errorType = "ThrottlingException:"
		case f.Status >= http.StatusInternalServerError:
			errorType = "ServiceUnavailableException:"
		case f.Status != http.StatusForbidden:
			errorType = "InvalidRequestException:"
		}
		(&refusal{f.Status, errorType, f.Message}).write(w)
	case Cut:
		if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
			_ = conn.Close() // nobody is there to tell
		}
	case Lose, BlackHole: // never answered
		select {
		case <-r.Context().Done():
		case <-b.closing:
		}
		panic(http.ErrAbortHandler)
	default:
		return false
	}
	return true
}
