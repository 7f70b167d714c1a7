//go:build integration

package fleet

import "testing"

// A thousand heaters in 25 accounts: behind the tag for the time that the race detector
// takes over it.
func TestAThousandHeaters(t *testing.T) { comeUp(t, 25) }
