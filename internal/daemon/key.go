package daemon

import (
	"log/slog"
	"strings"
	"time"

	"github.com/nwp500/nwp500"
)

// Key is a key of the configuration as a command line has it.
type Key struct {
	Path string // in the file: "home_assistant.broker"
	Says string // what it is, with the placeholder for its value in back quotes
	// Switch tells that its value is true or false.
	Switch bool
	// Secret tells that its value is not to be shown.
	Secret bool
}

// Flag is the key's name among flags: "home-assistant-broker".
func (k Key) Flag() string { return strings.NewReplacer(".", "-", "_", "-").Replace(k.Path) }

// Variable is the key's name in the environment: "NWP500_HOME_ASSISTANT_BROKER".
func (k Key) Variable() string {
	return "NWP500_" + strings.ToUpper(strings.ReplaceAll(k.Path, ".", "_"))
}

// Keys returns all keys, in the order of the example.
func Keys() []Key {
	var list []Key
	for _, k := range configKeys() {
		list = append(list, k.Key)
	}
	return list
}

// keyOf is a key of a T: the whole configuration, an account, or a heater of one.
type keyOf[T any] struct {
	Key
	list bool // a flag takes it in YAML's short form, too
	// set reads a value and puts it into a T. Its error says what the key takes.
	set func(*reader, *T, value) error
}

// key is a key with one value, which read understands.
func key[T, V any](path, says string, read func(value) (V, error), field func(*T) *V) keyOf[T] {
	k := keyOf[T]{Key: Key{Path: path, Says: says}}
	var zero V
	switch any(zero).(type) {
	case bool:
		k.Switch = true
	case nwp500.Secret:
		k.Secret = true
	case []string:
		k.list = true
	}
	k.set = func(_ *reader, of *T, v value) error {
		got, err := read(v)
		if err == nil {
			*field(of) = got
		}
		return err
	}
	return k
}

// list is a key with a list of sections, which have keys of their own.
func list[T, V any](path, says string, keys func() []keyOf[V], field func(*T) *[]V) keyOf[T] {
	return keyOf[T]{Key: Key{Path: path, Says: says}, list: true, set: func(r *reader, of *T, v value) error {
		got, err := readList(r, keys(), v)
		if err == nil {
			*field(of) = got
		}
		return err
	}}
}

func configKeys() []keyOf[Config] {
	return []keyOf[Config]{
		key("listen", "the `ADDRESS` of the page, the API and the metrics", address, func(c *Config) *string { return &c.Listen }),
		key("names", "`NAMES` of this computer that others use for it, with commas between", hostNames, func(c *Config) *[]string { return &c.Names }),
		key("token_file", "the `FILE` with the token that other computers need", file, func(c *Config) *File { return &c.TokenFile }),
		key("poll_every", "ask a heater that said nothing for this `TIME`", pollTime, func(c *Config) *time.Duration { return &c.PollEvery }),
		key("fresh_for", "the `TIME` for which a status counts as fresh; three times poll_every unless given", freshTime, func(c *Config) *time.Duration { return &c.FreshFor }),

		key("log.level", "log from this `LEVEL` on: debug, info, warn or error", level, func(c *Config) *slog.Level { return &c.Log.Level }),
		key("log.format", "log as `FORMAT`: text or json", logFormat, func(c *Config) *string { return &c.Log.Format }),

		list("accounts", "the accounts, as a `LIST` in YAML's short form: [{email: …, password_file: …}]", accountKeys, func(c *Config) *[]Account { return &c.Accounts }),

		key("home_assistant.broker", "the `URL` of Home Assistant's broker, mqtt://HOST or mqtts://HOST", broker, func(c *Config) *string { return &c.HomeAssistant.Broker }),
		key("home_assistant.user", "the `USER` of the broker", text, func(c *Config) *string { return &c.HomeAssistant.User }),
		key("home_assistant.password", "the `PASSWORD` of the broker; others can see it here: prefer the file", secret, func(c *Config) *nwp500.Secret { return &c.HomeAssistant.Password }),
		key("home_assistant.password_file", "the `FILE` with the password of the broker", secretFile, func(c *Config) *nwp500.Secret { return &c.HomeAssistant.Password }),
		key("home_assistant.ca", "trust the authorities in this PEM `FILE` for the broker, too", authorities, func(c *Config) *Authorities { return &c.HomeAssistant.CA }),
		key("home_assistant.discovery_prefix", "the `TOPIC` under which Home Assistant looks for devices", topic, func(c *Config) *string { return &c.HomeAssistant.Prefix }),
		key("home_assistant.base_topic", "the `TOPIC` with which all others begin", topic, func(c *Config) *string { return &c.HomeAssistant.Base }),

		key("history.path", "keep the history in this SQLite `FILE`", file, func(c *Config) *File { return &c.History.Path }),
		key("history.dsn", "keep the history in PostgreSQL, postgres://USER@HOST/DATABASE as `DSN`", dsn, func(c *Config) *nwp500.Secret { return &c.History.DSN }),
		key("history.keep.raw", "keep each change for this `TIME`: 90d, 2y, forever", keepTime, func(c *Config) *time.Duration { return &c.History.Keep.Raw }),
		key("history.keep.minutes", "keep values by the minute for this `TIME`", keepTime, func(c *Config) *time.Duration { return &c.History.Keep.Minutes }),
		key("history.keep.hours", "keep values by the hour for this `TIME`", keepTime, func(c *Config) *time.Duration { return &c.History.Keep.Hours }),
		key("history.keep.events", "keep events for this `TIME`", keepTime, func(c *Config) *time.Duration { return &c.History.Keep.Events }),

		key("metrics", "serve /metrics for Prometheus", yesOrNo, func(c *Config) *bool { return &c.Metrics }),

		key("tariff.currency", "the `CURRENCY` of costs, as USD", currency, func(c *Config) *string { return &c.Tariff.Currency }),
		key("tariff.price", "the `PRICE` of a kilowatt-hour", price, func(c *Config) *float64 { return &c.Tariff.Price }),
		key("tariff.use_tou", "take the prices from the heater's own tariff", yesOrNo, func(c *Config) *bool { return &c.Tariff.UseTOU }),
	}
}

func accountKeys() []keyOf[Account] {
	return []keyOf[Account]{
		key("name", "", text, func(a *Account) *string { return &a.Name }),
		key("email", "", secret, func(a *Account) *nwp500.Secret { return &a.Email }),
		key("password", "", secret, func(a *Account) *nwp500.Secret { return &a.Password }),
		key("password_file", "", secretFile, func(a *Account) *nwp500.Secret { return &a.Password }),
		key("rest_url", "", restURL, func(a *Account) *string { return &a.RESTURL }),
		key("mqtt_endpoint", "", mqttEndpoint, func(a *Account) *string { return &a.MQTTEndpoint }),
		key("ca", "", authorities, func(a *Account) *Authorities { return &a.CA }),
		list("heaters", "", heaterKeys, func(a *Account) *[]Heater { return &a.Heaters }),
	}
}

func heaterKeys() []keyOf[Heater] {
	return []keyOf[Heater]{
		key("match", "", secret, func(h *Heater) *nwp500.Secret { return &h.Match }),
		key("name", "", text, func(h *Heater) *string { return &h.Name }),
	}
}
