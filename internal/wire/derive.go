package wire

// deriveStatus writes what a status says between its fields: the usable energy and the
// fault (docs/protocol.md §4 and §6).
func deriveStatus(w *writer, status Object) {
	full, hasFull := status.integer("totalEnergyCapacity")
	needed, hasNeeded := status.integer("availableEnergyCapacity") // the opposite of its name
	if hasFull && hasNeeded {
		w.name("usable_energy")
		w.integer(max(0, full-needed) * wattHours)
	}
	if code, ok := status.integer("errorCode"); ok && code != 0 {
		w.name("error")
		w.text(FaultName(code))
	}
}
