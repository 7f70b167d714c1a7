//go:build integration

package daemon

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/api"
	"github.com/nwp500/nwp500/internal/mqtt"
)

// ask asks the heater itself, on a connection of its own.
func (d *livedDay) ask(ctx context.Context) numbers {
	d.Helper()
	client, session, err := nwp500.Open(ctx, d.cloudConfig())
	if err != nil {
		d.Fatal(err)
	}
	defer client.Close()
	device, err := client.FirstDevice(ctx)
	if err != nil {
		d.Fatal(err)
	}
	heater, date := session.Heater(device), d.cloud.Date()
	status, err := heater.Status(ctx)
	if err != nil {
		d.Fatal(err)
	}
	energy, err := heater.EnergyDaily(ctx, date.Year(), int(date.Month()))
	if err != nil {
		d.Fatal(err)
	}
	n := numbers{
		"tank top": status.TankUpper.Celsius(), "tank bottom": status.TankLower.Celsius(), "setpoint": status.Setpoint.Celsius(),
		"power": status.Power.Or(-1), "charge": status.Charge.Or(-1),
		"energy": kilowattHours(energy.Total), "energy month": kilowattHours(energy.Sum()),
	}
	for _, item := range energy.Items {
		if item.Date() == date.Format(time.DateOnly) {
			n["energy today"] = kilowattHours(item.EnergyUsage)
		}
	}
	return n
}

func kilowattHours(u nwp500.EnergyUsage) float64 { return float64(u.All().Or(-1)) / 1000 }

// fields are the numbers of a status, by the names that documents have for them.
var fields = map[string]string{
	"tank top": "tank_upper_temperature", "tank bottom": "tank_lower_temperature", "setpoint": "dhw_temperature_setting",
	"power": "current_inst_power", "charge": "dhw_charge_per",
}

func (d *livedDay) fromAPI(ctx context.Context) (numbers, error) {
	heater, err := d.client.Heater(ctx, d.id)
	if err != nil {
		return nil, err
	}
	var status map[string]any
	if err := json.Unmarshal(heater.Status, &status); err != nil {
		return nil, err
	}
	n := numbers{}
	for name, field := range fields {
		if value, ok := status[field].(float64); ok {
			n[name] = value
		}
	}
	if heater.Summary != nil && heater.Summary.HotLitres != nil {
		n["hot water"] = *heater.Summary.HotLitres
	}
	n.used("energy today", heater.Today)
	n.used("energy month", heater.Month)
	return n, nil
}

// used adds electricity of which both parts are known.
func (n numbers) used(name string, u *api.Usage) {
	if u != nil && u.HeatPumpWh != nil && u.ElementWh != nil {
		n[name] = float64(*u.HeatPumpWh+*u.ElementWh) / 1000
	}
}

func (d *livedDay) fromHistory(ctx context.Context) (numbers, error) {
	now, n := time.Now(), numbers{}
	query := api.SeriesQuery{Heater: d.id, From: now.Add(-time.Minute), To: now, Points: 10000}
	for _, field := range fields {
		query.Fields = append(query.Fields, field)
	}
	series, err := d.client.Series(ctx, query)
	if err != nil {
		return nil, err
	}
	for name, field := range fields {
		for _, curve := range series.Fields {
			if last := len(curve.Mean) - 1; curve.Field == field && last >= 0 && curve.Mean[last] != nil {
				n[name] = *curve.Mean[last]
			}
		}
	}
	today := d.cloud.Date()
	for name, from := range map[string]time.Time{"energy today": today, "energy month": today.AddDate(0, 0, 1-today.Day())} {
		energy, err := d.client.Energy(ctx, api.EnergyQuery{
			Heater: d.id, By: "day", From: from.Format(time.DateOnly), To: today.Format(time.DateOnly),
		})
		if err != nil {
			return nil, err
		}
		n.used(name, &energy.Total)
	}
	return n, nil
}

// sample is a line of /metrics.
var sample = regexp.MustCompile(`(?m)^(nwp500_\w+)\{(.*)\} (\S+)$`)

func (d *livedDay) fromMetrics(ctx context.Context) (numbers, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, d.url+"/metrics", nil)
	if err != nil {
		return nil, err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, err
	}
	n := numbers{}
	for _, line := range sample.FindAllStringSubmatch(string(text), -1) {
		value, err := strconv.ParseFloat(line[3], 64)
		if err != nil {
			return nil, err
		}
		labels := line[2]
		switch series := line[1]; {
		case series == "nwp500_tank_temperature_celsius" && strings.Contains(labels, `sensor="upper"`):
			n["tank top"] = value
		case series == "nwp500_tank_temperature_celsius" && strings.Contains(labels, `sensor="lower"`):
			n["tank bottom"] = value
		case series == "nwp500_usable_water_litres":
			n["hot water"] = value
		case series == "nwp500_setpoint_celsius":
			n["setpoint"] = value
		case series == "nwp500_power_watts":
			n["power"] = value
		case series == "nwp500_charge_ratio":
			n["charge"] = 100 * value
		case series == "nwp500_energy_joules_total":
			n["energy"] += value / 3.6e6
		}
	}
	return n, nil
}

// fromHomeAssistant reads what the broker retains.
func (d *livedDay) fromHomeAssistant(ctx context.Context) (numbers, error) {
	entities := map[string]string{"hot_litres": "hot water", "energy": "energy", "energy_today": "energy today", "energy_month": "energy month"}
	for name, field := range fields {
		entities[field] = name
	}
	connection, err := new(net.Dialer).DialContext(ctx, "tcp", d.broker)
	if err != nil {
		return nil, err
	}
	defer connection.Close()
	if err := connection.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		return nil, err
	}
	topic := func(entity string) string { return dayTopics + "nwp500/" + d.id + "/" + entity + "/state" }
	hello := mqtt.Connect{ClientID: "a-day", KeepAlive: time.Minute}.Append(nil)
	if _, err := connection.Write(mqtt.AppendSubscribe(hello, 1, 0, topic("+"))); err != nil {
		return nil, err
	}
	n := numbers{}
	for packets := (mqtt.Reader{From: bufio.NewReader(connection), Max: 1 << 20}); len(n) < len(entities); {
		packet, err := packets.Read()
		if err != nil {
			return nil, fmt.Errorf("%w; found %v", err, n)
		}
		for entity, name := range entities {
			if packet.Type != mqtt.TypePublish || packet.Topic != topic(entity) {
				continue
			}
			if n[name], err = strconv.ParseFloat(string(packet.Payload), 64); err != nil {
				return nil, fmt.Errorf("%s: %w", packet.Topic, err)
			}
		}
	}
	return n, nil
}

// page is the page in a browser.
type page struct{ ctx context.Context }

func openPage(t *testing.T, url string) *page {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome-stable", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		t.Fatal("there is no Chromium: .ci/run installs one")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("lang", "en-GB"), chromedp.WSURLReadTimeout(2*time.Minute))
	allocated, free := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(free)
	ctx, cancel := chromedp.NewContext(allocated)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx, chromedp.Navigate(url)); err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`(localStorage.setItem('nwp500.units', 'metric'), true)`)); err != nil {
		t.Fatal(err)
	}
	if err := chromedp.Do(ctx, chromedp.Navigate(url+"/?metric")); err != nil {
		t.Fatal(err)
	}
	return &page{ctx}
}

// shown is what of the page has numbers, in the order of the page.
const shown = `[...document.querySelectorAll('.tank-temperature, .tank-note, .figure-value, .figure-note')].map((e) => e.textContent.replaceAll('\u00a0', ' '))`

// figure is a number with a unit.
var figure = regexp.MustCompile(`^(?:set to )?(-?[\d,.]+) (°C|W|kW|kWh|l)(?: at 40 °C)?$`)

func (d *livedDay) fromPage(context.Context) (numbers, error) {
	texts, err := chromedp.Run(d.page.ctx, chromedp.Evaluate[[]string](shown))
	if err != nil {
		return nil, err
	}
	names := map[string][]string{"°C": {"tank top", "tank bottom"}, "W": {"power"}, "kW": {"power"}, "kWh": {"energy today", "energy month"}, "l": {"hot water"}}
	n := numbers{}
	for _, text := range texts {
		parts := figure.FindStringSubmatch(text)
		if parts == nil {
			continue
		}
		value, err := strconv.ParseFloat(strings.ReplaceAll(parts[1], ",", ""), 64)
		if err != nil {
			return nil, err
		}
		unit := parts[2]
		switch {
		case strings.HasPrefix(text, "set to "):
			n["setpoint"] = value
			continue
		case unit == "kW":
			value *= 1000
		}
		if len(names[unit]) == 0 {
			continue
		}
		n[names[unit][0]], names[unit] = value, names[unit][1:]
	}
	return n, nil
}
