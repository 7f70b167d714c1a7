package nwp500

import (
	"fmt"
	"math"
	"math/big"
	"regexp"
	"strconv"
	"strings"
)

// Price is a price of a kilowatt-hour in the currency of the tariff, as the wire has
// it: an integer and how many of its digits are decimals (docs/protocol.md §4,
// Schedules). Prices can be compared with ==, and 1.0 is not 1.
type Price struct {
	// Value is the price without its point, 0 or more.
	Value int
	// Decimals is how many digits of Value stand behind the point, 0 to 10.
	Decimals int
}

const (
	mostDecimals = 10
	// highestPrice bounds Value: every reader of JSON keeps it exactly. An int of 32
	// bits bounds it further.
	highestPrice = min(int64(1<<53-1), int64(math.MaxInt))
)

var decimalNumber = regexp.MustCompile(`^[0-9]{1,20}(\.[0-9]{1,30})?([eE][-+]?[0-9]{1,2})?$`)

// ParsePrice reads a price and rounds it to so many decimals, half up on the number
// as it is written and never on a binary fraction. What is no number (true, NaN), is
// negative or asks for more than 10 decimals is a *RangeError.
func ParsePrice(text string, decimals int) (Price, error) {
	if err := checkDecimals(decimals); err != nil {
		return Price{}, err
	}
	wrong := &RangeError{"price", strconv.Quote(text), "a number from 0 on, such as 0.36261"}
	if !decimalNumber.MatchString(text) {
		return Price{}, wrong
	}
	exact, ok := new(big.Rat).SetString(text)
	if !ok {
		return Price{}, wrong
	}
	scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(decimals)), nil)
	exact.Mul(exact, new(big.Rat).SetInt(scale)).Add(exact, big.NewRat(1, 2))
	value := new(big.Int).Div(exact.Num(), exact.Denom())
	if !value.IsInt64() || value.Int64() > highestPrice {
		return Price{}, &RangeError{"price", strconv.Quote(text), fmt.Sprintf("at most %d before %d decimals are marked off", highestPrice, decimals)}
	}
	return Price{Value: int(value.Int64()), Decimals: decimals}, nil
}

// Float returns the price as the nearest binary fraction, for sums and comparisons.
func (p Price) Float() float64 { return float64(p.Value) / math.Pow10(p.Decimals) }

// String returns the price with all its decimals, "0.36261". ParsePrice reads it.
func (p Price) String() string {
	if checkDecimals(p.Decimals) != nil || p.Value < 0 {
		return fmt.Sprintf("price(%d, %d)", p.Value, p.Decimals)
	}
	digits := strconv.Itoa(p.Value)
	if p.Decimals == 0 {
		return digits
	}
	if missing := p.Decimals + 1 - len(digits); missing > 0 {
		digits = strings.Repeat("0", missing) + digits
	}
	point := len(digits) - p.Decimals
	return digits[:point] + "." + digits[point:]
}

// MarshalText encodes what String returns.
func (p Price) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// check refuses a price that the wire cannot carry.
func (p Price) check() error {
	if p.Value < 0 || int64(p.Value) > highestPrice {
		return &RangeError{"price", strconv.Itoa(p.Value), fmt.Sprintf("0 to %d before decimals are marked off", highestPrice)}
	}
	return checkDecimals(p.Decimals)
}

func checkDecimals(decimals int) error {
	if decimals < 0 || decimals > mostDecimals {
		return &RangeError{"decimals of the price", strconv.Itoa(decimals), fmt.Sprintf("0 to %d", mostDecimals)}
	}
	return nil
}
