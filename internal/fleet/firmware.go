package fleet

import (
	"fmt"
	"strconv"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/api"
)

// firmwareOf joins what the cloud says that runs with what waits in the heater.
func firmwareOf(installed []nwp500.Firmware, pending *nwp500.FirmwareDownloads, features *nwp500.Features) []api.Firmware {
	list := make([]api.Firmware, 0, len(installed))
	for _, f := range installed {
		entry := api.Firmware{Code: f.Code, Component: component(f.Code, features), Installed: strconv.Itoa(f.Version)}
		if version := f.Downloaded.Or(0); version != 0 && version != f.Version {
			entry.Available = strconv.Itoa(version)
		}
		for _, download := range pending.Pending {
			if download.Code == f.Code {
				entry.Available = strconv.Itoa(download.Version)
			}
		}
		list = append(list, entry)
	}
	return list
}

// components are the numbers of docs/protocol.md §7. A captured heater lists other codes,
// which its features tell the components of.
var components = map[int]string{
	1: "controller", 2: "panel", 3: "room controller", 4: "communication module", 5: "valve", 6: "sub room controller",
}

func component(code int, features *nwp500.Features) string {
	if name, ok := components[code]; ok {
		return name
	}
	if features != nil {
		switch {
		case features.ControllerCode.Is(code):
			return "controller"
		case features.PanelCode.Is(code):
			return "panel"
		case features.WiFiCode.Is(code):
			return "WiFi module"
		}
	}
	return fmt.Sprintf("component %d", code)
}
