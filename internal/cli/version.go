package cli

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// version is set when a release is linked: -ldflags "-X github.com/nwp500/nwp500/internal/cli.version=v1.2.3".
var version = ""

func (p *program) versionCommand() *cobra.Command {
	return p.command("version", "Show which version of the program this is", arguments(0, 0, "no arguments"),
		func(context.Context, []string) error {
			if p.options.format.json {
				return p.document(struct {
					Version  string `json:"version"`
					Go       string `json:"go"`
					Platform string `json:"platform"`
				}{programVersion(), runtime.Version(), runtime.GOOS + "/" + runtime.GOARCH})
			}
			_, err := fmt.Fprintf(p.stdout, "nwp500 %s (%s, %s/%s)\n", programVersion(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return err
		})
}

// programVersion is the linked version, else that of the module, which Go makes of the commit.
func programVersion() string {
	if version != "" {
		return version
	}
	if build, ok := debug.ReadBuildInfo(); ok && build.Main.Version != "" {
		return build.Main.Version
	}
	return "(devel)"
}
