package simulator

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/gorilla/websocket"
)

// Answers to a request for a WebSocket that AWS would not give, for Fault.Answer.

// answerSubprotocol upgrades and agrees on a subprotocol, or on none.
func answerSubprotocol(name string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		header := http.Header{}
		if name != "" {
			header.Set("Sec-Websocket-Protocol", name)
		}
		upgrader := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
		ws, err := upgrader.Upgrade(w, r, header)
		if err != nil {
			return // the client has got an answer
		}
		defer context.AfterFunc(r.Context(), func() { _ = ws.Close() })()
		deafen(ws.NetConn())
	}
}

// answerWrongAccept upgrades, and says so as if another client had asked.
func answerWrongAccept(w http.ResponseWriter, r *http.Request) {
	answerRaw(w, r, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"+
		"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n", "")
}

// answerEndlessHeader goes on with its header for as long as the client listens.
func answerEndlessHeader(w http.ResponseWriter, r *http.Request) {
	answerRaw(w, r, "HTTP/1.1 403 Forbidden\r\n", "X-Filler: "+strings.Repeat("x", 100)+"\r\n")
}

// answerRaw sends text, and more again and again unless that is empty, until the client or
// the server ends it.
func answerRaw(w http.ResponseWriter, r *http.Request, text, more string) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	ctx, cancel := context.WithCancel(r.Context())
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	defer cancel()
	_, err = io.WriteString(conn, text)
	for more != "" && err == nil && pace(ctx) {
		_, err = io.WriteString(conn, more)
	}
	if more == "" {
		deafen(conn)
	}
}

// pace waits for a moment and tells whether the client is still there.
func pace(ctx context.Context) bool {
	timer := time.NewTimer(100 * time.Millisecond)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// answerWithoutEnd refuses, and goes on with the body for as long as the client listens.
func answerWithoutEnd(w http.ResponseWriter, r *http.Request) {
	w.WriteHeader(http.StatusForbidden)
	to := http.NewResponseController(w)
	for pace(r.Context()) {
		_, err := io.WriteString(w, ".")
		if err != nil || to.Flush() != nil {
			return
		}
	}
}

// answerHuge refuses with a body that nobody can want.
func answerHuge(w http.ResponseWriter, _ *http.Request) {
	w.WriteHeader(http.StatusForbidden)
	filler := make([]byte, 1<<20)
	for range 64 {
		if _, err := w.Write(filler); err != nil {
			return
		}
	}
}

// answerPage is what a hotel says.
func answerPage(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html")
	fmt.Fprint(w, "<html><body>Please accept our terms.</body></html>")
}

// answerElsewhere sends the client to another path of this server, query and all.
func answerElsewhere(w http.ResponseWriter, r *http.Request) {
	http.Redirect(w, r, "/portal?"+r.URL.RawQuery, http.StatusFound)
}
