package nwp500_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/simulator"
)

// Topics of the client's own do not name the heater: an answer for another heater is
// none, nor is one to an earlier question.
func TestAnswerForAnotherHeater(t *testing.T) {
	inCloud(t, simulator.Config{Heaters: 2}, func(t *testing.T, c *cloud) {
		ctx := within(t, time.Hour)
		session, devices := c.connect(t)
		heater, simulated := session.Heater(devices[0]), c.Heater(devices[0].MAC.Reveal())
		expectReservations(ctx, t, session.Heater(devices[1]), nwp500.Reservations{})
		expectReservations(ctx, t, heater, nwp500.Reservations{})
		old := time.Now().UnixMilli()
		pass(time.Minute)
		simulated.SetSilent(true)
		for name, test := range map[string]struct {
			mac   string
			id    string
			taken bool
		}{
			"another heater":    {devices[1].MAC.Reveal(), "7", false},
			"a heater unknown":  {"0a0b0c0d0e99", "7", false},
			"an earlier answer": {devices[0].MAC.Reveal(), strconv.FormatInt(old, 10), false},
			"no id":             {devices[0].MAC.Reveal(), "", true},
			"a counter":         {devices[0].MAC.Reveal(), "7", true},
		} {
			forged := fmt.Sprintf(`{"sessionID":%q,"response":{"deviceType":52,"macAddress":%q,"reservationUse":2,"reservation":"027c061e0378"}}`, test.id, test.mac)
			answer := fmt.Sprintf("cmd/52/%s/res/rsv/rd", session.ClientIDs()[0])
			time.AfterFunc(time.Second, func() {
				if err := session.Publish(ctx, answer, []byte(forged)); err != nil {
					t.Error(err)
				}
			})
			got, err := heater.Reservations(ctx)
			if !test.taken && !errors.Is(err, nwp500.ErrNoAnswer) || test.taken && (err != nil || len(got.Entries) != 1) {
				t.Errorf("%s: got %v, %v, want it taken: %v", name, got, err, test.taken)
			}
		}
	})
}

// An answer with another list than the one written confirms nothing.
func TestAnotherAnswerConfirmsNothing(t *testing.T) {
	inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
		ctx := within(t, time.Hour)
		session, devices := c.connect(t)
		heater, simulated := session.Heater(devices[0]), c.Heater(devices[0].MAC.Reveal())
		expectReservations(ctx, t, heater, nwp500.Reservations{})
		for _, answer := range []string{
			`"reservationUse":2,"reservation":[]`, `"reservationUse":1,"reservation":"027c060103 6e"`, `"reservationUse":1,"reservation":"027c0601036e"`,
			`"reservationUse":2`, `"reservationUse":2,"reservation":"027c0601036e027c0601036e"`,
		} {
			simulated.LoseWrites(1)
			time.AfterFunc(time.Second, func() {
				forged := fmt.Sprintf(`{"response":{"deviceType":52,"macAddress":%q,%s}}`, devices[0].MAC.Reveal(), answer)
				if err := session.Publish(ctx, fmt.Sprintf("cmd/52/%s/res/rsv/rd", session.ClientIDs()[0]), []byte(forged)); err != nil {
					t.Error(err)
				}
			})
			if err := heater.SetReservations(ctx, entries(1)); !errors.Is(err, nwp500.ErrUnchanged) {
				t.Errorf("%s: got %v, want the list from before", answer, err)
			}
		}
	})
}

// oddProgram has a heater answer the next question with a list that is odd: members
// that no document knows, and a mode that is none.
func oddProgram(ctx context.Context, t *testing.T, session *nwp500.Session, device nwp500.Device, use string) (list string) {
	list = `[{"colour":"red","enable":2,"week":124,"hour":6.0,"min":30,"mode":77,"param":120},{"enable":0,"week":2,"hour":25,"min":0,"mode":3,"param":110}]`
	time.AfterFunc(time.Second, func() {
		answer := fmt.Sprintf(`{"response":{"deviceType":52,"macAddress":%q%s,"reservation":%s}}`, device.MAC.Reveal(), use, list)
		if err := session.Publish(ctx, fmt.Sprintf("cmd/52/%s/res/rsv/rd", session.ClientIDs()[0]), []byte(answer)); err != nil {
			t.Error(err)
		}
	})
	return list
}

// Turning the program on or off writes the entries as they were read, to the last
// member and however odd. What the heater does not say is not guessed.
func TestSwitchingLeavesEntriesAlone(t *testing.T) {
	inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
		ctx := within(t, time.Hour)
		session, devices := c.connect(t)
		heater, simulated := session.Heater(devices[0]), c.Heater(devices[0].MAC.Reveal())
		expectReservations(ctx, t, heater, nwp500.Reservations{})
		simulated.SetDelay(5 * time.Second) // the forged answer comes first
		list := oddProgram(ctx, t, session, devices[0], "")
		if err := heater.EnableReservations(ctx, true); outcome(err) != nwp500.OutcomeUnknown {
			t.Errorf("got %v, want the outcome unknown: no heater takes that", err)
		}
		got, _ := simulated.Received("ctrl/rsv/rd")
		if want := `"reservationUse":2,"reservation":` + list; !strings.Contains(string(got.Body), want) {
			t.Errorf("written: %s, want %s", got.Body, want)
		}
		pass(time.Minute)
		oddProgram(ctx, t, session, devices[0], "")
		if err := heater.AddReservation(ctx, at(1)); outcome(err) != nwp500.Refused || !strings.Contains(err.Error(), "does not say") {
			t.Errorf("added to a program of which nobody knows whether it runs: got %v", err)
		}
		pass(time.Minute)
		list = oddProgram(ctx, t, session, devices[0], `,"reservationUse":2`)
		if err := heater.AddReservation(ctx, at(1)); outcome(err) != nwp500.OutcomeUnknown {
			t.Errorf("got %v, want the outcome unknown: no heater takes that", err)
		}
		got, _ = simulated.Received("ctrl/rsv/rd")
		if want := strings.TrimSuffix(list, "]") + `,{"enable":2,"week":124,"hour":6,"min":1,"mode":3,"param":110}]`; !strings.Contains(string(got.Body), want) {
			t.Errorf("written: %s, want %s", got.Body, want)
		}
	})
}
