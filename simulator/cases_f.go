package simulator

// casesF are the faults of what comes in.
func casesF() []FaultCase {
	return []FaultCase{}
}
