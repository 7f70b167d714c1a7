package simulator

import (
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"
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
