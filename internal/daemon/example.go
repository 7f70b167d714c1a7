package daemon

import _ "embed"

// Example is a configuration with every key, explained and commented out.
//
//go:embed example.yaml
var Example string
