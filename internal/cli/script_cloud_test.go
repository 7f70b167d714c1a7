package cli

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/nwp500/nwp500/simulator"
)

// fixture is what a script has started.
type fixture struct {
	cloud      *simulator.Simulator
	background *background
	answered   int // how often heater 1 had answered when that was started
}

type fixtureKey struct{}

func fixtureOf(ts *testscript.TestScript) *fixture {
	f, _ := ts.Value(fixtureKey{}).(*fixture)
	return f
}

// exitCode returns the exit status that a command ended with, -1 when it did not.
func exitCode(err error) int {
	var exit *exec.ExitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &exit):
		return exit.ExitCode()
	}
	return -1
}

func scriptCloud(ts *testscript.TestScript, neg bool, args []string) {
	config := simulator.Config{Heaters: 1, Accounts: 2, Seed: 7}
	var err error
	if len(args) > 0 {
		config.Heaters, err = strconv.Atoi(args[0])
		ts.Check(err)
	}
	if len(args) > 1 {
		config.CommandGap, err = time.ParseDuration(args[1])
		ts.Check(err)
	}
	if neg || len(args) > 2 {
		ts.Fatalf("usage: cloud [N [GAP]]")
	}
	cloud, err := simulator.New(config)
	ts.Check(err)
	server, err := cloud.Listen("127.0.0.1:0", false)
	ts.Check(err)
	ts.Defer(func() {
		ts.Check(errors.Join(server.Close(), cloud.Close()))
	})
	fixtureOf(ts).cloud = cloud
	account, other := cloud.Accounts()[0], cloud.Accounts()[1]
	ts.Setenv("NWP500_REST_URL", server.RESTURL)
	ts.Setenv("NWP500_MQTT_ENDPOINT", server.MQTTEndpoint)
	ts.Setenv("NAVIEN_EMAIL", account.Email)
	ts.Setenv("NAVIEN_PASSWORD", account.Password)
	ts.Setenv("OTHER_EMAIL", other.Email)
	ts.Setenv("OTHER_PASSWORD", other.Password)
	ts.Setenv("MAC", account.Heaters[0].MAC())
}

// scriptCloudDoes is one of:
//
//	offline N             heater N (from 1) has no power
//	silent                the heaters take requests without a word
//	deaf                  the broker takes connections and says nothing
//	refuse STATUS         the broker answers connections with this HTTP status
//	fail PATH STATUS      the next call of a REST path fails
//	hold PATH             calls of a REST path are not answered
//	lose-publish N        the Nth publication from now on gets lost
//	lose-writes N         heater 1 loses the next N control commands without a word
//	lack FEATURE          heater 1 has no such function, by its name on the wire
//	offer CODE VERSION    heater 1 has downloaded software
//	commands N            expect that heater 1 has obeyed so many commands
//	cut                   all live connections end
//	answers N             wait until heater 1 has answered N times since the background program was started
//	calls "POST PATH" N   expect so many calls so far
func scriptCloudDoes(ts *testscript.TestScript, neg bool, args []string) {
	cloud := fixtureOf(ts).cloud
	if neg || len(args) == 0 || cloud == nil {
		ts.Fatalf("usage: cloud-does WHAT, after cloud")
	}
	number := func(i int) int {
		n, err := strconv.Atoi(args[i])
		ts.Check(err)
		return n
	}
	heaters := cloud.Accounts()[0].Heaters
	switch args[0] {
	case "offline":
		heaters[number(1)-1].SetOffline(true)
	case "silent":
		cloud.SilentHeaters(true)
	case "deaf":
		cloud.Inject(simulator.Fault{Step: simulator.StepConnack, Action: simulator.Lose})
	case "refuse":
		cloud.Inject(simulator.Fault{Step: simulator.StepUpgrade, Action: simulator.Refuse, Status: number(1)})
	case "lose-publish":
		cloud.Inject(simulator.Fault{Step: simulator.StepPublish, Action: simulator.Lose, Skip: number(1) - 1, Times: 1})
	case "lose-writes":
		heaters[0].LoseWrites(number(1))
	case "lack":
		heaters[0].SetFeature(args[1], 1)
	case "offer":
		ts.Check(heaters[0].OfferFirmware(number(1), number(2)))
	case "commands":
		if got := heaters[0].Counters().Commands; got != number(1) {
			ts.Fatalf("heater 1 obeyed %d commands, want %d", got, number(1))
		}
	case "fail":
		cloud.RESTFail(args[1], number(2), 1)
	case "hold":
		cloud.RESTHold(args[1], 1000)
	case "cut":
		cloud.DropAll(simulator.DropServer)
	case "answers":
		await(ts, func() bool { return heaters[0].Counters().Answers-fixtureOf(ts).answered >= number(1) })
	case "calls":
		if got := cloud.Counters().Calls[args[1]]; got != number(2) {
			ts.Fatalf("%s was called %d times, want %d", args[1], got, number(2))
		}
	default:
		ts.Fatalf("the cloud cannot do %q", args[0])
	}
}

// expiry is the time until which tokens serve, as logins are kept.
var expiry = regexp.MustCompile(`"(access|keys)_expires?": *"[^"]*"`)

func scriptExpire(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: expire access|keys")
	}
	path := filepath.Join(ts.Getenv("NWP500_STATE_DIR"), "logins.json")
	found := false
	text := expiry.ReplaceAllStringFunc(ts.ReadFile(path), func(member string) string {
		if !strings.HasPrefix(member, `"`+args[0]) {
			return member
		}
		found = true
		name, _, _ := strings.Cut(member, ":")
		return name + `: "2000-01-01T00:00:00Z"`
	})
	if !found {
		ts.Fatalf("%s has no such time", path)
	}
	ts.Check(os.WriteFile(path, []byte(text), 0o600))
}
