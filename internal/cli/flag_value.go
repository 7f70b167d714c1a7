package cli

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// flagForms says what a flag's value looks like, by the flag's type. Types of our own explain themselves.
var flagForms = map[string]string{
	"int":      "a whole number",
	"uint64":   "a whole number from 0 on",
	"duration": "a length of time, as in 30s or 2m",
	"bool":     "true or false",
}

// explainFlag says what is wrong with a flag's value, where the flag package would quote the function that failed.
func explainFlag(_ *cobra.Command, err error) error {
	var invalid *pflag.InvalidValueError
	if !errors.As(err, &invalid) {
		return err
	}
	form, known := flagForms[invalid.GetFlag().Value.Type()]
	if !known {
		return fmt.Errorf("--%s: %w", invalid.GetFlag().Name, invalid.Unwrap())
	}
	return fmt.Errorf("--%s: %q is not %s", invalid.GetFlag().Name, invalid.GetValue(), form)
}
