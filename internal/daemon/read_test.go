package daemon

import (
	"encoding/pem"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/nwp500/nwp500"
)

// write makes a file in a directory of the test's own and returns its path.
func write(t testing.TB, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func given(path, text string) Given {
	return Given{Path: path, By: "--" + Key{Path: path}.Flag(), Text: nwp500.NewSecret(text)}
}

func TestReadNothing(t *testing.T) {
	want := Default()
	want.FreshFor = 15 * time.Minute
	for _, content := range []string{"", "# nothing\n", "log:\n", "---\n"} {
		got, err := Read(write(t, "c.yaml", content), nil)
		if err != nil {
			t.Fatalf("%q: %v", content, err)
		}
		if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b nwp500.Secret) bool { return a == b })); diff != "" {
			t.Errorf("%q (-want +got):\n%s", content, diff)
		}
	}
}

func TestReadEverything(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{"password": "0123\r\n", "ca.pem": certificate(t), "c.yaml": `
listen: 0.0.0.0:0080
names: [NAS.lan, 192.168.1.5]
token_file: tokens/api
poll_every: 1m
fresh_for: 2m30s
log: {level: warn, format: json}
accounts:
  - name: first
    email: a@example.com
    password_file: password
    heaters:
      - match: 0a:0b:0c:0d:0e:0f
        name: Cellar
    rest_url: https://Cloud.example.com/api/
    mqtt_endpoint: broker.example.com:443
    ca: ca.pem
  - {name: second, email: b@example.com, password: 007}
home_assistant:
  broker: mqtts://ha.lan:8884/
  user: u
  password: no
  ca: ca.pem
  discovery_prefix: ha/discovery
  base_topic: water
history:
  dsn: postgres://u:p@db/nwp500
  keep: {raw: 3w, minutes: 1y, hours: 10y, events: forever}
metrics: false
tariff: {currency: EUR, price: 0.31}
`} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, err := Read(filepath.Join(dir, "c.yaml"), nil)
	if err != nil {
		t.Fatal(err)
	}
	ca := Authorities{File(filepath.Join(dir, "ca.pem")), certificate(t)}
	want := Config{
		Listen: "0.0.0.0:80", Names: []string{"nas.lan", "192.168.1.5"}, TokenFile: File(filepath.Join(dir, "tokens/api")),
		PollEvery: time.Minute, FreshFor: 150 * time.Second,
		Log: Log{slog.LevelWarn, "json"},
		Accounts: []Account{
			{
				Name: "first", Email: nwp500.NewSecret("a@example.com"), Password: nwp500.NewSecret("0123"),
				Heaters: []Heater{{nwp500.NewSecret("0a:0b:0c:0d:0e:0f"), "Cellar"}},
				RESTURL: "https://cloud.example.com/api", MQTTEndpoint: "broker.example.com:443", CA: ca,
			},
			{Name: "second", Email: nwp500.NewSecret("b@example.com"), Password: nwp500.NewSecret("007")},
		},
		HomeAssistant: HomeAssistant{"mqtts://ha.lan:8884", "u", nwp500.NewSecret("no"), ca, "ha/discovery", "water"},
		History:       History{DSN: nwp500.NewSecret("postgres://u:p@db/nwp500"), Keep: Keep{21 * day, 365 * day, 3650 * day, 0}},
		Tariff:        Tariff{Currency: "EUR", Price: 0.31},
	}
	if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b nwp500.Secret) bool { return a == b })); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// certificate returns an authority in PEM form.
func certificate(t testing.TB) string {
	server := httptest.NewTLSServer(http.NotFoundHandler())
	defer server.Close()
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}))
}

func TestGivenIsStrongerThanTheFile(t *testing.T) {
	name := write(t, "c.yaml", "listen: :1\nhistory: {path: a.db}\ntariff: {currency: EUR, price: 1}\nhome_assistant: {broker: mqtt://a, user: u, password: x}\n")
	got, err := Read(name, []Given{
		given("listen", "[::1]:2"), given("names", "a.lan, b.lan"), given("history.dsn", "postgres://db/x"), given("tariff.use_tou", "true"),
		given("home_assistant.password", "[y]"), given("accounts", "[{email: a@example.com, password: p}]"),
	})
	if err != nil {
		t.Fatal(err)
	}
	if got.Listen != "[::1]:2" || got.History.Path != "" || got.History.DSN.Reveal() != "postgres://db/x" || got.Tariff.Price != 0 || !got.Tariff.UseTOU ||
		got.HomeAssistant.Password.Reveal() != "[y]" || len(got.Accounts) != 1 || got.Accounts[0].Name != "home" || len(got.Names) != 2 || got.Names[1] != "b.lan" {
		t.Errorf("got %+v", got)
	}
}

// A price in the file goes together with use_tou that is said to be false.
func TestNoTariffOfTheHeater(t *testing.T) {
	name := write(t, "c.yaml", "tariff: {currency: EUR, price: 1, use_tou: false}\n")
	for _, beside := range [][]Given{nil, {given("tariff.use_tou", "false")}} {
		if got, err := Read(name, beside); err != nil || got.Tariff.Price != 1 {
			t.Errorf("with %v: %+v, %v", beside, got.Tariff, err)
		}
	}
}

func TestProblems(t *testing.T) {
	for content, want := range map[string]string{
		"lisen: :1":                          "1: there is no key lisen; there are listen, names, token_file, poll_every, fresh_for, log, accounts, home_assistant, history, metrics, tariff",
		"log:\n  levl: info":                 "2: there is no key log.levl; there are level, format",
		"history:\n  keep:\n    days: 1d":    "3: there is no key history.keep.days; there are raw, minutes, hours, events",
		"accounts:\n- email: a\n  heatr: []": "3: there is no key accounts[0].heatr; there are name, email, password, password_file, rest_url, mqtt_endpoint, ca, heaters",
		"accounts:\n- email: a\n  password: b\n  heaters: [{mac: x}]": "4: there is no key accounts[0].heaters[0].mac; there are match, name",
		"listen: 8500":                    `1: listen "8500": it is HOST:PORT, as 127.0.0.1:8500, or :8500 for all addresses of this computer`,
		"listen: [a]":                     `1: listen: it is HOST:PORT, as 127.0.0.1:8500, or :8500 for all addresses of this computer`,
		"listen: ':70000'":                `1: listen ":70000": it is HOST:PORT`,
		"listen: {a: b}":                  "1: listen takes no keys of its own",
		"listen:":                         "1: listen takes no empty value: leave the key out",
		"names: [a:1]":                    "1: names: it is a list of host names",
		"log: info":                       "1: log has keys of its own: level, format",
		"log: {level: trace}":             `1: log.level "trace": it is debug, info, warn or error`,
		"metrics: yes":                    `1: metrics "yes": it is true or false`,
		"poll_every: 5":                   `1: poll_every "5": it is a time from 10s to 24h, as 5m`,
		"poll_every: 1s":                  `1: poll_every "1s": it is a time from 10s to 24h`,
		"fresh_for: 1m":                   "1: fresh_for: it has to be longer than poll_every, which is 5m0s",
		"fresh_for: 5m":                   "1: fresh_for: it has to be longer than poll_every, which is 5m0s",
		"history: {keep: {raw: 3}}":       `1: history.keep.raw "3": it is a time in days, weeks or years, as 90d, 8w or 2y, or forever`,
		"history: {keep: {raw: 999999y}}": `1: history.keep.raw "999999y": it is a time in days`,
		"history: {keep: {raw: 201y}}":    `1: history.keep.raw "201y": it is a time in days`,
		"history:\n path: a\n dsn: a=b":   "3: history.dsn: there is history.path, too: leave one of them out",
		"history: {dsn: 'postgres://u:hunter2@h:port/db'}":                     "1: history.dsn: the DSN cannot be understood: it is postgres://USER:PASSWORD@HOST:PORT/DATABASE, with %XX",
		"history: {dsn: 'host=h sslmode=hunter2'}":                             "1: history.dsn: the DSN cannot be understood",
		"history: {dsn: hunter2}":                                              "1: history.dsn: it is postgres://USER:PASSWORD@HOST/DATABASE or host=HOST dbname=DATABASE …",
		"tariff: {price: 0.3}":                                                 "1: tariff.price: there is no tariff.currency",
		"tariff: {price: .inf}":                                                `1: tariff.price ".inf": it is the price of a kilowatt-hour, as 0.28`,
		"tariff: {currency: Dollar}":                                           `1: tariff.currency "Dollar": it is three capitals, as USD or EUR`,
		"tariff: {currency: EUR, price: 1, use_tou: true}":                     "1: tariff.use_tou: there is tariff.price, too: leave one of them out",
		"home_assistant: {user: a}":                                            "1: home_assistant.user: there is no home_assistant.broker",
		"home_assistant: {broker: mqtt://a, password: b}":                      "1: home_assistant.password: there is no home_assistant.user",
		"home_assistant: {broker: mqtt://a, base_topic: homeassistant}":        "1: home_assistant.base_topic: base topic and discovery prefix are the same, or one is below the other",
		"home_assistant: {broker: mqtt://a, base_topic: homeassistant/nwp500}": "1: home_assistant.base_topic: base topic and discovery prefix are the same, or one is below the other",
		"home_assistant: {broker: mqtt://a, discovery_prefix: nwp500/found}":   "1: home_assistant.discovery_prefix: base topic and discovery prefix are the same, or one is below the other",
		`home_assistant: {broker: mqtt://a, base_topic: "a\nb"}`:               "1: home_assistant.base_topic: the base topic: a wildcard, a control character, or no UTF-8",
		"home_assistant: {broker: http://a}":                                   `1: home_assistant.broker "http://a": it is mqtt://HOST or mqtts://HOST, with :PORT where it is not 1883 or 8883`,
		"home_assistant: {broker: 'mqtt://a:70000'}":                           `1: home_assistant.broker "mqtt://a:70000": it is mqtt://HOST or mqtts://HOST, with :PORT where it is not 1883 or 8883`,
		"home_assistant: {broker: mqtt://a, base_topic: a/#}":                  `1: home_assistant.base_topic "a/#": it is words with slashes between, without + # $`,
		"home_assistant: {broker: mqtt://a, password_file: gone}":              "1: home_assistant.password_file: DIR/gone: no such file or directory",
		"home_assistant: {broker: mqtt://a, ca: c.yaml}":                       "1: home_assistant.ca \"c.yaml\": the file holds no certificate in PEM form",
		"accounts: {email: a}":                                                 "1: accounts takes no keys of its own",
		"accounts: a":                                                          "1: accounts: it is a list",
		"accounts: [a]":                                                        "1: accounts[0] has keys of its own: name, email, password, password_file, rest_url, mqtt_endpoint, ca, heaters",
		"accounts:\n- email: a\n- email: b":                                    "2: accounts[0]: one of several accounts needs a name\nDIR/c.yaml:3: accounts[1]: one of several accounts needs a name",
		"accounts:\n- {name: x, email: a}\n- {name: x, email: b}":              "3: accounts[1].name: another account has that name",
		"accounts:\n- password: hunter2":                                       "2: accounts[0]: there is no email",
		"accounts:\n- {email: a, heaters: [{name: x}]}":                        "2: accounts[0].heaters[0]: there is no match: the heater's MAC address, or its name in the app",
		"accounts:\n- {email: a, rest_url: 'http://cloud.example.com'}":        `2: accounts[0].rest_url "http://cloud.example.com": http is for this computer (a loopback address) alone; use https`,
		"accounts:\n- {email: a, mqtt_endpoint: 'mqtts://x'}":                  `2: accounts[0].mqtt_endpoint "mqtts://x": the scheme is wss`,
		"accounts:\n- {email: a, password: b, password_file: c}":               "2: accounts[0].password_file: DIR/c: no such file or directory",
		"a: 1\na: 2":                                     "2: mapping key \"a\" already defined at [1:1]",
		"listen: :1\n---\nlisten: :2":                    ": there is more than one document in it",
		"- listen":                                       "1: the configuration has keys of its own: listen, names",
		"listen: &a :1":                                  "1: listen takes no anchors, aliases and tags",
		"<<: {listen: :1}":                               "1: a key is a plain word",
		"home_assistant: {password: 'hunter2":            "1: could not find end character of single-quoted text",
		"home_assistant:\n  password: [hunter2]":         "2: home_assistant.password: it is one value, not a list",
		"home_assistant:\n\tpassword: hunter2":           "2: there is a tab where YAML takes spaces alone",
		"listen: 1\npoll_every: 2":                       "1: listen \"1\": it is HOST:PORT, as 127.0.0.1:8500, or :8500 for all addresses of this computer\nDIR/c.yaml:2: poll_every",
		"home_assistant: {broker: 'mqtt://u:hunter2@h'}": "1: home_assistant.broker: user and password have keys of their own",
	} {
		name := write(t, "c.yaml", content+"\n")
		_, err := Read(name, nil)
		dir := filepath.Dir(name)
		if want = filepath.Join(dir, "c.yaml") + ":" + strings.ReplaceAll(want, "DIR", dir); strings.Contains(want, "::") {
			want = strings.Replace(want, "::", ":", 1)
		}
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q:\n got %v\nwant %s", content, err, want)
		}
		if err != nil && strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q: the error shows a secret: %v", content, err)
		}
	}
}

func TestProblemsOfWhatWasGiven(t *testing.T) {
	for _, c := range []struct {
		given Given
		want  string
	}{
		{given("listen", "8500"), `--listen: listen "8500": it is HOST:PORT`},
		{given("accounts", "owner@example.com"), "--accounts: accounts: it is a list"},
		{given("accounts", "[{email: a, pasword: hunter2}]"), "--accounts:1: there is no key accounts[0].pasword; there are"},
		{given("accounts", "[{email: a, password: hunter2]"), "--accounts: accounts: ',' or '}' must be specified"},
		{given("names", "[a"), "--names: names: sequence end token ']' not found"},
		{given("home_assistant.user", "u"), "--home-assistant-user: home_assistant.user: there is no home_assistant.broker"},
	} {
		_, err := Read("", []Given{c.given})
		if err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("got %v, want %s", err, c.want)
		}
		if err != nil && strings.Contains(err.Error(), "hunter2") {
			t.Errorf("the error shows a secret: %v", err)
		}
	}
}

func TestConfigurationThatIsNotThere(t *testing.T) {
	name := filepath.Join(t.TempDir(), "gone.yaml")
	var problems Problems
	if _, err := Read(name, nil); !errors.As(err, &problems) || problems[0].Place != name {
		t.Errorf("got %v", err)
	}
}

func TestPrivateFiles(t *testing.T) {
	for _, c := range []struct {
		mode    os.FileMode
		content string
		want    string
	}{
		{0o600, "hunter2\n", ""},
		{0o640, "hunter2", ""},
		{0o644, "hunter2\n", "everybody can read it: chmod o-rwx"},
		{0o600, "", "it is empty"},
		{0o600, "hunter2\nhunter3\n", "it has more than one line"},
	} {
		name := write(t, "password", c.content)
		if err := os.Chmod(name, c.mode); err != nil {
			t.Fatal(err)
		}
		got, err := secretFile(value{text: name})
		if runtime.GOOS == "windows" && c.mode == 0o644 {
			c.want = "" // it has no such permissions
		}
		if c.want == "" && (err != nil || got.Reveal() != "hunter2") || c.want != "" && (err == nil || err.Error() != name+": "+c.want) {
			t.Errorf("%o %q: %v, %v, want %q", c.mode, c.content, got.Reveal(), err, c.want)
		}
	}
}

func TestConfigShowsNoSecret(t *testing.T) {
	config := Config{
		Accounts:      []Account{{Email: nwp500.NewSecret("hunter2"), Password: nwp500.NewSecret("hunter2"), Heaters: []Heater{{Match: nwp500.NewSecret("hunter2")}}}},
		HomeAssistant: HomeAssistant{Password: nwp500.NewSecret("hunter2")}, History: History{DSN: nwp500.NewSecret("hunter2")},
	}
	if text := fmt.Sprintf("%v %+v %#v", config, config, config); strings.Contains(text, "hunter2") {
		t.Error(text)
	}
}

func FuzzRead(f *testing.F) {
	for _, seed := range []string{Example, "a: &x [*x]\n", "accounts: [{heaters: [{match: 1}]}]", "? a\n: b\n", "listen: |\n  a\n", "{[]: 1}", "- - -", "!!map {a: b}", "%YAML 1.2\n---\n", "a: !!binary |\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(_ *testing.T, data []byte) {
		config := Default()
		r := &reader{file: "c.yaml", name: "c.yaml", places: make(map[string]string)}
		r.document(&config, data)
		r.check(&config)
	})
}
