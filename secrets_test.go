package nwp500_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/simulator"
)

// Whatever goes well or wrong, no secret reaches the log or an error.
func TestNoSecretInLogsAndErrors(t *testing.T) {
	inCloud(t, simulator.Config{Heaters: 2, CommandGap: time.Second}, func(t *testing.T, c *cloud) {
		ctx := within(t, 24*time.Hour)
		var out bytes.Buffer
		config := c.config
		config.Logger = slog.New(slog.NewJSONHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug - 4}))
		config.Tokens = nwp500.MemoryTokens()
		client := nwp500.New(config)
		defer client.Close()
		var errs []error
		try := func(err error) {
			if err != nil {
				errs = append(errs, err)
			}
		}

		try(client.SignIn(ctx, c.email, "wrong-password-1"))
		c.RESTFail("/user/sign-in", 500, 1)
		try(client.SignIn(ctx, c.email, config.Password.Reveal()))
		try(client.SignIn(ctx, c.email, config.Password.Reveal())) // too soon
		pass(time.Minute)
		c.RESTFail("/user/sign-in", 0, 1)
		try(client.SignIn(ctx, c.email, config.Password.Reveal()))
		pass(time.Minute)
		try(client.SignIn(ctx, c.email, config.Password.Reveal()))
		devices, err := client.Devices(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{"/device/info", "/device/firmware/info"} {
			c.RESTFail(path, 0, 1)
			c.RESTFail(path, 418, 1)
		}
		for range 3 {
			_, err := client.DeviceInfo(ctx, devices[0])
			try(err)
			_, err = client.Firmware(ctx, devices[0])
			try(err)
			try(client.UpdatePushToken(ctx, nwp500.PushToken{Token: nwp500.NewSecret("push-token-1")}))
		}
		c.Inject(simulator.Fault{Step: simulator.StepUpgrade, Action: simulator.Refuse, Status: 403, Message: "The security token included in the request is expired", Times: 1})
		_, err = client.Connect(ctx)
		try(err)
		pass(2 * time.Minute)
		session, err := client.Connect(ctx)
		if err != nil {
			t.Fatal(err)
		}
		heater := session.Heater(devices[0])
		features, err := heater.Features(ctx)
		if err != nil {
			t.Fatal(err)
		}
		try(heater.SetTemperature(ctx, nwp500.Celsius(50)))
		try(heater.SetTemperature(ctx, nwp500.Celsius(51)))
		try(heater.SetTemperature(ctx, nwp500.Celsius(500)))
		c.Heater(devices[0].MAC.Reveal()).SetSilent(true)
		_, err = heater.Status(ctx)
		try(err)
		try(heater.SetPower(ctx, false))
		for range 3 {
			c.DropAll(simulator.DropServer)
			_, err = heater.Status(ctx)
			try(err)
			pass(2 * time.Hour)
		}
		_, err = session.Subscribe(ctx, "cmd/52/navilink-"+devices[1].MAC.Reveal()+"/a/b/c/d/e/f")
		try(err)
		_, err = session.Subscribe(ctx, "cmd/52/navilink-ffffffffffff/#") // not ours: it costs the connection
		try(err)
		short, cancel := context.WithTimeout(ctx, time.Minute)
		defer cancel()
		_, err = session.Subscribe(short, "cmd/52/navilink-ffffffffffff/st")
		try(err)
		try(session.Publish(ctx, "cmd/52/navilink-"+devices[1].MAC.Reveal()+"/+", nil))
		session.Close()

		tokens, err := config.Tokens.Load(ctx)
		if err != nil || tokens == nil {
			t.Fatal(tokens, err)
		}
		secrets := map[string]string{
			"e-mail": c.email, "password": config.Password.Reveal(), "wrong password": "wrong-password-1", "push token": "push-token-1",
			"access token": tokens.Access.Reveal(), "refresh token": tokens.Refresh.Reveal(), "id token": tokens.ID.Reveal(),
			"key id": tokens.AccessKeyID.Reveal(), "secret key": tokens.SecretKey.Reveal(), "session token": tokens.SessionToken.Reveal(),
			"MAC": devices[0].MAC.Reveal(), "other MAC": devices[1].MAC.Reveal(), "foreign MAC": "ffffffffffff",
			"serial": features.Serial.Reveal(), "signature": "X-Amz", "address": devices[0].Location.Address,
		}
		for _, err := range errs {
			fmt.Fprintf(&out, "%v\n%+v\n%#v\n", err, err, err)
		}
		if len(errs) < 10 {
			t.Errorf("only %d errors: the test does not reach what it is for: %v", len(errs), errs)
		}
		for name, secret := range secrets {
			if len(secret) < 4 {
				t.Errorf("%s is %q: nothing to look for", name, secret)
			} else if i := strings.Index(strings.ToLower(out.String()), strings.ToLower(secret)); i >= 0 {
				t.Errorf("%s shows: %.300s", name, out.String()[max(0, i-150):])
			}
		}
		if t.Failed() || testing.Verbose() {
			for _, err := range errs {
				t.Log(err)
			}
		}
	})
}
