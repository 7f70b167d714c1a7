package nwp500_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/simulator"
)

// exampleConfig returns the configuration of a client of a simulated cloud, so that the
// examples run without an account. With one, the zero Config is enough.
func exampleConfig() (nwp500.Config, *simulator.Simulator, func()) {
	cloud, err := simulator.New(simulator.Config{Seed: 1, Start: time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)})
	if err != nil {
		log.Fatal(err)
	}
	server, err := cloud.Memory()
	if err != nil {
		log.Fatal(err)
	}
	account := cloud.Accounts()[0]
	config := nwp500.Config{
		Email: account.Email, Password: nwp500.NewSecret(account.Password),
		RESTURL: server.RESTURL, MQTTEndpoint: server.MQTTEndpoint, Dial: server.Dial,
	}
	return config, cloud, func() { server.Close(); cloud.Close() }
}

// Sign in, list, connect, read, change.
func Example() {
	config, _, stop := exampleConfig()
	defer stop()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()

	client := nwp500.New(config)
	defer client.Close()
	devices, err := client.Devices(ctx)
	if err != nil {
		log.Fatal(err)
	}
	session, err := client.Connect(ctx)
	if err != nil {
		log.Fatal(err)
	}
	defer session.Close()

	heater := session.Heater(devices[0])
	if err := heater.SetTemperature(ctx, nwp500.Celsius(55)); err != nil {
		log.Fatal(err)
	}
	status, err := heater.Status(ctx)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(status.Setpoint.Fahrenheit(), status.Mode, status.Fault)
	// Output: 131 energy saver none
}

// A command that fails says how far it came.
func ExampleCommandError() {
	config, cloud, stop := exampleConfig()
	defer stop()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()

	config.AnswerTimeout = 2 * time.Second
	client := nwp500.New(config)
	defer client.Close()
	devices, err := client.Devices(ctx)
	if err != nil {
		log.Fatal(err)
	}
	session, err := client.Connect(ctx)
	if err != nil {
		log.Fatal(err)
	}
	defer session.Close()
	heater := session.Heater(devices[0])

	fmt.Println(heater.SetTemperature(ctx, nwp500.Celsius(99)))

	cloud.SilentHeaters(true)
	err = heater.SetPower(ctx, false)
	var failed *nwp500.CommandError
	if errors.As(err, &failed) {
		fmt.Println(failed.Outcome, failed.MayHaveSucceeded())
	}
	// Output:
	// set temperature: refused: temperature 99 °C (210.2 °F) is not allowed: it takes 35 °C (95 °F) to 65.5 °C (149.9 °F)
	// outcome unknown true
}

// Events are read in a loop; a type switch tells what happened.
func ExampleHeater_Events() {
	config, _, stop := exampleConfig()
	defer stop()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()

	client := nwp500.New(config)
	defer client.Close()
	devices, err := client.Devices(ctx)
	if err != nil {
		log.Fatal(err)
	}
	session, err := client.Connect(ctx)
	if err != nil {
		log.Fatal(err)
	}
	defer session.Close()
	heater := session.Heater(devices[0])

	events := heater.Events(ctx) // from here on nothing is missed
	if _, err := heater.Status(ctx); err != nil {
		log.Fatal(err)
	}
	if err := heater.SetTemperature(ctx, nwp500.Fahrenheit(131)); err != nil {
		log.Fatal(err)
	}
	for event, err := range events {
		if err != nil {
			log.Fatal(err)
		}
		if changed, ok := event.(nwp500.SetpointChanged); ok {
			fmt.Println("setpoint:", changed.New)
			break
		}
	}
	// Output: setpoint: 55 °C (131 °F)
}

// A captured message, envelope or bare body, decoded for a person to read.
func ExampleDecode() {
	message := []byte(`{"response":{"macAddress":"0a0b0c0d0e0f","downloadSwInfo":[{"swCode":0,"otaMode":0,"swVersion":0,"status":0}]}}`)
	decoded, err := nwp500.Decode(message, nwp500.Metric)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(string(decoded))
	// Output: {"kind":"firmware_downloads","mac_address":"0a0b0c0d0e0f","download_sw_info":[{"sw_code":0,"ota_mode":0,"sw_version":0,"status":0}],"unknown":{}}
}

// A temperature is asked for in the unit that the caller wants.
func ExampleTemperature() {
	setpoint := nwp500.Fahrenheit(131)
	fmt.Println(setpoint.Celsius(), setpoint.Fahrenheit())
	fmt.Println(setpoint)
	fmt.Println(nwp500.Temperature{}) // not said is not zero
	// Output:
	// 55 131
	// 55 °C (131 °F)
	// unknown
}
