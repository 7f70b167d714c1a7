package nwp500

import (
	"context"
	"errors"
)

// ErrNoDevice is an account without a heater.
var ErrNoDevice = errors.New("the account has no heater")

// Open makes a client and connects it in one call: New, a sign-in where the tokens do
// not serve, and Connect. Its errors are those of Connect. Closing the client ends both.
func Open(ctx context.Context, config Config) (*Client, *Session, error) {
	client := New(config)
	session, err := client.Connect(ctx)
	if err != nil {
		return nil, nil, errors.Join(err, client.Close())
	}
	return client, session, nil
}

// FirstDevice returns the first heater that Devices lists, for the many accounts that
// have one. An account without a heater is ErrNoDevice.
func (c *Client) FirstDevice(ctx context.Context) (Device, error) {
	devices, err := c.Devices(ctx)
	switch {
	case err != nil:
		return Device{}, err
	case len(devices) == 0:
		return Device{}, ErrNoDevice
	}
	return devices[0], nil
}
