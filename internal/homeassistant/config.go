package homeassistant

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/internal/fleet"
)

// Config says which broker the bridge speaks to, and of what. Broker and Fleet are required.
type Config struct {
	// Broker is "mqtt://host" or, with TLS, "mqtts://host"; the ports are 1883 and 8883 if none is named.
	Broker string
	// User and Password are the owner's for the broker; without a user neither is sent.
	User     string
	Password nwp500.Secret
	// RootCAs are the authorities trusted with TLS; if nil, the system's. The certificate is verified always.
	RootCAs *x509.CertPool
	// ClientID names the bridge to the broker, which ends the connection of an earlier client with the same id: so a
	// bridge that was killed and started again gets rid of what is left of it. If empty, it is made of the prefixes.
	ClientID string

	// DiscoveryPrefix is where Home Assistant looks for discovery documents; if empty, "homeassistant".
	DiscoveryPrefix string
	// BaseTopic is where the bridge's own topics begin; if empty, "nwp500". No other bridge at the broker may use it, and
	// neither of the two prefixes may be below the other.
	BaseTopic string

	// Fleet has the heaters.
	Fleet *fleet.Fleet

	// Dial opens network connections; if nil, a net.Dialer does.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// Logger receives what an operator may want to know; never a payload or a password. If nil, nothing is logged.
	Logger *slog.Logger
}

// normalised returns the configuration with its defaults filled in.
func (c Config) normalised() (Config, error) {
	if c.DiscoveryPrefix == "" {
		c.DiscoveryPrefix = "homeassistant"
	}
	if c.BaseTopic == "" {
		c.BaseTopic = "nwp500"
	}
	if err := CheckTopics(c.DiscoveryPrefix, c.BaseTopic); err != nil {
		return Config{}, err
	}
	if c.Fleet == nil {
		return Config{}, errors.New("no heaters to bridge")
	}
	if c.Password.Reveal() != "" && c.User == "" {
		return Config{}, errors.New("a password without a user, which MQTT 3.1.1 does not know")
	}
	if c.ClientID == "" {
		sum := sha256.Sum256([]byte(c.DiscoveryPrefix + "\x00" + c.BaseTopic))
		c.ClientID = "nwp500-" + hex.EncodeToString(sum[:5])
	}
	if c.Dial == nil {
		c.Dial = new(net.Dialer).DialContext
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return c, nil
}

// CheckTopics says why [Config] takes no such discovery prefix and base topic; nil when it takes them.
func CheckTopics(discoveryPrefix, baseTopic string) error {
	if fault := prefixFault(discoveryPrefix); fault != "" {
		return errors.New("the discovery prefix: " + fault)
	}
	if fault := prefixFault(baseTopic); fault != "" {
		return errors.New("the base topic: " + fault)
	}
	if strings.HasPrefix(discoveryPrefix+"/", baseTopic+"/") || strings.HasPrefix(baseTopic+"/", discoveryPrefix+"/") {
		return errors.New("base topic and discovery prefix are the same, or one is below the other")
	}
	return nil
}

// maxPrefix is how long the prefixes of topics may be, in bytes: MQTT takes topics of 64 KiB, brokers often less.
const maxPrefix = 128

// prefixFault returns what is wrong with the beginning of topics, or nothing.
func prefixFault(prefix string) string {
	switch {
	case len(prefix) > maxPrefix:
		return fmt.Sprintf("more than %d bytes", maxPrefix)
	case strings.ContainsAny(prefix, "+#"), strings.ContainsFunc(prefix, unicode.IsControl), !utf8.ValidString(prefix):
		return "a wildcard, a control character, or no UTF-8" // brokers end the connection for the latter two
	case strings.HasPrefix(prefix, "$"), strings.HasPrefix(prefix, "/"), strings.HasSuffix(prefix, "/"):
		return "begins with $ or /, or ends with /"
	}
	return ""
}

// An address is where the broker is.
type address struct {
	host string // with the port
	name string // that its certificate must have
	tls  bool
}

// parseBroker reads Config.Broker. Its errors do not quote it: somebody may have put a password there.
func parseBroker(text string) (address, error) {
	u, err := url.Parse(text)
	if err != nil {
		return address{}, errors.New("broker: not an address like mqtt://host:1883")
	}
	port := "1883"
	switch {
	case u.Scheme == "mqtts":
		port = "8883"
	case u.Scheme != "mqtt":
		return address{}, errors.New("broker: neither mqtt:// nor mqtts://")
	}
	switch {
	case u.User != nil:
		return address{}, errors.New("broker: user and password have settings of their own")
	case u.Hostname() == "" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "":
		return address{}, errors.New("broker: not an address like mqtt://host:1883")
	}
	if u.Port() != "" {
		port = u.Port()
	}
	return address{host: net.JoinHostPort(u.Hostname(), port), name: u.Hostname(), tls: u.Scheme == "mqtts"}, nil
}
