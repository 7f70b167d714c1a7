package simulator

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/google/go-cmp/cmp"
)

func TestDeviceListInPages(t *testing.T) {
	c := newCloud(t, Config{Heaters: 45, Accounts: 2})
	a := c.Accounts()[0]
	token := c.token(a)
	var macs []string
	page := func(offset, count int) []any {
		r := c.call("POST", "/device/list", token, map[string]any{"userId": a.Email, "offset": offset, "count": count})
		list, ok := r.data.([]any)
		if !ok {
			t.Fatalf("%d %s", r.status, r.text)
		}
		return list
	}
	for offset, want := range map[int]int{0: 20, 20: 20, 40: 5, 45: 0, 1000: 0} {
		list := page(offset, 20)
		if len(list) != want {
			t.Errorf("offset %d: %d heaters, not %d", offset, len(list), want)
		}
		for _, entry := range list {
			macs = append(macs, member(entry, "deviceInfo", "macAddress").(string))
		}
	}
	if len(page(0, 100)) != 20 || len(page(3, 2)) != 2 {
		t.Error("a page of another length")
	}
	slices.Sort(macs)
	if macs = slices.Compact(macs); len(macs) != 45 || slices.Contains(macs, c.Accounts()[1].Heaters[0].MAC()) {
		t.Errorf("%d different heaters", len(macs))
	}
}

// Keys and nullness as captured.
func TestDeviceAnswers(t *testing.T) {
	c := newCloud(t, Config{Start: time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)})
	a := c.Accounts()[0]
	h := a.Heaters[0]
	token := c.token(a)
	h.RaiseFault(799, 0)
	h.SetOffline(true)
	same := func(what, want string, r result) {
		t.Helper()
		want = strings.NewReplacer("MAC", h.mac, "VALUE", h.additionalValue, "SERIAL", h.serial,
			"LAT", fmt.Sprint(h.place.latitude), "LON", fmt.Sprint(h.place.longitude)).Replace(want)
		var w any
		if err := json.Unmarshal([]byte(want), &w); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(w, r.data); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
	}
	same("list", `[{"deviceInfo":{"installerId":null,"homeSeq":10001,"macAddress":"MAC","additionalValue":"VALUE","deviceType":52,
		"modelTypeCode":null,"deviceName":"NWP500","connected":1},
		"location":{"state":"California","city":"Springfield","address":"1 Example Street"},
		"error":{"errorCode":799,"errorOccuredTime":"2026-05-01T12:00:00"},
		"descaling":{"descalingStartTime":null,"descalingEndTime":null}}]`,
		c.call("POST", "/device/list", token, map[string]any{"userId": a.Email, "offset": 0, "count": 20}))
	h.SetOffline(false)
	asked := map[string]any{"userId": a.Email, "macAddress": h.mac, "additionalValue": h.additionalValue}
	same("info", `{"deviceInfo":{"homeSeq":10001,"deviceName":"NWP500","deviceType":52,"installType":"R","connected":2},
		"location":{"state":"California","city":"Springfield","address":"1 Example Street","latitude":LAT,"longitude":LON,"altitude":null},
		"installer":{"installerId":null,"installerFirstName":null,"installerLastName":null,"installerPhoneNumber":null},
		"alarmInfo":{"isEtcAlarm":1,"isErrorAlarm":1},
		"descaling":{"descalingStartTime":null,"descalingEndTime":null}}`, c.call("POST", "/device/info", token, asked))
	entry := `{"macAddress":"MAC","additionalValue":"VALUE","deviceType":52,"deviceGroup":null,`
	same("firmware", `{"firmwares":[`+entry+`"curSwCode":33556241,"curVersion":167837696,"downloadedVersion":0},`+
		entry+`"curSwCode":268435985,"curVersion":34013184,"downloadedVersion":null},`+
		entry+`"curSwCode":268435761,"curVersion":60454,"downloadedVersion":null},`+
		entry+`"curSwCode":268435777,"curVersion":60454,"downloadedVersion":null}]}`,
		c.call("POST", "/device/firmware/info", token, asked))
	r := c.call("POST", "/app/update-push-token", token, map[string]any{
		"userId": a.Email, "pushToken": "p", "modelName": "m", "appVersion": "1", "os": "A", "osVersion": "14",
	})
	if r.text != `{"code":200,"msg":"SUCCESS"}` {
		t.Errorf("push token: %s", r.text)
	}
}
