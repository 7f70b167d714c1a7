package api

// Error is an answer that is none of what was asked for: the request was malformed or not
// allowed, there is no such thing, or it cannot be had now. A command that came to an
// end is answered by a [Result] instead, whatever the end.
type Error struct {
	// Status is the status code of HTTP, 400 and more.
	Status int `json:"-"`
	// Text says what is wrong and, where it helps, what is allowed.
	Text string `json:"error"`
	// Field is the member or the parameter of the request that is wrong, "" when none is.
	Field string `json:"field,omitempty"`
}

// Error returns the text, after the field if there is one.
func (e *Error) Error() string {
	if e.Field != "" {
		return e.Field + ": " + e.Text
	}
	return e.Text
}

// CommandError is a command that is not known to be done. The errors of [Client.Do] and
// [Client.SetSchedule] hold one, to errors.As, for every command that the client tried to
// give; Result.End says which of the other three ends it came to.
type CommandError struct {
	// Result is what the server answered, or what the client found out by itself: NotSent
	// when the request did not leave, and OutcomeUnknown when no answer came to it.
	Result Result
	// Err is why the client has no answer, or an [Error] that the server answered with; nil
	// when Result is the server's.
	Err error
}

// Error returns the command, its end and the reason.
func (e *CommandError) Error() string {
	text := e.Result.Command + ": " + string(e.Result.End)
	switch {
	case e.Err != nil:
		return text + ": " + e.Err.Error()
	case e.Result.Error != "":
		return text + ": " + e.Result.Error
	}
	return text
}

// Unwrap returns the reason, nil when the server gave it.
func (e *CommandError) Unwrap() error { return e.Err }
