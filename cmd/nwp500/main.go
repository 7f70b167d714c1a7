// Nwp500 shows and controls Navien NWP500 heat pump water heaters through the cloud that their owner's telephone
// uses, and brings a simulated cloud of its own: `nwp500 --sim status` needs no account. `nwp500 help` lists the
// commands; package internal/cli has them, one file each.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // scenarios name time zones, and not every computer has them

	"github.com/nwp500/nwp500/internal/cli"
)

func main() {
	// A reader that goes away is an error of the write, so that what is open still gets closed.
	signal.Ignore(syscall.SIGPIPE)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal kills
	os.Exit(cli.Main(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
