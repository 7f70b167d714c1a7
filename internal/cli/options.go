package cli

import (
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/spf13/pflag"

	"github.com/nwp500/nwp500"
)

// options are the flags that every command takes.
type options struct {
	simulated bool
	device    string
	units     unitsFlag
	format    formatFlag
	timeout   timeoutFlag
	verbose   bool

	email        secretFlag
	password     secretFlag
	restURL      string
	mqttEndpoint string
	ca           string

	given map[string]origin // by the flag's name
}

// origin says where an option came from.
type origin int

const (
	fromNowhere origin = iota
	fromEnvironment
	fromFlag
)

// variables are the environment variables that stand for flags.
var variables = []struct{ flag, variable string }{
	{"sim", "NWP500_SIM"},
	{"device", "NWP500_DEVICE"},
	{"units", "NWP500_UNITS"},
	{"output", "NWP500_OUTPUT"},
	{"timeout", "NWP500_TIMEOUT"},
	{"verbose", "NWP500_VERBOSE"},
	{"email", "NAVIEN_EMAIL"},
	{"password", "NAVIEN_PASSWORD"},
	{"rest-url", "NWP500_REST_URL"},
	{"mqtt-endpoint", "NWP500_MQTT_ENDPOINT"},
	{"ca", "NWP500_CA"},
}

func (o *options) register(flags *pflag.FlagSet) {
	o.timeout.limit = 30 * time.Second
	flags.BoolVar(&o.simulated, "sim", false, "use a simulated heater, which needs no account (NWP500_SIM)")
	flags.StringVar(&o.device, "device", "", "the heater's `NAME|MAC`; without it all, where a command only reads (NWP500_DEVICE)")
	flags.Var(&o.units, "units", "units: `auto|metric|us`; auto is what the heater's panel shows (NWP500_UNITS)")
	flags.VarP(&o.format, "output", "o", "`table|json|csv`; json is a document a line (NWP500_OUTPUT)")
	flags.Var(&o.timeout, "timeout", "how long a command may take, `30s` or 2m (NWP500_TIMEOUT)")
	flags.BoolVarP(&o.verbose, "verbose", "v", false, "log to standard error, without secrets (NWP500_VERBOSE)")
	flags.Var(&o.email, "email", "the account's `E-MAIL` (NAVIEN_EMAIL)")
	flags.Var(&o.password, "password", "the account's `PASSWORD`; others can see it here: prefer nwp500 login (NAVIEN_PASSWORD)")
	flags.StringVar(&o.restURL, "rest-url", nwp500.DefaultRESTURL, "the cloud's REST `URL` (NWP500_REST_URL)")
	flags.StringVar(&o.mqttEndpoint, "mqtt-endpoint", nwp500.DefaultMQTTEndpoint, "the cloud's message broker, `HOST[:PORT]` (NWP500_MQTT_ENDPOINT)")
	flags.StringVar(&o.ca, "ca", "", "trust the certificate authorities in this PEM `FILE`, too (NWP500_CA)")
}

// fromEnvironment sets the flags that were not given from their variables; an empty variable is none.
func (o *options) fromEnvironment(flags *pflag.FlagSet) error {
	o.given = make(map[string]origin)
	for _, v := range variables {
		flag := flags.Lookup(v.flag)
		if flag.Changed {
			o.given[v.flag] = fromFlag
			continue
		}
		text := os.Getenv(v.variable)
		if text == "" {
			continue
		}
		if err := flag.Value.Set(text); err != nil {
			return fmt.Errorf("%s: %w", v.variable, err)
		}
		o.given[v.flag] = fromEnvironment
	}
	return nil
}

// unitsFlag is the value of --units.
type unitsFlag struct{ units nwp500.Units }

// Set takes auto, metric or us.
func (f *unitsFlag) Set(text string) (err error) {
	f.units, err = nwp500.ParseUnits(text)
	return err
}

// String returns the units' name.
func (f *unitsFlag) String() string { return f.units.String() }

// Type names what the flag takes.
func (f *unitsFlag) Type() string { return "units" }

// formatFlag is the value of --output.
// A command that has no rows to print takes csv for table.
type formatFlag struct{ json, csv bool }

// Set takes table, json or csv.
func (f *formatFlag) Set(text string) error {
	if text != "table" && text != "json" && text != "csv" {
		return fmt.Errorf("the output is table, json or csv; statuses go into a file with nwp500 monitor --csv FILE")
	}
	f.json, f.csv = text == "json", text == "csv"
	return nil
}

// String returns the format's name.
func (f *formatFlag) String() string {
	switch {
	case f.json:
		return "json"
	case f.csv:
		return "csv"
	}
	return "table"
}

// Type names what the flag takes.
func (f *formatFlag) Type() string { return "format" }

// timeoutFlag is the value of --timeout.
type timeoutFlag struct{ limit time.Duration }

// Set takes a duration, or a number of seconds.
func (f *timeoutFlag) Set(text string) error {
	limit, err := time.ParseDuration(text)
	if seconds, notNumber := strconv.ParseFloat(text, 64); err != nil && notNumber == nil && seconds < 1e9 {
		limit, err = time.Duration(seconds*float64(time.Second)), nil
	}
	if err != nil || limit <= 0 {
		return fmt.Errorf("a time limit looks like 30s or 2m, and is more than nothing")
	}
	f.limit = limit
	return nil
}

// String returns the duration.
func (f *timeoutFlag) String() string { return f.limit.String() }

// Type names what the flag takes.
func (f *timeoutFlag) Type() string { return "duration" }

// secretFlag is the value of a flag that nobody shall see.
type secretFlag struct{ secret nwp500.Secret }

// Set takes any text.
func (f *secretFlag) Set(text string) error {
	f.secret = nwp500.NewSecret(text)
	return nil
}

// String returns what a secret prints as.
func (f *secretFlag) String() string { return f.secret.String() }

// Type names what the flag takes.
func (f *secretFlag) Type() string { return "string" }

// environmentEmail is the account that the environment names.
func environmentEmail() string { return os.Getenv("NAVIEN_EMAIL") }
