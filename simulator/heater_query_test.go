package simulator

import (
	"fmt"
	"os"
	"testing"
	"testing/synctest"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"

	"github.com/nwp500/nwp500/internal/topic"
)

// ask publishes a request whose answer is wanted on a topic of its own, and
// returns what was said at once.
func (b *bench) ask(h *Heater, suffix string, code topic.Code, answer, rest string) []heard {
	b.t.Helper()
	text := fmt.Sprintf(`{"clientID":%q,"sessionID":"1700000000000","protocolVersion":2,"requestTopic":%q,"responseTopic":%q,`+
		`"request":{"command":%d,"deviceType":52,"macAddress":%q,"additionalValue":%q%s}}`,
		benchClient, topic.Request(52, h.mac, suffix), answer, code, h.mac, h.additionalValue, rest)
	return b.tell(h, suffix, text)
}

// response returns the body of a heater's answer without what names the heater,
// which it checks, and the envelope.
func (b *bench) response(h *Heater, m heard, to, suffix string) map[string]any {
	b.t.Helper()
	if m.topic != to {
		b.t.Errorf("on %s, not %s", m.topic, to)
	}
	if m.body.ProtocolVersion != 2 || m.body.ClientID != benchClient || m.body.SessionID != "1700000000000" ||
		m.body.RequestTopic != topic.Request(52, h.mac, suffix) {
		b.t.Errorf("envelope %s", m.text)
	}
	return anonymous(b.t, []byte(m.text), h.mac, h.additionalValue)
}

// anonymous takes the body out of an answer, and out of that what names the
// heater.
func anonymous(t *testing.T, text []byte, mac, additionalValue string) map[string]any {
	t.Helper()
	var message struct {
		Response map[string]any `json:"response"`
	}
	if err := json.Unmarshal(text, &message); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]any{"deviceType": 52.0, "macAddress": mac, "additionalValue": additionalValue} {
		if got, there := message.Response[name]; there && got != want {
			t.Errorf("%s is %v, not %v", name, got, want)
		}
		delete(message.Response, name)
	}
	return message.Response
}

// vectors are the messages of a file of testdata/vectors by what they say.
func vectors(t *testing.T, file string) []jsontext.Value {
	t.Helper()
	text, err := os.ReadFile("../testdata/vectors/" + file + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var list []struct {
		Message jsontext.Value `json:"message"`
	}
	if err := json.Unmarshal(text, &list); err != nil {
		t.Fatal(err)
	}
	var messages []jsontext.Value
	for _, v := range list {
		messages = append(messages, v.Message)
	}
	return messages
}

// vector is the body of one of them.
func vector(t *testing.T, file string, n int) map[string]any {
	t.Helper()
	return anonymous(t, vectors(t, file)[n], "0a0b0c0d0e0f", "1234")
}

// equal compares a body with what it must be.
func equal(t *testing.T, what string, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// answers are the topics on which the bench's client wants its answers.
func answers(suffix string) string { return topic.QueryResponse(52, benchClient, suffix) }

func appAnswers(h *Heater, suffix string) string {
	return topic.AppResponse(52, h.homeSeq, 0, benchClient, suffix)
}

func TestQueriesThatADeviceIgnores(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{})
		h := b.dry(0)
		for name, q := range map[string]struct {
			suffix string
			code   topic.Code
			rest   string
		}{
			"another code":         {topic.SuffixReservationRead, topic.StatusRequest, ""},
			"a suffix of nobody's": {"st/tou/rd", topic.TOUWrite, ""},
			"no month":             {topic.SuffixEnergyDaily, topic.EnergyDailyRead, `,"year":2026`},
			"month 13":             {topic.SuffixEnergyDaily, topic.EnergyDailyRead, `,"year":2026,"month":[13]`},
			"no list":              {topic.SuffixEnergyDaily, topic.EnergyDailyRead, `,"year":2026,"month":1`},
			"no months":            {topic.SuffixEnergyDaily, topic.EnergyDailyRead, `,"year":2026,"month":[]`},
			"a list of years":      {topic.SuffixEnergyDaily, topic.EnergyDailyRead, `,"year":[2026],"month":[1]`},
			"one year":             {topic.SuffixEnergyMonthly, topic.EnergyMonthlyRead, `,"year":2026`},
			"year 1999":            {topic.SuffixEnergyMonthly, topic.EnergyMonthlyRead, `,"year":[1999]`},
			"hours":                {topic.SuffixEnergyHourly, topic.EnergyHourlyRead, `,"year":2026,"month":1,"day":[1]`},
		} {
			before := h.Counters()
			said := b.ask(h, q.suffix, q.code, answers("x/rd"), q.rest)
			if after := h.Counters(); len(said) != 0 || after.Ignored != before.Ignored+1 || after.Requests != before.Requests {
				t.Errorf("%s: %d answers, %+v", name, len(said), after)
			}
		}
		said := b.ask(h, topic.SuffixRecirculationRead, topic.RecirculationRead, answers(topic.AnswerRecirculation), "")
		if c := h.Counters(); len(said) != 0 || c.Unsupported != 1 {
			t.Errorf("no pump, and yet %d answers, %+v", len(said), c)
		}
	})
}
