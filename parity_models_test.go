package nwp500_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/simulator"
)

// A status and features have types, and every quantity its unit, in the units that the reader asks for.
func TestModels(t *testing.T) {
	inCloud(t, simulator.Config{Models: []simulator.Model{{NewFirmware: true, Recirculation: true}}}, func(t *testing.T, c *cloud) {
		ctx := within(t, time.Hour)
		heater, simulated := c.heater(t)
		simulated.SetTank(50, 40)
		status, err := heater.Status(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if status.TankUpper.Celsius() != 50 || status.TankUpper.Fahrenheit() != 122 || !status.SmartDiagnostic.Known() ||
			!status.Mode.Is(nwp500.EnergySaver) || len(status.Missing()) != 0 || len(status.Unknown()) != 0 {
			t.Errorf("tank %v, mode %v, missing %v, unknown %v", status.TankUpper, status.Mode, status.Missing(), status.Unknown())
		}
		if raw, ok := status.Raw("tankUpperTemperature"); !ok || string(raw) != "500" {
			t.Errorf("raw %s", raw)
		}
		features, err := heater.Features(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if features.Serial.Reveal() != simulated.Serial() || !features.ControllerVersion.Known() || !features.Volume.Known() ||
			features.SetpointMin != nwp500.Celsius(40.5) || features.SetpointMax != nwp500.Celsius(65.5) || len(features.Missing()) != 0 {
			t.Errorf("serial %v, version %v, volume %v, setpoint %v to %v, missing %v", features.Serial, features.ControllerVersion,
				features.Volume, features.SetpointMin, features.SetpointMax, features.Missing())
		}
		us, err := nwp500.ParseUnits("us")
		if err != nil {
			t.Fatal(err)
		}
		for _, shows := range []nwp500.TemperatureType{nwp500.ShowsCelsius, nwp500.ShowsFahrenheit} {
			simulated.SetStatus("temperatureType", int(shows))
			if status, err = heater.Status(ctx); err != nil {
				t.Fatal(err)
			}
			own, printed := "°C", `"tank_upper_temperature":50,`
			if shows == nwp500.ShowsFahrenheit {
				own, printed = "°F", `"tank_upper_temperature":122,`
			}
			for units, want := range map[nwp500.Units]string{nwp500.Metric: "°C", us: "°F", nwp500.Auto: own} {
				if unit, ok := status.Unit("tank_upper_temperature", units); !ok || unit != want {
					t.Errorf("the unit in %v is %q, want %q", units, unit, want)
				}
			}
			if text := string(status.AppendJSON(nil, nwp500.Auto)); !strings.Contains(text, printed) {
				t.Errorf("no %s in %s", printed, text)
			}
		}
		if unit, ok := features.Unit("dhw_temperature_min", nwp500.US); !ok || unit != "°F" {
			t.Errorf("the unit of a limit is %q, want °F", unit)
		}
	})
}

// Errors are told apart by errors.Is and errors.As, and hold what happened in fields.
func TestErrorsAsData(t *testing.T) {
	inCloud(t, simulator.Config{CommandGap: 10 * time.Second}, func(t *testing.T, c *cloud) {
		ctx := within(t, 24*time.Hour)

		stranger := c.config
		stranger.Email, stranger.Password = "", nwp500.Secret{}
		nobody := nwp500.New(stranger)
		defer nobody.Close()
		if _, err := nobody.Devices(ctx); !errors.Is(err, nwp500.ErrNotSignedIn) {
			t.Errorf("without an account: got %v", err)
		}
		if err := nobody.SignIn(ctx, c.email, "wrong"); !errors.Is(err, nwp500.ErrCredentials) {
			t.Errorf("with a wrong password: got %v", err)
		}
		tokens := c.config
		tokens.Tokens = nwp500.MemoryTokens()
		signer := nwp500.New(tokens)
		defer signer.Close()
		if err := signer.SignIn(ctx, c.email, c.config.Password.Reveal()); err != nil {
			t.Fatal(err)
		}
		tokens.Password = nwp500.Secret{}
		restarted := nwp500.New(tokens)
		defer restarted.Close()
		pass(2 * time.Hour)
		if _, err := restarted.Connect(ctx); !errors.Is(err, nwp500.ErrPasswordNeeded) {
			t.Errorf("with tokens alone, two hours later: got %v", err)
		}

		for status, temporary := range map[int]bool{500: true, 429: true, 404: false} {
			c.RESTFail("/device/info", status, 1)
			_, err := c.client.DeviceInfo(ctx, nwp500.Device{})
			var answer *nwp500.APIError
			if !errors.As(err, &answer) || answer.Status != status || answer.Call != "POST /device/info" || answer.Temporary() != temporary {
				t.Errorf("status %d: got %v", status, err)
			}
		}
		c.RESTFail("/device/list", 0, 10)
		if _, err := c.client.Devices(ctx); !errors.Is(err, nwp500.ErrUnreachable) {
			t.Errorf("REST cut: got %v", err)
		}
		c.RESTFail("/device/list", 503, 1)
		refusing := c.Inject(simulator.Fault{Step: simulator.StepUpgrade, Action: simulator.Refuse, Status: 403})
		_, err := c.client.Connect(ctx)
		var handshake *nwp500.HandshakeError
		if !errors.As(err, &handshake) || handshake.Status != 403 {
			t.Errorf("broker refuses: got %v", err)
		}
		refusing.Heal()
	})
	inCloud(t, simulator.Config{CommandGap: 10 * time.Second}, func(t *testing.T, c *cloud) {
		ctx := within(t, 24*time.Hour)
		session, devices := c.connect(t)
		heater, simulated := session.Heater(devices[0]), c.Heater(devices[0].MAC.Reveal())
		simulated.SetFeature("drSettingUse", 1)

		var command *nwp500.CommandError
		var bounds *nwp500.RangeError
		err := heater.SetVacation(ctx, 31)
		if !errors.As(err, &command) || !errors.As(err, &bounds) || command.Command != "set vacation" || command.Outcome != nwp500.Refused ||
			command.MayHaveSucceeded() || bounds.Field != "days" || bounds.Value != "31" || bounds.Allowed != "1 to 30" {
			t.Errorf("out of range: got %v", err)
		}
		var lacks *nwp500.UnsupportedError
		if err = heater.EnableDemandResponse(ctx, true); !errors.As(err, &lacks) || lacks.Function != "drSettingUse" {
			t.Errorf("not fitted: got %v", err)
		}
		if err := heater.SetPower(ctx, false); err != nil {
			t.Fatal(err)
		}
		var refusal *nwp500.ControlFailure
		if err = heater.SetPower(ctx, true); !errors.As(err, &refusal) || refusal.Code != 2 || outcome(err) != nwp500.Refused {
			t.Errorf("too soon: got %v", err)
		}
		pass(time.Minute)
		lost := c.Inject(simulator.Fault{Step: simulator.StepPuback, Action: simulator.Cut, Times: 1})
		err = session.Publish(ctx, "cmd/52/navilink-"+devices[0].MAC.Reveal()+"/st", []byte(`{}`))
		if !errors.As(err, &command) || command.Outcome != nwp500.OutcomeUnknown || !command.MayHaveSucceeded() {
			t.Errorf("cut while publishing: got %v", err)
		}
		lost.Heal()
		c.Inject(simulator.Fault{Step: simulator.StepUpgrade, Action: simulator.Refuse, Status: 503})
		c.DropAll(simulator.DropServer)
		pass(time.Second)
		if _, err := heater.Status(ctx); !errors.Is(err, nwp500.ErrDisconnected) {
			t.Errorf("not connected: got %v", err)
		}
	})
}
