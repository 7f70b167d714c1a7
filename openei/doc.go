// Package openei finds electricity tariffs in the United States by ZIP code: the
// rate plans that OpenEI's utility rate database holds for an address
// (docs/protocol.md §8). A water heater can follow such a plan; package nwp500 has
// the call that turns one into the heater's own schedule.
//
// # Overview
//
// A [Client] asks OpenEI. It needs an API key, which is free; without one each call
// ends in [ErrNoKey], which says where to get it.
//
//	client := openei.New(openei.Config{APIKey: openei.KeyFromEnvironment()})
//	utilities, err := client.Utilities(ctx, "94102")
//	plans, err := client.Plans(ctx, "94102", "Pacific Gas & Electric Co")
//	plan, err := client.Plan(ctx, "94102", "Pacific Gas & Electric Co", "E-TOU-C")
//
// A plan or a utility is named in full, or by a part of its name that fits no other,
// upper or lower case; a name that fits none or several is a [*NameError], which
// lists what to choose from. [Client.Rates] has all plans of a place in one call.
//
// # Plans
//
// A [Plan] has periods, each with a price, and says for each hour of each month which
// period is in force, on working days and on weekends.
//
//	price, err := plan.PriceAt(time.Date(2026, time.July, 6, 17, 0, 0, 0, losAngeles))
//	fmt.Printf("%.5f to %.5f $/kWh\n", price.Low, price.High)
//
// Plans are written by many hands and some are not whole. One that lacks something
// is returned like the others: [Plan.Validate] tells what is wrong with it, and
// [Plan.UsableForTOU] whether a heater can save anything by it.
//
// What came is never lost: Plan.Raw is the plan as it came, Plan.Unknown holds the
// members that this package has no field for. A Plan encodes to the JSON that it was
// read from, and can be read back, so a file keeps it whole.
//
// # Errors
//
// Wrong input is a [*RangeError] and nothing was sent. An answer that is a refusal is
// an [*APIError], whether OpenEI says so in the HTTP status or in the text. No answer
// is [ErrUnreachable].
//
// # The key
//
// The API key travels in the address of each request. It is therefore sent nowhere
// but to Config.BaseURL: redirects are not followed, and plain http is for the
// loopback interface alone. No error and no log line holds the key, nor the ZIP code
// of a call that was sent.
//
// # Concurrency and contexts
//
// A client may be used from several goroutines. A context bounds its call, and each
// call ends after 30 seconds at the latest. A client keeps no connection and no
// goroutine between calls, so there is nothing to close. A Plan is a value that its
// methods do not change.
package openei
