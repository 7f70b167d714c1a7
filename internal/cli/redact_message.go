package cli

import "encoding/json"

// message replaces the identifiers of a message that is JSON. It reports whether it is: what cannot be read cannot be
// freed of them.
func (r *redactor) message(payload []byte) ([]byte, bool) {
	if !json.Valid(payload) {
		return nil, false
	}
	var (
		redacted []byte
		at       position
	)
	for i := 0; i < len(payload); {
		end := tokenEnd(payload, i)
		token := payload[i:end]
		switch c := token[0]; {
		case isScalar(c) && at.atName():
			at.name(token)
			redacted = append(redacted, r.value("", token)...)
		case isScalar(c):
			redacted = append(redacted, r.value(at.member(), token)...)
		default:
			at.pass(c)
			redacted = append(redacted, token...)
		}
		i = end
	}
	return redacted, true
}

// isScalar reports whether a token that begins so is a text, a number, true, false or null.
func isScalar(c byte) bool {
	switch c {
	case '{', '}', '[', ']', ',', ':', ' ', '\t', '\r', '\n':
		return false
	}
	return true
}

// tokenEnd returns where the token of valid JSON ends that begins at i.
func tokenEnd(text []byte, i int) int {
	if !isScalar(text[i]) {
		return i + 1
	}
	if text[i] != '"' {
		for i < len(text) && isScalar(text[i]) {
			i++
		}
		return i
	}
	for i++; text[i] != '"'; i++ {
		if text[i] == '\\' {
			i++
		}
	}
	return i + 1
}

// position is where in a JSON text one is.
type position struct {
	levels []jsonLevel // from the outermost
}

// jsonLevel is an object or an array that is open.
type jsonLevel struct {
	object bool
	member string // the one whose value comes or was last; of an array its own
	naming bool   // the name of a member comes next
}

// atName reports whether the next text is the name of a member.
func (p *position) atName() bool {
	return len(p.levels) > 0 && p.levels[len(p.levels)-1].naming
}

// name takes the name of a member.
func (p *position) name(token []byte) {
	top := &p.levels[len(p.levels)-1]
	_ = json.Unmarshal(token, &top.member) // a text of valid JSON
	top.naming = false
}

// member returns whose value comes next; the elements of an array are its member's.
func (p *position) member() string {
	if len(p.levels) == 0 {
		return ""
	}
	return p.levels[len(p.levels)-1].member
}

// pass takes a token that opens, closes or separates.
func (p *position) pass(c byte) {
	switch c {
	case '{':
		p.levels = append(p.levels, jsonLevel{object: true, naming: true})
	case '[':
		p.levels = append(p.levels, jsonLevel{member: p.member()})
	case '}', ']':
		p.levels = p.levels[:len(p.levels)-1]
	case ',':
		top := &p.levels[len(p.levels)-1]
		top.naming = top.object
	}
}
