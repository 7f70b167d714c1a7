package policy

import (
	"path"
	"slices"
	"strconv"
	"strings"
)

// rooms says for each package which of ours it may import, by directory. Test files may import what they like: Go itself
// forbids the cycles.
var rooms = map[string][]string{
	"internal/topic":  {},
	"internal/wire":   {"internal/topic"},
	"internal/mqtt":   {},
	"internal/awsiot": {"internal/mqtt"},
	"internal/memnet": {},
	"internal/policy": {},
	".":               {"internal/topic", "internal/wire", "internal/awsiot", "internal/mqtt"},
	"openei":          {},

	// The simulator keeps heaters as raw documents of its own, without wire and the root, so that client and simulator cannot
	// be wrong together.
	"simulator": {"internal/topic", "internal/memnet"},

	// Tests alone.
	"internal/reliability": {},
	"internal/homebroker":  {},

	// Schedules as people write them.
	"internal/schedule": {"."},

	// What the applications of nwp500 serve share: the documents of its HTTP interface, the heaters of all accounts and
	// their past.
	"api":              {"."},
	"internal/fleet":   {".", "api", "internal/schedule"},
	"internal/history": {".", "api", "internal/fleet"},

	// Applications import these, never each other.
	"internal/homeassistant": {".", "api", "internal/fleet", "internal/mqtt"},
	"internal/metrics":       {".", "api", "internal/fleet"},
	"internal/httpapi":       {".", "api", "internal/fleet", "internal/history", "internal/schedule"},
	"internal/dashboard":     {},
	"internal/tui":           {".", "api"},

	// The one place that wires the applications of a process that stays up.
	"internal/daemon": {
		".", "api", "internal/fleet", "internal/history",
		"internal/homeassistant", "internal/metrics", "internal/httpapi", "internal/dashboard",
	},

	// The commands, and what alone imports them.
	"internal/cli": {
		".", "api", "openei", "simulator",
		"internal/daemon", "internal/fleet", "internal/history", "internal/httpapi", "internal/schedule", "internal/tui",
		"internal/memnet", // between top and the server that it has in its process
	},
	"cmd/nwp500": {"internal/cli"},

	// Programs that show the use of the libraries; a directory each below it.
	"examples": {".", "openei", "simulator"},
}

// room returns the row of a package: its own, or its parent's for the programs under examples.
func room(dir string) (mayImport []string, known bool) {
	if path.Dir(dir) == "examples" {
		dir = "examples"
	}
	mayImport, known = rooms[dir]
	return mayImport, known
}

// imports finds imports between our packages that docs/design.md does not draw, and packages that it does not know.
func imports(t *tree) []string {
	var found []string
	for dir, files := range t.packages() {
		allowed, known := room(dir)
		if !known {
			found = append(found, dir+": no row in the table of rooms says what this package may import")
		}
		for _, file := range files {
			for _, spec := range file.syntax.Imports {
				to, ours := within(spec.Path.Value)
				if known && ours && !slices.Contains(allowed, to) {
					found = append(found, t.at(spec.Pos(), "%s may not import %s", dir, to))
				}
			}
		}
	}
	return found
}

// within returns the directory of an import path (quoted, as it stands in the source) when it is one of this module.
func within(quoted string) (dir string, ours bool) {
	name, err := strconv.Unquote(quoted)
	if err != nil {
		return "", false
	}
	if name == module {
		return ".", true
	}
	return strings.CutPrefix(name, module+"/")
}
