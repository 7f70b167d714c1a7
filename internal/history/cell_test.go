package history

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// Minutes are packed and unpacked without loss.
func TestMinutesSurvivePacking(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		covered, minutes := make([]int64, minutesAnHour), make([]cell, minutesAnHour)
		value := rapid.OneOf(rapid.Int64Range(-200, 200), rapid.Int64Range(-mostValue, mostValue), rapid.Just[int64](unknown))
		for i := range minutes {
			covered[i] = rapid.SampledFrom([]int64{0, 1, 30, minute, minute, minute}).Draw(r, "covered")
			minutes[i].last = unknown
			for left := covered[i]; left > 0; {
				seconds := rapid.Int64Range(1, left).Draw(r, "seconds")
				minutes[i].add(held(value.Draw(r, "value"), seconds))
				left -= seconds
			}
		}
		got, err := unpack(pack(minutes, covered), covered)
		if err != nil {
			r.Fatal(err)
		}
		for i := range minutes {
			if covered[i] > 0 && got[i] != minutes[i] {
				r.Fatalf("minute %d: %+v, want %+v", i, got[i], minutes[i])
			}
		}
	})
}

// A row of minutes that is damaged is an error and no panic.
func FuzzUnpack(f *testing.F) {
	covered := slices.Repeat([]int64{minute}, minutesAnHour)
	minutes := make([]cell, minutesAnHour)
	for i := range minutes {
		minutes[i] = held(int64(i*i), minute)
	}
	f.Add(pack(minutes, covered))
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01})
	f.Fuzz(func(t *testing.T, packed []byte) {
		if got, err := unpack(packed, covered); err == nil && len(got) != minutesAnHour {
			t.Errorf("%d minutes", len(got))
		}
	})
}
