package nwp500_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/simulator"
)

// What the cloud knows of a heater without asking it, also while it is offline.
func TestWhatTheCloudTells(t *testing.T) {
	inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
		ctx := within(t, time.Hour)
		simulated := c.Accounts()[0].Heaters[0]
		simulated.RaiseFault(799, 0)
		at := simulated.Date()
		simulated.SetOffline(true)
		devices, err := c.client.Devices(ctx)
		if err != nil {
			t.Fatal(err)
		}
		device := devices[0]
		if device.LastFault == nil || device.LastFault.Code != 799 {
			t.Fatalf("the last fault is %v, want E799", device.LastFault)
		}
		if occurred, err := device.LastFault.In(at.Location()); err != nil || occurred.Sub(at).Abs() > time.Second {
			t.Errorf("it occurred at %v, %v, want %v", occurred, err, at)
		}
		if device.Descaling != (nwp500.Descaling{}) {
			t.Errorf("descaling %v, and there was none", device.Descaling)
		}

		info, err := c.client.DeviceInfo(ctx, device)
		if err != nil {
			t.Fatal(err)
		}
		if info.MAC != device.MAC || info.Name != device.Name || !info.Connected.IsOff() || info.Location == nil || info.Location.City == "" {
			t.Errorf("of %s the cloud says name %q, connected %v, location %v", device.Name, info.Name, info.Connected, info.Location != nil)
		}
		firmware, err := c.client.Firmware(ctx, device)
		if err != nil {
			t.Fatal(err)
		}
		if len(firmware) != 4 || firmware[0].Code != 33556241 || firmware[0].Version == 0 {
			t.Errorf("firmware %+v, want four components", firmware)
		}
		if err := c.client.UpdatePushToken(ctx, nwp500.PushToken{
			Token: nwp500.NewSecret("t"), ModelName: "M", AppVersion: "1", OS: "A", OSVersion: "1",
		}); err != nil {
			t.Error(err)
		}
		if calls := c.Counters().Calls["POST /app/update-push-token"]; calls != 1 {
			t.Errorf("%d calls for the push token, want 1", calls)
		}
	})
}

// The cloud's own tariff is read and replaced without the heater.
func TestTariffOfTheCloudAlone(t *testing.T) {
	inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
		ctx := within(t, time.Hour)
		heater, simulated := c.heater(t)
		device, serial := heater.Device(), nwp500.NewSecret(simulated.Serial())
		plans, err := c.client.ConvertTOU(ctx, []json.RawMessage{openEIPlan()})
		if err != nil {
			t.Fatal(err)
		}
		simulated.SetOffline(true)
		kept, err := c.client.UpdateTOU(ctx, device, nwp500.TOUUpdate{Plan: plans[0], Source: openEIPlan(), ZIP: "94102"})
		if err != nil {
			t.Fatal(err)
		}
		read, err := c.client.TOU(ctx, device, serial)
		if err != nil {
			t.Fatal(err)
		}
		want := nwp500.TOUSchedule{Periods: plans[0].Periods}
		for _, got := range []*nwp500.TOU{kept, read} {
			if got.Name != "E-TOU-C" || got.ZIP != "94102" || !want.Equal(nwp500.TOUSchedule{Periods: got.Periods}) {
				t.Errorf("the cloud has %q for %q with %d periods, want what was written", got.Name, got.ZIP, len(got.Periods))
			}
		}
		if _, ok := simulated.Received("ctrl/tou/rd"); ok {
			t.Error("the heater was told")
		}
	})
}
