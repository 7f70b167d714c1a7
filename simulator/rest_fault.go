package simulator

import (
	"net/http"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// suffer lets a call meet its fault and tells whether that was the answer.
func (s *Simulator) suffer(w http.ResponseWriter, r *http.Request, path string) (f Fault, answered bool) {
	f, ok := s.faults.at(meeting{step: StepREST, path: path})
	if !ok {
		return f, false
	}
	if !s.broker.pause(r.Context(), f.Delay) {
		panic(http.ErrAbortHandler) // the client or the simulator has gone
	}
	switch f.Action {
	case Refuse:
		if f.Answer != nil {
			f.Answer(w, r)
			return f, true
		}
		fail(w, plainError(f.Status))
	case Cut:
		panic(http.ErrAbortHandler) // cuts the connection without an answer
	case Lose, BlackHole: // never answered
		select {
		case <-r.Context().Done():
		case <-s.broker.closing:
		}
		panic(http.ErrAbortHandler)
	default:
		return f, false
	}
	return f, true
}

// leavesOut tells whether the answer goes without a member.
func (f Fault) leavesOut(name string) bool {
	text, named := f.Members[name]
	return named && text == ""
}

// amend returns the data of an answer with the members of the fault.
func (f Fault) amend(data any) any {
	if len(f.Members) == 0 || data == nil {
		return data
	}
	encoded, err := json.Marshal(data)
	if err != nil {
		panic("simulator: an answer that is no JSON: " + err.Error())
	}
	var tree any
	if err := json.Unmarshal(encoded, &tree); err != nil {
		panic("simulator: an answer that is no JSON: " + err.Error())
	}
	f.amendTree(tree)
	amended, err := json.Marshal(tree, json.Deterministic(true))
	if err != nil {
		panic("simulator: a member of a fault that is no JSON: " + err.Error())
	}
	return jsontext.Value(amended)
}

func (f Fault) amendTree(tree any) {
	switch tree := tree.(type) {
	case map[string]any:
		for name, value := range tree {
			switch text, named := f.Members[name]; {
			case named && text == "":
				delete(tree, name)
			case named:
				tree[name] = jsontext.Value(text)
			default:
				f.amendTree(value)
			}
		}
	case []any:
		for _, value := range tree {
			f.amendTree(value)
		}
	}
}
