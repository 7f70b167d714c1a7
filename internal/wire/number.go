package wire

import (
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
)

// maxInteger is the largest integer that every reader of JSON keeps exactly.
const maxInteger = 1<<53 - 1

// Integer reads a whole number in any of its JSON spellings: 38, 38.0 and 3.8e1 are
// one (docs/protocol.md §4). A fraction, a number beyond ±(2⁵³−1), a string and
// anything else are none.
func Integer(v jsontext.Value) (int64, bool) {
	n, exact, ok := decimal(v, 0)
	return n, ok && exact
}

// Flag reads a boolean field, which may come as 0, 1, 2, true or false: true is 2 and
// false is 1 (docs/protocol.md §4).
func Flag(v jsontext.Value) (int64, bool) {
	switch string(v) {
	case "true":
		return 2, true
	case "false":
		return 1, true
	}
	return Integer(v)
}

// Number reads a number with or without a fraction, of the range of [Integer].
func Number(v jsontext.Value) (float64, bool) {
	if _, _, ok := decimal(v, 0); !ok {
		return 0, false
	}
	f, err := strconv.ParseFloat(string(v), 64)
	return f, err == nil
}

// Text reads a JSON string.
func Text(v jsontext.Value) (string, bool) {
	if v.Kind() != '"' {
		return "", false
	}
	b, err := jsontext.AppendUnquote(nil, v)
	return string(b), err == nil
}

// decimal reads a JSON number literal times 10^places, rounded half away from zero.
// exact tells that nothing had to be rounded. It works on the digits, so that no
// binary fraction ever comes between the wire and what is shown.
func decimal(v jsontext.Value, places int) (n int64, exact, ok bool) {
	if v.Kind() != '0' {
		return 0, false, false
	}
	mantissa, power := splitExponent(v)
	negative := mantissa[0] == '-'
	if negative {
		mantissa = mantissa[1:]
	}
	limit := int64(maxInteger)
	for range places {
		limit *= 10
	}
	power += places
	for _, c := range mantissa { // power: that of the next digit, plus one
		if c == '.' {
			break
		}
		power++
	}
	exact = true
	for _, c := range mantissa {
		if c == '.' {
			continue
		}
		power--
		digit := int64(c - '0')
		switch {
		case power >= 0:
			n = n*10 + digit
		case digit != 0:
			exact = false
			if power == -1 && digit >= 5 {
				n++
			}
		}
		if n > limit {
			return 0, false, false
		}
	}
	for ; power > 0 && n != 0; power-- {
		n *= 10
		if n > limit {
			return 0, false, false
		}
	}
	if negative {
		n = -n
	}
	return n, exact, true
}

// splitExponent parts a number literal from its exponent. An exponent beyond any
// number in use comes back as ±maxExponent: the mantissa cannot make up for it.
func splitExponent(v jsontext.Value) (mantissa []byte, exponent int) {
	// A literal is no longer than MaxMessage, so no mantissa has more digits.
	const maxExponent = 4 * MaxMessage
	for i, c := range v {
		if c != 'e' && c != 'E' {
			continue
		}
		digits := v[i+1:]
		negative := digits[0] == '-'
		if negative || digits[0] == '+' {
			digits = digits[1:]
		}
		for _, d := range digits {
			exponent = min(exponent*10+int(d-'0'), maxExponent)
		}
		if negative {
			exponent = -exponent
		}
		return v[:i], exponent
	}
	return v, 0
}

// divide is n × numerator / denominator, rounded half away from zero. The product
// must fit: |n % denominator × numerator| < 2⁶³.
func divide(n, numerator, denominator int64) int64 {
	whole, rest := n/denominator*numerator, n%denominator*numerator
	half := denominator / 2
	if rest < 0 {
		half = -half
	}
	return whole + (rest+half)/denominator
}

// appendDecimal writes n/10^places in its shortest form: 38, not 38.00, and never -0.
func appendDecimal(dst []byte, n int64, places int) []byte {
	if n < 0 {
		dst, n = append(dst, '-'), -n
	}
	for ; places > 0 && n%10 == 0; places-- {
		n /= 10
	}
	unit := int64(1)
	for range places {
		unit *= 10
	}
	dst = strconv.AppendInt(dst, n/unit, 10)
	if places == 0 {
		return dst
	}
	dst = append(dst, '.')
	for n %= unit; unit > 1; n %= unit {
		unit /= 10
		dst = append(dst, byte('0'+n/unit))
	}
	return dst
}
