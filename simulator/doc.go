// Package simulator is the Navien Smart Control cloud and its heaters in one process.
package simulator
