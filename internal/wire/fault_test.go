package wire

import "testing"

func TestFaultDetail(t *testing.T) {
	for _, tt := range []struct {
		code, sub int64
		want      string
	}{
		{407, 1, "lower limit"},
		{480, 2, "upper limit"},
		{910, 1, "lower limit"},
		{445, 1, "open"},
		{445, 2, "close"},
		{515, 27, "compressor"},
		{615, 27, "ECO"},
		{799, 1, ""},
		{407, 0, ""},
		{515, 1, ""},
		{123, 1, ""},
	} {
		if got := FaultDetail(tt.code, tt.sub); got != tt.want {
			t.Errorf("%d, %d: %q, want %q", tt.code, tt.sub, got, tt.want)
		}
	}
}

func TestFaultName(t *testing.T) {
	for code, want := range map[int64]string{0: "", 96: "E096 upper element", 799: "E799 water leak", 7: "E007", 123: "E123", 1234: "E1234"} {
		if got := FaultName(code); got != want {
			t.Errorf("%d: %q, want %q", code, got, want)
		}
	}
}
