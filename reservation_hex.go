package nwp500

import (
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/nwp500/nwp500/internal/wire"
)

// ErrIncompleteEntry is hex that ends within an entry, which is left out.
var ErrIncompleteEntry = errors.New("the last entry is incomplete and was left out")

// EncodeReservationHex returns reservations in the hexadecimal form that heaters use:
// six bytes an entry, enable, week, hour, minute, mode and half degrees Celsius
// (docs/protocol.md §4, Schedules). An entry that no heater can have is a
// *RangeError.
func EncodeReservationHex(entries []Reservation) (string, error) {
	var data []byte
	for i, r := range entries {
		if err := r.check(); err != nil {
			return "", fmt.Errorf("reservation %d: %w", i+1, err)
		}
		data = append(data, byte(inUse(r.Enabled)), byte(r.Days), byte(r.Hour), byte(r.Minute), byte(r.Mode), byte(r.Temperature.raw()))
	}
	return hex.EncodeToString(data), nil
}

// DecodeReservationHex reads the hexadecimal form. Entries of zeros are padding and
// left out. When the last entry is incomplete the others are returned together with
// ErrIncompleteEntry; what is no hex at all is an error without entries.
func DecodeReservationHex(text string) ([]Reservation, error) {
	objects, incomplete, ok := wire.ScheduleEntries(textValue(text), wire.KindReservations)
	if !ok {
		return nil, errors.New("reservations in hex: the text has other characters than hexadecimal digits")
	}
	entries := make([]Reservation, len(objects))
	for i, object := range objects {
		entries[i] = newReservation(object)
	}
	if incomplete {
		return entries, ErrIncompleteEntry
	}
	return entries, nil
}
