package httpapi

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/nwp500/nwp500/api"
)

// apiTypes are the types of package api that stand in requests and answers, by the name of their schema.
func apiTypes() map[string]any {
	return map[string]any{
		"Heaters": api.Heaters{}, "Heater": api.Heater{}, "Connection": api.Connection{}, "Summary": api.Summary{},
		"Fault": api.Fault{}, "Firmware": api.Firmware{}, "Usage": api.Usage{}, "Command": api.Command{},
		"Result": api.Result{}, "Schedule": api.Schedule{}, "Event": api.Event{}, "Events": api.Events{},
		"Series": api.Series{}, "Curve": api.Curve{}, "EnergyUse": api.EnergyUse{}, "EnergyItem": api.EnergyItem{},
		"Accounts": api.Accounts{}, "Account": api.Account{}, "Version": api.Version{}, "SignIn": api.SignIn{},
		"Removed": api.Removed{}, "Ready": api.Ready{}, "Error": api.Error{},
	}
}

// The document has every path and every method, and no other.
func TestOpenAPIRoutes(t *testing.T) {
	documented := map[string][]string{}
	for path, methods := range asObject(readContract(t).document["paths"]) {
		documented[path] = slices.Sorted(func(yield func(string) bool) {
			for method := range asObject(methods) {
				if !yield(strings.ToUpper(method)) {
					return
				}
			}
		})
	}
	handled := map[string][]string{}
	for path, methods := range New(Config{}).resources() {
		handled[path] = slices.Sorted(maps.Keys(methods))
	}
	if diff := cmp.Diff(handled, documented); diff != "" {
		t.Errorf("handlers and document differ (-handlers +document):\n%s", diff)
	}
}

// Every member of every type is in its schema as Go encodes it, and no other is.
func TestOpenAPITypes(t *testing.T) {
	c := readContract(t)
	for schemaName, value := range apiTypes() {
		schema := asObject(at(c.document, "components", "schemas", schemaName))
		properties, required := c.members(schema)
		want := map[string]string{}
		var always []string
		for _, field := range reflect.VisibleFields(reflect.TypeOf(value)) {
			name, options, tagged := strings.Cut(field.Tag.Get("json"), ",")
			if field.Anonymous || name == "-" {
				continue
			}
			left := strings.HasPrefix(options, "omit")
			if kind := field.Type.Kind(); options == "omitempty" && (kind == reflect.Bool || kind == reflect.Int || kind == reflect.Int64) {
				t.Errorf("%s.%s: only omitzero leaves a zero out", schemaName, field.Name)
			}
			if !left {
				always = append(always, name)
			}
			if !tagged && name == "" {
				t.Errorf("%s.%s has no name", field.Type, field.Name)
			}
			want[name] = jsonType(field.Type, left)
		}
		got := map[string]string{}
		for name, property := range properties {
			got[name] = schemaType(asObject(property))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-Go +schema):\n%s", schemaName, diff)
		}
		slices.Sort(always)
		slices.Sort(required)
		if diff := cmp.Diff(always, required); diff != "" {
			t.Errorf("%s: what is always there (-Go +schema):\n%s", schemaName, diff)
		}
	}
}

// jsonType is what a type of Go is in JSON. What is left out when it is empty is never null.
func jsonType(of reflect.Type, left bool) string {
	null := "|null"
	if left {
		null = ""
	}
	switch {
	case of == reflect.TypeFor[json.RawMessage](): // whether it may be null the answers show
		return "object"
	case of == reflect.TypeFor[time.Time]():
		return "string date-time"
	case of.Kind() == reflect.Pointer:
		return jsonType(of.Elem(), left) + null
	}
	switch of.Kind() {
	case reflect.Slice:
		return "[]" + jsonType(of.Elem(), false)
	case reflect.Struct:
		return of.Name()
	case reflect.Int, reflect.Int64:
		return "integer"
	case reflect.Float64:
		return "number"
	case reflect.Bool:
		return "boolean"
	}
	return of.Kind().String()
}

// schemaType is what jsonType is, of a schema.
func schemaType(schema object) string {
	if name, ok := schema["$ref"].(string); ok {
		return name[strings.LastIndex(name, "/")+1:]
	}
	if choices := asList(schema["oneOf"]); len(choices) == 2 {
		return schemaType(asObject(choices[0])) + "|" + schemaType(asObject(choices[1]))
	}
	kind, _ := schema["type"].(string)
	if several := asList(schema["type"]); len(several) == 2 {
		first, _ := several[0].(string)
		second, _ := several[1].(string)
		kind = first + "|" + second
	}
	if kind == "object|null" { // see jsonType
		return "object"
	}
	if kind == "array" {
		return "[]" + schemaType(asObject(schema["items"]))
	}
	if schema["format"] == "date-time" {
		kind += " date-time"
	}
	return kind
}

// No type of package api is left out of the table that the test above goes through.
func TestOpenAPIAllTypes(t *testing.T) {
	files, err := filepath.Glob("../../api/*.go")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	known := apiTypes()
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.TypeSpec)
			if !ok {
				return true
			}
			structure, ok := spec.Type.(*ast.StructType)
			if !ok || !spec.Name.IsExported() || known[spec.Name.Name] != nil {
				return true
			}
			for _, field := range structure.Fields.List {
				if field.Tag != nil && strings.Contains(field.Tag.Value, "json:") {
					t.Errorf("%s is in no schema", spec.Name.Name)
					break
				}
			}
			return true
		})
	}
}
