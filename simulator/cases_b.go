package simulator

// casesB are the faults of CONNECT and CONNACK.
func casesB() []FaultCase {
	return []FaultCase{}
}
