package simulator

import (
	"maps"
	"slices"
	"strconv"
)

// clone makes one that does not change when the first one is written to.
func (d Dialect) clone() Dialect {
	d.Status, d.Features = d.Status.clone(), d.Features.clone()
	return d
}

func (v Variant) clone() Variant {
	v.Omit = slices.Clone(v.Omit)
	v.Rename, v.Forms, v.Values = maps.Clone(v.Rename), maps.Clone(v.Forms), maps.Clone(v.Values)
	return v
}

// plain says that a document is sent as the model has it.
func (v *Variant) plain() bool {
	return len(v.Omit)+len(v.Rename)+len(v.Forms)+len(v.Values) == 0 && v.Numbers == AsNumber
}

// vary writes a key as the variant has it. The value is JSON; number says that it is
// an integer, of which the form may differ.
func (d *document) vary(name, value string, number bool) {
	v := d.variant
	d.written[name] = true
	if slices.Contains(v.Omit, name) {
		return
	}
	if text, ok := v.Values[name]; ok {
		value, number = text, false
	}
	if number {
		form, ok := v.Forms[name]
		if !ok {
			form = v.Numbers
		}
		value = form.write(value)
	}
	if other, ok := v.Rename[name]; ok {
		name = other
	}
	d.key(name)
	d.json = append(d.json, value...)
}

// besides writes what is in the values of a variant alone.
func (d *document) besides() {
	for _, name := range slices.Sorted(maps.Keys(d.variant.Values)) {
		if !d.written[name] {
			d.vary(name, d.variant.Values[name], false)
		}
	}
}

// write gives an integer the form.
func (f Form) write(value string) string {
	switch f {
	case AsDecimal:
		return value + ".0"
	case AsText:
		return `"` + value + `"`
	case AsBoolean:
		return strconv.FormatBool(value == strconv.Itoa(on))
	case AsNull:
		return "null"
	}
	return value
}
