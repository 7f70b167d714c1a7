package cli

import (
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strconv"

	"github.com/rogpeppe/go-internal/testscript"
)

func scriptPage(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: page STATUS PATH REGEXP, after environment")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	address, err := url.Parse(ts.Getenv("NWP500_REST_URL"))
	ts.Check(err)
	address.Path = args[1]
	client := &http.Client{Timeout: scriptPatience}
	response, err := client.Get(address.String())
	ts.Check(err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	ts.Check(err)
	if response.StatusCode != want || !regexp.MustCompile(args[2]).Match(text) {
		ts.Fatalf("%s is answered with %d: %s", args[1], response.StatusCode, text)
	}
}
