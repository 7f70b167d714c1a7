package daemon

import (
	"context"
	"net"
	"os"
)

// notify tells the service manager how far the process is, as sd_notify(3) does; without one that wants to know it does
// nothing. That it could not be told is no reason to end.
func notify(ctx context.Context, state string) {
	path := os.Getenv("NOTIFY_SOCKET")
	if path == "" {
		return
	}
	connection, err := new(net.Dialer).DialContext(ctx, "unixgram", path) // Go takes a leading @ for the abstract namespace
	if err != nil {
		return
	}
	defer connection.Close()
	_, _ = connection.Write([]byte(state))
}
