package simulator

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/nwp500/nwp500/internal/topic"
)

// A status answer, as captured, to the byte: envelope, order of keys, values.
func TestAStatusAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{Seed: 7})
		h := b.dry(0)
		h.look(func() {
			h.Tank.set(48.7, 44)
			h.Weather, h.Circuit = Weather{Room: 20, Inlet: 15}, restingCircuit(20)
			h.Ledger, h.Settings.FilterSince = ledger{}, 0
		})
		said := b.tell(h, "st", payload(h, "st", topic.StatusRequest, ""))
		if len(said) != 1 {
			t.Fatalf("%d answers", len(said))
		}
		if want := "cmd/52/navilink-" + h.mac + "/" + benchClient + "/res"; said[0].topic != want {
			t.Errorf("on %s, not %s", said[0].topic, want)
		}
		want := `{"protocolVersion":2,"clientID":"navien-client-0123abcd","sessionID":"1700000000000","requestTopic":"cmd/52/navilink-MAC/st",` +
			`"response":{"deviceType":52,"macAddress":"MAC","additionalValue":"VALUE","status":{"command":16777219,"outsideTemperature":0,` +
			`"specialFunctionStatus":1,"didReload":1,"errorCode":0,"subErrorCode":0,"operationMode":0,"operationBusy":1,` +
			`"freezeProtectionUse":2,"dhwUse":1,"dhwUseSustained":0,"dhwTemperature":97,"dhwTemperatureSetting":98,` +
			`"programReservationUse":1,"smartDiagnostic":0,"faultStatus1":0,"faultStatus2":0,"wifiRssi":59,"ecoUse":2,` +
			`"dhwTargetTemperatureSetting":98,"tankUpperTemperature":487,"tankLowerTemperature":440,"dischargeTemperature":300,` +
			`"suctionTemperature":303,"evaporatorTemperature":242,"ambientTemperature":200,"targetSuperHeat":50,"compUse":1,"eevUse":1,` +
			`"evaFanUse":1,"currentInstPower":1,"shutOffValveUse":1,"conOvrSensorUse":1,"wtrOvrSensorUse":1,"dhwChargePer":94,` +
			`"drEventStatus":0,"vacationDaySetting":0,"vacationDayElapsed":0,"freezeProtectionTemperature":12,"antiLegionellaUse":1,` +
			`"antiLegionellaPeriod":7,"antiLegionellaOperationBusy":1,"programReservationType":0,"dhwOperationSetting":3,` +
			`"temperatureType":2,"tempFormulaType":1,"errorBuzzerUse":2,"currentHeatUse":0,"currentInletTemperature":0,` +
			`"currentStatenum":20,"targetFanRpm":0,"currentFanRpm":0,"fanPwm":0,"dhwTemperature2":0,"currentDhwFlowRate":0,` +
			`"mixingRate":0,"eevStep":480,"currentSuperHeat":83,"heatUpperUse":1,"heatLowerUse":1,"scaldUse":2,` +
			`"airFilterAlarmUse":2,"airFilterAlarmPeriod":1000,"airFilterAlarmElapsed":0,"cumulatedOpTimeEvaFan":0,` +
			`"cumulatedDhwFlowRate":0,"touStatus":0,"hpUpperOnTempSetting":70,"hpUpperOffTempSetting":98,"hpLowerOnTempSetting":70,` +
			`"hpLowerOffTempSetting":98,"heUpperOnTempSetting":98,"heUpperOffTempSetting":98,"heLowerOnTempSetting":70,` +
			`"heLowerOffTempSetting":98,"hpUpperOnDiffTempSetting":4,"hpUpperOffDiffTempSetting":0,"hpLowerOnDiffTempSetting":0,` +
			`"hpLowerOffDiffTempSetting":0,"heUpperOnDiffTempSetting":4,"heUpperOffDiffTempSetting":0,"heLowerOnTDiffempSetting":0,` +
			`"heLowerOffDiffTempSetting":0,"drOverrideStatus":0,"touOverrideStatus":2,"totalEnergyCapacity":983,"availableEnergyCapacity":186}}}`
		want = strings.NewReplacer("MAC", h.mac, "VALUE", h.additionalValue).Replace(want)
		if said[0].text != want {
			t.Errorf("got\n%s\nwant\n%s", said[0].text, want)
		}
	})
}

func TestAFeaturesAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{Heaters: 3})
		for i, want := range []map[string]any{
			{"volumeCode": 2.0, "dhwTemperatureMin": 70.0, "recirculationUse": 1.0},
			{"volumeCode": 1.0, "dhwTemperatureMin": 81.0, "recirculationUse": 2.0},
			{"volumeCode": 3.0, "dhwTemperatureMin": 81.0, "recirculationUse": 1.0},
		} {
			h := b.fleet.heaters[i]
			h.SetFeature("title24Use", 2)
			h.SetFeature("solarUse", 2)
			said := b.tell(h, "st/did", payload(h, "st/did", topic.FeaturesRequest, ""))
			if len(said) != 1 || said[0].topic != topic.Response(52, h.mac, benchClient) ||
				said[0].body.RequestTopic != topic.Request(52, h.mac, "st/did") {
				t.Fatalf("answers: %v", said)
			}
			got := said[0].body.Response.Feature
			want["controllerSerialNumber"], want["title24Use"], want["solarUse"] = h.serial, 2.0, 2.0
			want["dhwTemperatureMax"], want["dhwTemperatureSettingUse"], want["holidayUse"] = 131.0, 2.0, 2.0
			for name, v := range want {
				if got[name] != v {
					t.Errorf("heater %d: %s is %v, not %v", i, name, got[name], v)
				}
			}
			if n := len(h.Features()); n != len(got)-1 {
				t.Errorf("Features has %d values, the document %d", n, len(got)-1)
			}
		}
	})
}

// A session id is echoed as it came, whatever it is, and in pushes it is a counter
// below ten.
func TestSessionIDs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{})
		h := b.dry(0)
		for _, id := range []string{`"abc"`, `17`, `"\u00e9\n"`, `null`} {
			text := strings.Replace(payload(h, "st", topic.StatusRequest, ""), `"1700000000000"`, id, 1)
			if said := b.tell(h, "st", text); len(said) != 1 || !strings.Contains(said[0].text, `"sessionID":`+id+`,`) {
				t.Errorf("session %s: %v", id, said)
			}
		}
		for i := range 12 {
			h.RaiseFault(799, 0)
			said := b.heard()
			if want := fmt.Sprint((i + 1) % 10); len(said) != 1 || said[0].body.SessionID != want ||
				said[0].body.RequestTopic != topic.Request(52, h.mac, "st") || said[0].status()["command"] != 0 {
				t.Fatalf("push %d: %+v", i, said)
			}
		}
	})
}

// Pushes go to the client heard of last; one that leaves hears no more.
func TestPushesFollowTheClient(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{})
		h := b.dry(0)
		push := func() string {
			h.RaiseFault(96, 0)
			said := b.heard()
			if len(said) == 0 {
				return ""
			}
			return said[0].topic
		}
		as := func(client, suffix string, code topic.Code) {
			b.tell(h, suffix, strings.ReplaceAll(payload(h, suffix, code, ""), benchClient, client))
		}
		if got := push(); got != "" {
			t.Errorf("pushed to nobody: %s", got)
		}
		as("one", "st", topic.StatusRequest)
		as("two", "st/did", topic.FeaturesRequest)
		if got := push(); got != topic.Response(52, h.mac, "two") {
			t.Errorf("pushed on %s", got)
		}
		as("two", "st/end", topic.SessionEnd)
		if got := push(); got != topic.Response(52, h.mac, "one") {
			t.Errorf("pushed on %s", got)
		}
		as("one", "st/end", topic.SessionEnd)
		if got := push(); got != "" {
			t.Errorf("pushed to those who left: %s", got)
		}
		if c := h.Counters(); c.Ends != 2 || c.Requests != 2 || c.Answers != 2 || c.Pushes != 2 {
			t.Errorf("%+v", c)
		}
	})
}

func TestOfflineAndSilentHeatersSayNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{Heaters: 2})
		h := b.dry(0)
		b.status(h)
		for name, quiet := range map[string]func(bool){"offline": h.SetOffline, "silent": h.SetSilent, "all silent": b.SilentHeaters} {
			quiet(true)
			b.tell(h, "ctrl", control(h, topic.SetMode, "dhw-mode", 1))
			h.RaiseFault(96, 0)
			if said := b.heard(); len(said) != 0 {
				t.Errorf("%s: said %d", name, len(said))
			}
			quiet(false)
			if s := b.status(h); s["dhwOperationSetting"] != 3 || s["errorCode"] != 96 {
				t.Errorf("%s: mode %d, error %d afterwards", name, s["dhwOperationSetting"], s["errorCode"])
			}
		}
		if c := h.Counters(); c.Unheard != 3 {
			t.Errorf("%+v", c)
		}
	})
}

func TestFaultsAndReplacedValues(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{})
		h := b.dry(0)
		h.RaiseFault(515, 27)
		h.SetStatus("operationMode", 77)
		h.SetStatus("brandNew", 5)
		h.SetStatus(`a":1,"b`, 5)
		s := b.status(h)
		if s["errorCode"] != 515 || s["subErrorCode"] != 27 || s["operationMode"] != 77 || s["brandNew"] != 5 || len(s) != 88 {
			t.Errorf("%v", s)
		}
		h.ClearFault()
		if s := b.status(h); s["errorCode"] != 0 || s["subErrorCode"] != 0 {
			t.Errorf("error %d after it was cleared", s["errorCode"])
		}
	})
}

// A heater that is asked more than it can take loses requests and counts them;
// whoever asks does not wait.
func TestTooManyRequestsAreLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		config := Config{}
		if err := config.complete(); err != nil {
			t.Fatal(err)
		}
		f := newFleet(config)
		newDirectory(config, f)
		h := f.heaters[0]
		for range waiting + 3 {
			f.ask(request{heater: h, malformed: true})
		}
		f.start(func(string, []byte) {})
		synctest.Wait()
		if c := h.Counters(); c.Lost != 3 || c.Ignored != waiting {
			t.Errorf("%+v", c)
		}
		f.close()
		f.close()
	})
}

// BenchmarkStatusAnswer is what one request costs the simulator.
func BenchmarkStatusAnswer(b *testing.B) {
	config := Config{Start: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	if err := config.complete(); err != nil {
		b.Fatal(err)
	}
	f := newFleet(config)
	newDirectory(config, f)
	h := f.heaters[0]
	r := request{heater: h, topic: topic.Request(52, h.mac, "st"), suffix: "st"}
	r.body.ClientID, r.body.ResponseTopic = benchClient, topic.Response(52, h.mac, benchClient)
	r.body.Request.Command = topic.StatusRequest
	b.ReportAllocs()
	for b.Loop() {
		f.turn(&r)
	}
}
