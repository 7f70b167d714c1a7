//go:build unix

package cli

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// service is a nwp500 serve in a process of its own.
type service struct {
	testing.TB
	command *exec.Cmd
	log     *bufio.Scanner
	said    []string // all lines of the log
}

// serviceLimit is how long a process may take for what mostly takes milliseconds.
const serviceLimit = 5 * time.Minute

// startService runs serve with a state directory, and waits until its page is ready.
func startService(t testing.TB, state string, args ...string) (s *service, url string) {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), serviceLimit)
	t.Cleanup(cancel)
	command := exec.CommandContext(ctx, program)
	command.Args = append([]string{"nwp500", "serve"}, args...) // TestMain goes by the name
	command.Env = append(os.Environ(), "NWP500_STATE_DIR="+state, "NWP500_KEYRING=off", "GORACE=atexit_sleep_ms=0")
	stderr, err := command.StderrPipe()
	if err == nil {
		err = command.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = command.Process.Kill() // it has ended, or the test has failed
		_ = command.Wait()
	})
	s = &service{TB: t, command: command, log: bufio.NewScanner(stderr)}
	return s, regexp.MustCompile(`http://\S+`).FindString(s.sees("the page is ready"))
}

// sees waits for a line of the log with these words, and returns it.
func (s *service) sees(words string) string {
	s.Helper()
	for s.log.Scan() {
		s.Log(s.log.Text())
		s.said = append(s.said, s.log.Text())
		if strings.Contains(s.log.Text(), words) {
			return s.log.Text()
		}
	}
	s.Fatalf("the process ended before it said %q", words)
	return ""
}

func (s *service) signal(signal os.Signal) {
	s.Helper()
	if err := s.command.Process.Signal(signal); err != nil {
		s.Fatal(err)
	}
}

// ends waits for the end of the process and returns how long that took and all that it said.
func (s *service) ends() (took time.Duration, said string) {
	s.Helper()
	began := time.Now()
	for s.log.Scan() {
		s.Log(s.log.Text())
		s.said = append(s.said, s.log.Text())
	}
	if err := s.command.Wait(); err != nil {
		s.Errorf("the process: %v", err)
	}
	return time.Since(began), strings.Join(s.said, "\n")
}

// get asks for a path and returns the status and the body.
func get(t testing.TB, url string) (int, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(body)
}

func TestServiceEndsOnSignals(t *testing.T) {
	for _, signal := range []os.Signal{syscall.SIGTERM, os.Interrupt} {
		state := t.TempDir()
		service, url := startService(t, state, "--sim", "--listen", "127.0.0.1:0")
		if status, body := get(t, url+"/healthz"); status != http.StatusOK {
			t.Errorf("/healthz: %d %s", status, body)
		}
		// A reader who stays does not hold it up.
		stream, err := http.Get(url + "/api/v1/events/stream")
		if err != nil {
			t.Fatal(err)
		}
		defer stream.Body.Close()
		service.signal(signal)
		took, said := service.ends()
		if took > 5*time.Second || !strings.Contains(said, "msg=ending") || strings.Contains(said, "level=ERROR") {
			t.Errorf("%v: it took %s, and said %q", signal, took, said)
		}
		if _, err := os.Stat(filepath.Join(state, "simulated-heater.json")); err != nil {
			t.Errorf("the simulated heater is not kept: %v", err)
		}
	}
}

func TestServiceReadsItsConfigurationAgain(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "nwp500.yaml")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("listen: 127.0.0.1:0\nmetrics: false\n")
	service, url := startService(t, dir, "--sim", "--config", file)
	if status, _ := get(t, url+"/metrics"); status != http.StatusNotFound {
		t.Errorf("/metrics: %d", status)
	}
	write("listen: 127.0.0.1:0\n")
	service.signal(syscall.SIGHUP)
	service.sees("the configuration was read again")
	if status, _ := get(t, url+"/metrics"); status != http.StatusOK {
		t.Errorf("/metrics: %d", status)
	}
	write("listen: 127.0.0.1:0\nmetrics: perhaps\n")
	service.signal(syscall.SIGHUP)
	if line := service.sees("the new configuration is wrong"); !strings.Contains(line, file+`:2: metrics \"perhaps\": it is true or false`) {
		t.Error(line)
	}
	service.sees("the configuration from before stays in force")
	if status, _ := get(t, url+"/metrics"); status != http.StatusOK {
		t.Errorf("/metrics: %d", status)
	}
	service.signal(syscall.SIGTERM)
	service.ends()
}

func TestServiceIsKilled(t *testing.T) {
	state := t.TempDir()
	for _, after := range []time.Duration{0, 50 * time.Millisecond, 600 * time.Millisecond} { // while it opens, connects, writes
		service, url := startService(t, state, "--sim", "--listen", "127.0.0.1:0")
		if after > 0 {
			for began := time.Now(); time.Since(began) < after; {
				get(t, url+"/api/v1/heaters")
			}
		}
		service.signal(syscall.SIGKILL)
		_ = service.command.Wait()
	}
	service, url := startService(t, state, "--sim", "--listen", "127.0.0.1:0")
	if status, body := get(t, url+"/healthz"); status != http.StatusOK {
		t.Errorf("/healthz after it was killed: %d %s", status, body)
	}
	service.signal(syscall.SIGTERM)
	if _, said := service.ends(); strings.Contains(said, "level=ERROR") { // as of a history that cannot be opened
		t.Errorf("after it was killed: %q", said)
	}
}

func TestOneServiceAState(t *testing.T) {
	state := t.TempDir()
	service, _ := startService(t, state, "--sim", "--listen", "127.0.0.1:0")
	var complaint strings.Builder
	t.Setenv("NWP500_STATE_DIR", state)
	args := []string{"serve", "--sim", "--listen", "127.0.0.1:0", "--timeout", "100ms"}
	if status := Main(t.Context(), args, strings.NewReader(""), io.Discard, &complaint); status != exitFailed || !strings.Contains(complaint.String(), "another nwp500") {
		t.Errorf("exit status %d: %s", status, complaint.String())
	}
	service.signal(syscall.SIGTERM)
	service.ends()

	// The real cloud has a lock of its own.
	held, err := lock(t.Context(), filepath.Join(state, "serve.lock"), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer held.Close()
	complaint.Reset()
	args = []string{"serve", "--listen", "127.0.0.1:0", "--email", "owner@example.org", "--password", "secret", "--timeout", "100ms"}
	if status := Main(t.Context(), args, strings.NewReader(""), io.Discard, &complaint); status != exitFailed || !strings.Contains(complaint.String(), "another nwp500 serve uses the state directory") {
		t.Errorf("exit status %d: %s", status, complaint.String())
	}
}
