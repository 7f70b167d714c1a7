package nwp500

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/nwp500/nwp500/internal/wire"
)

// fuzzedTopics are topics on which a heater, the broker or another application speaks, {client} being ours.
var fuzzedTopics = []string{
	"cmd/52/navilink-{mac}/{client}/res", "cmd/52/navilink-{mac}/other/res", "cmd/52/navilink-{mac}/{client}/res/status/rd",
	"cmd/52/{client}/res/rsv/rd", "cmd/52/{client}/res/recirc-rsv/rd", "cmd/52/{client}/res/energy-usage-daily-query/rd", "cmd/52/1/2/{client}/res/smart-diagnostic",
	"cmd/52/navilink-{mac}/res/dl-sw-info", "cmd/52/navilink-{mac}/{client}/res/ctrl-fail", "cmd/52/navilink-{mac}/ctrl-fail", "evt/52/mobile/event/disconnect-mqtt", "cmd/52/navilink-ffffffffffff/{client}/res", "cmd/52/navilink-{mac}/st", "",
}

// Whatever comes on whatever topic, the session goes on: it tells events that can be read and printed, ends no question with
// nothing, and logs nothing of what came.
func FuzzHeaterMessage(f *testing.F) {
	eachVector(f, func(message []byte) { f.Add(byte(0), message, []byte(nil)) })
	n := byte(0)
	eachVector(f, func(message []byte) {
		if n++; n < 100 {
			f.Add(n, message, []byte(`{"response":{"status":{"errorCode":799,"operationBusy":2}}}`))
		}
	})
	for _, seed := range []string{
		`{"response":{"macAddress":"{mac}","status":{"errorCode":1e30,"operationBusy":null}}}`, `{"response":{"macAddress":"ffffffffffff","status":{}}}`, `{"response":{"macAddress":{}}}`,
		`{"sessionID":1700000000000,"response":{"failCode":2}}`, `{"sessionID":"question","response":{"reservation":[{"week":-1},7],"reservationUse":"x"}}`, "not JSON: {mac}", "",
	} {
		for i := range fuzzedTopics {
			f.Add(byte(i), []byte(seed), []byte(seed))
		}
	}
	f.Fuzz(func(t *testing.T, where byte, first, second []byte) {
		client, log := fuzzedClient(Config{})
		s := &Session{client: client, heaters: make(map[MAC]*heaterState)}
		c := &connection{session: s, clientID: "our-client"}
		asked := question()
		state := &heaterState{device: fuzzedDevice(), connection: c, exchanges: []*exchange{asked}}
		s.heaters[state.device.MAC] = state
		events, all := newStream[Event](), newStream[Message]()
		s.listeners.streams = map[*stream[Event]]MAC{events: {}}
		s.messages.add(&Subscription{session: s, filter: NewSecret("#"), stream: all})

		about := strings.NewReplacer("{mac}", told["{mac}"], "{client}", c.clientID).Replace(fuzzedTopics[int(where)%len(fuzzedTopics)])
		for _, payload := range [][]byte{first, second, second} {
			c.receive(about, retell(payload))
		}
		items, _, _ := events.take()
		for _, event := range items {
			checkEvent(t, event)
		}
		if raw, _, _ := all.take(); len(raw) != 3 {
			t.Errorf("%d raw messages of 3", len(raw))
		}
		select {
		case a := <-asked.answer:
			if (a.err == nil) == (a.envelope == nil) {
				t.Errorf("an answer that is none: %v, %v", a.envelope, a.err)
			}
		default:
		}
		checkAnswers(t, retell(first))
		for word, text := range told {
			if strings.Contains(log.String(), text) {
				t.Errorf("%s shows in the log: %s", word, log)
			}
		}
		if err := client.Close(); err != nil {
			t.Error(err)
		}
	})
}

// question is a question under way, which takes any answer.
func question() *exchange {
	x := newExchange(transaction{wants: func(*wire.Envelope) bool { return true }}, true, "question")
	x.sent = true
	return x
}

// checkEvent reads and prints all of an event.
func checkEvent(t *testing.T, event Event) {
	t.Helper()
	var printed []byte
	switch event := event.(type) {
	case StatusReceived:
		event.Status.Missing()
		event.Status.Unknown()
		event.Status.UsableEnergy()
		printed = event.Status.AppendJSON(nil, Auto)
	case FeaturesReceived:
		event.Features.Missing()
		event.Features.Unknown()
		printed = event.Features.AppendJSON(nil, US)
	}
	if printed != nil && !isLine(printed) {
		t.Errorf("a %T prints as %s", event, printed)
	}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("", "event", event)
	if shown := fmt.Sprintf("%v %+v %#v %s", event, event, event, &log); strings.Contains(shown, told["{mac}"]) || strings.Contains(shown, "!ERROR") {
		t.Errorf("a %T shows as %s", event, shown)
	}
}

// checkAnswers takes a message for the answer to every question.
func checkAnswers(t *testing.T, message []byte) {
	t.Helper()
	envelope, err := wire.ParseEnvelope(message)
	if err != nil {
		return
	}
	mac, now := NewMAC(told["{mac}"]), time.Time{}
	answers := []interface{ AppendJSON([]byte, Units) []byte }{
		newFirmwareDownloads(envelope, mac, now), newInstallerDiagnostics(envelope, mac, now),
		newEnergy(envelope, EnergyByMonth, mac, now), newEnergy(envelope, EnergyByDay, mac, now), newEnergy(envelope, EnergyByHour, mac, now),
	}
	newInstallerDiagnostics(envelope, mac, now).Unknown()
	body, _ := envelope.Response()
	for _, kind := range []*scheduleKind{&reservationKind, &recirculationKind, &touKind} {
		read, _, err := kind.readFrom(body)
		if err != nil {
			continue
		}
		switch kind {
		case &reservationKind:
			answers = append(answers, newReservations(read, envelope))
		case &recirculationKind:
			answers = append(answers, newTimetable(read, envelope))
		}
		if !read.equal(read) {
			t.Errorf("a %s does not equal itself: %s", kind.name, read.body().Append(nil))
		}
	}
	for _, answer := range answers {
		if printed := answer.AppendJSON(nil, Metric); !isLine(printed) && string(printed) != "null" {
			t.Errorf("a %T prints as %s", answer, printed)
		}
	}
}
