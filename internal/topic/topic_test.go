package topic

import "testing"

// Each row is a topic of protocol.md §3, as the builder writes it and as Parse reads it.
var rows = []struct {
	says   string
	topic  string
	parsed Topic
}{
	{"a status request", Request(52, "0a0b0c0d0e0f", SuffixStatus), Topic{Kind: KindRequest, DeviceType: 52, MAC: "0a0b0c0d0e0f", Suffix: "st"}},
	{"a TOU write", Request(52, "0a0b0c0d0e0f", SuffixTOUWrite), Topic{Kind: KindRequest, DeviceType: 52, MAC: "0a0b0c0d0e0f", Suffix: "ctrl/tou/rd"}},
	{"a status to one client", Response(52, "0a0b0c0d0e0f", "c1"), Topic{Kind: KindAcknowledgement, DeviceType: 52, MAC: "0a0b0c0d0e0f", ClientID: "c1"}},
	{"below it", Response(52, "0a0b0c0d0e0f", "c1") + "/did", Topic{Kind: KindAcknowledgement, DeviceType: 52, MAC: "0a0b0c0d0e0f", ClientID: "c1", Suffix: "did"}},
	{"an answer without the heater", QueryResponse(52, "c1", AnswerReservation), Topic{Kind: KindQueryAnswer, DeviceType: 52, ClientID: "c1", Suffix: "rsv/rd"}},
	{"diagnostics in the app's form", AppResponse(52, 10001, 0, "c1", AnswerDiagnostics), Topic{Kind: KindAppAnswer, DeviceType: 52, ClientID: "c1", Suffix: "td/rd", HomeSeq: 10001}},
	{"firmware downloads to all", HeaterResponse(52, "0a0b0c0d0e0f", AnswerFirmwareDownloads), Topic{Kind: KindHeaterAnswer, DeviceType: 52, MAC: "0a0b0c0d0e0f", Suffix: "dl-sw-info"}},
	{"a refusal", ControlFailure(52, "0a0b0c0d0e0f"), Topic{Kind: KindControlFailure, DeviceType: 52, MAC: "0a0b0c0d0e0f"}},
	{"an application comes or goes", AppConnection(52, "0a0b0c0d0e0f"), Topic{Kind: KindAppConnection, DeviceType: 52, MAC: "0a0b0c0d0e0f"}},
	{"the heater comes or goes", Connection(52, "0a0b0c0d0e0f"), Topic{Kind: KindConnection, DeviceType: 52, MAC: "0a0b0c0d0e0f"}},
	{"the cloud is serviced", "evt/52/mobile/event/disconnect-mqtt", Topic{Kind: KindServiceNotice, DeviceType: 52}},
}

func TestParse(t *testing.T) {
	for _, row := range rows {
		if got := Parse(row.topic); got != row.parsed {
			t.Errorf("%s: Parse(%q) = %+v, want %+v", row.says, row.topic, got, row.parsed)
		}
	}
}

func TestWritten(t *testing.T) {
	for got, want := range map[string]string{
		Request(52, "M", SuffixEnergyDaily):      "cmd/52/navilink-M/st/energy-usage-daily-query/rd",
		Response(52, "M", "C"):                   "cmd/52/navilink-M/C/res",
		QueryResponse(52, "C", AnswerTOU):        "cmd/52/C/res/tou/rd",
		AppResponse(52, 7, 3, "C", "commit-ota"): "cmd/52/7/3/C/res/commit-ota",
		HeaterResponse(52, "M", AnswerFeatures):  "cmd/52/navilink-M/res/did",
		ControlFailure(52, "M"):                  "cmd/52/navilink-M/ctrl-fail",
		Heater(52, "M"):                          "cmd/52/navilink-M/#",
		Queries(52, "C"):                         "cmd/52/C/res/#",
		HeaterEvents(52, "M"):                    "evt/52/navilink-M/#",
		AppConnection(52, "M"):                   "evt/52/navilink-M/app-connection",
		Connection(52, "M"):                      "evt/52/navilink-M/connection",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for _, s := range []string{
		"", "/", "cmd", "cmd/52", "cmd/52/", "cmd//navilink-M/st", "cmd/fifty/navilink-M/st", "cmd/052/navilink-M/st", "cmd/-1/navilink-M/st",
		"cmd/52/navilink-/st", "cmd/52/navilink-M", "cmd/52/navilink-M/", "cmd/52/navilink-M/status", "cmd/52/navilink-M/C", "cmd/52/navilink-M/C/res/",
		"cmd/52/navilink-M/res", "cmd/52/navilink-M/res/", "cmd/52/navilink-M/ctrl-fail/x", "cmd/52/navilink-M/#", "cmd/52/navilink-M/st+",
		"cmd/52/C/res", "cmd/52/C/res/", "cmd/52//res/td", "cmd/52/H/0/C/res/td/rd", "cmd/52/1/U/C/res/td/rd", "cmd/52/1/0//res/td/rd", "cmd/52/1/0/C/res/", "cmd/52/1/0/C",
		"evt/52/navilink-M", "evt/52/navilink-M/other", "evt/52/C/res/td", "evt//mobile/event/disconnect-mqtt", "dt/52/navilink-M/st", ServiceNotice,
	} {
		if got := Parse(s); got != (Topic{}) {
			t.Errorf("Parse(%q) = %+v, want nothing", s, got)
		}
	}
}

// What Parse takes apart, the builders put together again.
func FuzzParse(f *testing.F) {
	for _, row := range rows {
		f.Add(row.topic)
	}
	f.Add("cmd/52/navilink-M/st/res")
	f.Add("cmd/52/navilink-navilink-/C/res/x")
	f.Fuzz(func(t *testing.T, s string) {
		p := Parse(s)
		var again string
		switch p.Kind {
		case KindUnknown:
			if p != (Topic{}) {
				t.Fatalf("unknown, and yet %+v", p)
			}
			return
		case KindServiceNotice:
			return // the device type may be anything
		case KindRequest:
			again = Request(p.DeviceType, p.MAC, p.Suffix)
		case KindAcknowledgement:
			again = Response(p.DeviceType, p.MAC, p.ClientID)
			if p.Suffix != "" {
				again += "/" + p.Suffix
			}
		case KindQueryAnswer:
			again = QueryResponse(p.DeviceType, p.ClientID, p.Suffix)
		case KindAppAnswer:
			again = AppResponse(p.DeviceType, p.HomeSeq, p.UserSeq, p.ClientID, p.Suffix)
		case KindHeaterAnswer:
			again = HeaterResponse(p.DeviceType, p.MAC, p.Suffix)
		case KindControlFailure:
			again = ControlFailure(p.DeviceType, p.MAC)
		case KindAppConnection:
			again = AppConnection(p.DeviceType, p.MAC)
		case KindConnection:
			again = Connection(p.DeviceType, p.MAC)
		}
		if again != s {
			t.Fatalf("%q came back as %q", s, again)
		}
	})
}
