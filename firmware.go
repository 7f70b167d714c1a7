package nwp500

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/nwp500/nwp500/internal/topic"
	"github.com/nwp500/nwp500/internal/wire"
)

// FirmwareDownloads is the software that waits in a heater to be installed
// (docs/protocol.md §4, Firmware downloads). It is never changed after it was made.
type FirmwareDownloads struct {
	// Pending are the downloads, none when nothing waits: the entry of zeros that the
	// heater then sends is left out.
	Pending []FirmwareDownload
	// MAC is the heater's address.
	MAC MAC
	// Received is when the client got the answer.
	Received time.Time

	message kept[*wire.Envelope]
}

// FirmwareDownload is new software for one component of a heater.
type FirmwareDownload struct {
	// Code is the software's code (swCode): which component it is for. Firmware lists
	// those that are installed.
	Code int
	// Version is the software's version (swVersion).
	Version int
	// Mode and Status are otaMode and status, without a known meaning.
	Mode   Value[int]
	Status Value[int]
	// Unknown are the members that no document knows, as they came.
	Unknown Members
}

// FirmwareDownloads asks the heater which software it has downloaded and not yet
// installed (docs/protocol.md §3, dl-sw-info). It does not wait for a connection that is
// down: ErrDisconnected. A heater that does not answer in time is ErrNoAnswer.
func (h *Heater) FirmwareDownloads(ctx context.Context) (*FirmwareDownloads, error) {
	envelope, err := h.ask(ctx, transaction{
		code: topic.FirmwareDownloadsRead, suffix: topic.SuffixFirmwareDownloads,
		// The heater answers there, whatever topic the request names.
		place: onHeaterTopic(topic.AnswerFirmwareDownloads),
		wants: func(envelope *wire.Envelope) bool { return envelope.Kind() == wire.KindFirmwareDownloads },
	}, false)
	if err != nil {
		return nil, err
	}
	return newFirmwareDownloads(envelope, h.device.MAC, time.Now()), nil
}

func newFirmwareDownloads(envelope *wire.Envelope, mac MAC, received time.Time) *FirmwareDownloads {
	d := &FirmwareDownloads{MAC: mac, Received: received, message: keep(envelope)}
	for _, element := range answerOf(envelope).list("downloadSwInfo") {
		entry := newShape(element)
		if entry == nil {
			continue // it stays in what AppendJSON prints
		}
		code, version := entry.integer("swCode"), entry.integer("swVersion")
		download := FirmwareDownload{
			Code: code.Or(0), Version: version.Or(0),
			Mode: entry.integer("otaMode"), Status: entry.integer("status"),
		}
		download.Unknown = entry.unknown()
		if download.Code != 0 || download.Version != 0 || download.Mode.Or(0) != 0 || download.Status.Or(0) != 0 {
			d.Pending = append(d.Pending, download)
		}
	}
	return d
}

// AppendJSON appends the answer as one JSON object, with the names and the rules of
// docs/protocol.md §10: what Decode makes of the message.
func (d *FirmwareDownloads) AppendJSON(dst []byte, units Units) []byte {
	return appendMessage(dst, d.message.get(), units)
}

// CommitFirmware has the heater install software that FirmwareDownloads lists: the code
// and the version of the download (docs/protocol.md §3, commit-ota). Both are at least
// 1. Every error is a *CommandError.
//
// Nil says that the heater has answered. What its answer says was never captured, so
// nothing in it is looked at: afterwards ask for FirmwareDownloads, or for Firmware,
// which lists what is installed.
func (h *Heater) CommitFirmware(ctx context.Context, code, version int) error {
	const name = "commit firmware"
	for _, number := range []struct {
		field string
		value int
	}{{"code", code}, {"version", version}} {
		if number.value < 1 || int64(number.value) > math.MaxUint32 {
			return refused(name, &RangeError{number.field, strconv.Itoa(number.value), "that of a download, 1 to 4294967295"}, "")
		}
	}
	waiting, end := h.session.patiently(ctx)
	release, err := h.appForm(waiting, true)
	if err != nil {
		return failed(name, NotSent, end(err))
	}
	defer release()
	if err := end(nil); err != nil {
		return failed(name, NotSent, err)
	}
	_, err = h.tell(ctx, name, "firmware commit", transaction{
		code: topic.FirmwareCommit, suffix: topic.SuffixFirmwareCommit,
		extra: wire.Object{{Name: "commitOta", Value: jsontext.Value(fmt.Sprintf(`{"swCode":%d,"swVersion":%d}`, code, version))}},
		place: inAppForm(topic.AnswerFirmwareCommit),
		wants: func(envelope *wire.Envelope) bool { _, ok := envelope.Response(); return ok },
	})
	return err
}

// CheckFirmware has the heater look for new software (docs/protocol.md §3, ota-check).
// The way that works is FirmwareDownloads, which asks what waits to be installed.
//
// It is unverified: the vendor's app never sends it and no heater is known to act on
// it, so it takes AcceptUnverified. Nil says that the heater has acknowledged it, and
// not more.
func (h *Heater) CheckFirmware(ctx context.Context, accept Unverified) error {
	return h.unverified(ctx, accept, command{
		name: "check firmware", kind: "firmware check", code: topic.FirmwareCheck, mode: "ota-check",
		param: parameters(anyHeater),
	})
}
