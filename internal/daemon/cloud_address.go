package daemon

import (
	"errors"
	"net"
	"net/url"
	"strings"
)

// RESTURL checks an address of the cloud's REST interface and returns it in the one form under which logins are kept.
func RESTURL(address string) (string, error) {
	base, err := url.Parse(address)
	switch {
	case err != nil || base.Host == "" || base.User != nil || base.RawQuery != "" || base.Fragment != "":
		return "", errors.New("not an address like https://host/path")
	case base.Scheme == "https", base.Scheme == "http" && isLoopback(base.Hostname()):
	case base.Scheme == "http":
		return "", errors.New("http is for this computer (a loopback address) alone; use https")
	default:
		return "", errors.New("not an address like https://host/path")
	}
	base.Host = strings.ToLower(base.Host)
	return strings.TrimRight(base.String(), "/"), nil
}

// MQTTEndpoint checks the address of the cloud's message broker and returns it as it is: a host stands for wss://host/mqtt.
func MQTTEndpoint(endpoint string) (string, error) {
	address := endpoint
	if !strings.Contains(address, "://") {
		address = "wss://" + address
	}
	base, err := url.Parse(address)
	switch {
	case err != nil || base.Host == "" || base.User != nil || base.RawQuery != "" || base.Fragment != "",
		strings.Trim(base.Path, "/") != "" && base.Path != "/mqtt":
		return "", errors.New("not a host like broker.example.com or broker.example.com:443 (its path is always /mqtt)")
	case base.Scheme == "wss", base.Scheme == "ws" && isLoopback(base.Hostname()):
		return endpoint, nil
	case base.Scheme == "ws":
		return "", errors.New("ws is for this computer (a loopback address) alone; use wss")
	}
	return "", errors.New("the scheme is wss")
}

func isLoopback(host string) bool {
	return strings.EqualFold(host, "localhost") || net.ParseIP(host).IsLoopback()
}

func restURL(v value) (string, error) {
	got, err := text(v)
	if err != nil {
		return "", err
	}
	return RESTURL(got)
}

func mqttEndpoint(v value) (string, error) {
	got, err := text(v)
	if err != nil {
		return "", err
	}
	return MQTTEndpoint(got)
}
