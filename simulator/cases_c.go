package simulator

// casesC are the faults of the loss of a connection that was up.
func casesC() []FaultCase {
	return []FaultCase{}
}
