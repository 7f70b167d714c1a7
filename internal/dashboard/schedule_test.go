//go:build integration

package dashboard

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/nwp500/nwp500/api"
)

// write has the heater take a schedule, as another program would.
func (h *house) write(command, schedule string) {
	h.Helper()
	h.do(0, api.Command{Name: command, Schedule: json.RawMessage(schedule)})
}

// do has a heater carry out a command.
func (h *house) do(i int, command api.Command) {
	h.Helper()
	heater, ok := h.fleet.Heater(h.id(i))
	if !ok {
		h.Fatal("the heater is gone")
	}
	if result := heater.Do(h.Context(), "api", command); result.End != api.Done {
		h.Fatalf("%s: %s, %s", command.Name, result.End, result.Error)
	}
}

// program returns the weekly program that the heater has.
func (h *house) program() (program struct {
	Use     bool `json:"reservation_use"`
	Entries []struct {
		Time        string   `json:"time"`
		Days        []string `json:"days"`
		Mode        string   `json:"mode"`
		Temperature float64  `json:"temperature"`
	} `json:"reservation"`
},
) {
	h.Helper()
	heater, _ := h.fleet.Heater(h.id(0))
	schedule, err := heater.Schedule(h.Context(), "reservations")
	if err != nil {
		h.Fatal(err)
	}
	if err := json.Unmarshal(schedule.Schedule, &program); err != nil {
		h.Fatal(err)
	}
	return program
}

// entry is an entry of a weekly program.
func entry(hour, mode string, celsius float64) string {
	return fmt.Sprintf(`{"enable": true, "days": ["mon", "tue", "wed", "thu", "fri"], "time": %q, "mode": %q, "temperature": %g}`, hour, mode, celsius)
}

// atProgram is the page, in degrees Celsius, at the weekly program of one entry that its heater has.
func atProgram(t *testing.T) (*house, *tab) {
	t.Helper()
	h := newHouse(t, plan{})
	h.write(api.SetReservations, `{"reservation_use": true, "reservation": [`+entry("06:00", "energy_saver", 55)+`]}`)
	tab := newTab(t, look{})
	tab.open(h.url)
	metric(tab)
	eval[bool](tab, `(one('#reservations').scrollIntoView(), true)`)
	return h, tab
}

func TestProgramIsEditedInTheWeek(t *testing.T) {
	h, tab := atProgram(t)
	tab.says("#reservations .entries", "Monday to Friday, 6:00 55 °C, Energy saver")

	// A block of the week opens what it stands for.
	tab.wait("a block", `one('#reservations .block')`)
	eval[bool](tab, `(one('#reservations .block').click(), true)`)
	tab.says("dialog", "Change entry")
	eval[bool](tab, `(one('dialog input[type=time]').value = '05:30', one('dialog input[type=number]').value = '57.5', true)`)
	tab.press("dialog", "Change")
	tab.says("#reservations .entries", "5:30 57.5 °C, Energy saver")

	// An empty place, and the button, make a new one.
	tab.press("#reservations", "Add an entry")
	tab.press("dialog", "Weekend")
	eval[bool](tab, `(one('dialog input[type=time]').value = '08:00', one('dialog select').value = 'high_demand', true)`)
	tab.press("dialog", "Add")
	tab.says("#reservations .pending", "Not written yet: 2 entries new, 1 gone")
	if got := h.program().Entries; len(got) != 1 || got[0].Time != "06:00" {
		t.Fatalf("written before it was confirmed: %+v", got)
	}

	tab.press("#reservations .pending", "Review and write")
	tab.says("dialog", "Saturday and Sunday, 8:00: 50 °C, High demand")
	tab.says("dialog", "Monday to Friday, 6:00: 55 °C, Energy saver")
	tab.press("dialog", "Write to the heater")
	tab.says("#reservations .schedule > .asking", "Done")
	tab.wait("nothing to be left to write", `!seen(one('#reservations .pending'))`)
	got := h.program()
	if !got.Use || len(got.Entries) != 2 || got.Entries[0].Time != "05:30" || got.Entries[0].Temperature != 57.5 || got.Entries[1].Mode != "high_demand" || len(got.Entries[1].Days) != 2 {
		t.Errorf("written: %+v", got)
	}
}

// A program that somebody else has changed since the page read it is not overwritten, and
// what was changed on the page is not lost.
func TestStaleProgramIsRefused(t *testing.T) {
	h, tab := atProgram(t)
	tab.expect("status of 412")
	tab.press("#reservations", "Add an entry")
	tab.press("dialog", "Add")
	tab.says("#reservations .pending", "1 entry new")

	h.mute.Store(true) // the page does not hear of the change in time
	h.write(api.SetReservations, `{"reservation_use": true, "reservation": [`+entry("06:00", "energy_saver", 55)+`, `+entry("17:00", "heat_pump", 48)+`]}`)
	tab.press("#reservations .pending", "Review and write")
	tab.press("dialog", "Write to the heater")
	tab.says("#reservations .schedule > .asking", "changed meanwhile, so nothing was written")
	h.mute.Store(false)
	if got := h.program().Entries; len(got) != 2 {
		t.Fatalf("a stale page has written: %+v", got)
	}
	tab.says("#reservations .entries", "17:00 48 °C, Heat pump")
	tab.says("#reservations .pending", "1 entry new")

	tab.press("#reservations .schedule > .asking", "Review and write")
	tab.press("dialog", "Write to the heater")
	tab.says("#reservations .schedule > .asking", "Done")
	if got := h.program().Entries; len(got) != 3 {
		t.Errorf("written: %+v, want three", got)
	}
}

// What is written while the page has no server has certainly not been sent, and is not lost.
func TestProgramWithoutServer(t *testing.T) {
	h, tab := atProgram(t)
	tab.expect("ERR_", "icon from the Manifest")
	tab.press("#reservations", "Add an entry")
	tab.press("dialog", "Add")
	h.gate.Shut()
	tab.says(".pulse", "Not connected")
	tab.press("#reservations .pending", "Review and write")
	tab.press("dialog", "Write to the heater")
	tab.says("#reservations .schedule > .asking", "Not sent")
	tab.press("#reservations .section-head", "Switch off")
	tab.press("#reservations .section-head .asking", "Switch off")
	tab.says("#reservations .section-head .asking", "Not sent")
	h.gate.Open()
	tab.says(".pulse", "Live")
	tab.press("#reservations .pending", "Review and write")
	tab.press("dialog", "Write to the heater")
	tab.says("#reservations .schedule > .asking", "Done")
}

// What could not be read is read when that can be, without anybody asking again.
func TestProgramIsReadWhenItCanBe(t *testing.T) {
	h := newHouse(t, plan{})
	tab := newTab(t, look{})
	tab.expect("ERR_", "icon from the Manifest")
	tab.open(h.url)
	metric(tab)
	h.gate.Shut()
	tab.says(".pulse", "Not connected")
	eval[bool](tab, `(one('#reservations').scrollIntoView(), true)`)
	tab.says("#reservations", "It could not be read")
	h.gate.Open()
	tab.says("#reservations", "No entries")
}

func TestProgramIsSwitched(t *testing.T) {
	h, tab := atProgram(t)
	tab.says("#reservations", "The program runs.")
	tab.press("#reservations .section-head", "Switch off…")
	tab.press("#reservations .asking", "Switch off")
	tab.says("#reservations", "The program does not run.")
	if got := h.program(); got.Use || len(got.Entries) != 1 {
		t.Errorf("the heater has %+v", got)
	}
}

func TestTariffIsEdited(t *testing.T) {
	h := newHouse(t, plan{})
	tab := newTab(t, look{})
	tab.open(h.url)
	metric(tab)
	eval[bool](tab, `(one('#tou').scrollIntoView(), true)`)
	tab.says("#tou .plan-name", "Pacific Gas & Electric Co")
	tab.says("#tou .segments", "Jun – Sep")
	eval[bool](tab, `(button('Jun – Sep', '#tou .segments').querySelector('input').click(), true)`)
	tab.says("#tou .entries", "Jun – Sep")
	tab.press("#tou .entries", "Change: Monday to Friday, 16:00 to 20:59")
	tab.wait("room for the prices", `all('dialog input[type=number]').every((input) => input.value.length === 7 && input.scrollWidth <= input.clientWidth)`)
	eval[bool](tab, `(all('dialog input[type=number]').forEach((input, i) => { input.value = ['0.70001', '0.8'][i]; }), true)`)
	tab.press("dialog", "Change")
	tab.press("#tou .pending", "Review and write")
	tab.says("dialog", "0.70001 to 0.8 a kWh, Jun – Sep")
	tab.press("dialog", "Write to the heater")
	tab.says("#tou .schedule > .asking", "Done")
	tab.says("#tou .entries", "0.70001 to 0.8 a kWh")
}

// A 50-gallon heater has the pump.
func TestRecirculation(t *testing.T) {
	h := newHouse(t, plan{simulator: secondModel()})
	tab := newTab(t, look{})
	tab.open(h.url)
	tab.wait("the section", `seen(one('#recirculation'))`)
	eval[bool](tab, `(one('#recirculation').scrollIntoView(), true)`)
	tab.press("#recirculation", "Add a time")
	tab.press("dialog", "Add")
	tab.press("#recirculation .pending", "Review and write")
	tab.press("dialog", "Write to the heater")
	tab.says("#recirculation .schedule > .asking", "Done")
	tab.says("#recirculation .entries", "Every day, 6:00 to 8:00")
	tab.press("#recirculation", "Temperature")
	tab.press("#recirculation .asking", "Change it")
	tab.says("#recirculation .pump-controls .asking", "Done")
}

// Without a pump there is nothing to say of it.
func TestNoRecirculation(t *testing.T) {
	h := newHouse(t, plan{})
	tab := newTab(t, look{})
	tab.open(h.url)
	tab.says(".doing", "Standing by")
	tab.wait("no section", `!seen(one('#recirculation')) && seen(one('#reservations'))`)
}

// A program that was read anew while an entry of it stood in a dialog loses nothing, and gets nothing twice.
func TestProgramChangesDuringAnEdit(t *testing.T) {
	h, tab := atProgram(t)
	tab.press("#reservations .entries", "Change")
	tab.says("dialog", "Change entry")
	h.write(api.SetReservations, `{"reservation_use": true, "reservation": [`+entry("06:00", "energy_saver", 55)+`, `+entry("17:00", "heat_pump", 48)+`]}`)
	tab.says("#reservations .entries", "17:00 48 °C, Heat pump")
	eval[bool](tab, `(one('dialog input[type=time]').value = '05:30', true)`)
	tab.press("dialog", "Change")
	tab.says("#reservations .pending", "1 entry new, 1 gone")
	if !eval[bool](tab, `all('#reservations .entries li').length === 2 && document.activeElement !== document.body`) {
		t.Error("an entry stands there twice, or the focus is lost")
	}
}
