package wire

// knownNames holds every member name of a status, of features and of an envelope, so
// that reading one allocates nothing.
var knownNames = collectNames(
	"protocolVersion", "clientID", "sessionID", "requestTopic", "responseTopic", "request", "response", "event",
	"deviceType", "macAddress", "additionalValue", "status", "st", "feature", "did", "mode", "param", "paramStr",
)

func collectNames(names ...string) map[string]string {
	known := make(map[string]string)
	for _, name := range names {
		known[name] = name
	}
	for _, table := range []*fieldTable{&statusFields, &featureFields} {
		for name := range table.index {
			known[name] = name
		}
	}
	return known
}
