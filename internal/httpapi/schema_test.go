package httpapi

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
)

// object is an object of JSON.
type object = map[string]any

// contract is openapi.json, as far as it says what answers look like.
type contract struct{ document object }

func readContract(t testing.TB) contract {
	t.Helper()
	var c contract
	if err := json.Unmarshal(openAPI, &c.document); err != nil {
		t.Fatal(err)
	}
	return c
}

// at returns what stands at a path of names, nil when nothing does.
func at(value any, names ...string) any {
	for _, name := range names {
		members, ok := value.(object)
		if !ok {
			return nil
		}
		value = members[name]
	}
	return value
}

// resolve follows a reference.
func (c contract) resolve(value any) object {
	members, _ := value.(object)
	if name, ok := members["$ref"].(string); ok {
		return c.resolve(at(c.document, strings.Split(strings.TrimPrefix(name, "#/"), "/")...))
	}
	return members
}

// operation returns what the document says of a request, by the path in it that fits. found tells whether there is such a path.
func (c contract) operation(method, path string) (template string, operation object, found bool) {
	if method == http.MethodHead {
		method = http.MethodGet
	}
	paths, _ := c.document["paths"].(object)
	for template, methods := range paths {
		pattern := "^" + prefix + regexp.MustCompile(`\{\w+\}`).ReplaceAllString(template, `[^/]+`) + "$"
		if regexp.MustCompile(pattern).MatchString(path) && (!found || !strings.Contains(template, "{")) {
			operation, _ = at(methods, strings.ToLower(method)).(object)
			found = true
			if operation != nil {
				return template, operation, true
			}
		}
	}
	return "", nil, found
}

// check holds an answer against the document, and returns the name of what was answered: "GET /heaters 200".
func (c contract) check(method, path string, answer reply) (name string, wrong []string) {
	template, operation, found := c.operation(method, path)
	schema := object{"$ref": "#/components/schemas/Error"}
	kind := "application/json"
	switch {
	case operation != nil:
		name = method + " " + template + " " + strconv.Itoa(answer.status)
		response := c.resolve(at(operation, "responses", strconv.Itoa(answer.status)))
		if response == nil {
			return name, []string{"the document does not have this status"}
		}
		content, _ := response["content"].(object)
		if content == nil {
			if answer.body != "" {
				wrong = append(wrong, "there is a body")
			}
			return name, wrong
		}
		for kind = range content { // there is one
			schema, _ = at(content[kind], "schema").(object)
		}
	case answer.status == http.StatusUnauthorized, answer.status == http.StatusForbidden, answer.status == http.StatusMisdirectedRequest:
		// turned away at the door, wherever it wanted to go
	case found && answer.status != http.StatusMethodNotAllowed && answer.status != http.StatusNotFound: // such a heater there may not be
		return name, []string{"the method is not in the document"}
	case !found && answer.status != http.StatusNotFound:
		return name, []string{"the path is not in the document"}
	}
	if got := answer.header.Get("Content-Type"); got != kind {
		wrong = append(wrong, fmt.Sprintf("the content is %s and not %s", got, kind))
	}
	if method == http.MethodHead || kind != "application/json" || answer.header.Get("Content-Encoding") != "" {
		return name, wrong
	}
	return name, append(wrong, c.validate(schema, answer.body)...)
}

// validate holds a text against a schema.
func (c contract) validate(schema object, text string) []string {
	var value any
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		return []string{err.Error()}
	}
	return c.fits(schema, value, "")
}

// fits holds a value against a schema, of which it knows the words that the document uses, and fails on any other. Objects
// whose members the schema lists have no others.
func (c contract) fits(schema object, value any, where string) (wrong []string) {
	say := func(format string, values ...any) { wrong = append(wrong, where+": "+fmt.Sprintf(format, values...)) }
	for word, want := range schema {
		switch word {
		case "description", "default", "properties", "required": // the last two below
		case "$ref":
			wrong = append(wrong, c.fits(c.resolve(schema), value, where)...)
		case "oneOf":
			fitting := 0
			var why []string
			for _, choice := range want.([]any) {
				if no := c.fits(choice.(object), value, where); len(no) > 0 {
					why = append(why, no...)
				} else {
					fitting++
				}
			}
			if fitting != 1 {
				say("%d of the choices fit: %v", fitting, why)
			}
		case "allOf": // below
		case "type":
			if !isType(want, value) {
				say("%.80v is no %v", value, want)
			}
		case "enum":
			if !slices.Contains(want.([]any), value) {
				say("%v is none of %v", value, want)
			}
		case "const":
			if value != want {
				say("%v is not %v", value, want)
			}
		case "items":
			list, _ := value.([]any)
			for i, item := range list {
				wrong = append(wrong, c.fits(want.(object), item, fmt.Sprintf("%s[%d]", where, i))...)
			}
		case "pattern":
			if text, ok := value.(string); ok && !regexp.MustCompile(want.(string)).MatchString(text) {
				say("%q does not fit %s", text, want)
			}
		case "format":
			if text, ok := value.(string); ok {
				if _, err := time.Parse(map[any]string{"date-time": time.RFC3339, "date": time.DateOnly}[want], text); err != nil {
					say("%v", err)
				}
			}
		case "maxLength", "minimum", "maximum": // of requests
		default:
			say("the test does not know the word %q", word)
		}
	}
	members, isObject := value.(object)
	properties, required := c.members(schema)
	if !isObject || properties == nil || schema["$ref"] != nil {
		return wrong
	}
	for _, name := range required {
		if _, there := members[name]; !there {
			say("%s is missing", name)
		}
	}
	for name, member := range members {
		property, known := properties[name].(object)
		if !known {
			say("%s is not in the schema", name)
			continue
		}
		wrong = append(wrong, c.fits(property, member, where+"."+name)...)
	}
	return wrong
}

// members returns what a schema says of an object's members, alone and by what it is made of.
func (c contract) members(schema object) (properties object, required []string) {
	for _, part := range append([]any{schema}, asList(schema["allOf"])...) {
		part := c.resolve(part)
		for name, property := range asObject(part["properties"]) {
			if properties == nil {
				properties = object{}
			}
			properties[name] = property
		}
		for _, name := range asList(part["required"]) {
			required = append(required, name.(string))
		}
	}
	return properties, required
}

func asList(value any) []any { list, _ := value.([]any); return list }

func asObject(value any) object { members, _ := value.(object); return members }

// isType tells whether a value is of a type, or of one of several.
func isType(want, value any) bool {
	if several, ok := want.([]any); ok {
		return slices.ContainsFunc(several, func(one any) bool { return isType(one, value) })
	}
	switch value := value.(type) {
	case nil:
		return want == "null"
	case bool:
		return want == "boolean"
	case string:
		return want == "string"
	case float64:
		return want == "number" || want == "integer" && value == float64(int64(value))
	case []any:
		return want == "array"
	}
	return want == "object"
}
