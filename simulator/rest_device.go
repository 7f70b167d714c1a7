package simulator

// pageSize is the most that one answer of /device/list holds.
const pageSize = 20

// deviceInfo in the list; the keys are those of the later of two captures.
type deviceInfo struct {
	InstallerID     *string `json:"installerId"`
	HomeSeq         int     `json:"homeSeq"`
	MACAddress      string  `json:"macAddress"`
	AdditionalValue string  `json:"additionalValue"`
	DeviceType      int     `json:"deviceType"`
	ModelTypeCode   *int    `json:"modelTypeCode"`
	DeviceName      string  `json:"deviceName"`
	Connected       int     `json:"connected"`
}

type shortLocation struct {
	State   string `json:"state"`
	City    string `json:"city"`
	Address string `json:"address"`
}

type lastError struct {
	ErrorCode        int    `json:"errorCode"`
	ErrorOccuredTime string `json:"errorOccuredTime"` // the vendor's spelling
}

type descaling struct {
	DescalingStartTime *string `json:"descalingStartTime"`
	DescalingEndTime   *string `json:"descalingEndTime"`
}

type listedDevice struct {
	DeviceInfo deviceInfo    `json:"deviceInfo"`
	Location   shortLocation `json:"location"`
	Error      lastError     `json:"error"`
	Descaling  descaling     `json:"descaling"`
}

func (s *Simulator) deviceList(c *call) (any, *restError) {
	var asked struct {
		UserID string `json:"userId"`
		Offset *int   `json:"offset"`
		Count  *int   `json:"count"`
	}
	if refused := c.decode(&asked); refused != nil {
		return nil, refused
	}
	if refused := c.own(asked.UserID); refused != nil {
		return nil, refused
	}
	if asked.Offset == nil || asked.Count == nil || *asked.Offset < 0 || *asked.Count < 1 {
		return nil, &badRequest
	}
	heaters := c.account.Heaters
	heaters = heaters[min(*asked.Offset, len(heaters)):]
	heaters = heaters[:min(*asked.Count, pageSize, len(heaters))]
	page := make([]listedDevice, 0, len(heaters))
	for _, h := range heaters {
		page = append(page, h.listed())
	}
	return page, nil
}

// listed is the heater's entry in the device list.
func (h *Heater) listed() (entry listedDevice) {
	h.look(func() {
		entry = listedDevice{
			DeviceInfo: deviceInfo{
				HomeSeq: h.homeSeq, MACAddress: h.mac, AdditionalValue: h.additionalValue,
				DeviceType: deviceType, DeviceName: h.name, Connected: flag(h.Online),
			},
			Location: shortLocation{h.place.state, h.place.city, h.place.address},
			Error:    lastError{h.Reported.Code, h.errorTime()},
		}
	})
	return entry
}

// askedDevice is what calls about one heater send.
type askedDevice struct {
	UserID          string `json:"userId"`
	MACAddress      string `json:"macAddress"`
	AdditionalValue string `json:"additionalValue"`
}

// device finds the heater a call is about among the account's own.
func (c *call) device(asked askedDevice) (*Heater, *restError) {
	if refused := c.own(asked.UserID); refused != nil {
		return nil, refused
	}
	if asked.MACAddress == "" || asked.AdditionalValue == "" {
		return nil, &badRequest
	}
	h := c.account.heater(asked.MACAddress, asked.AdditionalValue)
	if h == nil {
		return nil, &noDevice
	}
	return h, nil
}

func (c *call) decodeDevice() (*Heater, *restError) {
	var asked askedDevice
	if refused := c.decode(&asked); refused != nil {
		return nil, refused
	}
	return c.device(asked)
}

type fullDeviceInfo struct {
	HomeSeq     int    `json:"homeSeq"`
	DeviceName  string `json:"deviceName"`
	DeviceType  int    `json:"deviceType"`
	InstallType string `json:"installType"`
	Connected   int    `json:"connected"`
}

type fullLocation struct {
	shortLocation
	Latitude  float64  `json:"latitude"`
	Longitude float64  `json:"longitude"`
	Altitude  *float64 `json:"altitude"`
}

type installer struct {
	InstallerID          *string `json:"installerId"`
	InstallerFirstName   *string `json:"installerFirstName"`
	InstallerLastName    *string `json:"installerLastName"`
	InstallerPhoneNumber *string `json:"installerPhoneNumber"`
}

type alarmInfo struct {
	IsEtcAlarm   int `json:"isEtcAlarm"`
	IsErrorAlarm int `json:"isErrorAlarm"`
}

type device struct {
	DeviceInfo fullDeviceInfo `json:"deviceInfo"`
	Location   fullLocation   `json:"location"`
	Installer  installer      `json:"installer"`
	AlarmInfo  alarmInfo      `json:"alarmInfo"`
	Descaling  descaling      `json:"descaling"`
}

func (s *Simulator) deviceInfo(c *call) (any, *restError) {
	h, refused := c.decodeDevice()
	if refused != nil {
		return nil, refused
	}
	listed := h.listed()
	return device{
		DeviceInfo: fullDeviceInfo{h.homeSeq, h.name, deviceType, "R", listed.DeviceInfo.Connected},
		Location:   fullLocation{listed.Location, h.place.latitude, h.place.longitude, nil},
		AlarmInfo:  alarmInfo{1, 1},
	}, nil
}

type firmwareEntry struct {
	MACAddress        string `json:"macAddress"`
	AdditionalValue   string `json:"additionalValue"`
	DeviceType        int    `json:"deviceType"`
	DeviceGroup       *int   `json:"deviceGroup"`
	CurSwCode         int    `json:"curSwCode"`
	CurVersion        int    `json:"curVersion"`
	DownloadedVersion *int   `json:"downloadedVersion"`
}

func (s *Simulator) firmwareInfo(c *call) (any, *restError) {
	h, refused := c.decodeDevice()
	if refused != nil {
		return nil, refused
	}
	var entries []firmwareEntry
	h.look(func() {
		for i, c := range h.Settings.Firmware {
			entry := firmwareEntry{
				MACAddress: h.mac, AdditionalValue: h.additionalValue, DeviceType: deviceType,
				CurSwCode: c.Code, CurVersion: c.Version,
			}
			if i == 0 || c.Downloaded != 0 { // nothing is 0 for the controller, null for the rest
				entry.DownloadedVersion = &c.Downloaded
			}
			entries = append(entries, entry)
		}
	})
	return struct {
		Firmwares []firmwareEntry `json:"firmwares"`
	}{entries}, nil
}
