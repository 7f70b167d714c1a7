package daemon

import (
	"log/slog"
	"time"

	"github.com/nwp500/nwp500"
)

// Config is what the owner wants of the process; [Read] makes it of a file, flags and the environment. It holds what the
// files that it names held at that moment, so that two of them tell whether something has changed.
type Config struct {
	// Listen is the address of the page, the API and the metrics, and Names are the host names under which others reach it.
	Listen string
	Names  []string
	// TokenFile is the file with the token that other computers need; if empty, one in the state directory.
	TokenFile File
	// PollEvery is how long a heater may say nothing before it is asked, and FreshFor how old a status may be; if zero,
	// three times PollEvery.
	PollEvery, FreshFor time.Duration

	Log Log
	// Accounts are those of the cloud; if empty, the one that signed in on this computer.
	Accounts      []Account
	HomeAssistant HomeAssistant
	History       History
	// Metrics tells whether there is /metrics.
	Metrics bool
	Tariff  Tariff
}

// File is the path of a file; "" when there is none.
type File string

// Log says what is logged, and how.
type Log struct {
	Level  slog.Level
	Format string // "text" or "json"
}

// Account is an account of the cloud.
type Account struct {
	// Name is the owner's for it, unique.
	Name string
	// Email and Password sign in; without a password the login that is kept on this computer is used.
	Email, Password nwp500.Secret
	// Heaters are those to use; if empty, all.
	Heaters []Heater
	// RESTURL, MQTTEndpoint and CA say where the cloud is; if empty, nwp500's defaults.
	RESTURL, MQTTEndpoint string
	CA                    Authorities
}

// Heater picks a heater of an account and gives it a name.
type Heater struct {
	// Match is its MAC address, its ID, or its name in the vendor's app.
	Match nwp500.Secret
	Name  string
}

// HomeAssistant is the broker through which Home Assistant is reached; there is no bridge without a Broker.
type HomeAssistant struct {
	Broker   string // mqtt://HOST[:PORT] or mqtts://HOST[:PORT]
	User     string
	Password nwp500.Secret
	CA       Authorities
	// Prefix is where Home Assistant looks for what there is, Base what all other topics begin with.
	Prefix, Base string
}

// Authorities are certificates in PEM form, with the file that they came from; nothing where there is none.
type Authorities struct {
	File File
	PEM  string
}

// History says where the past is kept, and for how long.
type History struct {
	// Path is a SQLite database, DSN a PostgreSQL server; if both are empty, history.db in the state directory.
	Path File
	DSN  nwp500.Secret
	Keep Keep
}

// Keep is how long the classes of the past are kept; zero is for ever.
type Keep struct{ Raw, Minutes, Hours, Events time.Duration }

// Tariff is what electricity costs: Price a kilowatt-hour, or what the heater's own tariff says. Without either nothing is said
// of cost.
type Tariff struct {
	Currency string
	Price    float64
	UseTOU   bool
}

const day = 24 * time.Hour

// Default is the configuration of an owner who wants nothing special.
func Default() Config {
	return Config{
		Listen:        "127.0.0.1:8500",
		PollEvery:     5 * time.Minute,
		Log:           Log{Format: "text"},
		HomeAssistant: HomeAssistant{Prefix: "homeassistant", Base: "nwp500"},
		History:       History{Keep: Keep{Raw: 90 * day, Minutes: 2 * 365 * day, Events: 5 * 365 * day}},
		Metrics:       true,
	}
}
