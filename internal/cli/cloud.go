package cli

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"os"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/internal/daemon"
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
	checked, err := daemon.RESTURL(address)
	if err != nil {
		return "", usageError{err}
	}
	return checked, nil
}

// checkedEndpoint returns the endpoint as it is: a host stands for wss://host/mqtt.
func checkedEndpoint(endpoint string) (string, error) {
	checked, err := daemon.MQTTEndpoint(endpoint)
	if err != nil {
		return "", usageError{err}
	}
	return checked, nil
}

// authorities returns those of the system and those in a file.
func authorities(path string) (*x509.CertPool, error) {
	pem, err := os.ReadFile(path)
	if err != nil {
		return nil, usagef("--ca: the file cannot be read: %w", reason(err))
	}
	pool, err := daemon.Authorities{File: daemon.File(path), PEM: string(pem)}.Pool()
	if err != nil {
		return nil, usagef("--ca: %w", err)
	}
	return pool, nil
}
