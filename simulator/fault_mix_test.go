package simulator

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

var mixedCases = []FaultCase{
	{ID: "C1", Name: "cut", Faults: []Fault{{Step: StepPing, Action: Cut}}},
	{ID: "E1", Name: "lost", Faults: []Fault{{Step: StepPuback, Action: Lose}}},
	{ID: "F1", Name: "late", Faults: []Fault{{Step: StepDeliver, Delay: time.Second}}},
	{ID: "G2", Name: "wrong password", Alone: true, Faults: []Fault{{Step: StepREST, Action: Refuse, Status: 401}}},
	{ID: "D9", Name: "guard", Faults: []Fault{{Step: StepOffence}}},
}

// mixed runs a mix for days and returns what was drawn.
func mixed(t *testing.T, mix Mix, lasting time.Duration) (list []DrawnFault, record string) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s, err := New(Config{})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		mix.Changed = func(f DrawnFault, _ int) {
			if f.Healed {
				list = append(list, f)
			}
		}
		m := s.InjectMix(mix)
		time.Sleep(lasting)
		record = m.String()
		m.Heal()
		m.Heal()
		if left := len(s.faults.list); left > 0 {
			t.Errorf("%d faults in place after Heal", left)
		}
	})
	return list, record
}

func TestMixRepeats(t *testing.T) {
	mix := Mix{Seed: 7, Cases: mixedCases, Every: time.Minute, Lasting: 10 * time.Minute}
	first, record := mixed(t, mix, 24*time.Hour)
	second, again := mixed(t, mix, 24*time.Hour)
	if !slices.Equal(first, second) || record != again {
		t.Error("the same seed gave another sequence")
	}
	mix.Seed++
	if other, _ := mixed(t, mix, 24*time.Hour); slices.Equal(first, other) {
		t.Error("another seed gave the same sequence")
	}
	if n := len(first); n < 1200 || n > 1680 { // 1440 expected, with a deviation of 22
		t.Errorf("%d faults in a day, with a mean of a minute in between", n)
	}
	if lines := strings.Count(record, "\n"); lines < drawnKept || lines > drawnKept+30 {
		t.Errorf("the record has %d lines", lines)
	}
}

// Each case that a mix can heal comes as often as any other, in an order that changes, and no other does.
func TestMixDrawsAll(t *testing.T) {
	list, _ := mixed(t, Mix{Cases: mixedCases, Every: time.Minute, Lasting: time.Nanosecond}, 24*time.Hour)
	orders := make(map[string]bool)
	for round := range slices.Chunk(list[:len(list)/3*3], 3) {
		names := make([]string, 0, 3)
		for _, f := range round {
			names = append(names, f.Name)
		}
		orders[strings.Join(names, " ")] = true
		slices.Sort(names)
		if got := strings.Join(names, " "); got != "cut late lost" {
			t.Fatalf("a round has %s", got)
		}
	}
	if len(orders) != 6 {
		t.Errorf("%d orders: %v", len(orders), orders)
	}
}

func TestMixIsInPlaceUntilHealed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, err := New(Config{})
		if err != nil {
			t.Fatal(err)
		}
		most := 0
		m := s.InjectMix(Mix{
			Cases: mixedCases[:1], Every: time.Minute, Lasting: 5 * time.Minute,
			Changed: func(f DrawnFault, inPlace int) {
				most = max(most, inPlace)
				s.faults.mu.Lock()
				defer s.faults.mu.Unlock()
				if len(s.faults.list) != inPlace {
					t.Errorf("%v: %d faults in place, told of %d", f, len(s.faults.list), inPlace)
				}
			},
		})
		for range 1000 {
			time.Sleep(time.Second)
			s.faults.at(meeting{step: StepPing})
		}
		if most < 2 {
			t.Error("no fault came while another was in place")
		}
		fired := 0
		for _, f := range m.Drawn() {
			fired += f.Fired
		}
		if fired == 0 || fired > 1000 {
			t.Errorf("fired %d times in 1000 meetings", fired)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if left := len(s.faults.list); left > 0 {
			t.Errorf("%d faults in place after Close", left)
		}
		m.Heal() // harmless
	})
}

func TestMixOfNothing(t *testing.T) {
	if list, _ := mixed(t, Mix{Cases: mixedCases[3:]}, 24*time.Hour); len(list) > 0 {
		t.Errorf("drawn: %v", list)
	}
}

// A fault that only a dialling client meets is one that ends the connections.
func TestMixKnowsWhatDiallingMeets(t *testing.T) {
	for _, c := range []struct {
		step Step
		ends bool
	}{
		{StepREST, true},
		{StepUpgrade, true},
		{StepConnected, true},
		{StepSuback, true},
		{StepPacket, false},
		{StepPing, false},
		{StepHeater, false},
	} {
		if got := (FaultCase{Faults: []Fault{{Step: c.step}}}).onDialling(); got != c.ends {
			t.Errorf("step %d: %v", c.step, got)
		}
	}
}
