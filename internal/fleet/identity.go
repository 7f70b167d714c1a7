package fleet

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/nwp500/nwp500"
)

// Identity is what stands for a heater everywhere: the first ten digits of a hash of its
// MAC address. It is kept by Home Assistant, by histories and by boards, so it never
// changes; and it does not give the address away at a glance.
func Identity(mac nwp500.MAC) string {
	sum := sha256.Sum256([]byte("nwp500 " + strings.ToLower(mac.Reveal())))
	return hex.EncodeToString(sum[:5])
}

// picks reports whether a choice means a heater.
func (c Choice) picks(device nwp500.Device) bool {
	match := strings.TrimSpace(c.Match.Reveal())
	address := strings.NewReplacer(":", "", "-", "", ".", "").Replace(match)
	return strings.EqualFold(address, device.MAC.Reveal()) ||
		strings.EqualFold(match, Identity(device.MAC)) || match != "" && match == device.Name
}
