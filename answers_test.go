package nwp500

import (
	"bytes"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/nwp500/nwp500/internal/topic"
	"github.com/nwp500/nwp500/internal/wire"
)

// readAnswer reads an answer as it was captured, identifiers replaced.
func readAnswer(t *testing.T, name string) (*wire.Envelope, []byte) {
	t.Helper()
	message, err := os.ReadFile("testdata/answers/" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	return parseAnswer(t, string(message)), message
}

func parseAnswer(t *testing.T, message string) *wire.Envelope {
	t.Helper()
	envelope, err := wire.ParseEnvelope([]byte(message))
	if err != nil {
		t.Fatal(err)
	}
	return envelope
}

// sameAsDecoded holds what an answer prints against what Decode makes of the message.
func sameAsDecoded(t *testing.T, message []byte, answer interface {
	AppendJSON([]byte, Units) []byte
},
) {
	t.Helper()
	for _, units := range []Units{Auto, Metric, US} {
		decoded, err := Decode(message, units)
		if err != nil {
			t.Fatal(err)
		}
		if printed := answer.AppendJSON([]byte("> "), units); string(printed) != "> "+string(decoded) {
			t.Errorf("prints\n%s\nand the message\n%s", printed, decoded)
		}
	}
}

func TestCapturedEnergy(t *testing.T) {
	envelope, message := readAnswer(t, "energy_monthly")
	e := newEnergy(envelope, EnergyByMonth, MAC{}, time.Time{})
	life := EnergyUsage{ValueOf(1266585), ValueOf(146337), ValueOf(3124.0), ValueOf(35.0)}
	if e.Total != life || !e.Total.All().Is(1412922) {
		t.Errorf("total %+v, want that of a life", e.Total)
	}
	if len(e.Items) != 24 {
		t.Fatalf("%d items, want 24 months", len(e.Items))
	}
	if first := e.Items[0]; first.Date() != "2025-01" || !first.HeatPump.Is(0) || first.HeatPumpTime.Known() || first.ElementsTime.Known() || first.Hour.Known() {
		t.Errorf("the first month is %+v: a time that is missing is not 0", first)
	}
	if january := e.Items[12]; january.Date() != "2026-01" || january.EnergyUsage != (EnergyUsage{ValueOf(163228), ValueOf(34473), ValueOf(412.0), ValueOf(9.0)}) {
		t.Errorf("January is %+v", january)
	}
	if sum := e.Sum(); sum != (EnergyUsage{ValueOf(163228), ValueOf(34473), ValueOf(412.0), ValueOf(9.0)}) {
		t.Errorf("the sum is %+v", sum)
	}
	sameAsDecoded(t, message, e)
}

func TestEnergyForms(t *testing.T) {
	for _, test := range []struct {
		name, message string
		kind          EnergyKind
		dates         string
		sum           EnergyUsage
	}{
		{
			"days, with one that February does not have", `{"response":{"usage":[{"year":2027,"month":2,"data":[` +
				strings.Repeat(`{"hpUsage":1,"heUsage":2},`, 28) + `{"hpUsage":5}]}]}}`,
			EnergyByDay, "2027-02-01 … 2027-02-28",
			EnergyUsage{HeatPump: ValueOf(28), Elements: ValueOf(56)},
		},
		{
			"hours", `{"response":{"usage":[{"year":2026,"month":9,"day":11,"data":[{"hpUsage":1,"heTime":0.5},{"hpUsage":2.0}]}]}}`,
			EnergyByHour, "2026-09-11 00:00 … 2026-09-11 01:00",
			EnergyUsage{HeatPump: ValueOf(3), ElementsTime: ValueOf(0.5)},
		},
		{"nothing", `{"response":{"usage":[]}}`, EnergyByDay, "", EnergyUsage{}},
		{"no usage at all", `{"response":{}}`, EnergyByMonth, "", EnergyUsage{}},
		{"odd parts", `{"response":{"usage":[7,{"year":2026,"month":1,"data":[null,{"hpUsage":"x","heUsage":3}]}]}}`, EnergyByDay, "2026-01-02 … 2026-01-02", EnergyUsage{Elements: ValueOf(3)}},
	} {
		e := newEnergy(parseAnswer(t, test.message), test.kind, MAC{}, time.Time{})
		dates := ""
		if n := len(e.Items); n > 0 {
			dates = e.Items[0].Date() + " … " + e.Items[n-1].Date()
		}
		if dates != test.dates || e.Sum() != test.sum {
			t.Errorf("%s: %s with %+v, want %s with %+v", test.name, dates, e.Sum(), test.dates, test.sum)
		}
	}
}

func TestCapturedDiagnostics(t *testing.T) {
	envelope, message := readAnswer(t, "diagnostics")
	d := newInstallerDiagnostics(envelope, MAC{}, time.Time{})
	for name, pair := range map[string][2]Value[int]{
		"type":                {d.Type, ValueOf(2)},
		"heat pump energy":    {d.Totals.HeatPumpEnergy, ValueOf(1266585)},
		"element energy":      {d.Totals.ElementEnergy, ValueOf(146337)},
		"days":                {d.Totals.Days, ValueOf(359)},
		"condensate":          {d.Totals.CondensateOverflows, ValueOf(3)},
		"recovery time":       {d.HotWater.RecoveryTime, ValueOf(7)},
		"compressor time":     {d.Components.CompressorTime, ValueOf(3124)},
		"compressor starts":   {d.Components.CompressorStarts, ValueOf(757)},
		"upper element":       {d.Components.UpperElementTime, ValueOf(35)},
		"upper element on":    {d.Components.UpperElementStarts, ValueOf(375)},
		"lower element on":    {d.Components.LowerElementStarts, ValueOf(20)},
		"mixing valve's rate": {d.Components.MixingValveRate, ValueOf(5)},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s: %v, want %v", name, pair[0], pair[1])
		}
	}
	if unknown := d.Unknown(); len(unknown) != 0 {
		t.Errorf("unknown: %v", unknown)
	}
	// Every captured field has a home, and every home a captured field.
	for _, section := range diagnosticSections() {
		if missing := section.plan.missing(d.sections.get()[section.name]); len(missing) != 0 {
			t.Errorf("%s lacks %v", section.name, missing)
		}
		if len(section.plan.targets) != section.plan.of.NumField() {
			t.Errorf("%s: %d of %d fields have a wire name of their own", section.name, len(section.plan.targets), section.plan.of.NumField())
		}
	}
	if value, ok := d.Raw("taData", "cumulatedOpTimeComp"); !ok || string(value) != "3124" {
		t.Errorf("raw: %s, %v", value, ok)
	}
	sameAsDecoded(t, message, d)
}

// A newer firmware's fields are kept, and one odd value does not cost the rest.
func TestOddDiagnostics(t *testing.T) {
	d := newInstallerDiagnostics(parseAnswer(t, `{"response":{"typeOfTD":3,"data":{"tsData":{"daysSinceInstallation":"many","cumulatedPwrHp":7.0},
		"taData":{"newNum":4},"tcData":{"first":1},"tdData":null}}}`), MAC{}, time.Time{})
	if d.Totals.Days.Known() || !d.Totals.HeatPumpEnergy.Is(7) || d.HotWater.Uses.Known() || !d.Type.Is(3) {
		t.Errorf("got %+v", d)
	}
	got := make(map[string]string)
	for name, value := range d.Unknown() {
		got[name] = string(value)
	}
	want := map[string]string{"tsData.daysSinceInstallation": `"many"`, "taData.newNum": "4", "tcData.first": "1"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("unknown: %v, want %v", got, want)
	}
	if _, ok := d.Raw("none", "newNum"); ok {
		t.Error("a section that is not there has a field")
	}
}

func TestCapturedDownloads(t *testing.T) {
	envelope, message := readAnswer(t, "firmware_downloads")
	d := newFirmwareDownloads(envelope, MAC{}, time.Time{})
	if len(d.Pending) != 0 {
		t.Errorf("pending: %+v, want nothing: zeros are no download", d.Pending)
	}
	sameAsDecoded(t, message, d)

	d = newFirmwareDownloads(parseAnswer(t, `{"response":{"downloadSwInfo":[{"swCode":33556241,"otaMode":1,"swVersion":167837697,"status":2,"size":5},7]}}`), MAC{}, time.Time{})
	if len(d.Pending) != 1 {
		t.Fatalf("pending: %+v", d.Pending)
	}
	if p := d.Pending[0]; p.Code != 33556241 || p.Version != 167837697 || !p.Mode.Is(1) || !p.Status.Is(2) || string(p.Unknown["size"]) != "5" {
		t.Errorf("pending: %+v", p)
	}
}

// What was not made from an answer prints as null, and does not panic.
func TestPrintOfNothing(t *testing.T) {
	var out []byte
	out = new(Energy).AppendJSON(out, Metric)
	out = new(InstallerDiagnostics).AppendJSON(out, Metric)
	out = new(FirmwareDownloads).AppendJSON(out, Metric)
	if !bytes.Equal(out, []byte("nullnullnull")) {
		t.Errorf("got %s", out)
	}
}

// An answer to a question about energy is known by heater, kind and period; only one
// that repeats the request's id may leave periods out.
func TestEnergyAnswerIsMatched(t *testing.T) {
	place := onClientTopic(topic.AnswerEnergyDaily)
	here := topic.Topic{Kind: topic.KindQueryAnswer, Suffix: topic.AnswerEnergyDaily, ClientID: "c"}
	monthly := topic.Topic{Kind: topic.KindQueryAnswer, Suffix: topic.AnswerEnergyMonthly, ClientID: "c"}
	says := func(id, usage string) string {
		return `{"sessionID":"` + id + `","response":{"usage":[` + usage + `]}}`
	}
	const october, november, both = `{"year":2026,"month":10,"data":[]}`, `{"year":2026,"month":11,"data":[]}`,
		`{"year":2026,"month":11,"data":[]},{"year":2026,"month":10,"data":[]}`
	for _, test := range []struct {
		name    string
		about   topic.Topic
		message string
		taken   bool
	}{
		{"the periods asked for", here, says("", both), true},
		{"another id, as some firmware has", here, says("7", both), true},
		{"on the topic of another kind", monthly, says("", both), false},
		{"one period too few", here, says("", october), false},
		{"one too many", here, says("", both+`,{"year":2026,"month":12,"data":[]}`), false},
		{"another year", here, says("", strings.ReplaceAll(both, "2026", "2025")), false},
		{"late and empty", here, says("7", ""), false},
		{"empty, without an id", here, says("", ""), false},
		{"empty, with ours", here, says("42", ""), true},
		{"one period, with our id", here, says("42", november), true},
		{"our id on another topic", monthly, says("42", both), false},
	} {
		x := newExchange(transaction{
			place: place, echoSuffices: true,
			wants: energyQuery{periods: []period{{2026, 10, 0}, {2026, 11, 0}}}.wants,
		}, false, "42")
		state := &heaterState{exchanges: []*exchange{x}}
		if taken := state.match(test.about, parseAnswer(t, test.message)) == x; taken != test.taken {
			t.Errorf("%s: taken %v, want %v", test.name, taken, test.taken)
		}
	}
}
