package daemon

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"github.com/nwp500/nwp500"
)

// Given is a value that a flag or the environment has for a key. It is stronger than that of the file.
type Given struct {
	Path string // of the key
	By   string // "--listen" or "NWP500_LISTEN"
	Text nwp500.Secret
}

// longest is more than any configuration has.
const longest = 1 << 20

// Read reads a configuration from a file, if one is named, and from what was given beside it, and reads the files that it
// names. Its error is Problems.
func Read(name string, given []Given) (Config, error) {
	config := Default()
	r := &reader{places: make(map[string]string)}
	if name != "" {
		data, err := readAtMost(name, longest)
		if err != nil {
			return Config{}, Problems{{name, "it cannot be read: " + reason(err).Error()}}
		}
		r.file, r.name, r.dir = name, name, filepath.Dir(name)
		r.document(&config, data)
	}
	r.dir = "" // what a flag names is found from where the program was started
	for _, g := range given {
		r.name = g.By
		r.given(&config, g)
	}
	if len(r.problems) == 0 {
		r.check(&config)
	}
	if len(r.problems) > 0 {
		return Config{}, r.problems
	}
	return config, nil
}

// reader reads one configuration and gathers what is wrong with it.
type reader struct {
	file     string            // of the configuration; "" when there is none
	name     string            // of the file, the flag or the variable that is being read
	dir      string            // where its relative paths begin; "" is where the program was started
	places   map[string]string // where the value of each key came from, the latest
	problems Problems
}

func (r *reader) document(config *Config, data []byte) {
	node, err := parse(data)
	switch {
	case err != nil:
		place := r.name
		var syntax yaml.Error
		if errors.As(err, &syntax) && syntax.GetToken() != nil {
			// The message alone: the error's own text has the lines around it, and what is secret in them.
			place, err = r.at(syntax), errors.New(syntax.GetMessage())
			if strings.Contains(syntax.GetMessage(), "'\t'") { // which shows as space
				err = errors.New("there is a tab where YAML takes spaces alone")
			}
		}
		r.add(place, "%v", err)
	case node != nil:
		readSection(r, configKeys(), "", "", node, config)
	}
}

func (r *reader) given(config *Config, g Given) {
	keys := configKeys()
	i := slices.IndexFunc(keys, func(k keyOf[Config]) bool { return k.Path == g.Path })
	v := value{path: g.Path, text: g.Text.Reveal()}
	if keys[i].list {
		node, err := parse([]byte(v.text))
		var syntax yaml.Error
		if errors.As(err, &syntax) && strings.HasPrefix(v.text, "[") { // else names with commas between
			r.add(g.By, "%s: %s", g.Path, syntax.GetMessage())
			return
		}
		v.list, _ = node.(*ast.SequenceNode)
	}
	r.places[g.Path] = g.By
	if err := keys[i].set(r, config, v); err != nil {
		refuse(r, keys[i], g.By, v, err)
	}
}

// parse returns what a YAML document holds, or nil when it is empty.
func parse(data []byte) (ast.Node, error) {
	file, err := parser.ParseBytes(data, 0)
	if err != nil {
		return nil, err
	}
	var body ast.Node
	for _, document := range file.Docs {
		if document.Body != nil && body != nil {
			return nil, errors.New("there is more than one document in it")
		}
		if document.Body != nil {
			body = document.Body
		}
	}
	return body, nil
}

// readSection reads the keys of a section, whose own path and a dot is the prefix of theirs; base is what the table of keys
// leaves out of a path.
func readSection[T any](r *reader, keys []keyOf[T], base, prefix string, node ast.Node, into *T) {
	var entries []*ast.MappingValueNode
	switch node := node.(type) {
	case *ast.MappingNode:
		entries = node.Values
	case *ast.MappingValueNode:
		entries = []*ast.MappingValueNode{node}
	case *ast.NullNode: // all of it is commented out
		return
	default:
		what := "the configuration"
		if base+prefix != "" {
			what = strings.TrimSuffix(base+prefix, ".")
		}
		r.add(r.at(node), "%s has keys of its own: %s", what, strings.Join(names(keys, prefix), ", "))
		return
	}
	for _, entry := range entries {
		name, ok := scalar(entry.Key)
		path := prefix + name
		within := func(k keyOf[T]) bool { return strings.HasPrefix(k.Path, path+".") }
		i := slices.IndexFunc(keys, func(k keyOf[T]) bool { return k.Path == path })
		switch {
		case !ok:
			r.add(r.at(entry.Key), "a key is a plain word")
		case i >= 0:
			readKey(r, keys[i], base, entry.Value, into)
		case slices.ContainsFunc(keys, within):
			readSection(r, keys, base, path+".", entry.Value, into)
		default:
			r.add(r.at(entry.Key), "there is no key %s; there are %s", base+path, strings.Join(names(keys, prefix), ", "))
		}
	}
}

func readKey[T any](r *reader, k keyOf[T], base string, node ast.Node, into *T) {
	place, v := r.at(node), value{path: base + k.Path, dir: r.dir}
	r.places[v.path] = place
	list, isList := node.(*ast.SequenceNode)
	text, isScalar := scalar(node)
	switch {
	case isList:
		v.list = list
	case isScalar:
		v.text = text
	default:
		r.add(place, "%s takes no %s", v.path, kind(node))
		return
	}
	if err := k.set(r, into, v); err != nil {
		refuse(r, k, place, v, err)
	}
}

// readList reads a list of sections with these keys.
func readList[T any](r *reader, keys []keyOf[T], v value) ([]T, error) {
	if v.list == nil {
		return nil, errors.New("it is a list")
	}
	all := make([]T, len(v.list.Values))
	for i, node := range v.list.Values {
		base := v.path + "[" + strconv.Itoa(i) + "]."
		r.places[base] = r.at(node)
		readSection(r, keys, base, "", node, &all[i])
	}
	return all, nil
}

// names are the keys and sections that there are below a prefix.
func names[T any](keys []keyOf[T], prefix string) []string {
	var found []string
	for _, k := range keys {
		if rest, ok := strings.CutPrefix(k.Path, prefix); ok {
			name, _, _ := strings.Cut(rest, ".")
			if !slices.Contains(found, name) {
				found = append(found, name)
			}
		}
	}
	return found
}

// scalar returns a scalar as it is written, so that 0123 stays four digits and no is a word.
func scalar(node ast.Node) (text string, ok bool) {
	switch node := node.(type) {
	case *ast.StringNode:
		return node.Value, true
	case *ast.LiteralNode:
		return node.Value.Value, true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		return node.GetToken().Value, true
	}
	return "", false
}

// kind names what is not a scalar, for a message.
func kind(node ast.Node) string {
	switch node.(type) {
	case *ast.MappingNode, *ast.MappingValueNode:
		return "keys of its own"
	case *ast.NullNode:
		return "empty value: leave the key out"
	case *ast.AnchorNode, *ast.AliasNode, *ast.TagNode, *ast.MergeKeyNode:
		return "anchors, aliases and tags"
	}
	return "such value"
}

// at is the place of a node, or of what is wrong with one.
func (r *reader) at(node interface{ GetToken() *token.Token }) string {
	return fmt.Sprintf("%s:%d", r.name, node.GetToken().Position.Line)
}

func (r *reader) add(place, format string, args ...any) {
	r.problems = append(r.problems, Problem{place, fmt.Sprintf(format, args...)})
}

// refuse adds what a key says against its value, which is shown unless something in it may be secret.
func refuse[T any](r *reader, k keyOf[T], place string, v value, err error) {
	if k.Secret || k.list || v.list != nil || strings.Contains(v.text, "@") {
		r.add(place, "%s: %v", v.path, err)
	} else {
		r.add(place, "%s %q: %v", v.path, v.text, err)
	}
}

// readAtMost reads a file that is not longer than limit.
func readAtMost(name string, limit int64) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // it was only read
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(data)) > limit {
		err = fmt.Errorf("longer than %d bytes", limit)
	}
	return data, err
}

// reason returns what the operating system said, without the path.
func reason(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}
