package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"
)

func isTerminal(stream any) bool {
	file, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

// prompt asks the user for a line at a time.
type prompt struct {
	p        *program
	terminal *os.File // nil when standard input is something else
	lines    *bufio.Reader
}

// longestAnswer is more than any e-mail or password has.
const longestAnswer = 4096

func (p *program) prompt() *prompt {
	q := &prompt{p: p}
	if isTerminal(p.stdin) {
		q.terminal, _ = p.stdin.(*os.File)
	}
	q.lines = bufio.NewReader(io.LimitReader(p.stdin, longestAnswer))
	return q
}

// ask asks for what label says and returns the answer, without its line ending. A hidden answer is not echoed. Where
// standard input is no terminal a line is read of it, and nothing is asked.
func (q *prompt) ask(ctx context.Context, label string, hidden bool) (string, error) {
	read := q.readLine
	restore := func() {}
	if q.terminal != nil {
		fmt.Fprintf(q.p.stderr, "%s: ", label)
		if hidden {
			fd := int(q.terminal.Fd())
			if before, err := term.GetState(fd); err == nil {
				restore = func() { _ = term.Restore(fd, before) } // a signal in the middle must not leave it mute
			}
			read = func() (string, error) {
				answer, err := term.ReadPassword(fd)
				fmt.Fprintln(q.p.stderr)
				return string(answer), err
			}
		}
	}
	type answer struct {
		text string
		err  error
	}
	answered := make(chan answer, 1)
	// A read of standard input cannot be called off: after a signal the goroutine stays in it until the process ends.
	go func() {
		text, err := read()
		answered <- answer{text, err}
	}()
	select {
	case a := <-answered:
		if errors.Is(a.err, io.EOF) && a.text != "" {
			a.err = nil
		}
		return a.text, a.err
	case <-ctx.Done():
		restore()
		return "", ctx.Err()
	}
}

func (q *prompt) readLine() (string, error) {
	line, err := q.lines.ReadString('\n')
	return strings.TrimRight(line, "\r\n"), err
}
