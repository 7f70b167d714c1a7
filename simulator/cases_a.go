package simulator

// casesA are the faults of dialling: names, network, TLS and the upgrade to a WebSocket.
func casesA() []FaultCase {
	return []FaultCase{}
}
