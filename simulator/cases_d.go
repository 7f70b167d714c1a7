package simulator

// casesD are the faults of subscriptions.
func casesD() []FaultCase {
	return []FaultCase{}
}
