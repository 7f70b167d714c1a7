package simulator

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/nwp500/nwp500/internal/topic"
)

// event is what is said on evt/… topics.
type event struct {
	RequestTopic string `json:"requestTopic"`
	Event        struct {
		MACAddress string `json:"macAddress"`
		Connection struct {
			Status *int `json:"status"`
		} `json:"connection"`
		Timestamp string `json:"timestamp"`
	} `json:"event"`
}

func (b *bench) events() (all []event) {
	b.t.Helper()
	for _, m := range b.heard() {
		if strings.HasPrefix(m.topic, "evt/") {
			var e event
			unmarshal(b.t, m.text, &e)
			if e.RequestTopic != m.topic {
				b.t.Errorf("%s on %s", m.text, m.topic)
			}
			all = append(all, e)
		}
	}
	return all
}

// connections are the statuses on a heater's connection topic since the last
// call.
func (b *bench) connections(h *Heater) (statuses []int) {
	b.t.Helper()
	for _, e := range b.events() {
		if e.RequestTopic != topic.Connection(52, h.mac) || e.Event.MACAddress != h.mac {
			b.t.Errorf("%+v", e)
		}
		statuses = append(statuses, *e.Event.Connection.Status)
	}
	return statuses
}

func TestAHeaterComesAndGoes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{})
		h := b.dry(0)
		h.SetOffline(true)
		h.SetOffline(true)
		h.SetOffline(false)
		equal(t, "set", []int{0, 1}, b.connections(h))

		for _, c := range []struct {
			code topic.Code
			mode string
			away time.Duration
		}{
			{topic.WiFiReconnect, "wifi-reconnect", wifiReconnects},
			{topic.WiFiReset, "wifi-reset", wifiSetUp},
		} {
			b.command(h, c.code, c.mode)
			time.Sleep(2 * time.Second)
			equal(t, c.mode, []int{0}, b.connections(h))
			if h.listed().DeviceInfo.Connected != 1 {
				t.Errorf("%s: still listed as connected", c.mode)
			}
			time.Sleep(c.away - 2*time.Second)
			equal(t, c.mode, []int(nil), b.connections(h))
			time.Sleep(2 * time.Second)
			equal(t, c.mode, []int{1}, b.connections(h))
			if got := b.status(h)["command"]; got != int(topic.StatusRequest) {
				t.Errorf("%s: answered %d afterwards", c.mode, got)
			}
		}

		// What is set by hand stays.
		b.command(h, topic.WiFiReconnect, "wifi-reconnect")
		h.SetOffline(true)
		time.Sleep(time.Hour)
		if h.listed().DeviceInfo.Connected != 1 {
			t.Error("it came back by itself")
		}
	})
}

// A client that says that it has come is pushed to, and one whose last will is
// published is not any more: the vectors have both.
func TestAppConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{})
		h := b.dry(0)
		messages := vectors(t, "events")
		say := func(text string) {
			b.handle(b.owner(h), topic.AppConnection(52, h.mac), []byte(strings.ReplaceAll(text, "0a0b0c0d0e0f", h.mac)))
			synctest.Wait()
		}
		pushed := func() string {
			b.heard()
			h.RaiseFault(96, 0)
			if said := b.heard(); len(said) > 0 {
				return said[0].topic
			}
			return ""
		}
		say(string(messages[0]))
		if got := pushed(); got != topic.Response(52, h.mac, "C") {
			t.Errorf("pushed on %q", got)
		}
		if last, ok := h.Received("app-connection"); !ok || string(last.Body) != string(messages[0]) {
			t.Errorf("received %s", last.Body)
		}
		say(string(messages[1]))
		if got := pushed(); got != "" {
			t.Errorf("pushed on %q after the last will", got)
		}
		say(`{}`)
		say(`{"clientID":"a/b"}`)
		if c := h.Counters(); c.Presences != 2 || c.Ignored != 2 {
			t.Errorf("%+v", c)
		}
	})
}

func TestAnnounceService(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{})
		b.AnnounceService()
		events := b.events()
		if len(events) != 1 || topic.Parse(events[0].RequestTopic).Kind != topic.KindServiceNotice || events[0].Event.Timestamp != "2000-01-01T00:00:00Z" {
			t.Errorf("%+v", events)
		}
		if !b.directory.allowed("owner1@example.com", topic.ServiceNotice) {
			t.Error("nobody may hear it")
		}
		if b.directory.allowed("owner1@example.com", events[0].RequestTopic) {
			t.Error("everybody may say it")
		}
	})
}

func TestARefusalIsAsTheVector(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{CommandGap: time.Minute})
		h := b.dry(0)
		b.command(h, topic.TOUOn, "tou-on")
		said := b.ask(h, topic.SuffixReservationWrite, topic.ReservationWrite, answers("x"), "")
		if len(said) != 1 {
			t.Fatalf("%d answers", len(said))
		}
		equal(t, "refusal", vector(t, "control_failure", 0),
			b.response(h, said[0], topic.ControlFailure(52, h.mac), topic.SuffixReservationWrite))
	})
}

// REST and MQTT speak of one firmware and one tariff.
func TestRESTFollowsMQTT(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCloud(t, Config{})
		a := c.Accounts()[0]
		h, token := a.Heaters[0], c.token(a)
		asked := map[string]any{"userId": a.Email, "macAddress": h.mac, "additionalValue": h.additionalValue}
		firmware := func() []any {
			return member(c.call("POST", "/device/firmware/info", token, asked).data, "firmwares").([]any)
		}
		if err := h.OfferFirmware(268435985, 7); err != nil {
			t.Fatal(err)
		}
		if got := firmware()[1]; member(got, "downloadedVersion") != 7.0 || member(got, "curVersion") != 34013184.0 {
			t.Errorf("offered: %v", got)
		}
		text := strings.Replace(payload(h, topic.SuffixFirmwareCommit, topic.FirmwareCommit, `,"commitOta":{"swCode":268435985,"swVersion":7}`),
			topic.Response(52, h.mac, benchClient), appAnswers(h, topic.AnswerFirmwareCommit), 1)
		c.handle(publisher{benchClient, a.Email}, topic.Request(52, h.mac, topic.SuffixFirmwareCommit), []byte(text))
		synctest.Wait()
		if got := firmware()[1]; member(got, "downloadedVersion") != nil || member(got, "curVersion") != 7.0 {
			t.Errorf("committed: %v", got)
		}

		text = payload(h, topic.SuffixTOUWrite, topic.TOUWrite, fields(t, vector(t, "tou", 0))+`,"controllerSerialNumber":"`+h.serial+`"`)
		c.handle(publisher{benchClient, a.Email}, topic.Request(52, h.mac, topic.SuffixTOUWrite), []byte(text))
		synctest.Wait()
		read := c.call("GET", "/device/tou?userType=O&userId="+a.Email+"&macAddress="+h.mac+"&additionalValue="+h.additionalValue+
			"&controllerId="+h.serial, token, nil)
		if got, err := json.Marshal(member(read.data, "touInfo", "schedule"), json.Deterministic(true)); err != nil ||
			!strings.Contains(string(got), `"priceMax":46378`) || strings.Count(string(got), "week") != 1 {
			t.Errorf("%s: %v", got, err)
		}
	})
}
