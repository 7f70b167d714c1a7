package cli

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// redactor replaces in raw messages what identifies a heater, a home or a person: the same identifier always by the same
// replacement, so that one can still follow who says what to whom. Everything else stays byte for byte: numbers are
// replaced only where the name of their member says that they are identifiers.
type redactor struct {
	replacements map[identifier]string
	counts       map[kind]int
}

// identifier is what identifies something.
type identifier struct {
	kind kind
	text string
}

// kind is what an identifier identifies.
type kind int

const (
	kindMAC kind = iota + 1
	kindClient
	kindSession
	kindSerial
	kindAdditional
	kindHome
	kindUser
	kindEmail
	kindName
	kindTopic // consists of identifiers
)

// memberKinds are the members of messages whose values are identifiers, in lower case.
var memberKinds = map[string]kind{
	"macaddress":             kindMAC,
	"clientid":               kindClient,
	"sessionid":              kindSession,
	"controllerserialnumber": kindSerial,
	"additionalvalue":        kindAdditional,
	"homeseq":                kindHome,
	"userseq":                kindUser,
	"userid":                 kindEmail,
	"email":                  kindEmail,
	"devicename":             kindName,
	"requesttopic":           kindTopic,
	"responsetopic":          kindTopic,
}

// replacementForms are what identifiers are replaced by: a MAC address stays one, of those that nobody is given, and a
// number a number, so that messages can still be decoded.
var replacementForms = map[kind]string{
	kindMAC: "02%010d", kindClient: "client-%d", kindSession: "session-%d", kindSerial: "serial-%d",
	kindAdditional: "additional-%d", kindHome: "%d", kindUser: "%d", kindEmail: "user-%d@example.com", kindName: "name-%d",
}

func newRedactor() *redactor {
	return &redactor{make(map[identifier]string), make(map[kind]int)}
}

// replace returns the replacement of an identifier. What identifies nothing stays: an empty text, the number 0 that
// stands for any user, and a session's id that is a time or a count.
func (r *redactor) replace(of kind, text string) string {
	switch {
	case text == "", text == "0" && (of == kindHome || of == kindUser), of == kindSession && allDigits(text):
		return text
	}
	key := identifier{of, text}
	if of == kindMAC || of == kindEmail {
		key.text = strings.ToLower(text)
	}
	if _, known := r.replacements[key]; !known {
		r.counts[of]++
		r.replacements[key] = fmt.Sprintf(replacementForms[of], r.counts[of])
	}
	return r.replacements[key]
}

// topic replaces the identifiers of a topic (docs/protocol.md §3).
func (r *redactor) topic(topic string) string {
	parts := strings.Split(topic, "/")
	if len(parts) < 3 || parts[0] != "cmd" && parts[0] != "evt" {
		return r.text(topic)
	}
	rest := parts[2:] // after cmd and the device type
	part := func(i int) string {
		if i < len(rest) {
			return rest[i]
		}
		return ""
	}
	mac, ofHeater := strings.CutPrefix(rest[0], "navilink-")
	switch {
	case ofHeater:
		rest[0] = "navilink-" + r.replace(kindMAC, mac)
		if part(2) == "res" { // an answer to a client
			rest[1] = r.replace(kindClient, rest[1])
		}
	case part(1) == "res":
		rest[0] = r.replace(kindClient, rest[0])
	case part(3) == "res":
		rest[0], rest[1], rest[2] = r.replace(kindHome, rest[0]), r.replace(kindUser, rest[1]), r.replace(kindClient, rest[2])
	default:
		return r.text(topic)
	}
	return strings.Join(parts, "/")
}

var (
	emailForm = regexp.MustCompile(`[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+`)
	macForm   = regexp.MustCompile(`(?i)\b[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}\b`)
	linkForm  = regexp.MustCompile(`(?i)navilink-[0-9a-f]{12}\b`)
)

// shortestInText is the length from which a known identifier is looked for within other texts: a shorter one may be
// something else there.
const shortestInText = 8

// text replaces identifiers within a text that is none itself.
func (r *redactor) text(text string) string {
	text = emailForm.ReplaceAllStringFunc(text, func(email string) string { return r.replace(kindEmail, email) })
	text = macForm.ReplaceAllStringFunc(text, func(mac string) string { return r.replace(kindMAC, macDigits(mac)) })
	text = linkForm.ReplaceAllStringFunc(text, func(link string) string {
		return link[:len("navilink-")] + r.replace(kindMAC, link[len("navilink-"):])
	})
	for _, known := range r.longestFirst() {
		text = replaceWord(text, known.text, r.replacements[known])
	}
	return text
}

// longestFirst are the identifiers that are looked for within texts; of two of which one begins with the other the longer
// one comes first.
func (r *redactor) longestFirst() []identifier {
	var found []identifier
	for known := range r.replacements {
		switch known.kind {
		case kindMAC, kindClient, kindSerial, kindEmail:
			if len(known.text) >= shortestInText {
				found = append(found, known)
			}
		}
	}
	slices.SortFunc(found, func(a, b identifier) int {
		if len(a.text) != len(b.text) {
			return len(b.text) - len(a.text)
		}
		return strings.Compare(a.text, b.text)
	})
	return found
}

// replaceWord replaces a word in a text, in capitals or not, where it is not a part of a longer one.
func replaceWord(text, word, replacement string) string {
	lower := strings.ToLower(text)
	if len(lower) != len(text) { // a letter whose capital is of another length
		lower = text
	}
	word = strings.ToLower(word)
	var replaced strings.Builder
	done := 0
	for at := 0; ; {
		next := strings.Index(lower[at:], word)
		if next < 0 {
			return replaced.String() + text[done:]
		}
		begin, end := at+next, at+next+len(word)
		if (begin == 0 || !isAlphanumeric(lower[begin-1])) && (end == len(lower) || !isAlphanumeric(lower[end])) {
			replaced.WriteString(text[done:begin] + replacement)
			done = end
		}
		at = end
	}
}

func isAlphanumeric(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

func allDigits(text string) bool { return strings.Trim(text, "0123456789") == "" }

// value replaces the JSON value of a member when it is an identifier, or has one in it.
func (r *redactor) value(member string, value []byte) []byte {
	of, identifies := memberKinds[strings.ToLower(member)]
	if value[0] != '"' {
		if !identifies || !strings.ContainsRune("-0123456789", rune(value[0])) {
			return value
		}
		replacement := r.replace(of, string(value))
		if _, err := strconv.Atoi(replacement); err == nil {
			return []byte(replacement)
		}
		return quoted(replacement)
	}
	var text string
	if err := json.Unmarshal(value, &text); err != nil {
		return value // the message is JSON, so this is a text
	}
	var replacement string
	switch {
	case of == kindTopic:
		replacement = r.topic(text)
	case identifies:
		replacement = r.replace(of, text)
	default:
		replacement = r.text(text)
	}
	if replacement == text {
		return value
	}
	return quoted(replacement)
}

// quoted is a text in JSON.
func quoted(text string) []byte {
	encoded, _ := json.Marshal(text) // a text always has a JSON
	return encoded
}
