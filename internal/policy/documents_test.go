package policy

import (
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"strings"
)

// link is a Markdown link to a file of the repository: its target without a fragment.
var link = regexp.MustCompile(`\]\(([^)\s#]+)(?:#[^)\s]*)?\)`)

// links finds links to files that are not there, and documents that nothing links to.
func links(t *tree) []string {
	var found []string
	linked := map[string]bool{}
	for _, file := range t.filter(source.isMarkdown) {
		for _, line := range file.lines() {
			for _, match := range link.FindAllStringSubmatch(line.text, -1) {
				if strings.Contains(match[1], ":") {
					continue // an address, not a file
				}
				target := path.Join(file.dir(), match[1])
				if _, err := fs.Stat(t.fsys, target); err != nil {
					found = append(found, fmt.Sprintf("%s: link to %s, which is not there", line.place, target))
				}
				linked[target] = linked[target] || target != file.path
			}
		}
	}
	for _, file := range t.filter(source.isMarkdown) {
		if file.within("docs") && !linked[file.path] {
			found = append(found, file.path+": no other document links to it")
		}
	}
	return found
}

var (
	// section is the heading of a numbered section, as in "## 3. Topics".
	section = regexp.MustCompile(`(?m)^#+ (\d+(?:\.\d+)?)\.? `)
	// reference is where code or a document points to a section of the protocol.
	reference = regexp.MustCompile(`protocol\.md(?:\))?,? (?:§§?|section )(\d+(?:\.\d+)?)`)
)

// sections finds references to sections that docs/protocol.md does not have.
func sections(t *tree) []string {
	protocol, err := fs.ReadFile(t.fsys, "docs/protocol.md")
	if err != nil {
		return []string{"docs/protocol.md: " + err.Error()}
	}
	numbers := map[string]bool{}
	for _, match := range section.FindAllStringSubmatch(string(protocol), -1) {
		numbers[match[1]] = true
	}
	var found []string
	for _, file := range t.sources {
		for _, line := range file.lines() {
			for _, match := range reference.FindAllStringSubmatch(line.text, -1) {
				if !numbers[match[1]] {
					found = append(found, fmt.Sprintf("%s: docs/protocol.md has no section %s", line.place, match[1]))
				}
			}
		}
	}
	return found
}
