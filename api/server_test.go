package api

import (
	"net/http"
	"testing"
	"testing/synctest"

	"github.com/nwp500/nwp500/internal/memnet"
)

// visit runs a test in a bubble, with a client of a server that answers so.
func visit(t *testing.T, answer http.HandlerFunc, test func(t *testing.T, client *Client, network *memnet.Network)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		network := memnet.New()
		listener, err := network.Listen("127.0.0.1:8500")
		if err != nil {
			t.Fatal(err)
		}
		server := &http.Server{Handler: answer}
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			_ = server.Serve(listener)
		}()
		transport := &http.Transport{DialContext: network.Dial}
		client := New("http://127.0.0.1:8500/", "a token of the test")
		client.HTTP = &http.Client{Transport: transport}
		defer func() {
			transport.CloseIdleConnections()
			_ = server.Close()
			<-ended
			synctest.Wait()
		}()
		test(t, client, network)
	})
}
