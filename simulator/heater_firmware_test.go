package simulator

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/nwp500/nwp500/internal/topic"
)

func (b *bench) downloads(h *Heater) map[string]any {
	b.t.Helper()
	said := b.ask(h, topic.SuffixFirmwareDownloads, topic.FirmwareDownloadsRead, answers(topic.AnswerFirmwareDownloads), "")
	if len(said) != 1 {
		b.t.Fatalf("%d answers", len(said))
	}
	// Whatever was asked.
	return b.response(h, said[0], topic.HeaterResponse(52, h.mac, topic.AnswerFirmwareDownloads), topic.SuffixFirmwareDownloads)
}

func (b *bench) commit(h *Heater, answer string, code, version int) []heard {
	b.t.Helper()
	return b.ask(h, topic.SuffixFirmwareCommit, topic.FirmwareCommit, answer,
		fmt.Sprintf(`,"commitOta":{"swCode":%d,"swVersion":%d}`, code, version))
}

func TestFirmwareIsCommitted(t *testing.T) {
	const controller, was, offered = 33556241, 167837696, 167837697
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{})
		h := b.dry(0)
		equal(t, "nothing waits", vector(t, "firmware_downloads", 0), b.downloads(h))

		if h.OfferFirmware(1, 2) == nil || h.OfferFirmware(controller, -1) == nil {
			t.Error("an impossible offer was taken")
		}
		if err := h.OfferFirmware(controller, was); err != nil {
			t.Fatal(err)
		}
		waits := vectors(t, "firmware_downloads")[1]
		var want map[string]any
		unmarshal(t, string(waits), &want)
		delete(want["downloadSwInfo"].([]any)[0].(map[string]any), "size") // that of a firmware to come
		equal(t, "one waits", want, b.downloads(h))
		if err := h.OfferFirmware(controller, offered); err != nil {
			t.Fatal(err)
		}

		app := appAnswers(h, topic.AnswerFirmwareCommit)
		if said := b.commit(h, app, 1, offered); len(said) != 0 {
			t.Error("software that is not there was committed")
		}
		if said := b.commit(h, app, controller, was); len(said) != 1 || h.component(controller).Version != was {
			t.Errorf("another version than the downloaded one: %v", said)
		}
		said := b.commit(h, app, controller, offered)
		if len(said) != 1 {
			t.Fatalf("%d answers", len(said))
		}
		equal(t, "answer", map[string]any{"commitOta": map[string]any{"swCode": float64(controller), "swVersion": float64(offered)}},
			b.response(h, said[0], app, topic.SuffixFirmwareCommit))

		// It starts anew, and the version is everywhere.
		time.Sleep(2 * time.Second)
		if said := b.tell(h, "st", payload(h, "st", topic.StatusRequest, "")); len(said) != 0 {
			t.Error("answered while it starts")
		}
		time.Sleep(2 * time.Minute)
		equal(t, "nothing waits any more", vector(t, "firmware_downloads", 0), b.downloads(h))
		if got := h.Features()["controllerSwVersion"]; got != offered {
			t.Errorf("features have version %d", got)
		}
		if c := h.Counters(); c.Commands != 2 || c.Ignored != 1 {
			t.Errorf("%+v", c)
		}
	})
}

// The answer comes in the app's form or not at all.
func TestACommitInAnotherForm(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{})
		h := b.dry(0)
		if said := b.commit(h, answers(topic.AnswerFirmwareCommit), 33556241, 5); len(said) != 0 {
			t.Errorf("%v", said)
		}
	})
}
