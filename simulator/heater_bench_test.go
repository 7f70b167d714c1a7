package simulator

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/nwp500/nwp500/internal/topic"
)

// bench is a fleet with accounts and without a broker: what heaters publish is
// kept.
type bench struct {
	t *testing.T
	*Simulator
	foreign bool // heaters speak in a dialect that heard cannot hold
	mu      sync.Mutex
	said    []heard
}

// heard is one message of a heater.
type heard struct {
	topic string
	text  string
	at    time.Time
	body  struct {
		ProtocolVersion int    `json:"protocolVersion"`
		ClientID        string `json:"clientID"`
		SessionID       any    `json:"sessionID"`
		RequestTopic    string `json:"requestTopic"`
		Response        struct {
			DeviceType      int            `json:"deviceType"`
			MACAddress      string         `json:"macAddress"`
			AdditionalValue string         `json:"additionalValue"`
			Status          map[string]int `json:"status"`
			Feature         map[string]any `json:"feature"`
			FailCode        int            `json:"failCode"`
		} `json:"response"`
	}
}

func (h heard) status() map[string]int { return h.body.Response.Status }

const benchClient = "navien-client-0123abcd"

func newBench(t *testing.T, config Config) *bench {
	t.Helper()
	if config.Start.IsZero() {
		config.Start = time.Now().UTC() // the heaters' day is the same wherever the test runs
	}
	if err := config.complete(); err != nil {
		t.Fatal(err)
	}
	b := &bench{t: t, Simulator: &Simulator{config: config, hooks: newHooks(), fleet: newFleet(config)}}
	b.directory = newDirectory(config, b.fleet)
	if len(config.Restore) > 0 {
		if err := b.fleet.restore(config.Restore); err != nil {
			t.Fatal(err)
		}
	}
	b.fleet.start(b.publish)
	t.Cleanup(b.fleet.close)
	return b
}

func (b *bench) publish(name string, payload []byte) {
	h := heard{topic: name, text: string(payload), at: time.Now()}
	if err := json.Unmarshal(payload, &h.body); err != nil && !b.foreign {
		b.t.Errorf("heater sent %s: %v", payload, err)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.said = append(b.said, h)
}

// heard waits for what is due now and returns what was said since the last call.
func (b *bench) heard() []heard {
	synctest.Wait()
	b.mu.Lock()
	defer b.mu.Unlock()
	said := b.said
	b.said = nil
	return said
}

// owner is the publisher of a heater's owner.
func (b *bench) owner(h *Heater) publisher {
	for _, a := range b.directory.ordered {
		if a.heater(h.mac, h.additionalValue) != nil {
			return publisher{clientID: benchClient, account: a.Email}
		}
	}
	b.t.Fatal("nobody's heater")
	return publisher{}
}

// payload is a request as docs/protocol.md §3 has it.
func payload(h *Heater, suffix string, code topic.Code, rest string) string {
	return fmt.Sprintf(`{"clientID":%q,"sessionID":"1700000000000","protocolVersion":2,"requestTopic":%q,"responseTopic":%q,`+
		`"request":{"command":%d,"deviceType":52,"macAddress":%q,"additionalValue":%q%s}}`,
		benchClient, topic.Request(52, h.mac, suffix), topic.Response(52, h.mac, benchClient),
		code, h.mac, h.additionalValue, rest)
}

// tell publishes as the owner and returns what was said at once.
func (b *bench) tell(h *Heater, suffix, text string) []heard {
	b.t.Helper()
	b.heard()
	b.handle(b.owner(h), topic.Request(52, h.mac, suffix), []byte(text))
	return b.heard()
}

// command sends a control command and returns its acknowledgement.
func (b *bench) command(h *Heater, code topic.Code, mode string, param ...int) map[string]int {
	b.t.Helper()
	said := b.tell(h, "ctrl", control(h, code, mode, param...))
	if len(said) != 1 {
		b.t.Fatalf("%s %v: %d messages at once, not an acknowledgement", mode, param, len(said))
	}
	return said[0].status()
}

func control(h *Heater, code topic.Code, mode string, param ...int) string {
	list := strings.ReplaceAll(strings.Trim(fmt.Sprint(param), "[]"), " ", ",")
	return payload(h, "ctrl", code, fmt.Sprintf(`,"mode":%q,"param":[%s],"paramStr":""`, mode, list))
}

// status asks for the status.
func (b *bench) status(h *Heater) map[string]int {
	b.t.Helper()
	said := b.tell(h, "st", payload(h, "st", topic.StatusRequest, ""))
	if len(said) != 1 {
		b.t.Fatalf("%d answers to a status request", len(said))
	}
	return said[0].status()
}

// pushes lets time pass and returns the codes of the pushes meanwhile, and the
// statuses.
func (b *bench) pushes(d time.Duration) (codes []int, statuses []map[string]int) {
	time.Sleep(d)
	for _, m := range b.heard() {
		codes = append(codes, m.status()["command"])
		statuses = append(statuses, m.status())
	}
	return codes, statuses
}

// dry is a heater in whose house nobody draws water.
func (b *bench) dry(i int) *Heater {
	h := b.fleet.heaters[i]
	h.look(func() { h.nextDraw.at = h.At.AddDate(100, 0, 0) })
	return h
}

// changed lists the fields that differ, sorted by name, without those measured.
func changed(before, after map[string]int) map[string][2]int {
	c := make(map[string][2]int)
	for name, v := range after {
		if old := before[name]; old != v && !measured[name] && name != "command" {
			c[name] = [2]int{old, v}
		}
	}
	return c
}

// measured are the fields that live by themselves.
var measured = map[string]bool{
	"dhwTemperature": true, "tankUpperTemperature": true, "tankLowerTemperature": true, "dischargeTemperature": true,
	"suctionTemperature": true, "evaporatorTemperature": true, "ambientTemperature": true, "currentInstPower": true,
	"dhwChargePer": true, "currentFanRpm": true, "targetFanRpm": true, "fanPwm": true, "eevStep": true,
	"currentSuperHeat": true, "cumulatedOpTimeEvaFan": true, "wifiRssi": true, "dhwUse": true,
	"cumulatedDhwFlowRate": true, "totalEnergyCapacity": true, "availableEnergyCapacity": true,
}

// keys lists the keys of a document in the order in which they stand.
func keys(t *testing.T, text string) []string {
	t.Helper()
	var names []string
	decoder := jsontext.NewDecoder(strings.NewReader(text))
	for {
		token, err := decoder.ReadToken()
		if errors.Is(err, io.EOF) {
			return names
		}
		if err != nil {
			t.Fatal(err)
		}
		if kind, length := decoder.StackIndex(decoder.StackDepth()); kind == '{' && length%2 == 1 {
			names = append(names, token.String())
		}
	}
}
