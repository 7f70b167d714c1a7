package simulator

import (
	"fmt"
	"slices"
	"time"

	"github.com/nwp500/nwp500/internal/topic"
)

// component is a part of the heater with software of its own.
type component struct {
	Code       int `json:"code"`
	Version    int `json:"version"`
	Downloaded int `json:"downloaded"` // a version that waits to be committed; 0: none
}

// factoryFirmware is the captured list: controller, WiFi module, and two more.
func factoryFirmware() []component {
	return []component{
		{Code: 33556241, Version: 167837696},
		{Code: 268435985, Version: 34013184},
		{Code: 268435761, Version: 60454},
		{Code: 268435777, Version: 60454},
	}
}

func (h *Heater) component(code int) *component {
	i := slices.IndexFunc(h.Settings.Firmware, func(c component) bool { return c.Code == code })
	if i < 0 {
		return nil
	}
	return &h.Settings.Firmware[i]
}

// OfferFirmware lets the heater have downloaded a version of one of its software
// components, by the code under which /device/firmware/info lists it: from now on
// st/dl-sw-info and REST say that it waits, until ctrl/commit-ota installs it. A
// version of 0 takes the offer back. It fails when there is no such component or
// the version is negative.
func (h *Heater) OfferFirmware(code, version int) (err error) {
	h.look(func() {
		c := h.component(code)
		if c == nil || version < 0 {
			err = fmt.Errorf("simulator: the heater has no software %d, or %d is no version", code, version)
			return
		}
		c.Downloaded = version
	})
	return err
}

// What a download that waits says of itself; unconfirmed.
const (
	downloadMode = 1
	downloadDone = 2
)

// sayDownloads lists downloads that wait, or one of zeros, to all who listen to
// the heater, wherever the answer is wanted (docs/protocol.md §3).
func (h *Heater) sayDownloads(r request) {
	var waiting []component
	for _, c := range h.Settings.Firmware {
		if c.Downloaded != 0 {
			waiting = append(waiting, c)
		}
	}
	mode, status := downloadMode, downloadDone
	if len(waiting) == 0 {
		waiting, mode, status = []component{{}}, 0, 0
	}
	h.reply(r, topic.HeaterResponse(deviceType, h.mac, topic.AnswerFirmwareDownloads), func(d *document) {
		d.list("downloadSwInfo", len(waiting), func(d *document, i int) {
			d.add("swCode", waiting[i].Code)
			d.add("otaMode", mode)
			d.add("swVersion", waiting[i].Downloaded)
			d.add("status", status)
		})
	})
}

// commitFirmware installs what was downloaded, and then the heater starts anew.
// A version that was not changes nothing, but is answered. What a real heater
// does with that is unconfirmed.
func (h *Heater) commitFirmware(a *asked) bool {
	c := h.component(a.CommitOTA.SwCode)
	if c == nil || a.CommitOTA.SwVersion <= 0 {
		return false
	}
	if c.Downloaded == a.CommitOTA.SwVersion {
		c.Version, c.Downloaded = c.Downloaded, 0
		h.leave(time.Minute)
	}
	return true
}

// sayCommitted repeats what was asked, in the app's form or not at all. The body
// of the answer is unconfirmed.
func (h *Heater) sayCommitted(r request) {
	if !r.fromApp() {
		return
	}
	h.reply(r, r.body.ResponseTopic, func(d *document) {
		d.object("commitOta", func(d *document) {
			d.add("swCode", r.body.Request.CommitOTA.SwCode)
			d.add("swVersion", r.body.Request.CommitOTA.SwVersion)
		})
	})
}
