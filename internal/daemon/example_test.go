package daemon

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/nwp500/nwp500"
)

// commentedOut is a key of the example that is commented out; prose has a space after the #.
var commentedOut = regexp.MustCompile(`(?m)^( *)#(\S)`)

func TestExampleIsTheDefault(t *testing.T) {
	got, err := Read(write(t, "c.yaml", Example), nil)
	if err != nil {
		t.Fatal(err)
	}
	want := Default()
	want.FreshFor = 15 * time.Minute
	if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b nwp500.Secret) bool { return a == b })); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestExampleWithoutTheCommentsIsUnderstood(t *testing.T) {
	dir := t.TempDir()
	text := strings.ReplaceAll(commentedOut.ReplaceAllString(Example, "$1$2"), "/etc/nwp500", filepath.ToSlash(dir))
	for name, content := range map[string]string{
		"password": "p", "broker-password": "p", "cloud-ca.pem": certificate(t), "broker-ca.pem": certificate(t), "c.yaml": text,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, err := Read(filepath.Join(dir, "c.yaml"), nil)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	// What it says of defaults is so.
	want := Default()
	if got.Listen != want.Listen || got.PollEvery != want.PollEvery || got.FreshFor != 15*time.Minute || got.Log != want.Log || got.Metrics != want.Metrics ||
		got.HomeAssistant.Prefix != want.HomeAssistant.Prefix || got.HomeAssistant.Base != want.HomeAssistant.Base || got.History.Keep != want.History.Keep {
		t.Errorf("the example says other defaults than Default: %+v", got)
	}
	if got.Accounts[0].RESTURL != nwp500.DefaultRESTURL || got.Accounts[0].MQTTEndpoint != nwp500.DefaultMQTTEndpoint {
		t.Error("the example says other addresses than nwp500")
	}
}

func TestExampleHasEveryKey(t *testing.T) {
	var all []string
	for _, k := range configKeys() {
		all = append(all, k.Path)
	}
	for _, k := range accountKeys() {
		all = append(all, k.Path)
	}
	for _, k := range heaterKeys() {
		all = append(all, k.Path)
	}
	for _, path := range all {
		name := path[strings.LastIndex(path, ".")+1:]
		if !regexp.MustCompile(`(?m)[-# ]` + name + `:`).MatchString(Example) {
			t.Errorf("the example has no %s", path)
		}
	}
}
