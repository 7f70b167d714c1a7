//go:build integration

package dashboard

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/nwp500/nwp500/internal/history"
	"github.com/nwp500/nwp500/simulator"
)

// sampling is how far apart the statuses of a past are.
const sampling = 2 * time.Minute

// pastColumns are the columns of a past, and how each comes from a status of the simulator.
var pastColumns = []struct {
	name  string
	value func(status map[string]int) string
}{
	{"tank_upper_temperature", tenths("tankUpperTemperature")},
	{"tank_lower_temperature", tenths("tankLowerTemperature")},
	{"dhw_temperature_setting", func(status map[string]int) string { return fmt.Sprint(float64(status["dhwTemperatureSetting"]) / 2) }},
	// The power in a status lags by a message, and nobody asks for one here.
	{"current_inst_power", func(status map[string]int) string {
		return fmt.Sprint(1 + 431*(status["compUse"]/2) + 5200*(max(status["heatUpperUse"], status["heatLowerUse"])/2))
	}},
	{"comp_use", onOff("compUse")},
	{"heat_upper_use", onOff("heatUpperUse")},
	{"heat_lower_use", onOff("heatLowerUse")},
}

func tenths(name string) func(map[string]int) string {
	return func(status map[string]int) string { return fmt.Sprint(float64(status[name]) / 10) }
}

func onOff(name string) func(map[string]int) string {
	return func(status map[string]int) string { return fmt.Sprint(status[name] == 2) }
}

// live has the first heater of a cloud live through a past up to now, and returns its statuses as nwp500 monitor writes
// them. Two hours of the last day, in which nobody was listening, are left out.
func live(t *testing.T, cloud *simulator.Simulator, past time.Duration) string {
	t.Helper()
	var csv strings.Builder
	csv.WriteString("time,mac_address,units")
	for _, column := range pastColumns {
		csv.WriteString("," + column.name)
	}
	heater := cloud.Accounts()[0].Heaters[0]
	for left := past; left > 0; left -= sampling {
		if left <= 30*time.Minute { // nobody showers while the test looks
			heater.SetDraws(simulator.NoDraws)
		}
		if err := cloud.Step(min(sampling, left)); err != nil {
			t.Fatal(err)
		}
		if left > 13*time.Hour && left < 15*time.Hour {
			continue
		}
		status := heater.Status()
		fmt.Fprintf(&csv, "\n%s,%s,metric", time.Now().Add(sampling-left).Format(time.RFC3339), heater.MAC())
		for _, column := range pastColumns {
			csv.WriteString("," + column.value(status))
		}
	}
	return csv.String()
}

// remember puts a past into a history.
func remember(t *testing.T, store *history.Store, past string) {
	t.Helper()
	done, err := store.Import(t.Context(), strings.NewReader(past), history.ImportOptions{})
	if err != nil || done.Unreadable > 0 || done.Recorded == 0 {
		t.Fatalf("the past is not remembered: %+v, %v", done, err)
	}
}
