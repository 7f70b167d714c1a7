package nwp500

import "testing"

// A refusal that repeats the id of somebody else's request refuses no command of ours:
// it would be told as refused and be carried out.
func TestRefusalOfAnotherApplication(t *testing.T) {
	for _, test := range []struct {
		name, message string
		refused       bool
	}{
		{"ours", `{"sessionID":"1760000000001","response":{"failCode":2}}`, true},
		{"without an id", `{"response":{"failCode":2}}`, true},
		{"with a counter of the heater's", `{"sessionID":"7","response":{"failCode":2}}`, true},
		{"another's", `{"sessionID":"1760000000002","response":{"failCode":2}}`, false},
		{"another client's", `{"clientID":"other","response":{"failCode":2}}`, false},
	} {
		x := newExchange(transaction{}, true, "1760000000001")
		state := &heaterState{exchanges: []*exchange{x}}
		state.refuse("me", parseAnswer(t, test.message))
		if refused := len(x.answer) == 1; refused != test.refused {
			t.Errorf("%s: refused %t, want %t", test.name, refused, test.refused)
		}
	}
}
