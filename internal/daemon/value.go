package daemon

import (
	"crypto/x509"
	"errors"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/internal/history"
)

// value is what a key was given.
type value struct {
	path string // of the key, in full
	text string
	list *ast.SequenceNode // of a list; the text is empty then
	dir  string            // where a relative path begins; "" is where the program was started
}

var errNotText = errors.New("it is one value, not a list")

func text(v value) (string, error) {
	if v.list != nil {
		return "", errNotText
	}
	if strings.TrimSpace(v.text) == "" {
		return "", errors.New("it is empty: leave the key out")
	}
	return v.text, nil
}

func secret(v value) (nwp500.Secret, error) {
	got, err := text(v)
	return nwp500.NewSecret(got), err
}

// hostName is a name, or an address without a port.
var hostName = regexp.MustCompile(`^[0-9A-Za-z]([-.0-9A-Za-z]*[0-9A-Za-z])?$`)

func address(v value) (string, error) {
	host, port, err := net.SplitHostPort(v.text)
	number, badPort := strconv.ParseUint(port, 10, 16)
	_, badAddress := netip.ParseAddr(host)
	if v.list != nil || err != nil || badPort != nil || host != "" && badAddress != nil && !hostName.MatchString(host) {
		return "", errors.New("it is HOST:PORT, as 127.0.0.1:8500, or :8500 for all addresses of this computer")
	}
	return net.JoinHostPort(host, strconv.FormatUint(number, 10)), nil
}

func hostNames(v value) ([]string, error) {
	names := strings.Split(v.text, ",")
	if v.list != nil {
		names = nil
		for _, node := range v.list.Values {
			name, _ := scalar(node)
			names = append(names, name)
		}
	}
	for i, name := range names {
		name = strings.ToLower(strings.TrimSpace(name))
		if _, err := netip.ParseAddr(name); err != nil && !hostName.MatchString(name) {
			return nil, errors.New("it is a list of host names without ports, as [nas.lan, 192.168.1.5]")
		}
		names[i] = name
	}
	return names, nil
}

func file(v value) (File, error) {
	name, err := text(v)
	if err == nil && v.dir != "" && !filepath.IsAbs(name) {
		name = filepath.Join(v.dir, name)
	}
	return File(name), err
}

// longestFile is more than any password or bundle of authorities has.
const longestFile = 4 << 20

// secretFile reads a file with one line that only its owner, and who is in its group, can read.
func secretFile(v value) (nwp500.Secret, error) {
	name, err := file(v)
	if err != nil {
		return nwp500.Secret{}, err
	}
	content, err := readPrivate(string(name))
	if err == nil && content == "" {
		err = errors.New("it is empty")
	}
	if err != nil {
		return nwp500.Secret{}, errors.New(string(name) + ": " + err.Error())
	}
	return nwp500.NewSecret(content), nil
}

// readPrivate returns the only line of a file that not everybody can read.
func readPrivate(name string) (string, error) {
	info, err := os.Stat(name)
	if err != nil {
		return "", reason(err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o007 != 0 {
		return "", errors.New("everybody can read it: chmod o-rwx")
	}
	data, err := readAtMost(name, longestFile)
	content := strings.TrimRight(string(data), "\r\n")
	if err == nil && strings.ContainsAny(content, "\r\n\x00") {
		err = errors.New("it has more than one line")
	}
	if err != nil {
		return "", reason(err)
	}
	return content, nil
}

func authorities(v value) (Authorities, error) {
	name, err := file(v)
	if err != nil {
		return Authorities{}, err
	}
	pem, err := readAtMost(string(name), longestFile)
	if err != nil {
		return Authorities{}, errors.New(string(name) + ": " + reason(err).Error())
	}
	found := Authorities{File: name, PEM: string(pem)}
	if _, err := found.Pool(); err != nil {
		return Authorities{}, err
	}
	return found, nil
}

// Pool returns the system's authorities and these; nil, which is the system's, where there are none.
func (a Authorities) Pool() (*x509.CertPool, error) {
	if a.File == "" {
		return nil, nil
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool() // a system without any
	}
	if !pool.AppendCertsFromPEM([]byte(a.PEM)) {
		return nil, errors.New("the file holds no certificate in PEM form")
	}
	return pool, nil
}

// between is a time as Go writes it, within limits.
func between(least, most time.Duration, allowed string) func(value) (time.Duration, error) {
	return func(v value) (time.Duration, error) {
		d, err := time.ParseDuration(v.text)
		if v.list != nil || err != nil || d < least || d > most {
			return 0, errors.New("it is a time " + allowed)
		}
		return d, nil
	}
}

func pollTime(v value) (time.Duration, error) {
	return between(10*time.Second, 24*time.Hour, "from 10s to 24h, as 5m")(v)
}

func freshTime(v value) (time.Duration, error) {
	return between(10*time.Second, 7*day, "from 10s to 168h, as 15m")(v)
}

// longestKept keeps a time.Duration from overflowing.
const longestKept = 200 * 365

func keepTime(v value) (time.Duration, error) {
	if v.text == "forever" {
		return 0, nil
	}
	days, allowed := 0, errors.New("it is a time in days, weeks or years, as 90d, 8w or 2y, or forever")
	for _, unit := range []struct {
		letter string
		days   int
	}{{"d", 1}, {"w", 7}, {"y", 365}} {
		if number, ok := strings.CutSuffix(v.text, unit.letter); ok {
			n, err := strconv.ParseUint(number, 10, 16)
			if err != nil {
				return 0, allowed
			}
			days = int(n) * unit.days
		}
	}
	if v.list != nil || days == 0 || days > longestKept {
		return 0, allowed
	}
	return time.Duration(days) * day, nil
}

// oneOf is a word of several.
func oneOf(v value, words ...string) (string, error) {
	if v.list != nil || !slices.Contains(words, v.text) {
		return "", errors.New("it is " + strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1])
	}
	return v.text, nil
}

func level(v value) (slog.Level, error) {
	word, err := oneOf(v, "debug", "info", "warn", "error")
	if err != nil {
		return 0, err
	}
	var l slog.Level
	return l, l.UnmarshalText([]byte(word))
}

func logFormat(v value) (string, error) { return oneOf(v, "text", "json") }

func yesOrNo(v value) (bool, error) {
	word, err := oneOf(v, "true", "false")
	return word == "true", err
}

func currency(v value) (string, error) {
	if v.list != nil || len(v.text) != 3 || strings.Trim(v.text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		return "", errors.New("it is three capitals, as USD or EUR")
	}
	return v.text, nil
}

func price(v value) (float64, error) {
	number, err := strconv.ParseFloat(v.text, 64)
	if ok := v.list == nil && err == nil && number > 0 && number < 1000; !ok {
		return 0, errors.New("it is the price of a kilowatt-hour, as 0.28")
	}
	return number, nil
}

// topic is what MQTT topics begin with: words with slashes between, without wildcards.
func topic(v value) (string, error) {
	ok := v.list == nil && v.text != "" && len(v.text) <= 128 && !strings.ContainsAny(v.text, "+#$\x00")
	for word := range strings.SplitSeq(v.text, "/") {
		ok = ok && word != ""
	}
	if !ok {
		return "", errors.New("it is words with slashes between, without + # $")
	}
	return v.text, nil
}

func broker(v value) (string, error) {
	base, err := url.Parse(v.text)
	switch {
	case err == nil && base.User != nil:
		return "", errors.New("user and password have keys of their own")
	case v.list != nil, err != nil, base.Port() != "" && !isPort(base.Port()), base.Scheme != "mqtt" && base.Scheme != "mqtts", base.Hostname() == "",
		strings.Trim(base.Path, "/") != "", base.RawQuery != "", base.Fragment != "":
		return "", errors.New("it is mqtt://HOST or mqtts://HOST, with :PORT where it is not 1883 or 8883")
	}
	return base.Scheme + "://" + base.Host, nil
}

// isPort tells a port that can be dialled.
func isPort(port string) bool {
	number, err := strconv.ParseUint(port, 10, 16)
	return err == nil && number > 0
}

func dsn(v value) (nwp500.Secret, error) {
	if v.list != nil || !strings.HasPrefix(v.text, "postgres://") && !strings.HasPrefix(v.text, "postgresql://") && !strings.Contains(v.text, "=") {
		return nwp500.Secret{}, errors.New("it is postgres://USER:PASSWORD@HOST/DATABASE or host=HOST dbname=DATABASE …")
	}
	return nwp500.NewSecret(v.text), history.CheckDSN(v.text)
}
