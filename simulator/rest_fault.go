package simulator

import "net/http"

// suffer lets a call meet its fault and tells whether that was the answer.
func (s *Simulator) suffer(w http.ResponseWriter, r *http.Request, path string) (answered bool) {
	f, ok := s.faults.at(meeting{step: StepREST, path: path})
	if !ok {
		return false
	}
	if !s.broker.pause(r.Context(), f.Delay) {
		panic(http.ErrAbortHandler) // the client or the simulator has gone
	}
	switch f.Action {
	case Refuse:
		if f.Answer != nil {
			f.Answer(w, r)
			return true
		}
		fail(w, plainError(f.Status))
	case Cut:
		panic(http.ErrAbortHandler) // cuts the connection without an answer
	case Lose, BlackHole: // never answered
		select {
		case <-r.Context().Done():
		case <-s.broker.closing:
		}
	default:
		return false
	}
	return true
}
