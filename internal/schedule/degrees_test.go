package schedule

import (
	"errors"
	"testing"

	"github.com/nwp500/nwp500"
)

// mistaken tells what could not be understood from what is not allowed.
func mistaken(err error) bool {
	var mistake *Mistake
	return errors.As(err, &mistake)
}

func TestParseDegrees(t *testing.T) {
	for text, want := range map[string]Degrees{
		"55": {55, ""}, "55C": {55, "C"}, "131F": {131, "F"}, "131f": {131, "F"}, "55 °C": {55, "C"}, "55°": {55, ""},
		"55.5": {55.5, ""}, "55,5 c": {55.5, "C"}, " 49 ": {49, ""}, "-5C": {-5, "C"}, "+5": {5, ""}, "200 deg C": {200, "C"},
		"55℃": {55, "C"}, "131 ℉": {131, "F"},
	} {
		if got, err := ParseDegrees(text); err != nil || got != want {
			t.Errorf("ParseDegrees(%q) = %v, %v, want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "C", "warm", "NaN", "Inf", "1e3", "0x10", "5_5", "55K", "55CC", "5.", ".5", "55 C 5"} {
		if got, err := ParseDegrees(text); !mistaken(err) {
			t.Errorf("ParseDegrees(%q) = %v, %v, want a mistake", text, got, err)
		}
	}
}

func TestDegreesOnScale(t *testing.T) {
	for _, c := range []struct {
		wanted Degrees
		in     nwp500.Units
		want   nwp500.Temperature
	}{
		{Degrees{55, ""}, nwp500.Metric, nwp500.Celsius(55)},
		{Degrees{131, ""}, nwp500.US, nwp500.Fahrenheit(131)},
		{Degrees{55, "C"}, nwp500.US, nwp500.Celsius(55)},
		{Degrees{131, "F"}, nwp500.Metric, nwp500.Fahrenheit(131)},
	} {
		if got := c.wanted.In(c.in); got != c.want {
			t.Errorf("%v on %v is %v, want %v", c.wanted, c.in, got, c.want)
		}
	}
}
