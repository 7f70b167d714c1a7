package cli

import (
	"bufio"
	"context"
	"io"
	"strings"
	"testing"
)

// TestDecodeMuch gives decode 10 MB of what is no message: it must neither hang nor hold it all.
func TestDecodeMuch(t *testing.T) {
	const size = 10 << 20
	for name, piece := range map[string]string{
		"zero bytes": "\x00", "arrays": "[", "a number": "1",
		"a message that is too long": `{"dhwTemperature":1,"x":"` + strings.Repeat("x", 2<<20) + `"}`,
	} {
		t.Run(name, func(t *testing.T) {
			var stdout, stderr strings.Builder
			input := strings.Repeat(piece, size/len(piece))
			if got := Main(t.Context(), []string{"decode"}, strings.NewReader(input), &stdout, &stderr); got != exitFailed {
				t.Errorf("exit status %d, want %d", got, exitFailed)
			}
			if stdout.Len() > 0 {
				t.Errorf("standard output: %.200q", stdout.String())
			}
			if first, _, _ := strings.Cut(stderr.String(), "\n"); !strings.HasPrefix(first, "nwp500: line 1, byte ") {
				t.Errorf("standard error begins with %.200q", first)
			}
		})
	}
}

// TestDecodeFollows shows that a message is printed when it has come, and not when the next one does.
func TestDecodeFollows(t *testing.T) {
	stdin, messages := io.Pipe()
	output, stdout := io.Pipe()
	status := make(chan int)
	go func() {
		status <- Main(t.Context(), []string{"decode"}, stdin, stdout, io.Discard)
	}()
	lines := bufio.NewReader(output)
	for range 3 {
		if _, err := io.WriteString(messages, `{"dhwTemperature":100,"dhwUse":2}`); err != nil {
			t.Fatal(err)
		}
		if line, err := lines.ReadString('\n'); err != nil || !strings.Contains(line, `"dhw_temperature":50`) {
			t.Fatalf("line %q, error %v", line, err)
		}
	}
	messages.Close()
	if got := <-status; got != exitDone {
		t.Errorf("exit status %d", got)
	}
}

// TestDecodeInterrupted shows that a signal ends decode while it waits for standard input.
func TestDecodeInterrupted(t *testing.T) {
	stdin, messages := io.Pipe()
	defer messages.Close() // lets the reader go
	ctx, interrupt := context.WithCancel(t.Context())
	status := make(chan int)
	var stderr strings.Builder
	go func() { status <- Main(ctx, []string{"decode"}, stdin, io.Discard, &stderr) }()
	interrupt()
	if got := <-status; got != exitFailed {
		t.Errorf("exit status %d", got)
	}
	if got, want := stderr.String(), "nwp500: interrupted\n"; got != want {
		t.Errorf("standard error %q, want %q", got, want)
	}
}
