package wire

import (
	"testing"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/nwp500/nwp500/internal/topic"
)

func TestCommand(t *testing.T) {
	temperature := Command{
		ClientID: "C", SessionID: "S",
		RequestTopic: topic.Request(52, "M", topic.SuffixControl), ResponseTopic: topic.Response(52, "M", "C"),
		Code: topic.SetTemperature, DeviceType: 52, MAC: "M", AdditionalValue: "\"…",
		Control: true, Mode: "dhw-temperature", Param: []int{120},
	}
	power := temperature
	power.Code, power.Mode, power.Param = topic.PowerOff, "power-off", nil
	energy := Command{
		ClientID: "C", SessionID: "S",
		RequestTopic:  topic.Request(52, "M", topic.SuffixEnergyDaily),
		ResponseTopic: topic.QueryResponse(52, "C", topic.AnswerEnergyDaily),
		Code:          topic.EnergyDailyRead, DeviceType: 52, MAC: "M",
		Extra: Object{{"year", jsontext.Value("2026")}, {"month", jsontext.Value("[10,11]")}},
	}
	for _, tt := range []struct {
		says    string
		command Command
		want    string
	}{
		{"the example of protocol.md", temperature, `{"clientID":"C","sessionID":"S","protocolVersion":2,` +
			`"requestTopic":"cmd/52/navilink-M/ctrl","responseTopic":"cmd/52/navilink-M/C/res",` +
			`"request":{"command":33554464,"deviceType":52,"macAddress":"M","additionalValue":"\"…",` +
			`"mode":"dhw-temperature","param":[120],"paramStr":""}}`},
		{"no parameter is an empty list", power, `{"clientID":"C","sessionID":"S","protocolVersion":2,` +
			`"requestTopic":"cmd/52/navilink-M/ctrl","responseTopic":"cmd/52/navilink-M/C/res",` +
			`"request":{"command":33554433,"deviceType":52,"macAddress":"M","additionalValue":"\"…",` +
			`"mode":"power-off","param":[],"paramStr":""}}`},
		{"a query has neither mode nor param", energy, `{"clientID":"C","sessionID":"S","protocolVersion":2,` +
			`"requestTopic":"cmd/52/navilink-M/st/energy-usage-daily-query/rd","responseTopic":"cmd/52/C/res/energy-usage-daily-query/rd",` +
			`"request":{"command":16777225,"deviceType":52,"macAddress":"M","additionalValue":"","year":2026,"month":[10,11]}}`},
	} {
		got := tt.command.Append(nil)
		if string(got) != tt.want {
			t.Errorf("%s:\ngot  %s\nwant %s", tt.says, got, tt.want)
		}
		e, err := ParseEnvelope(got)
		if err != nil {
			t.Fatal(err)
		}
		if e.Kind() != KindCommand || e.MAC() != "M" || e.ClientID() != "C" || e.SessionID() != "S" ||
			e.RequestTopic() != tt.command.RequestTopic || e.ResponseTopic() != tt.command.ResponseTopic {
			t.Errorf("%s: read again as %s", tt.says, e.Append(nil))
		}
	}
}
