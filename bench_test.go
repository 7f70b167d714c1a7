package nwp500

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/nwp500/nwp500/internal/wire"
	"github.com/nwp500/nwp500/simulator"
)

// BenchmarkDecodeStatus decodes the captured status, from the bytes of the message to
// the fields of the struct.
func BenchmarkDecodeStatus(b *testing.B) {
	message, err := os.ReadFile("testdata/vectors/captured_status.json")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		envelope, err := wire.ParseEnvelope(message)
		if err != nil {
			b.Fatal(err)
		}
		object, ok := envelope.Status()
		if !ok {
			b.Fatal("no status")
		}
		if status := newStatus(object, NewMAC(envelope.MAC()), time.Time{}); !status.TankUpper.Known() {
			b.Fatal("no temperature")
		}
	}
}

// BenchmarkStatusRoundTrip measures a whole call of Status: request, signed
// connection, broker, heater, answer, on the network in memory.
func BenchmarkStatusRoundTrip(b *testing.B) {
	cloud, err := simulator.New(simulator.Config{Broker: simulator.Broker{PublishRate: -1, Throughput: -1}})
	if err != nil {
		b.Fatal(err)
	}
	defer cloud.Close()
	server, err := cloud.Memory()
	if err != nil {
		b.Fatal(err)
	}
	defer server.Close()
	account := cloud.Accounts()[0]
	client := New(Config{
		Email: account.Email, Password: NewSecret(account.Password),
		RESTURL: server.RESTURL, MQTTEndpoint: server.MQTTEndpoint, Dial: server.Dial,
	})
	defer client.Close()
	client.publishRate = -1 // what is measured is the call and not the pause that the broker wants
	ctx := context.Background()
	devices, err := client.Devices(ctx)
	if err != nil {
		b.Fatal(err)
	}
	session, err := client.Connect(ctx)
	if err != nil {
		b.Fatal(err)
	}
	heater := session.Heater(devices[0])
	if _, err := heater.Status(ctx); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := heater.Status(ctx); err != nil {
			b.Fatal(err)
		}
	}
}
