// Package simulator is the whole Navien Smart Control cloud in one process, with
// NWP500 heat pump water heaters in it: REST, MQTT, and water that gets warm,
// cools and is drawn. It is for trying programs without an account, and for
// testing them.
//
//	cloud, err := simulator.New(simulator.Config{Heaters: 3})
//	if err != nil { … }
//	defer cloud.Close()
//	server, err := cloud.Listen("127.0.0.1:0", false)
//	if err != nil { … }
//	defer server.Close()
//
// A client that is given server.RESTURL, server.MQTTEndpoint and the Email and
// Password of cloud.Accounts()[0] finds its heaters there. The cloud is strict
// where AWS is strict: a signature is verified against the Host header that
// came, keys expire, limits of the broker end connections. What gets through
// here should get through there. The language spoken is docs/protocol.md.
//
// # On a port, with TLS, in memory
//
// Listen serves on a TCP port; with TLS it makes a certificate of its own, which
// a client must trust: Server.CA. Memory serves on a network inside the process:
// give Server.Dial to the client. A Simulator is also an [net/http.Handler], for
// programs that have a server already; REST and /mqtt share it.
//
// # In virtual time
//
// Inside a testing/synctest bubble nothing waits in earnest, and a day passes in
// a moment:
//
//	func TestADay(t *testing.T) {
//		synctest.Test(t, func(t *testing.T) {
//			cloud, err := simulator.New(simulator.Config{Start: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)})
//			…
//			defer cloud.Close()
//			server, err := cloud.Memory()
//			…
//			defer server.Close()
//			// connect a client through server.Dial
//			time.Sleep(24 * time.Hour)
//		})
//	}
//
// New, Memory, and Close of both must be called in the bubble. The clock of a
// bubble begins in 2000; Config.Start dates that of the heaters, and only
// theirs. They use hot water by the hours of Config.Locations, or of Start's location.
//
// # Faster than the clock
//
// Config.Speed and SetSpeed have the heaters live up to 100 000 times as fast as the
// process; Pause, Resume, Step and Jump hold their clock, let it go, and put it on. That
// moves the heaters alone: tokens, signatures, keep-alive and the broker's limits keep
// the process's time, and so do SetDelay and Config.CommandGap. A client then sees steps
// where it would have seen a slope, and its records have its own time in them, not the
// heaters'. Date is what the heaters' clock shows.
//
// # Scenarios
//
// A [Scenario] is a small text that says who draws when, weather, tariffs, faults and
// outages, and what is expected of it all. Six ship ([Scenarios]); ParseScenario reads
// others, and Play has them happen on the heaters' clock.
//
// # Looking at it
//
// Config.Control serves a page at /_sim/, beside the cloud: the heaters in a table, each
// tank in a picture, the clock, faults and connections, and a small API of the same. It
// asks for no password: whoever reaches the address can steer everything.
//
// # Heaters
//
// A heater answers all requests of docs/protocol.md §3 and obeys all control
// commands as the captured one did: the acknowledgement comes at once and shows
// the settings, what follows from them is pushed in the seconds after, one change
// at a time (§5). What is malformed, out of range or not fitted is ignored, as a
// device ignores it, and counted: a client that waits for an answer waits in vain.
// The same becomes of a TOU schedule that is read over MQTT, and of hourly energy
// unless the [Model] says otherwise.
//
// The tank is twenty layers of water that are drawn from above, filled from below,
// cooled by the room and warmed by a heat pump and two elements; room and mains follow
// the seasons of the heater's place unless SetAir, SetInlet or SetWeather say otherwise.
// Reservations, TOU windows, vacation, anti-Legionella, recirculation, freeze
// protection and demand response act by the heater's own clock, without the cloud. Each
// heater has a meter with about a year before Config.Start on it (Config.Past): days,
// months, lifetime and installer diagnostics are sums over the same hours. Meter and
// Water read what no status shows. docs/simulator.md has the figures, their sources, and
// what had to be chosen.
//
// Three models take turns unless Config.Models says otherwise: 65 gallons with
// the 87 status keys of the captured firmware, 50 gallons with newer firmware and
// a recirculation pump, 80 gallons with newer firmware and none.
//
// Where the device's ways are not known a choice had to be made, and the code
// says so. Those that a client may notice: pushes go to the client heard of last,
// on its acknowledgement topic, until it says that it leaves; a heater pushes by
// itself when the tank's temperature, charge, error, tap or the use of a schedule
// changes, not for each tenth of a degree; answers to queries echo the session as
// statuses do; a schedule that was written is answered as one that is read, with the
// packed form after the list; a lost write is not answered; a refresh token serves
// once; WiFi commands take the heater off the network for a while, and so does a
// firmware that was downloaded and is committed.
//
// # Making things fail
//
// A [Heater] can be taken off the network, be silent, slow, far from its router or
// forgetful, have faults that stop what they break, be drawn from, leak, and speak like
// other firmware: see SetOffline, SetSilent, SetDelay, SetWiFi, LoseWrites, RaiseFault,
// Draw, SetLeak, SetTank, SetDialect, SetFeature, SetStatus. [Defects] are the faults
// there are. OfferFirmware gives it something to commit, and Received shows what reached
// it, to the byte. Config.LostWrites and Config.CommandGap are for all heaters.
//
// RESTFail and RESTHold make REST calls fail or wait. Inject makes the MQTT side
// fail at any step, DropAll cuts all connections, AnnounceService says that the
// cloud is about to, and the zero [Broker] can be made less friendly: late,
// shuffled, twice. Counters and Drops say what came of it, and why.
//
// [FaultCases] are the faults that clouds have, by name: InjectCase puts one in
// place, and InjectMix draws from all of them, for as long as one likes.
//
// # The same again
//
// All that is drawn by lot comes from Config.Seed: names, passwords, tokens, the
// use of hot water, lost writes, the disorder of the broker. Asked the same things
// at the same times, two clouds of one seed say the same; certificates and the
// trace ids of refusals differ. What becomes of a heater depends on its seed and on what
// was done to it at which date of its clock, to the byte of a Snapshot: not on the
// speed, nor on who looked how often.
//
// Snapshot writes down all heaters, and Config.Restore goes on from there: they live
// the time in between before New returns, a year of one heater in less than a second.
//
// # Concurrency
//
// All methods may be called from any goroutine. One goroutine owns the heaters'
// time; it ends with Close, which waits for it. Nothing waits while a heater is
// looked at, so that methods of heaters return at once.
package simulator
