package nwp500

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// Device is a heater as the account lists it (docs/protocol.md §2). What the cloud
// did not say is zero, "" or unknown.
type Device struct {
	// MAC is the heater's address in every topic.
	MAC MAC
	// AdditionalValue belongs into every request to the heater.
	AdditionalValue string
	// Type is the kind of the WiFi module; 52 is the NWP500's.
	Type int
	// Name is the name that the owner gave.
	Name string
	// HomeSeq is the number of the home, part of the topics of some answers.
	HomeSeq int
	// Connected says whether the cloud had a connection to the heater when it was
	// asked.
	Connected OnOff
	// InstallType is "R" residential, "C" commercial, or "".
	InstallType string
	// ModelTypeCode and InstallerID are mostly empty.
	ModelTypeCode string
	InstallerID   string
	// Location is where the heater stands, nil when the cloud does not say.
	Location *Location
	// LastFault is the last fault that the cloud recorded, readable while the
	// heater is offline; nil when there is none. Only lists have it.
	LastFault *RecordedFault
	// Descaling is the window of the last descaling, "" and "" when there was none.
	Descaling Descaling
	// Unknown are the members of the answer that no document knows, by their path.
	Unknown Members
}

// Location is a home address. It is never logged, and prints as "[location]".
type Location struct {
	State, City, Address          string
	Latitude, Longitude, Altitude Value[float64]
}

// Format writes "[location]", whatever the verb; the fields hold the address.
func (l Location) Format(state fmt.State, _ rune) { hide(state, "[location]") }

// MarshalText encodes "[location]".
func (l Location) MarshalText() ([]byte, error) { return []byte("[location]"), nil }

// RecordedFault is a fault that the cloud recorded.
type RecordedFault struct {
	// Code is the fault's number, 0 when it is over.
	Code FaultCode
	// Time is when it occurred, in the heater's local time: the cloud sends no zone.
	Time string
}

// Descaling is the window of a descaling, in the cloud's own text.
type Descaling struct{ Start, End string }

// DeviceInfo is what the cloud tells of one heater (docs/protocol.md §2).
type DeviceInfo struct {
	// Device is the heater; its MAC and AdditionalValue are those asked for, for
	// the answer leaves them out.
	Device
	// Installer is who installed it; its fields may be empty.
	Installer Installer
	// OtherAlarm and ErrorAlarm are isEtcAlarm and isErrorAlarm: 1 off, 2 on.
	OtherAlarm, ErrorAlarm OnOff
}

// Installer is who installed a heater. It prints as "[installer]".
type Installer struct{ ID, FirstName, LastName, PhoneNumber string }

// Format writes "[installer]", whatever the verb; the fields hold the name.
func (i Installer) Format(state fmt.State, _ rune) { hide(state, "[installer]") }

// MarshalText encodes "[installer]".
func (i Installer) MarshalText() ([]byte, error) { return []byte("[installer]"), nil }

// Firmware is the software of one component (docs/protocol.md §2).
type Firmware struct {
	// Code names the component's software, Version the one that runs.
	Code, Version int
	// Downloaded is the version that waits to be committed; unknown or 0 when
	// there is none.
	Downloaded Value[int]
	// DeviceType and DeviceGroup are the cloud's.
	DeviceType  int
	DeviceGroup string
	// Unknown are the members of the answer that no document knows.
	Unknown Members
}

// pageSize is the most devices that the cloud lists at once.
const pageSize = 20

// maxPages bounds a list that never ends.
const maxPages = 1000

// Devices lists the heaters of the account, all pages of them (docs/protocol.md §2).
//
// Its errors are those of every call over REST: ErrNotSignedIn, ErrCredentials,
// ErrUnreachable, ErrClosed, and an *APIError when the cloud answers with a failure.
func (c *Client) Devices(ctx context.Context) ([]Device, error) {
	var devices []Device
	seen := make(map[MAC]bool)
	for page := range maxPages {
		data, err := c.authorised(ctx, func(userID string) request {
			return request{method: http.MethodPost, path: "/device/list", body: map[string]any{
				"userId": userID, "offset": page * pageSize, "count": pageSize,
			}}
		})
		if err != nil {
			return nil, err
		}
		entries, before := elements(data), len(devices)
		for _, entry := range entries {
			device, err := parseDevice(entry)
			if err != nil { // one that cannot be read does not hide the others
				c.log.Warn("a device in the list is left out", "err", err)
				continue
			}
			if !seen[device.MAC] {
				seen[device.MAC] = true
				devices = append(devices, device)
			}
		}
		// A cloud that does not heed the offset gives the same page for ever.
		if len(entries) < pageSize || len(devices) == before {
			return devices, nil
		}
	}
	return nil, fmt.Errorf("POST /device/list: more than %d pages of devices", maxPages)
}

// parseDevice reads an entry of the list or the data of /device/info.
func parseDevice(data jsontext.Value) (Device, error) {
	entry := newShape(data)
	if entry == nil {
		return Device{}, errors.New("a device is no JSON object")
	}
	var device Device
	info := entry.inner("deviceInfo")
	if info == nil {
		return Device{}, errors.New("a device has no deviceInfo")
	}
	device.MAC = NewMAC(info.text("macAddress"))
	device.AdditionalValue = info.text("additionalValue")
	device.Type = info.integer("deviceType").Or(52)
	device.Name = info.text("deviceName")
	device.HomeSeq = info.integer("homeSeq").Or(0)
	device.Connected = OnOff(info.integer("connected").Or(0))
	device.InstallType = info.text("installType")
	device.ModelTypeCode = info.text("modelTypeCode")
	device.InstallerID = info.text("installerId")
	device.keep("deviceInfo", info)
	if location := entry.inner("location"); location != nil {
		device.Location = &Location{
			State: location.text("state"), City: location.text("city"), Address: location.text("address"),
			Latitude: location.number("latitude"), Longitude: location.number("longitude"), Altitude: location.number("altitude"),
		}
		device.keep("location", location)
	}
	if fault := entry.inner("error"); fault != nil {
		if code, ok := fault.integer("errorCode").Get(); ok {
			device.LastFault = &RecordedFault{Code: FaultCode(code), Time: fault.text("errorOccuredTime")}
		}
		device.keep("error", fault)
	}
	if descaling := entry.inner("descaling"); descaling != nil {
		device.Descaling = Descaling{descaling.text("descalingStartTime"), descaling.text("descalingEndTime")}
		device.keep("descaling", descaling)
	}
	for _, part := range []string{"installer", "alarmInfo"} { // of /device/info
		entry.ask(part)
	}
	device.keep("", entry)
	return device, nil
}

// keep keeps what was not read of a part of the answer.
func (d *Device) keep(part string, from *shape) {
	for member, value := range from.unknown() {
		if d.Unknown == nil {
			d.Unknown = make(Members)
		}
		if part != "" {
			member = part + "." + member
		}
		d.Unknown[member] = value
	}
}

// DeviceInfo asks the cloud for what it knows of one heater (docs/protocol.md §2). Its
// errors are those of Devices.
func (c *Client) DeviceInfo(ctx context.Context, device Device) (*DeviceInfo, error) {
	data, err := c.authorised(ctx, deviceRequest("/device/info", device))
	if err != nil {
		return nil, err
	}
	return parseDeviceInfo(data, device)
}

func parseDeviceInfo(data jsontext.Value, device Device) (*DeviceInfo, error) {
	parsed, err := parseDevice(data)
	if err != nil {
		return nil, fmt.Errorf("POST /device/info: %w", err)
	}
	parsed.MAC, parsed.AdditionalValue = device.MAC, device.AdditionalValue
	info := &DeviceInfo{Device: parsed}
	entry := newShape(data)
	if installer := entry.inner("installer"); installer != nil {
		info.Installer = Installer{
			installer.text("installerId"), installer.text("installerFirstName"),
			installer.text("installerLastName"), installer.text("installerPhoneNumber"),
		}
		info.keep("installer", installer)
	}
	if alarm := entry.inner("alarmInfo"); alarm != nil {
		info.OtherAlarm = OnOff(alarm.integer("isEtcAlarm").Or(0))
		info.ErrorAlarm = OnOff(alarm.integer("isErrorAlarm").Or(0))
		info.keep("alarmInfo", alarm)
	}
	return info, nil
}

// Firmware asks the cloud for the software of a heater's components (docs/protocol.md
// §2). Its errors are those of Devices.
func (c *Client) Firmware(ctx context.Context, device Device) ([]Firmware, error) {
	data, err := c.authorised(ctx, deviceRequest("/device/firmware/info", device))
	if err != nil {
		return nil, err
	}
	return parseFirmware(data)
}

func parseFirmware(data jsontext.Value) ([]Firmware, error) {
	answer := newShape(data)
	if answer == nil {
		return nil, errors.New("POST /device/firmware/info: the answer has no data")
	}
	var list []Firmware
	for _, element := range answer.list("firmwares") {
		entry := newShape(element)
		if entry == nil {
			return nil, errors.New("POST /device/firmware/info: a firmware is no JSON object")
		}
		entry.ask("macAddress") // those of the device, asked for
		entry.ask("additionalValue")
		firmware := Firmware{
			Code: entry.integer("curSwCode").Or(0), Version: entry.integer("curVersion").Or(0),
			Downloaded: entry.integer("downloadedVersion"), DeviceType: entry.integer("deviceType").Or(0),
			DeviceGroup: entry.text("deviceGroup"),
		}
		firmware.Unknown = entry.unknown()
		list = append(list, firmware)
	}
	return list, nil
}

func deviceRequest(path string, device Device) func(userID string) request {
	return func(userID string) request {
		return request{method: http.MethodPost, path: path, body: map[string]any{
			"userId": userID, "macAddress": device.MAC.Reveal(), "additionalValue": device.AdditionalValue,
		}}
	}
}

// PushToken registers a telephone for the cloud's push messages
// (docs/protocol.md §2).
type PushToken struct {
	Token                                Secret
	ModelName, AppVersion, OS, OSVersion string
}

// UpdatePushToken registers a telephone for the cloud's push messages (docs/protocol.md
// §2). Its errors are those of Devices.
func (c *Client) UpdatePushToken(ctx context.Context, token PushToken) error {
	_, err := c.authorised(ctx, func(userID string) request {
		return request{method: http.MethodPost, path: "/app/update-push-token", body: map[string]any{
			"userId": userID, "pushToken": token.Token.Reveal(), "modelName": token.ModelName,
			"appVersion": token.AppVersion, "os": token.OS, "osVersion": token.OSVersion,
		}}
	})
	return err
}

// localTime is the layout of the times that the cloud sends without a zone.
const localTime = "2006-01-02T15:04:05"

// In returns when the fault occurred, given the zone that the heater stands in.
func (f RecordedFault) In(zone *time.Location) (time.Time, error) {
	return time.ParseInLocation(localTime, f.Time, zone)
}
