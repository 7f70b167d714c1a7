package simulator

// casesE are the faults of publications.
func casesE() []FaultCase {
	return []FaultCase{}
}
