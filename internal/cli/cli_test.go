package cli

import (
	"context"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain makes the test's own binary the program nwp500 of the scripts.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"nwp500": func() {
		signal.Ignore(syscall.SIGPIPE)
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
		defer stop()
		os.Exit(Main(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
	}})
}

// TestScripts runs the program as its users do; each script is named after what it shows. Beside the commands of
// testscript a script has:
//
//	exits N nwp500 ARG…   run the program, expect exit status N, and no secret in what it prints
//	cloud [N [GAP]]       start a simulated cloud with N heaters, which takes a command every GAP, and set the environment
//	cloud-does WHAT…      make the cloud fail, or expect what clients did to it (script_cloud_test.go)
//	start nwp500 ARG…     run the program in the background
//	sees REGEXP           wait for a line of the background program
//	locked                wait until the background program uses the simulated heater
//	hang-up               read no more of what the background program prints
//	ended [N]             wait until the background program has ended by itself, expect exit status 0 and no error, or
//	                      status N and an error, which is the file complaint; what it printed last is the file rest then
//	interrupt             end the background program by a signal, expect exit status 0; what it printed last is the file rest
//	expire access|keys    make the tokens that are kept look as if they had run out
//	environment           set the environment as the first line of the background `sim -o json` says
//	page STATUS PATH REGEXP read a page of the cloud whose environment is set, and expect this in it
//	openei [FILE [STATUS]] start an OpenEI that answers with a file, and set OPENEI_URL and OPENEI_API_KEY
//
// Every script has a state directory of its own, and the system's keyring is off.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: filepath.Join("testdata", "script"),
		Setup: func(env *testscript.Env) error {
			env.Setenv("NWP500_STATE_DIR", filepath.Join(env.WorkDir, "state"))
			env.Setenv("NWP500_KEYRING", "off")
			env.Setenv("LAST_YEAR", strconv.Itoa(time.Now().Year()-1)) // the heater of --sim is older than a year
			env.Setenv("GORACE", "atexit_sleep_ms=0")                  // the race detector would make each run a second longer
			env.Values[fixtureKey{}] = &fixture{}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":       scriptExits,
			"cloud":       scriptCloud,
			"cloud-does":  scriptCloudDoes,
			"start":       scriptStart,
			"sees":        scriptSees,
			"locked":      scriptLocked,
			"interrupt":   scriptInterrupt,
			"hang-up":     scriptHangUp,
			"ended":       scriptEnded,
			"environment": scriptEnvironment,
			"openei":      scriptOpenEI,
			"expire":      scriptExpire,
			"page":        scriptPage,
		},
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
	})
}

// secretOnStdout and secretOnStderr are what no command prints there: passwords, tokens, signatures; and on standard
// error who and where the heater is, too. The forms are the simulator's.
var (
	secretOnStdout = regexp.MustCompile(`water-[0-9a-f]{8}|eyJ|X-Amz|ASIA|AKIA|owner[0-9]+@example|` + tariffKey)
	secretOnStderr = regexp.MustCompile(secretOnStdout.String() + `|0a[0-9a-f]{10}|[0-9]{8}BT[0-9]{8}|navilink-|Example Street`)
)

func scriptExits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits N nwp500 ARG…")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	if got := exitCode(ts.Exec(args[1], args[2:]...)); got != want {
		ts.Fatalf("exit status %d, want %d", got, want)
	}
	if secret := secretOnStdout.FindString(ts.ReadFile("stdout")); secret != "" {
		ts.Fatalf("a secret on standard output: %q", secret)
	}
	if secret := secretOnStderr.FindString(ts.ReadFile("stderr")); secret != "" {
		ts.Fatalf("a secret on standard error: %q", secret)
	}
}
