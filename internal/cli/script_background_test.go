package cli

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// background is a program that a script has started and not yet ended.
type background struct {
	command *exec.Cmd
	lines   *bufio.Reader // of its standard output
	stdout  io.Closer
	stderr  bytes.Buffer
}

func scriptStart(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 || fixtureOf(ts).background != nil {
		ts.Fatalf("usage: start nwp500 ARG…, one at a time")
	}
	path, err := exec.LookPath(args[0])
	ts.Check(err)
	b := &background{command: exec.Command(path, args[1:]...)}
	b.command.Dir = ts.MkAbs(".")
	for _, name := range []string{
		"PATH", "HOME", "TMPDIR", "GORACE", "NWP500_STATE_DIR", "NWP500_KEYRING",
		"NWP500_REST_URL", "NWP500_MQTT_ENDPOINT", "NWP500_CA", "NAVIEN_EMAIL", "NAVIEN_PASSWORD",
	} {
		b.command.Env = append(b.command.Env, name+"="+ts.Getenv(name))
	}
	b.command.Stderr = &b.stderr
	stdout, err := b.command.StdoutPipe()
	ts.Check(err)
	b.stdout, b.lines = stdout, bufio.NewReader(stdout)
	if cloud := fixtureOf(ts).cloud; cloud != nil {
		fixtureOf(ts).answered = cloud.Accounts()[0].Heaters[0].Counters().Answers
	}
	ts.Check(b.command.Start())
	fixtureOf(ts).background = b
	ts.Defer(func() {
		if fixtureOf(ts).background == b { // the script failed before it ended the program
			_ = b.command.Process.Kill()
			_ = b.command.Wait()
			ts.Logf("[background stderr]\n%s", b.stderr.String())
		}
	})
}

func running(ts *testscript.TestScript) *background {
	b := fixtureOf(ts).background
	if b == nil {
		ts.Fatalf("nothing runs in the background")
	}
	return b
}

func scriptSees(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: sees REGEXP")
	}
	pattern, err := regexp.Compile(args[0])
	ts.Check(err)
	b := running(ts)
	patience := time.AfterFunc(scriptPatience, func() { _ = b.command.Process.Kill() })
	defer patience.Stop()
	for {
		line, err := b.lines.ReadString('\n')
		if err != nil {
			ts.Fatalf("the background program ended before it printed that: %v", err)
		}
		ts.Logf("[background] %s", line)
		if pattern.MatchString(strings.TrimSuffix(line, "\n")) {
			return
		}
	}
}

func scriptLocked(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: locked")
	}
	path := filepath.Join(ts.Getenv("NWP500_STATE_DIR"), "simulated-heater.lock")
	await(ts, func() bool {
		held, err := tryLock(path)
		if err == nil {
			ts.Check(held.Close())
		}
		return errors.Is(err, errTaken)
	})
}

// scriptPatience is how long a script waits for something that mostly takes milliseconds.
const scriptPatience = 20 * time.Second

// await waits until something has happened.
func await(ts *testscript.TestScript, happened func() bool) {
	poll := time.NewTicker(time.Millisecond)
	defer poll.Stop()
	patience := time.NewTimer(scriptPatience)
	defer patience.Stop()
	for !happened() {
		select {
		case <-poll.C:
		case <-patience.C:
			ts.Fatalf("it has not happened within %s", scriptPatience)
		}
	}
}

func scriptInterrupt(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: interrupt")
	}
	b := running(ts)
	ts.Check(b.command.Process.Signal(os.Interrupt))
	rest, err := io.ReadAll(b.lines)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs("rest"), rest, 0o600))
	err = b.command.Wait()
	fixtureOf(ts).background = nil
	if code := exitCode(err); code != 0 {
		ts.Fatalf("interrupted: exit status %d, want 0; standard error:\n%s", code, b.stderr.String())
	}
	if secret := secretOnStderr.FindString(b.stderr.String()); secret != "" {
		ts.Fatalf("a secret on standard error: %q", secret)
	}
}

func scriptHangUp(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: hang-up")
	}
	ts.Check(running(ts).stdout.Close())
}

func scriptEnded(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) > 1 {
		ts.Fatalf("usage: ended [N]")
	}
	b := running(ts)
	patience := time.AfterFunc(scriptPatience, func() { _ = b.command.Process.Kill() })
	defer patience.Stop()
	want := 0
	if len(args) == 1 {
		var err error
		want, err = strconv.Atoi(args[0])
		ts.Check(err)
		rest, err := io.ReadAll(b.lines)
		ts.Check(err)
		ts.Check(os.WriteFile(ts.MkAbs("rest"), rest, 0o600))
	}
	err := b.command.Wait()
	fixtureOf(ts).background = nil
	if code := exitCode(err); code != want || (b.stderr.Len() > 0) != (want > 0) {
		ts.Fatalf("exit status %d, want %d; standard error:\n%s", code, want, b.stderr.String())
	}
	ts.Check(os.WriteFile(ts.MkAbs("complaint"), b.stderr.Bytes(), 0o600))
}

func scriptEnvironment(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: environment")
	}
	line, err := running(ts).lines.ReadBytes('\n')
	ts.Check(err)
	var facts struct {
		RESTURL      string `json:"rest_url"`
		MQTTEndpoint string `json:"mqtt_endpoint"`
		CA           string `json:"ca_file"`
		Email        string `json:"email"`
		Password     string `json:"password"`
		Heaters      []struct{ MAC, Name string }
	}
	ts.Check(json.Unmarshal(line, &facts))
	ts.Setenv("NWP500_REST_URL", facts.RESTURL)
	ts.Setenv("NWP500_MQTT_ENDPOINT", facts.MQTTEndpoint)
	ts.Setenv("NWP500_CA", facts.CA)
	ts.Setenv("NAVIEN_EMAIL", facts.Email)
	ts.Setenv("NAVIEN_PASSWORD", facts.Password)
	ts.Setenv("MAC", facts.Heaters[0].MAC)
	ts.Check(os.WriteFile(ts.MkAbs("sim.json"), line, 0o600))
}
