package daemon

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// slow is a task that takes so long to end.
func slow(t *testing.T, name string, takes time.Duration, err error, order chan<- string) *task {
	return begin(t.Context(), name, func(ctx context.Context) error {
		<-ctx.Done()
		order <- name
		time.Sleep(takes)
		return err
	})
}

func TestEndByStages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		order := make(chan string, 3)
		began := time.Now()
		err := end(
			[]*task{slow(t, "a", 100*time.Millisecond, nil, order), nil},
			[]*task{slow(t, "b", time.Second, errors.New("broken"), order)},
			[]*task{slow(t, "c", 0, nil, order)},
		)
		if err == nil || err.Error() != "b: broken" || <-order+<-order+<-order != "abc" || time.Since(began) != 1100*time.Millisecond {
			t.Errorf("%v after %s", err, time.Since(began))
		}
	})
}

func TestEndInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		order := make(chan string, 3)
		began := time.Now()
		err := end(
			[]*task{slow(t, "a", time.Minute, nil, order)},
			[]*task{slow(t, "b", time.Minute, nil, order)},
			[]*task{slow(t, "c", time.Second, nil, order)}, // what comes last has time to write
		)
		want := "a: not ended within 4.5s\nb: not ended within 4.5s"
		if err == nil || err.Error() != want || <-order+<-order+<-order != "abc" || time.Since(began) != endTime {
			t.Errorf("%v after %s", err, time.Since(began))
		}
		time.Sleep(time.Hour)
	})
}
