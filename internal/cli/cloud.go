package cli

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"

	"github.com/nwp500/nwp500"
)

// cloud is the cloud that a command talks to.
type cloud struct {
	client *nwp500.Client
	closed func() error // gives back what the client needed
}

// openCloud opens the simulated cloud of --sim, or the one at the addresses with the user's credentials. It needs no
// network yet, but may need the user's keyring.
func (p *program) openCloud(ctx context.Context) (*cloud, error) {
	if p.options.simulated {
		return p.openSimulated(ctx)
	}
	config, err := p.config()
	if err != nil {
		return nil, err
	}
	if err := p.credentials(ctx, &config); err != nil {
		return nil, err
	}
	return &cloud{nwp500.New(config), func() error { return nil }}, nil
}

// close ends the client, then what it needed.
func (c *cloud) close() error {
	return errors.Join(c.client.Close(), c.closed())
}

// config returns what the options say of the real cloud, without credentials.
func (p *program) config() (nwp500.Config, error) {
	o := &p.options
	config := nwp500.Config{Logger: p.logger()}
	var err error
	if config.RESTURL, err = checkedRESTURL(o.restURL); err != nil {
		return config, fmt.Errorf("--rest-url: %w", err)
	}
	if config.MQTTEndpoint, err = checkedEndpoint(o.mqttEndpoint); err != nil {
		return config, fmt.Errorf("--mqtt-endpoint: %w", err)
	}
	if o.ca != "" {
		if config.RootCAs, err = authorities(o.ca); err != nil {
			return config, err
		}
	}
	return config, nil
}

// checkedRESTURL returns the address in the one form under which logins are kept.
func checkedRESTURL(address string) (string, error) {
	base, err := url.Parse(address)
	switch {
	case err != nil || base.Host == "" || base.User != nil || base.RawQuery != "" || base.Fragment != "":
		return "", usagef("not an address like https://host/path")
	case base.Scheme == "https", base.Scheme == "http" && isLoopback(base.Hostname()):
	case base.Scheme == "http":
		return "", usagef("http is for this computer (a loopback address) alone; use https")
	default:
		return "", usagef("not an address like https://host/path")
	}
	base.Host = strings.ToLower(base.Host)
	return strings.TrimRight(base.String(), "/"), nil
}

// checkedEndpoint returns the endpoint as it is: a host stands for wss://host/mqtt.
func checkedEndpoint(endpoint string) (string, error) {
	address := endpoint
	if !strings.Contains(address, "://") {
		address = "wss://" + address
	}
	base, err := url.Parse(address)
	switch {
	case err != nil || base.Host == "" || base.User != nil || base.RawQuery != "" || base.Fragment != "",
		strings.Trim(base.Path, "/") != "" && base.Path != "/mqtt":
		return "", usagef("not a host like broker.example.com or broker.example.com:443 (its path is always /mqtt)")
	case base.Scheme == "wss", base.Scheme == "ws" && isLoopback(base.Hostname()):
		return endpoint, nil
	case base.Scheme == "ws":
		return "", usagef("ws is for this computer (a loopback address) alone; use wss")
	}
	return "", usagef("the scheme is wss")
}

func isLoopback(host string) bool {
	return strings.EqualFold(host, "localhost") || net.ParseIP(host).IsLoopback()
}

// authorities returns those of the system and those in a file.
func authorities(path string) (*x509.CertPool, error) {
	pem, err := os.ReadFile(path)
	if err != nil {
		return nil, usagef("--ca: the file cannot be read: %w", reason(err))
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool() // a system without any
	}
	if !pool.AppendCertsFromPEM(pem) {
		return nil, usagef("--ca: the file holds no certificate in PEM form")
	}
	return pool, nil
}
