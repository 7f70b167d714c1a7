package simulator

// casesG are the faults of the authentication service, the heaters and the life of a client.
func casesG() []FaultCase {
	return []FaultCase{}
}
