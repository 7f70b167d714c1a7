package simulator

import (
	"errors"
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/nwp500/nwp500/internal/memnet"
)

func TestRESTFail(t *testing.T) {
	c := newCloud(t, Config{})
	a := c.Accounts()[0]
	c.RESTFail("/user/sign-in", 503, 2)
	c.RESTFail("/user/sign-in", 429, 1)
	c.RESTFail("/user/sign-in", 200, 1)
	c.RESTFail("/device/list", 500, 1)
	for i, want := range []int{503, 503, 429, 200} {
		if r := c.signInAs(a); r.status != want || r.code != want {
			t.Errorf("call %d: %d %s, not %d", i, r.status, r.text, want)
		}
	}
	if n := c.Counters(); n.SignIns != 1 || n.Calls["POST /user/sign-in"] != 4 {
		t.Errorf("%+v", n)
	}
	c.RESTFail("/user/sign-in", 0, 1)
	func() {
		defer func() {
			if got, _ := recover().(error); !errors.Is(got, http.ErrAbortHandler) {
				t.Errorf("recovered %v", got)
			}
		}()
		c.signInAs(a)
		t.Error("answered")
	}()
}

func TestRESTHold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCloud(t, Config{})
		a := c.Accounts()[0]
		release := c.RESTHold("/user/sign-in", 2)
		answered := make(chan result, 3)
		for range 2 {
			go func() { answered <- c.signInAs(a) }()
		}
		time.Sleep(time.Hour)
		synctest.Wait()
		if len(answered) != 0 {
			t.Fatal("not held")
		}
		if r := c.signInAs(a); r.status != 200 {
			t.Errorf("the third: %d", r.status)
		}
		release()
		release()
		for range 2 {
			if r := <-answered; r.status != 200 {
				t.Errorf("released: %d %s", r.status, r.text)
			}
		}
		c.RESTHold("/user/sign-in", 5)
		go func() {
			defer func() { recover(); close(answered) }() // the connection is cut
			c.signInAs(a)
		}()
		synctest.Wait()
		c.Close()
		if _, more := <-answered; more {
			t.Error("answered after Close")
		}
	})
}

// A held call ends when its client gives up, though nobody has read its body yet.
func TestRESTHoldOfAClientThatGivesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cloud, err := New(Config{})
		if err != nil {
			t.Fatal(err)
		}
		defer cloud.Close()
		var under atomic.Int32
		network := memnet.New()
		listener, err := network.Listen("127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			under.Add(1)
			defer under.Add(-1)
			cloud.ServeHTTP(w, r)
		})}
		go func() { _ = server.Serve(listener) }()
		defer server.Close()
		cloud.RESTHold("/user/sign-in", 1)
		conn, err := network.Dial(t.Context(), "tcp", listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(conn, "POST %s/user/sign-in HTTP/1.1\r\nHost: cloud\r\nContent-Length: 2\r\n\r\n{}", restBase)
		synctest.Wait()
		if under.Load() != 1 {
			t.Fatal("not held")
		}
		conn.Close()
		time.Sleep(time.Minute)
		synctest.Wait()
		if under.Load() != 0 {
			t.Error("still held")
		}
	})
}
