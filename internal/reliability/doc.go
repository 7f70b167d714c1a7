// Package reliability proves docs/reliability.md: it holds tests, and nothing to import.
//
// Each row of the table of faults there has a test here that is named after it, as TestFault_C3_HalfOpen. The test lets the
// simulated cloud commit the fault, sees that it did, and sees what the client makes of it. Whatever the fault is, the seven
// invariants of that page hold, which harness_test.go checks after every test.
package reliability
