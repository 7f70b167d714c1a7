// Package nwp500 talks to Navien NWP500 heat pump water heaters through their
// maker's cloud: the only way that they can be talked to.
//
// # Overview
//
// A [Client] is an account. It signs in, keeps the tokens, renews them, and lists
// the account's heaters over REST. [Client.Connect] opens a [Session], the live
// connection over which everything else goes; it reconnects by itself until it is
// closed. [Session.Heater] gives a handle of one heater, which asks for its status,
// changes its settings and tells what happens.
//
//	client := nwp500.New(nwp500.Config{Tokens: nwp500.FileTokens(path)})
//	defer client.Close()
//	err := client.SignIn(ctx, email, password)
//	devices, err := client.Devices(ctx)
//	session, err := client.Connect(ctx)
//	defer session.Close()
//
//	heater := session.Heater(devices[0])
//	status, err := heater.Status(ctx)
//	fmt.Println(status.TankUpper.Fahrenheit(), status.Mode, status.Compressor)
//	err = heater.SetTemperature(ctx, nwp500.Celsius(55))
//
// [Open] does the first steps in one call. Package simulator is a whole cloud with
// heaters in it, for programs to be tested against without one; package openei finds
// electricity tariffs.
//
// # Values
//
// A [Temperature] is asked for in °C or °F; a [TemperatureDifference] is another
// type, for it has no zero point. There is no setting of units for a whole program:
// whoever formats chooses [Units]. What a heater did not say is unknown and never
// zero: a [Value] knows whether it is known, an [OnOff] may be [NotSaid], an unknown
// Temperature is NaN in every unit. An enumeration's value that no document knows
// survives and prints as mode(17). What came is never lost: [Status.Raw] returns any
// field as it came, [Status.Unknown] those that no document knows.
//
// # Commands
//
// A function that changes a heater returns nil when the heater's own answer shows the
// change, or, where nothing is known to show it, that the heater has acknowledged the
// command; the function says which. Otherwise its error holds a [*CommandError] with
// one of three outcomes: [Refused], nothing was changed; [NotSent], it never left;
// [OutcomeUnknown], it was sent and no answer came. Nothing whose outcome is unknown is
// ever sent again by itself: read the status and decide.
//
//	var failed *nwp500.CommandError
//	if errors.As(err, &failed) && failed.MayHaveSucceeded() {
//		status, err = heater.Status(ctx)
//	}
//
// While the connection is down a command waits until its context ends, at most two
// minutes, in order; a newer command of the same kind for the same heater takes the
// place of one that waits. Questions do not wait: [ErrDisconnected].
//
// Each write of a setpoint or a mode can start the compressor, also when it writes
// what is set already.
//
// Some commands are unverified: the vendor's app never sends them and no heater is
// known to act on them. They take [AcceptUnverified].
//
// # Schedules
//
// A heater runs its weekly program, [Reservations], that of its recirculation pump,
// [RecirculationTimetable], and a tariff, [TOUSchedule], by its own clock and without
// the cloud. It takes each only as a whole. So [Heater.AddReservation] and the like
// read, change, write and wait until the heater repeats what was written; where it does
// not they read again, and a write that was lost is [ErrUnchanged]. All sessions of a
// client take turns; other programs do not, and the last to write wins.
//
//	err = heater.AddReservation(ctx, nwp500.Reservation{
//		Enabled: true, Days: nwp500.Weekdays, Hour: 6, Minute: 30,
//		Mode: nwp500.EnergySaver, Temperature: nwp500.Celsius(55),
//	})
//
// A tariff cannot be read from a heater: [Heater.TOU] asks the cloud, which keeps its
// own copy, and [Heater.ApplyTOU] writes to both.
//
// # What happens, and what has happened
//
// A heater tells changes by itself: [Heater.Events] yields them, [Heater.WaitFor] waits
// for one, and [Heater.Poll] asks regularly besides. Where nothing comes the session asks
// by itself, renews a connection that is up and yet deaf, and says which heater does not
// answer: [HeaterSilent]. [Heater.EnergyDaily] and
// [Heater.Diagnostics] return what the heater has counted, [Session.Diagnostics] how the
// live connection has been doing.
//
// # Tokens
//
// A sign-in gives two things with lives of their own, an hour each: a token for REST,
// which is refreshed, and keys that sign the live connection, which only another
// sign-in renews. A connection that is up outlives its keys; one that drops needs new
// ones. So a client that is to stay connected needs the password: [Client.SignIn]
// keeps it in memory, or [Config] has it. Without, the session ends in
// [SignInNeeded] at the first drop after the hour.
//
// # Concurrency and contexts
//
// Clients, sessions and heaters may be used from several goroutines. Each call that
// can wait takes a context, which bounds that call and nothing else. Lifetimes end with
// Close, which waits for every goroutine that was started. Events are delivered through
// bounded queues: a slow reader harms nobody and learns what it [Missed].
//
// # Secrets
//
// Passwords, tokens and keys are a [Secret], addresses of heaters a [MAC]; both print
// as a placeholder however they are formatted, logged or encoded. No error and no log
// line of this package holds one, nor an e-mail or a home address.
//
// # Compatibility
//
// Until version 1 names may change; CHANGELOG.md says which. The cloud is not
// documented by its maker: docs/protocol.md is what is known of it, with what is
// unconfirmed marked.
package nwp500
