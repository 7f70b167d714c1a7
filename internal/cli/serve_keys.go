package cli

import (
	"os"
	"slices"

	"github.com/spf13/pflag"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/internal/daemon"
)

// serveKeys are the keys of a configuration as flags.
type serveKeys struct {
	flags *pflag.FlagSet
	keys  []*keyFlag
}

// keyFlag is a key as a flag. Whether the value is right is for the configuration to say.
type keyFlag struct {
	key  daemon.Key
	text nwp500.Secret
}

// register registers the keys of these paths, or all.
func (k *serveKeys) register(flags *pflag.FlagSet, paths ...string) {
	k.flags = flags
	for _, key := range daemon.Keys() {
		if len(paths) > 0 && !slices.Contains(paths, key.Path) {
			continue
		}
		f := &keyFlag{key: key}
		k.keys = append(k.keys, f)
		flag := flags.VarPF(f, key.Flag(), "", key.Says+" ("+key.Variable()+")")
		if key.Switch {
			flag.NoOptDefVal = "true"
		}
	}
}

// given returns what flags and variables say, the stronger of the two for each key.
func (k *serveKeys) given(verbose bool) []daemon.Given {
	var all []daemon.Given
	for _, f := range k.keys {
		text, by := os.Getenv(f.key.Variable()), f.key.Variable()
		switch {
		case k.flags.Changed(f.key.Flag()):
			text, by = f.text.Reveal(), "--"+f.key.Flag()
		case f.key.Path == "log.level" && verbose:
			text, by = "debug", "--verbose"
		case text == "":
			continue
		}
		all = append(all, daemon.Given{Path: f.key.Path, By: by, Text: nwp500.NewSecret(text)})
	}
	return all
}

// Set takes any text.
func (f *keyFlag) Set(text string) error {
	f.text = nwp500.NewSecret(text)
	return nil
}

// String returns nothing: the example shows the defaults.
func (f *keyFlag) String() string { return "" }

// Type names what the flag takes.
func (f *keyFlag) Type() string {
	if f.key.Switch {
		return "bool"
	}
	return "string"
}
