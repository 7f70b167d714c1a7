//go:build integration

package daemon

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"math"
	"net"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/api"
	"github.com/nwp500/nwp500/internal/fleet"
	"github.com/nwp500/nwp500/internal/mqtt"
	"github.com/nwp500/nwp500/simulator"
)

// reading is what a door says at the end of the day; all doors have to say the same.
type reading struct {
	upper, lower, setpoint float64 // °C
	power                  float64 // W
	litres                 float64 // of water of 40 °C
}

// TestADayOnEveryDoor lets a heater live through a day, 600 times as fast as the clock, and reads then what the HTTP interface,
// the metrics, the history, Home Assistant's broker and the page say of it.
func TestADayOnEveryDoor(t *testing.T) {
	t.Parallel()
	broker := os.Getenv("NWP500_TEST_MQTT")
	if broker == "" {
		t.Fatal("NWP500_TEST_MQTT does not name a broker, host:port: .ci/components starts one")
	}
	cloud, err := simulator.New(simulator.Config{Speed: 600, Seed: 12})
	if err != nil {
		t.Fatal(err)
	}
	defer cloud.Close()
	server, err := cloud.Memory()
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	evening := cloud.Date().Add(24 * time.Hour)
	d := startDay(t, cloud, server, broker)
	defer d.end(t)

	for look := time.NewTicker(100 * time.Millisecond); cloud.Date().Before(evening); {
		<-look.C
	}
	cloud.Pause()
	d.refresh(t)

	want := d.interfaceSays(t)
	if want.upper < 20 || want.setpoint < 40 || want.litres <= 0 {
		t.Errorf("after a day the interface says %+v", want)
	}
	for door, says := range map[string]func(*testing.T) reading{
		"the metrics": d.metricsSay, "the history": d.historySays, "the broker": d.brokerSays, "the page": d.pageSays,
	} {
		got := says(t)
		for limit := time.Now().Add(20 * time.Second); !got.equals(want) && time.Now().Before(limit); { // the history writes twice a second
			got = says(t)
		}
		if !got.equals(want) {
			t.Errorf("%s: %+v\nthe interface: %+v", door, got, want)
		}
	}
}

// equals compares as closely as the page shows it: tenths of a degree, watts, and litres.
func (r reading) equals(other reading) bool {
	near := func(a, b, within float64) bool { return math.Abs(a-b) <= within }
	return near(r.upper, other.upper, 0.051) && near(r.lower, other.lower, 0.051) && near(r.setpoint, other.setpoint, 0.051) &&
		near(r.power, other.power, 0.51) && near(r.litres, other.litres, 0.51)
}

// household is the process that lives through it.
type household struct {
	url, id, base string
	client        *api.Client
	broker        string
	cancel        context.CancelFunc
	ended         chan error
}

func startDay(t *testing.T, cloud *simulator.Simulator, server *simulator.Server, broker string) *household {
	t.Helper()
	account := cloud.Accounts()[0]
	listening := make(chan net.Addr, 1)
	config := Default()
	config.FreshFor = 3 * config.PollEvery
	config.HomeAssistant.Broker, config.HomeAssistant.Base, config.HomeAssistant.Prefix = "mqtt://"+broker, "a-day/nwp500", "a-day/homeassistant"
	d := &household{base: config.HomeAssistant.Base, broker: broker, ended: make(chan error, 1)}
	options := Options{
		StateDir: t.TempDir(), Calendar: cloud.Date, Log: t.Output(),
		Read: func(context.Context) (Settings, error) {
			return Settings{Config: config, Accounts: []fleet.Account{{Name: "home", Cloud: nwp500.Config{
				Email: account.Email, Password: nwp500.NewSecret(account.Password),
				RESTURL: server.RESTURL, MQTTEndpoint: server.MQTTEndpoint, Dial: server.Dial,
			}}}}, nil
		},
		Listen: func(ctx context.Context, network, _ string) (net.Listener, error) {
			listener, err := new(net.ListenConfig).Listen(ctx, network, "127.0.0.1:0")
			if err == nil {
				listening <- listener.Addr()
			}
			return listener, err
		},
	}
	var ctx context.Context
	ctx, d.cancel = context.WithCancel(context.Background())
	go func() { d.ended <- Run(ctx, options) }()
	d.url = "http://" + (<-listening).String()
	d.client = api.New(d.url, "")
	for update, err := range d.client.Stream(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if update.Heater != nil && update.Heater.Connection.Fresh {
			d.id = update.Heater.ID
			break
		}
	}
	return d
}

func (d *household) end(t *testing.T) {
	d.cancel()
	if err := <-d.ended; err != nil {
		t.Error(err)
	}
}

// refresh has the heater say all that it knows.
func (d *household) refresh(t *testing.T) {
	t.Helper()
	if result, err := d.client.Do(t.Context(), d.id, api.Command{Name: api.Refresh}); err != nil || result.End != api.Done {
		t.Fatalf("refresh: %+v, %v", result, err)
	}
}

func (d *household) interfaceSays(t *testing.T) reading {
	t.Helper()
	heater, err := d.client.Heater(t.Context(), d.id)
	if err != nil {
		t.Fatal(err)
	}
	var status struct {
		Upper    float64 `json:"tank_upper_temperature"`
		Lower    float64 `json:"tank_lower_temperature"`
		Setpoint float64 `json:"dhw_target_temperature_setting"`
		Power    float64 `json:"current_inst_power"`
	}
	if err := json.Unmarshal(heater.Status, &status); err != nil || heater.Summary == nil || heater.Summary.HotLitres == nil {
		t.Fatalf("no status: %v", err)
	}
	return reading{status.Upper, status.Lower, status.Setpoint, status.Power, *heater.Summary.HotLitres}
}

func (d *household) metricsSay(t *testing.T) reading {
	t.Helper()
	page := d.get(t, "/metrics")
	sample := func(name string) float64 {
		match := regexp.MustCompile(`(?m)^` + name + ` (\S+)$`).FindStringSubmatch(page)
		if match == nil {
			t.Fatalf("no sample %s in:\n%s", name, page)
		}
		return number(t, match[1])
	}
	labels := `heater="` + d.id + `",name="[^"]*"`
	return reading{
		sample(`nwp500_tank_temperature_celsius{` + labels + `,sensor="upper"}`), sample(`nwp500_tank_temperature_celsius{` + labels + `,sensor="lower"}`),
		sample(`nwp500_setpoint_celsius{` + labels + `}`), sample(`nwp500_power_watts{` + labels + `}`), sample(`nwp500_usable_water_litres{` + labels + `}`),
	}
}

// historySays ends with the last of each curve. It keeps no litres, which follow from the rest.
func (d *household) historySays(t *testing.T) reading {
	t.Helper()
	fields := []string{"tank_upper_temperature", "tank_lower_temperature", "dhw_target_temperature_setting", "current_inst_power"}
	series, err := d.client.Series(t.Context(), api.SeriesQuery{Heater: d.id, From: time.Now().Add(-time.Hour), To: time.Now(), Fields: fields, Points: 10_000})
	if err != nil {
		t.Fatal(err)
	}
	last := map[string]float64{}
	for _, curve := range series.Fields {
		if len(curve.Times) == 0 || curve.Max[len(curve.Max)-1] == nil {
			t.Fatalf("nothing is known of %s", curve.Field)
		}
		last[curve.Field] = *curve.Max[len(curve.Max)-1]
	}
	return reading{last[fields[0]], last[fields[1]], last[fields[2]], last[fields[3]], d.interfaceSays(t).litres}
}

// brokerSays reads what the broker retains.
func (d *household) brokerSays(t *testing.T) reading {
	t.Helper()
	connection, err := new(net.Dialer).DialContext(t.Context(), "tcp", d.broker)
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	if err := connection.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	hello := mqtt.Connect{ClientID: "a-day", KeepAlive: time.Minute}.Append(nil)
	if _, err := connection.Write(mqtt.AppendSubscribe(hello, 1, 0, d.base+"/"+d.id+"/#")); err != nil {
		t.Fatal(err)
	}
	keys := []string{"tank_upper_temperature", "tank_lower_temperature", "water_heater/temperature", "current_inst_power", "hot_litres"}
	found := map[string]float64{}
	for packets := (mqtt.Reader{From: bufio.NewReader(connection), Max: 1 << 20}); len(found) < len(keys); {
		packet, err := packets.Read()
		if err != nil {
			t.Fatalf("%v; found %v", err, found)
		}
		for _, key := range keys {
			if packet.Type == mqtt.TypePublish && packet.Topic == d.base+"/"+d.id+"/"+key+"/state" {
				found[key] = number(t, string(packet.Payload))
			}
		}
	}
	return reading{found[keys[0]], found[keys[1]], found[keys[2]], found[keys[3]], found[keys[4]]}
}

// pageSays reads the page in Chromium, in metric units.
func (d *household) pageSays(t *testing.T) reading {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath("chromium"), chromedp.NoSandbox, chromedp.DisableGPU)
	allocated, free := chromedp.NewExecAllocator(t.Context(), options...)
	defer free()
	ctx, cancel := chromedp.NewContext(allocated)
	defer cancel()
	ctx, cancel = context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	text, err := "", chromedp.Do(ctx, chromedp.Navigate(d.url+"/healthz"))
	if err == nil {
		_, err = chromedp.Run(ctx, chromedp.Evaluate[bool](`(localStorage.setItem('nwp500.units', 'metric'), true)`))
	}
	if err == nil {
		err = chromedp.Do(ctx, chromedp.Navigate(d.url+"/#/"+d.id))
	}
	if err == nil {
		text, err = chromedp.Run(ctx, chromedp.Evaluate[string](`new Promise((done) => {
			const look = () => {
				const says = document.body.innerText;
				if (document.querySelectorAll('.tank-temperature').length > 1 && /\d/.test(document.querySelector('.figure-value')?.textContent)) done(says);
				else setTimeout(look, 50);
			};
			look();
		})`, chromedp.EvalAwaitPromise))
	}
	if err != nil {
		t.Fatal(err)
	}
	shown := func(pattern string) float64 {
		match := regexp.MustCompile(pattern).FindStringSubmatch(strings.ReplaceAll(text, "\u00a0", " "))
		if match == nil {
			t.Fatalf("the page does not say %s:\n%s", pattern, text)
		}
		return number(t, strings.ReplaceAll(match[1], ",", ""))
	}
	return reading{
		shown(`Upper\n([\d.]+) °C`), shown(`Lower\n([\d.]+) °C`), shown(`set to ([\d.]+) °C`),
		shown(`Power now\n([\d.,]+) W`), shown(`([\d.]+) l at 40 °C`),
	}
}

func (d *household) get(t *testing.T, path string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, d.url+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func number(t *testing.T, text string) float64 {
	t.Helper()
	n, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
