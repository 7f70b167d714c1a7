package topic

import "strconv"

// ServiceNotice is the filter of the notice that the cloud is about to be serviced
// (docs/protocol.md §3).
const ServiceNotice = "evt/+/mobile/event/disconnect-mqtt"

const prefix = "navilink-"

// Request is the topic of a request or a control command to a heater:
// cmd/T/navilink-M/suffix. mac is 12 hex digits without separators.
func Request(deviceType int, mac, suffix string) string {
	return heater("cmd/", deviceType, mac) + "/" + suffix
}

// Response is the topic on which a heater answers one client with its status, its
// features and its acknowledgements: cmd/T/navilink-M/C/res.
func Response(deviceType int, mac, clientID string) string {
	return heater("cmd/", deviceType, mac) + "/" + clientID + "/res"
}

// QueryResponse is the topic of an answer that does not name the heater:
// cmd/T/C/res/suffix.
func QueryResponse(deviceType int, clientID, suffix string) string {
	return "cmd/" + strconv.Itoa(deviceType) + "/" + clientID + "/res/" + suffix
}

// AppResponse is the topic of an answer in the form of the vendor's app:
// cmd/T/H/U/C/res/suffix. homeSeq is the heater's, userSeq the account's; userSeq 0
// works too. Installer diagnostics and firmware commits are answered nowhere else.
func AppResponse(deviceType, homeSeq, userSeq int, clientID, suffix string) string {
	return "cmd/" + strconv.Itoa(deviceType) + "/" + strconv.Itoa(homeSeq) + "/" + strconv.Itoa(userSeq) + "/" +
		clientID + "/res/" + suffix
}

// HeaterResponse is the topic of an answer to everybody who listens to the heater:
// cmd/T/navilink-M/res/suffix.
func HeaterResponse(deviceType int, mac, suffix string) string {
	return heater("cmd/", deviceType, mac) + "/res/" + suffix
}

// ControlFailure is the topic on which the cloud refuses a control command:
// cmd/T/navilink-M/ctrl-fail.
func ControlFailure(deviceType int, mac string) string {
	return heater("cmd/", deviceType, mac) + "/ctrl-fail"
}

// Heater is the filter of everything that is said to and by one heater:
// cmd/T/navilink-M/#.
func Heater(deviceType int, mac string) string {
	return heater("cmd/", deviceType, mac) + "/#"
}

// Queries is the filter of all answers to a client that do not name the heater:
// cmd/T/C/res/#.
func Queries(deviceType int, clientID string) string {
	return "cmd/" + strconv.Itoa(deviceType) + "/" + clientID + "/res/#"
}

// HeaterEvents is the filter of everything that comes and goes at one heater:
// evt/T/navilink-M/#.
func HeaterEvents(deviceType int, mac string) string {
	return heater("evt/", deviceType, mac) + "/#"
}

// AppConnection is the topic on which applications say that they come to a heater
// or leave it: evt/T/navilink-M/app-connection.
func AppConnection(deviceType int, mac string) string {
	return heater("evt/", deviceType, mac) + "/app-connection"
}

// Connection is the topic on which a heater says that it comes or goes:
// evt/T/navilink-M/connection.
func Connection(deviceType int, mac string) string {
	return heater("evt/", deviceType, mac) + "/connection"
}

func heater(channel string, deviceType int, mac string) string {
	return channel + strconv.Itoa(deviceType) + "/" + prefix + mac
}
