package openei_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"time"

	"github.com/nwp500/nwp500/openei"
)

// Find a plan by a part of its name, and what electricity costs by it.
func Example() {
	server, stop := newFake(nil) // an OpenEI without a key, so that this runs
	defer stop()
	client := openei.New(server.config())

	ctx := context.Background()
	plan, err := client.Plan(ctx, "94102", "Pacific Gas & Electric Co", "E-TOU-C")
	if err != nil {
		log.Fatal(err)
	}
	if err := plan.UsableForTOU(); err != nil {
		log.Fatal(err)
	}
	for _, hour := range []int{15, 16, 21} {
		// A plan's hours are those of the place, so the time must be in its zone.
		price, err := plan.PriceAt(time.Date(2026, time.July, 6, hour, 0, 0, 0, time.Local))
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%d:00 %.2f to %.2f $/kWh\n", hour, price.Low, price.High)
	}
	// Output:
	// 15:00 0.40 to 0.50 $/kWh
	// 16:00 0.51 to 0.61 $/kWh
	// 21:00 0.40 to 0.50 $/kWh
}

// A name that fits several plans comes back with what to choose from.
func ExampleNameError() {
	server, stop := newFake(nil)
	defer stop()
	client := openei.New(server.config())

	_, err := client.Plan(context.Background(), "94102", "", "e-1")
	var unclear *openei.NameError
	if errors.As(err, &unclear) {
		for _, name := range unclear.Candidates {
			fmt.Println(name)
		}
	}
	// Output:
	// E-1 Residential Service Baseline Region V (CleanPowerSF)
	// E-1 Residential Service Baseline Region V (Pacific Gas & Electric Co)
}
