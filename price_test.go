package nwp500

import (
	"errors"
	"fmt"
	"testing"

	"pgregory.net/rapid"
)

func TestParsePrice(t *testing.T) {
	for _, test := range []struct {
		text     string
		decimals int
		want     int
		shown    string
	}{
		{"0.36261", 5, 36261, "0.36261"},
		{"0.362605", 5, 36261, "0.36261"}, // half to even would be one unit too low
		{"0.362615", 5, 36262, "0.36262"},
		{"1.005", 2, 101, "1.01"}, // the nearest binary fraction is less
		{"2.675", 2, 268, "2.68"},
		{"0.3626049999999999999", 5, 36260, "0.36260"},
		{"0", 0, 0, "0"},
		{"7", 0, 7, "7"},
		{"0.5", 0, 1, "1"},
		{"12", 3, 12000, "12.000"},
		{"5e-05", 5, 5, "0.00005"},
		{"3.6261E-1", 4, 3626, "0.3626"},
		{"0.12345", 10, 1234500000, "0.1234500000"},
	} {
		got, err := ParsePrice(test.text, test.decimals)
		if err != nil || got != (Price{test.want, test.decimals}) || got.String() != test.shown {
			t.Errorf("%s with %d decimals: got %v, %v, want %s", test.text, test.decimals, got, err, test.shown)
		}
	}
	if got := (Price{46378, 5}).Float(); got != 0.46378 {
		t.Errorf("got %v", got)
	}
}

func TestWhatIsNoPrice(t *testing.T) {
	for _, test := range []struct {
		text     string
		decimals int
		field    string
	}{
		{"true", 0, "price"},
		{"NaN", 5, "price"},
		{"Inf", 5, "price"},
		{"-0.1", 5, "price"},
		{"+1", 5, "price"},
		{"", 5, "price"},
		{".5", 5, "price"},
		{"1/3", 5, "price"},
		{"0x10", 5, "price"},
		{"1_000", 5, "price"},
		{"1e999", 5, "price"},
		{"1e99", 5, "price"},
		{"10000000", 10, "price"},
		{"0.1", 11, "decimals of the price"},
		{"0.1", -1, "decimals of the price"},
	} {
		got, err := ParsePrice(test.text, test.decimals)
		var wrong *RangeError
		if !errors.As(err, &wrong) || wrong.Field != test.field || got != (Price{}) {
			t.Errorf("%q with %d decimals: got %v, %v, want a *RangeError for the %s", test.text, test.decimals, got, err, test.field)
		}
	}
	for _, price := range []Price{{-1, 0}, {1, 11}, {1, -1}} {
		if err := price.check(); err == nil {
			t.Errorf("%v passes for a price", price)
		}
	}
}

func TestPricesSurviveTheirText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		decimals := rapid.IntRange(0, 10).Draw(t, "decimals")
		price := Price{rapid.IntRange(0, 1<<31-1).Draw(t, "value"), decimals}
		if got, err := ParsePrice(price.String(), decimals); err != nil || got != price {
			t.Errorf("%v: got %v, %v", price, got, err)
		}
		if decimals == 10 {
			return
		}
		for digit := range 10 { // one more than is kept: up from 5
			text := fmt.Sprint(Price{10*price.Value + digit, decimals + 1})
			want := Price{price.Value + digit/5, decimals}
			if got, err := ParsePrice(text, decimals); err != nil || got != want {
				t.Errorf("%s: got %v, %v, want %v", text, got, err, want)
			}
		}
	})
}
