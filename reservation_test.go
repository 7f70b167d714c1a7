package nwp500

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/nwp500/nwp500/internal/wire"
)

// anyReservation draws an entry that a heater takes.
func anyReservation(t *rapid.T) Reservation {
	return Reservation{
		Enabled: rapid.Bool().Draw(t, "enabled"), Days: Days(rapid.IntRange(1, 127).Draw(t, "days") << 1),
		Hour: rapid.IntRange(0, 23).Draw(t, "hour"), Minute: rapid.IntRange(0, 59).Draw(t, "minute"),
		Mode:        Mode(rapid.IntRange(1, 6).Draw(t, "mode")),
		Temperature: halfCelsius(int64(rapid.IntRange(70, 131).Draw(t, "temperature"))),
	}
}

func anyReservations(t *rapid.T) Reservations {
	return Reservations{
		Enabled: rapid.Bool().Draw(t, "program"),
		Entries: rapid.SliceOfN(rapid.Custom(anyReservation), 0, 32).Draw(t, "entries"),
	}
}

// sent returns a schedule as it is after a journey over the wire.
func sent(t *rapid.T, s schedule) schedule {
	body, err := wire.ParseObject(s.body().Append(nil))
	if err != nil {
		t.Fatal(err)
	}
	read, incomplete, err := s.kind.readFrom(body)
	if err != nil || incomplete {
		t.Fatalf("%s: %v, incomplete %v", body.Append(nil), err, incomplete)
	}
	return read
}

func TestReservationsSurviveTheWire(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		program := anyReservations(t)
		if err := program.check(); err != nil {
			t.Fatal(err)
		}
		read := newReservations(sent(t, program.schedule()), nil)
		if !read.Equal(program) {
			t.Errorf("wrote %v, read %v", program, read)
		}
		for i, entry := range read.Entries {
			if entry != program.Entries[i] {
				t.Errorf("wrote %v, read %v", program.Entries[i], entry)
			}
		}
		packed, err := EncodeReservationHex(program.Entries)
		if err != nil {
			t.Fatal(err)
		}
		padding := strings.Repeat("0", 12*rapid.IntRange(0, 3).Draw(t, "padding"))
		entries, err := DecodeReservationHex(strings.ToUpper(packed) + padding)
		if err != nil || !(Reservations{Enabled: program.Enabled, Entries: entries}).Equal(program) {
			t.Errorf("wrote %v, %v of it came back from hex, %v", program.Entries, entries, err)
		}
	})
}

// Schedules are the same whatever the order, and however a temperature was given; one
// entry that differs, or that is there twice, makes another.
func TestReservationsAreComparedByMeaning(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		program := anyReservations(t)
		other := Reservations{Enabled: program.Enabled}
		for _, i := range rand.Perm(len(program.Entries)) {
			entry := program.Entries[i]
			entry.Temperature = Fahrenheit(entry.Temperature.Fahrenheit())
			other.Entries = append(other.Entries, entry)
		}
		if !program.Equal(other) || !other.Equal(program) {
			t.Errorf("%v and %v are not the same", program, other)
		}
		other.Enabled = !other.Enabled
		if program.Equal(other) {
			t.Error("on is the same as off")
		}
		other.Enabled = program.Enabled
		if len(other.Entries) == 0 {
			return
		}
		i := rapid.IntRange(0, len(other.Entries)-1).Draw(t, "which")
		was := other.Entries[i]
		for name, change := range map[string]func(*Reservation){
			"enabled":     func(r *Reservation) { r.Enabled = !r.Enabled },
			"days":        func(r *Reservation) { r.Days ^= Monday },
			"hour":        func(r *Reservation) { r.Hour = (r.Hour + 1) % 24 },
			"minute":      func(r *Reservation) { r.Minute = (r.Minute + 1) % 60 },
			"mode":        func(r *Reservation) { r.Mode = r.Mode%6 + 1 },
			"temperature": func(r *Reservation) { r.Temperature = Celsius(r.Temperature.Celsius() + 0.5) },
		} {
			change(&other.Entries[i])
			if program.Equal(other) {
				t.Errorf("another %s is the same", name)
			}
			other.Entries[i] = was
		}
		other.Entries = append(other.Entries, was)
		if program.Equal(other) {
			t.Error("one is the same as two")
		}
	})
}

func TestReservationHex(t *testing.T) {
	program := []Reservation{
		{true, Weekdays, 6, 30, EnergySaver, Celsius(60)},
		{false, Weekend, 22, 5, PowerOff, Celsius(58.5)},
	}
	const packed = "027c061e0378018216050675"
	if got, err := EncodeReservationHex(program); err != nil || got != packed {
		t.Errorf("got %s, %v, want %s", got, err, packed)
	}
	for text, want := range map[string]error{
		packed: nil, packed + "000000000000": nil, packed + "02": ErrIncompleteEntry, packed + "0": ErrIncompleteEntry,
	} {
		got, err := DecodeReservationHex(text)
		if !errors.Is(err, want) || len(got) != 2 || got[0] != program[0] || got[1] != program[1] {
			t.Errorf("%s: got %v, %v, want both entries and %v", text, got, err, want)
		}
	}
	if got, err := DecodeReservationHex(""); err != nil || len(got) != 0 {
		t.Errorf("nothing: got %v, %v", got, err)
	}
	for _, text := range []string{"027c061e037x", "027c 061e0378", "\x00", "0x027c061e0378"} {
		if got, err := DecodeReservationHex(text); err == nil || errors.Is(err, ErrIncompleteEntry) || got != nil {
			t.Errorf("%q: got %v, %v, want an error", text, got, err)
		}
	}
	program[1].Hour = 25
	var wrong *RangeError
	if got, err := EncodeReservationHex(program); got != "" || !errors.As(err, &wrong) || !strings.Contains(err.Error(), "reservation 2: hour 25") {
		t.Errorf("25 o'clock: got %s, %v", got, err)
	}
}

// haveList is a heater's list with members that no document knows.
func haveList(t *testing.T) schedule {
	t.Helper()
	message, err := wire.ParseEnvelope([]byte(oddList))
	if err != nil {
		t.Fatal(err)
	}
	have, ok := reservationKind.said(message)
	if !ok {
		t.Fatal("the list cannot be read")
	}
	return have
}

const oddList = `{"requestTopic":"cmd/52/navilink-0a0b0c0d0e0f/st/rsv/rd","response":{"macAddress":"0a0b0c0d0e0f","reservationUse":2,"reservation":[` +
	`{"colour":"red","enable":2,"week":124,"hour":6.0,"min":30,"mode":3,"param":120},` +
	`{"enable":0,"week":300,"hour":25,"min":0,"mode":77,"param":0,"seen":[1]}]}}`

// What is written for an entry that stays is what the heater said, to the last member.
func TestEntriesKeepWhatNobodyKnows(t *testing.T) {
	have := haveList(t)
	program := newReservations(have, nil)
	program.Entries = append([]Reservation{{true, Sunday, 7, 0, Electric, Celsius(50)}}, program.Entries...)
	list, _ := program.schedule().keeping(have).body().Get("reservation")
	for _, kept := range []string{
		`{"enable":2,"week":128,"hour":7,"min":0,"mode":2,"param":100}`,
		`{"colour":"red","enable":2,"week":124,"hour":6.0,"min":30,"mode":3,"param":120}`,
	} {
		if !strings.Contains(string(list), kept) {
			t.Errorf("%s is not in %s", kept, list)
		}
	}
	changed := replaced(have.entries[0], Reservation{false, Sunday, 7, 15, Electric, Celsius(50)}.entry())
	if got, want := string(changed.Append(nil)), `{"enable":1,"week":128,"hour":7,"min":15,"mode":2,"param":100,"colour":"red"}`; got != want {
		t.Errorf("a changed entry: got %s, want %s", got, want)
	}
	if got := string(have.entries[0].Append(nil)); !strings.HasPrefix(got, `{"colour":"red","enable":2,"week":124`) {
		t.Errorf("changing a copy changed the entry: %s", got)
	}
}

// An entry that the heater itself said goes back unjudged; anybody else's is judged.
func TestOddEntriesOfTheHeaterAreNotJudged(t *testing.T) {
	message, err := wire.ParseEnvelope([]byte(oddList))
	if err != nil {
		t.Fatal(err)
	}
	have, _ := reservationKind.said(message)
	program := newReservations(have, message)
	if err := program.check(); err != nil {
		t.Errorf("its own: %v", err)
	}
	if err := program.checkFor(&Features{}); err != nil {
		t.Errorf("its own: %v", err)
	}
	program.Entries[1].Days = Sunday
	var wrong *RangeError
	if err := program.check(); !errors.As(err, &wrong) || wrong.Field != "hour" {
		t.Errorf("a changed one: got %v, want a *RangeError for the hour", err)
	}
}

// What cannot be read is not an empty list: writing from it would wipe the heater's.
func TestUnreadableListIsNotEmpty(t *testing.T) {
	for _, body := range []string{`{}`, `{"reservationUse":2}`, `{"reservation":null}`, `{"reservation":"027c061e037x"}`, `{"reservation":[1]}`, `{"reservation":{}}`} {
		object, err := wire.ParseObject([]byte(body))
		if err != nil {
			t.Fatal(err)
		}
		if read, _, err := reservationKind.readFrom(object); !errors.Is(err, errNoList) {
			t.Errorf("%s: got %v, %v", body, read, err)
		}
	}
}

func TestReservationsPrintLikeTheirMessage(t *testing.T) {
	message, err := wire.ParseEnvelope([]byte(oddList))
	if err != nil {
		t.Fatal(err)
	}
	have, _ := reservationKind.said(message)
	program := newReservations(have, message)
	want, err := Decode([]byte(oddList), US)
	if got := program.AppendJSON(nil, US); err != nil || string(got) != string(want) {
		t.Errorf("got %s, %v, want %s", got, err, want)
	}
	program.Entries = program.Entries[:1]
	program.Entries[0].Temperature = Celsius(55)
	const changed = `{"kind":"reservations","units":"metric","reservation_use":true,"reservation":[{"enable":true,"week":124,"hour":6,"min":30,"mode":"energy_saver","param":110,` +
		`"days":["mon","tue","wed","thu","fri"],"time":"06:30","temperature":55}],"unknown":{}}`
	if got := program.AppendJSON(nil, Metric); string(got) != changed {
		t.Errorf("changed: got %s, want %s", got, changed)
	}
	if got := (Reservations{}).AppendJSON([]byte("x"), Auto); !json.Valid(got[1:]) || !strings.Contains(string(got), `"reservation":[]`) {
		t.Errorf("empty: got %s", got)
	}
}

func TestReservationText(t *testing.T) {
	r := Reservation{true, Monday | Tuesday, 6, 5, EnergySaver, Celsius(60)}
	if got := r.String(); got != "mon tue 06:05 energy saver 60 °C (140 °F)" {
		t.Errorf("got %q", got)
	}
	r.Enabled = false
	if got := r.String(); !strings.HasSuffix(got, ", off") {
		t.Errorf("got %q", got)
	}
}
