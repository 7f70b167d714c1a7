package httpapi

import (
	"bufio"
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/nwp500/nwp500/internal/fleet"
	"github.com/nwp500/nwp500/simulator"
)

// many is a fleet of a thousand heaters of 25 accounts, all of which have sent their status.
func many(b *testing.B) *fleet.Fleet {
	b.Helper()
	sim, err := simulator.New(simulator.Config{Accounts: 25, Heaters: 40, AccountHeaters: 40})
	if err != nil {
		b.Fatal(err)
	}
	cloud, err := sim.Memory()
	if err != nil {
		b.Fatal(err)
	}
	made := newFleet(b, sim, cloud)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- made.Run(ctx) }()
	b.Cleanup(func() {
		cancel()
		<-ended
		_ = cloud.Close()
		_ = sim.Close()
	})
	feed := made.Listen()
	defer feed.Close()
	heard := map[string]bool{}
	for len(heard) < 1000 {
		notices, _, err := feed.Next(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		for _, notice := range notices {
			if notice.State.Status != nil && notice.State.Features != nil {
				heard[notice.Heater.ID()] = true
			}
		}
	}
	return made
}

// BenchmarkThousandHeaters is how long a thousand heaters take to be listed, and to be told to a new stream.
func BenchmarkThousandHeaters(b *testing.B) {
	heaters := many(b)
	for _, cold := range []bool{true, false} {
		name := map[bool]string{true: "Cold", false: "Warm"}[cold]
		served := New(Config{Fleet: heaters, Loopback: true})
		renew := func() {
			if cold { // nothing has been encoded yet
				served = New(Config{Fleet: heaters, Loopback: true})
			}
		}
		b.Run("List"+name, func(b *testing.B) {
			for b.Loop() {
				renew()
				answer := httptest.NewRecorder()
				served.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, origin+"/api/v1/heaters", nil))
				b.SetBytes(int64(answer.Body.Len()))
			}
		})
		b.Run("Stream"+name, func(b *testing.B) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { served.ServeHTTP(w, r) }))
			defer server.Close()
			for b.Loop() {
				renew()
				b.SetBytes(burst(b, server))
			}
		})
	}
}

// burst opens a stream, reads it until it is ready, and returns how many bytes came.
func burst(b *testing.B, server *httptest.Server) (size int64) {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.Context(), time.Minute)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL+"/api/v1/events/stream", nil)
	if err != nil {
		b.Fatal(err)
	}
	answer, err := server.Client().Do(request)
	if err != nil {
		b.Fatal(err)
	}
	defer answer.Body.Close()
	reader := bufio.NewReaderSize(answer.Body, 1<<20)
	for {
		line, err := reader.ReadSlice('\n')
		if err != nil {
			b.Fatal(err)
		}
		size += int64(len(line))
		if bytes.HasPrefix(line, []byte("event: ready")) {
			return size
		}
	}
}
