package simulator

import (
	"math"
	"testing"
)

// COP 2.9 at 26 °C air from 45 to 60 °C, and 2 to 4 with the air (docs/protocol.md §5).
func TestCOP(t *testing.T) {
	sum, n := 0.0, 0
	for water := 45.0; water <= 60; water++ {
		sum, n = sum+cop(26, water), n+1
	}
	if mean := sum / float64(n); math.Abs(mean-2.9) > 0.05 {
		t.Errorf("%.2f at 26 °C, not 2.9", mean)
	}
	for _, air := range []float64{-20, 0, 10, 20, 35, 50} {
		for water := 5.0; water < 66; water += 10 {
			c := cop(air, water)
			if c > cop(air+5, water) || c < cop(air, water+5) || c < 1.2 || c > 6 {
				t.Errorf("%.2f at %.0f °C, water at %.0f °C", c, air, water)
			}
		}
	}
	if low, high := cop(12, 52.5), cop(43, 52.5); low < 2 || low > 2.1 || high < 3.9 || high > 4 {
		t.Errorf("%.2f at 12 °C, %.2f at 43 °C", low, high)
	}
}

func TestCompressorWatts(t *testing.T) {
	for _, is := range []struct{ air, water, low, high float64 }{
		{25.8, 53.6, 430, 435},
		{26, 53.6, 430, 435},
		{15.6, 53.6, 440, 480},
	} {
		if w := compressorWatts(is.air, is.water); w < is.low || w > is.high {
			t.Errorf("%.0f W at %.1f °C, not %.0f to %.0f", w, is.air, is.low, is.high)
		}
	}
}
