package simulator

import (
	"bytes"
	"maps"
	"slices"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// document writes a JSON object key by key, in the order of the wire.
type document struct {
	json     []byte
	first    int // where the first key stands
	replaced map[string]int

	variant *Variant        // nil: as it is
	written map[string]bool // with a variant: names that had their turn
}

// as has the document written as a variant has it.
func (d *document) as(v *Variant) {
	if !v.plain() {
		d.variant, d.written = v, make(map[string]bool)
	}
}

// begin opens the object. Values in replaced stand in for those added, and what
// is not added at all comes at the end.
func (d *document) begin(replaced map[string]int) {
	d.json = append(d.json, '{')
	d.first, d.replaced = len(d.json), replaced
}

// key writes a name of the wire: letters and digits only.
func (d *document) key(name string) {
	if len(d.json) > d.first {
		d.json = append(d.json, ',')
	}
	d.json = append(d.json, '"')
	d.json = append(d.json, name...)
	d.json = append(d.json, '"', ':')
}

func (d *document) add(name string, value int) {
	if replacement, ok := d.replaced[name]; ok {
		value = replacement
	}
	if d.variant != nil {
		d.vary(name, strconv.Itoa(value), true)
		return
	}
	d.key(name)
	d.json = strconv.AppendInt(d.json, int64(value), 10)
}

func (d *document) addText(name, value string) {
	// What is no UTF-8 was replaced when it was read, so this cannot fail.
	if d.variant != nil {
		text, _ := jsontext.AppendQuote(nil, value)
		d.vary(name, string(text), false)
		return
	}
	d.key(name)
	d.json, _ = jsontext.AppendQuote(d.json, value)
}

func (d *document) end() {
	for _, name := range slices.Sorted(maps.Keys(d.replaced)) {
		if !d.written[name] && !bytes.Contains(d.json[d.first:], strconv.AppendQuote(nil, name)) {
			d.add(name, d.replaced[name])
		}
	}
	if d.variant != nil {
		d.besides()
	}
	d.json = append(d.json, '}')
}

// object adds an object with what write adds to it.
func (d *document) object(name string, write func(*document)) {
	d.key(name)
	d.nest(write)
}

// list adds an array of objects.
func (d *document) list(name string, n int, write func(d *document, i int)) {
	d.key(name)
	d.json = append(d.json, '[')
	for i := range n {
		if i > 0 {
			d.json = append(d.json, ',')
		}
		d.nest(func(d *document) { write(d, i) })
	}
	d.json = append(d.json, ']')
}

func (d *document) nest(write func(*document)) {
	inner := document{json: d.json}
	inner.begin(nil)
	write(&inner)
	inner.end()
	d.json = inner.json
}

// values returns the integers of a finished document.
func (d *document) values() map[string]int {
	var all map[string]any
	if err := json.Unmarshal(d.json, &all); err != nil {
		panic("simulator: a document that is no JSON: " + err.Error())
	}
	values := make(map[string]int, len(all))
	for name, v := range all {
		if n, ok := v.(float64); ok {
			values[name] = int(n)
		}
	}
	return values
}
