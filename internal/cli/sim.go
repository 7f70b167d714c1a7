package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/nwp500/nwp500/simulator"
)

// simOptions are what sim takes.
type simOptions struct {
	listen            string
	tls               bool
	heaters, accounts int
	seed              uint64
	control           bool
	faults            []string
	faultSeed         uint64
	listFaults        bool
	time              simTime
	story             simStory
}

func (p *program) simCommand() *cobra.Command {
	var o simOptions
	cmd := &cobra.Command{
		Use:   "sim",
		Short: "Run a simulated cloud with heaters until interrupted",
		Long: `Run a simulated cloud with heaters for other programs, until interrupted. It prints the
environment that they need; with -o json, its first line is a document with the same. What
happens to its heaters is forgotten when it ends: the heater that lives on is that of --sim.

With --speed the heaters live faster than you, and --start says at what date they begin.
Connections, tokens and all else of the cloud keep your time.

With --heaters it has as many as one likes, spread over accounts of 40 at most, or as evenly
as it goes over as many as --accounts says. With --control it has a page on which they are
seen and steered, and the same for programs: docs/simulator.md tells how. It asks for no
password, so that whoever reaches the address may do as they like with the simulation.

With --scenario the heaters live through a story: who draws hot water when, weather, tariffs,
faults, and what is expected of all that. It is a file, or one of --scenarios, and says what
heaters there are and at what date they begin; docs/simulator.md has the format. What it
expects is shown with ok or NOT MET as it is looked at; -v shows all that happens.

Clients take http and ws for addresses of this computer alone: for others use --tls.

With --fault the cloud fails as clouds do, from the beginning: --faults lists in what ways.
Each goes by its name or, with all of its kind, by its id. The fault mix brings a new one
every few minutes and takes it away again; --fault-seed repeats a mix. When the cloud ends
it tells how often each fault was committed; with -o json that is the last document.`,
		Example: "  nwp500 sim --listen 127.0.0.1:0\n  nwp500 sim --heaters 3 --tls -o json\n  nwp500 sim --heaters 10000 --control\n" +
			"  nwp500 sim --speed 3600 --start 2026-01-15\n" +
			"  nwp500 sim --scenarios\n  nwp500 sim --scenario winter-week --speed 600\n  nwp500 sim --scenario mine.txt --speed 100000 --until-end\n" +
			"  nwp500 sim --faults\n  nwp500 sim --fault half-open,lost-writes\n  nwp500 sim --fault mix --fault-seed 7 -v",
		Args:              arguments(0, 0, "no arguments"),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if o.listFaults {
				return p.listFaults(o.tls)
			}
			if done, err := p.readStory(&o.story, o.tls); done {
				return err
			}
			if err := o.checkNumbers(cmd.Flags().Changed); err != nil {
				return err
			}
			return p.sim(cmd.Context(), o)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&o.listen, "listen", "127.0.0.1:0", "the `ADDRESS` to listen on; port 0 takes a free one")
	flags.BoolVar(&o.tls, "tls", false, "serve https and wss, with an authority made for it")
	flags.IntVar(&o.heaters, "heaters", 0, "how many heaters there are in all; 1, or one for each account, unless given")
	flags.IntVar(&o.accounts, "accounts", 0, "how many accounts have them; as few as have 40 heaters each at most unless given")
	flags.BoolVar(&o.control, "control", false, "serve a page under /_sim/ to see and steer the heaters, the clock and the faults")
	flags.Uint64Var(&o.seed, "seed", 0, "the same seed makes the same cloud")
	flags.StringSliceVar(&o.faults, "fault", nil, "commit these faults: `NAME|ID`, several with commas between, or mix")
	flags.Uint64Var(&o.faultSeed, "fault-seed", 0, "the same seed draws the same mix; 0 draws a seed, too")
	flags.BoolVar(&o.listFaults, "faults", false, "list the faults, and do nothing else")
	o.time.add(flags)
	o.story.add(cmd)
	if err := cmd.RegisterFlagCompletionFunc("fault", completeFaults); err != nil {
		panic(err) // a flag that is not there
	}
	return cmd
}

// checkNumbers refuses numbers that no simulator takes, by the names that they have here.
func (o *simOptions) checkNumbers(given func(flag string) bool) error {
	for _, n := range []struct {
		flag  string
		value int
		most  int
	}{{"heaters", o.heaters, simulator.MostHeaters}, {"accounts", o.accounts, simulator.MostAccounts}} {
		if given(n.flag) && (n.value < 1 || n.value > n.most) {
			return usagef("--%s %d: there can be 1 to %d", n.flag, n.value, n.most)
		}
	}
	if o.heaters == 0 {
		o.heaters = max(o.accounts, 1)
	}
	if o.accounts > o.heaters {
		return usagef("--accounts %d: %s cannot be spread over so many", o.accounts, plural(o.heaters, "heater"))
	}
	return nil
}

func (p *program) sim(ctx context.Context, o simOptions) error {
	_, port, err := net.SplitHostPort(o.listen)
	if err != nil {
		return usagef("--listen: %w", err)
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return usagef("--listen: the port is a number up to 65535, or 0 for a free one")
	}
	faults, err := findFaults(o.faults, o.tls)
	if err != nil {
		return err
	}
	config := simulator.Config{TotalHeaters: o.heaters, Accounts: o.accounts, Seed: o.seed, Control: o.control, Logger: p.logger()}
	if err := o.time.configure(&config); err != nil {
		return err
	}
	o.story.configure(&config)
	simulated, err := simulator.New(config)
	if err != nil {
		return usageError{unprefixed(err)} // too many heaters in an account
	}
	server, err := simulated.Listen(o.listen, o.tls)
	if err != nil {
		return errors.Join(err, simulated.Close())
	}
	record := p.inject(simulated, faults, o.faultSeed)
	if err = o.story.play(simulated); err == nil {
		err = p.serve(ctx, simulated, server, record, &o.story)
	}
	if err == nil {
		err = p.tellFaults(record)
	}
	return errors.Join(err, server.Close(), simulated.Close())
}

// serve tells what others need to know, and waits for the signal or the end of the story.
func (p *program) serve(ctx context.Context, simulated *simulator.Simulator, server *simulator.Server, record *faultRecord, story *simStory) error {
	facts := newSimDocument(simulated, server)
	if story.scenario != nil {
		facts.Clock.Date = story.scenario.Start // it goes already
	}
	for _, c := range record.faults.cases {
		facts.Faults = append(facts.Faults, simFault{ID: c.ID, Name: c.Name, Text: c.Text})
	}
	if len(server.CA) > 0 {
		path, err := temporaryFile("nwp500-ca-*.pem", server.CA)
		if err != nil {
			return fmt.Errorf("the file with the certificate authority: %w", reason(err))
		}
		defer os.Remove(path) //nolint:errcheck // a public certificate in the directory for what may be left over
		facts.CA = path
	}
	var err error
	if p.options.format.json {
		err = p.document(facts)
	} else {
		err = p.say("%s", "A simulated cloud runs at "+facts.RESTURL+" until you press Ctrl-C.")
		fmt.Fprint(p.stdout, facts.page()+facts.exports()+facts.others()+facts.Clock.text()+record.promises())
	}
	if err != nil {
		return err
	}
	return p.wait(ctx, story)
}

func temporaryFile(pattern string, data []byte) (string, error) {
	file, err := os.CreateTemp("", pattern)
	if err != nil {
		return "", err
	}
	_, err = file.Write(data)
	if err = errors.Join(err, file.Close()); err != nil {
		return "", errors.Join(err, os.Remove(file.Name()))
	}
	return file.Name(), nil
}

// simDocument is all that another process needs: the first account's fields, and every account.
type simDocument struct {
	RESTURL      string `json:"rest_url"`
	MQTTEndpoint string `json:"mqtt_endpoint"`
	ControlURL   string `json:"control_url,omitempty"`
	CA           string `json:"ca_file"`
	simAccount
	Accounts []simAccount `json:"accounts"`
	Faults   []simFault   `json:"faults,omitempty"` // that are in place
	Clock    simClock     `json:"clock"`            // at first
}

type simAccount struct {
	Email    string      `json:"email"`
	Password string      `json:"password"`
	Heaters  []simHeater `json:"heaters"`
}

type simHeater struct {
	MAC  string `json:"mac"`
	Name string `json:"name"`
}

func newSimDocument(simulated *simulator.Simulator, server *simulator.Server) simDocument {
	facts := simDocument{RESTURL: server.RESTURL, MQTTEndpoint: server.MQTTEndpoint, ControlURL: server.ControlURL, Clock: newSimClock(simulated)}
	for _, account := range simulated.Accounts() {
		shown := simAccount{Email: account.Email, Password: account.Password}
		for _, heater := range account.Heaters {
			shown.Heaters = append(shown.Heaters, simHeater{heater.MAC(), heater.Name()})
		}
		facts.Accounts = append(facts.Accounts, shown)
	}
	facts.simAccount = facts.Accounts[0]
	return facts
}

// page tells where the control page is.
func (d simDocument) page() string {
	if d.ControlURL == "" {
		return ""
	}
	return "Its heaters are seen and steered at " + d.ControlURL + "\n"
}

// exports are the lines that a shell takes.
func (d simDocument) exports() string {
	text := "\nIn another terminal:\n\n"
	for _, variable := range []struct{ name, value string }{
		{"NWP500_REST_URL", d.RESTURL},
		{"NWP500_MQTT_ENDPOINT", d.MQTTEndpoint},
		{"NWP500_CA", d.CA},
		{"NAVIEN_EMAIL", d.Email},
		{"NAVIEN_PASSWORD", d.Password},
	} {
		if variable.value != "" {
			text += fmt.Sprintf("  export %s='%s'\n", variable.name, variable.value)
		}
	}
	return text + "  nwp500 status\n"
}

// others tells of the accounts that the lines are not for.
func (d simDocument) others() string {
	if len(d.Accounts) == 1 {
		return ""
	}
	heaters := 0
	for _, account := range d.Accounts {
		heaters += len(account.Heaters)
	}
	return fmt.Sprintf("\nThat is the first of %s, which have %s in all. With -o json it prints who\n"+
		"they are: the same --seed, --heaters and --accounts make the same ones.\n",
		plural(len(d.Accounts), "account"), plural(heaters, "heater"))
}
