package daemon

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/nwp500/nwp500/api"
	"github.com/nwp500/nwp500/simulator"
)

// set asks for a setpoint over HTTP and returns how that ended.
func (h *house) set(id string, celsius float64) api.Result {
	h.Helper()
	_, body := h.post("/api/v1/heaters/"+id+"/commands", fmt.Sprintf(`{"command":"temperature","celsius":%v}`, celsius))
	var result api.Result
	if err := json.Unmarshal([]byte(body), &result); err != nil {
		h.Fatalf("%s: %v", body, err)
	}
	return result
}

// shows fails the test unless a page has these words.
func (h *house) shows(path string, want ...string) {
	h.Helper()
	_, body := h.get(path)
	for _, words := range want {
		if !strings.Contains(body, words) {
			h.Errorf("%s lacks %q", path, words)
		}
	}
}

// answers fails the test unless a path is answered with this status.
func (h *house) answers(path string, want int) {
	h.Helper()
	if status, body := h.get(path); status != want {
		h.Errorf("%s: %d, want %d: %.300s", path, status, want, body)
	}
}

// told fails the test unless each of these words is in one line of the log as it is without debugging, and no other line
// warns.
func (h *house) told(words ...string) {
	h.Helper()
	times := make([]int, len(words))
	for line := range strings.Lines(h.log.String()) {
		if strings.Contains(line, "level=DEBUG") {
			continue
		}
		expected := strings.Contains(line, "level=INFO")
		for i, words := range words {
			if strings.Contains(line, words) {
				times[i]++
				expected = true
			}
		}
		if !expected {
			h.Errorf("not expected: %s", line)
		}
	}
	for i, words := range words {
		if times[i] != 1 {
			h.Errorf("%q was told %d times", words, times[i])
		}
	}
}

// setpoint fails the test unless everybody is told of this setpoint.
func (h *house) setpoint(id string, celsius float64) {
	h.Helper()
	if h.broker != nil {
		h.retains(id+"/water_heater/temperature/state", fmt.Sprint(celsius))
	}
	h.shows("/api/v1/heaters/"+id, fmt.Sprintf(`"dhw_temperature_setting":%v,`, celsius))
	if line := h.sample("nwp500_setpoint_celsius", id); !strings.HasSuffix(line, fmt.Sprintf("} %v\n", celsius)) {
		h.Errorf("/metrics: %s, want %v", line, celsius)
	}
}

// sample is the line of /metrics of a name and with these words, "" when there is none.
func (h *house) sample(name, words string) string {
	h.Helper()
	_, metrics := h.get("/metrics")
	for line := range strings.Lines(metrics) {
		if strings.HasPrefix(line, name+"{") && strings.Contains(line, words) {
			return line
		}
	}
	return ""
}

func TestTheBrokerIsGoneForAnHour(t *testing.T) {
	inHouse(t, simulator.Config{}, ownBroker, func(h *house) {
		time.Sleep(20 * time.Minute) // all entities are known
		id, before := h.id(), h.announced()
		h.retains("bridge/availability", "online")
		h.shows("/metrics", "nwp500_bridge_connected 1")
		if len(before) < 100 {
			t.Fatalf("%d entities", len(before))
		}

		h.lan.Refuse(true)
		h.lan.Cut()
		time.Sleep(30 * time.Minute)
		h.retains("bridge/availability", "offline") // the last will
		h.shows("/metrics", "nwp500_bridge_connected 0")
		h.answers("/readyz", http.StatusOK)
		if result := h.set(id, 51); result.End != api.Done {
			t.Errorf("a command meanwhile: %+v", result)
		}
		time.Sleep(30 * time.Minute)

		h.lan.Refuse(false)
		time.Sleep(3 * time.Minute)
		h.retains("bridge/availability", "online")
		h.retains(id+"/availability", "online")
		h.shows("/metrics", "nwp500_bridge_connected 1")
		h.setpoint(id, 51)
		if !maps.Equal(before, h.announced()) {
			t.Error("the entities have changed")
		}
		h.told("the MQTT broker of Home Assistant cannot be reached", "connected to the MQTT broker of Home Assistant again")
	})
}

func TestTheCloudIsGoneForADay(t *testing.T) {
	inHouse(t, simulator.Config{}, ownBroker, func(h *house) {
		time.Sleep(20 * time.Minute) // all entities are known
		id, entities := h.id(), h.announced()
		heater := h.cloud.Accounts()[0].Heaters[0]
		says := func(bridge, availability, connection string) {
			h.Helper()
			h.retains("bridge/availability", bridge)
			h.retains(id+"/availability", availability)
			h.retains(id+"/connection/state", connection)
			h.shows("/api/v1/heaters/"+id, `"state":"`+connection+`"`)
			h.shows("/metrics", "nwp500_history_writable 1")
			if !strings.Contains(h.sample("nwp500_heater_connection", `state="`+connection+`"`), "} 1") {
				h.Errorf("/metrics do not say %s", connection)
			}
		}
		says("online", "online", "up")

		outage := h.cloud.Inject(
			simulator.Fault{Step: simulator.StepUpgrade, Action: simulator.Refuse, Status: http.StatusServiceUnavailable},
			simulator.Fault{Step: simulator.StepREST, Action: simulator.Refuse, Status: http.StatusServiceUnavailable},
		)
		h.cloud.DropAll(simulator.DropServer)
		time.Sleep(12 * time.Hour)
		says("online", "offline", "down")
		h.answers("/healthz", http.StatusOK)
		h.answers("/readyz", http.StatusServiceUnavailable)
		h.answers("/", http.StatusOK)
		h.shows("/api/v1/heaters/"+id, `"fresh":false`)
		carriedOut := heater.Counters().Commands
		if result := h.set(id, 60); result.End != api.NotSent {
			h.Errorf("a command meanwhile: %+v", result)
		}
		time.Sleep(12 * time.Hour)

		outage.Heal()
		time.Sleep(10 * time.Minute)
		says("online", "online", "up")
		h.answers("/readyz", http.StatusOK)
		if again := heater.Counters().Commands; again != carriedOut {
			h.Errorf("%d commands were carried out afterwards", again-carriedOut)
		}
		if result := h.set(id, 52); result.End != api.Done {
			h.Errorf("a command afterwards: %+v", result)
		}
		time.Sleep(time.Minute)
		h.setpoint(id, 52)
		if !maps.Equal(entities, h.announced()) {
			h.Error("the entities have changed")
		}
		h.told(`msg="the connection to the cloud was lost; it is being made again"`, `msg="the cloud cannot be reached; it is tried until it can"`) // that it is lost, and why it does not come back
		refused := 0
		for line := range strings.Lines(h.log.String()) {
			if strings.Contains(line, `msg="the sign-in could not be renewed"`) && !strings.Contains(line, "level=DEBUG") {
				refused++
			}
		}
		if refused > 1 {
			h.Errorf("that tokens are not renewed was told %d times", refused)
		}
		if up := h.log.count(`msg="connected to the cloud"`); up < 2 {
			h.Error("that the cloud is back was not told")
		}
	})
}
