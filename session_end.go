package nwp500

import (
	"context"
	"strconv"
	"sync"
	"time"

	"github.com/nwp500/nwp500/internal/awsiot"
	"github.com/nwp500/nwp500/internal/topic"
	"github.com/nwp500/nwp500/internal/wire"
)

// farewellTime is how long a session that closes waits for the broker to take its last
// words. Closing a connection takes up to half a second more.
const farewellTime = 300 * time.Millisecond

// farewell tells the heaters that the application leaves them (docs/protocol.md §3,
// st/end), as far as the broker takes it in time. Nothing answers, and a heater that
// does not hear it forgets the application all the same.
func (s *Session) farewell() {
	ctx, cancel := context.WithTimeout(context.Background(), farewellTime)
	defer cancel()
	var saying sync.WaitGroup
	for _, c := range s.links() {
		c.link.DropWaiting(awsiot.ErrClosed) // nothing that changes a heater is sent any more
		c.link.Hurry()
	}
	for _, state := range s.attached() {
		saying.Go(func() {
			c, device := state.connection, state.device
			command := wire.Command{
				ClientID: c.clientID, SessionID: strconv.FormatInt(s.nextID(), 10),
				RequestTopic:  topic.Request(device.Type, device.MAC.Reveal(), topic.SuffixEnd),
				ResponseTopic: topic.Response(device.Type, device.MAC.Reveal(), c.clientID),
				Code:          topic.SessionEnd, DeviceType: device.Type,
				MAC: device.MAC.Reveal(), AdditionalValue: device.AdditionalValue,
			}
			err := c.link.Publish(ctx, awsiot.Publication{Topic: command.RequestTopic, Payload: command.Append(nil), NoWait: true})
			if err != nil {
				s.client.log.Debug("a heater was not told of the session's end", "err", err)
			}
		})
	}
	saying.Wait()
}

// attached returns the states of the heaters that the session listens to.
func (s *Session) attached() []*heaterState {
	s.mu.Lock()
	defer s.mu.Unlock()
	var states []*heaterState
	for _, state := range s.heaters {
		if state.subscribed {
			states = append(states, state)
		}
	}
	return states
}

// Forget ends listening to a heater, such as one that the account lists no more: the
// broker may end a connection that subscribes to what is another account's
// (docs/protocol.md §9.3). Its polls end, and calls that wait for it with ErrClosed; a
// later call of a handle begins anew. The error is that of telling the broker.
func (s *Session) Forget(ctx context.Context, device Device) error {
	s.endPolls(func(p *Poll) bool { return p.heater.device.MAC == device.MAC })
	s.mu.Lock()
	state := s.heaters[device.MAC]
	if state == nil {
		s.mu.Unlock()
		return nil
	}
	delete(s.heaters, device.MAC)
	state.connection.heaters--
	state.failAll(ErrClosed)
	s.mu.Unlock()
	if err := state.connection.link.Unsubscribe(ctx, topic.Heater(device.Type, device.MAC.Reveal())); err != nil {
		return fromTransport(err)
	}
	return nil
}
