package nwp500_test

import (
	"errors"
	"reflect"
	"testing"
	"testing/synctest"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/simulator"
)

// While a heater's WiFi loses half of all messages each question and each command of a
// client ends, and what it is told is so.
func TestAHeaterOnWeakWiFi(t *testing.T) {
	inCloud(t, simulator.Config{Seed: 3}, func(t *testing.T, c *cloud) {
		ctx := within(t, 24*time.Hour)
		heater, simulated := c.heater(t)
		simulated.SetWiFi(12)
		const tries = 40
		answered, done := 0, 0
		for i := range tries {
			status, err := heater.Status(ctx)
			if err == nil {
				answered++
				if !status.WiFiSignal.Is(12) {
					t.Errorf("a signal of %v", status.WiFiSignal)
				}
			} else if !errors.Is(err, nwp500.ErrNoAnswer) {
				t.Error(err)
			}
			celsius := 45 + float64(i%10)
			err = heater.SetTemperature(ctx, nwp500.Celsius(celsius))
			if err == nil {
				done++
				if half := simulated.Status()["dhwTemperatureSetting"]; float64(half)/2 != celsius {
					t.Errorf("set to %v °C, and it is %d half °C", celsius, half)
				}
			} else if !errors.Is(err, nwp500.ErrNoAnswer) {
				t.Error(err)
			}
			pass(time.Minute)
		}
		if answered == 0 || answered == tries || done == 0 || done == tries {
			t.Errorf("%d answers and %d commands of %d", answered, done, tries)
		}
		simulated.SetWiFi(60)
		status, err := heater.Status(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if half := simulated.Status()["dhwTemperatureSetting"]; status.Setpoint.Celsius() != float64(half)/2 {
			t.Errorf("a setpoint of %v, and it is %d half °C", status.Setpoint, half)
		}
	})
}

// A heater whose WiFi fails is not connected and says nothing; what it has still got
// when it is back, a client reads.
func TestAHeaterWhoseWiFiFails(t *testing.T) {
	inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
		ctx := within(t, 24*time.Hour)
		heater, simulated := c.heater(t)
		if _, err := heater.Status(ctx); err != nil {
			t.Fatal(err)
		}
		var codes []nwp500.FaultCode
		ended := make(chan struct{})
		events := heater.Events(ctx)
		go func() {
			defer close(ended)
			for event := range events {
				if fault, is := event.(nwp500.FaultDetected); is {
					codes = append(codes, fault.Code)
				}
			}
		}()
		synctest.Wait()
		connected := func(want bool) {
			t.Helper()
			devices, err := c.client.Devices(ctx)
			if err != nil || len(devices) != 1 || devices[0].Connected.IsOn() != want {
				t.Errorf("%+v, %v", devices, err)
			}
		}

		simulated.RaiseFault(596, 0)
		pass(time.Minute)
		connected(false)
		if _, err := heater.Status(ctx); !errors.Is(err, nwp500.ErrNoAnswer) {
			t.Errorf("a status: %v", err)
		}
		if err := heater.SetMode(ctx, nwp500.Electric); !errors.Is(err, nwp500.ErrNoAnswer) {
			t.Errorf("a command: %v", err)
		}
		simulated.RaiseFault(97, 0)
		simulated.ClearFaultCode(596)
		pass(time.Minute)
		connected(true)
		status, err := heater.Status(ctx)
		if err != nil || !status.Mode.Is(nwp500.EnergySaver) {
			t.Fatalf("%v, %v", status, err)
		}
		if err := heater.SetMode(ctx, nwp500.Electric); err != nil {
			t.Error(err)
		}
		c.client.Close()
		<-ended
		if !reflect.DeepEqual(codes, []nwp500.FaultCode{97}) {
			t.Errorf("heard of faults %v", codes)
		}
	})
}
