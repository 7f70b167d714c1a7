package cli

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/nwp500/nwp500"
)

// choose returns the heater of that name or MAC address, or all of them when none is named.
func choose(devices []nwp500.Device, wanted string) ([]nwp500.Device, error) {
	if len(devices) == 0 {
		return nil, noHeaterError{"the account has no heater"}
	}
	wanted = strings.TrimSpace(wanted)
	if wanted == "" {
		return devices, nil
	}
	matching := func(match func(nwp500.Device) bool) []nwp500.Device {
		return slices.DeleteFunc(slices.Clone(devices), func(d nwp500.Device) bool { return !match(d) })
	}
	mac := macDigits(wanted)
	chosen := matching(func(d nwp500.Device) bool { return mac != "" && macDigits(d.MAC.Reveal()) == mac })
	if len(chosen) == 0 {
		chosen = matching(func(d nwp500.Device) bool { return d.Name == wanted })
	}
	if len(chosen) == 0 {
		chosen = matching(func(d nwp500.Device) bool { return strings.EqualFold(strings.TrimSpace(d.Name), wanted) })
	}
	switch len(chosen) {
	case 0: // what was asked for may be a MAC address, which no error repeats
		return nil, noHeaterError{"no heater of the account has that name or MAC address: it has " + deviceNames(devices)}
	case 1:
		return chosen, nil
	}
	return nil, usagef("%d heaters have that name: take the MAC address, which nwp500 devices shows", len(chosen))
}

// macDigits returns the digits of a MAC address, written with separators or without, or nothing when it is none.
func macDigits(text string) string {
	digits := strings.ToLower(strings.NewReplacer(":", "", "-", "", ".", "", " ", "").Replace(text))
	if len(digits) != 12 || strings.Trim(digits, "0123456789abcdef") != "" {
		return ""
	}
	return digits
}

// mostNames is how many names an error lists.
const mostNames = 20

func deviceNames(devices []nwp500.Device) string {
	var names []string
	for _, device := range devices[:min(len(devices), mostNames)] {
		names = append(names, fmt.Sprintf("%q", title(device)))
	}
	if more := len(devices) - mostNames; more > 0 {
		names = append(names, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(names, ", ")
}

// title is what a heater is called.
func title(device nwp500.Device) string {
	if name := strings.TrimSpace(device.Name); name != "" {
		return name
	}
	return "heater without a name"
}

// withClient runs what needs an account but no live connection.
func (p *program) withClient(ctx context.Context, do func(*nwp500.Client) error) error {
	cloud, err := p.openCloud(ctx)
	if err != nil {
		return err
	}
	return errors.Join(do(cloud.client), cloud.close())
}

// withHeaters runs what needs a live connection to the heaters that are chosen.
func (p *program) withHeaters(
	ctx context.Context, do func(*nwp500.Client, *nwp500.Session, []nwp500.Device) error,
) error {
	return p.withClient(ctx, func(client *nwp500.Client) error {
		devices, err := p.heaters(ctx, client)
		if err != nil {
			return err
		}
		session, err := client.Connect(ctx)
		if err != nil {
			return err
		}
		return errors.Join(do(client, session, devices), session.Close())
	})
}

// withHeater runs what needs a live connection to one heater, because it changes it.
func (p *program) withHeater(ctx context.Context, do func(*nwp500.Heater) error) error {
	return p.withHeaterOf(ctx, func(_ *nwp500.Client, heater *nwp500.Heater) error { return do(heater) })
}

// withHeaterOf is withHeater for what asks the cloud, too.
func (p *program) withHeaterOf(ctx context.Context, do func(*nwp500.Client, *nwp500.Heater) error) error {
	return p.withClient(ctx, func(client *nwp500.Client) error {
		devices, err := p.heaters(ctx, client)
		if err != nil {
			return err
		}
		if len(devices) > 1 {
			return usagef("the account has several heaters: name one with --device: %s", deviceNames(devices))
		}
		session, err := client.Connect(ctx)
		if err != nil {
			return err
		}
		return errors.Join(do(client, session.Heater(devices[0])), session.Close())
	})
}

// heaters lists the heaters of the account that --device names, or all of them.
func (p *program) heaters(ctx context.Context, client *nwp500.Client) ([]nwp500.Device, error) {
	devices, err := client.Devices(ctx)
	if err != nil {
		return nil, err
	}
	return choose(devices, p.options.device)
}

// askAtOnce is how many heaters are asked at the same time.
const askAtOnce = 16

// answered is a heater and its answer.
type answered[T any] struct {
	device nwp500.Device
	answer T
	err    error
}

// ask asks heaters, several at a time, and yields their answers in the heaters' order.
func ask[T any](ctx context.Context, devices []nwp500.Device, question func(context.Context, nwp500.Device) (T, error)) iter.Seq[answered[T]] {
	return func(yield func(answered[T]) bool) {
		ctx, cancel := context.WithCancel(ctx)
		var asking errgroup.Group
		defer func() { cancel(); _ = asking.Wait() }() // the questions return no errors to the group
		answers := make([]chan answered[T], len(devices))
		for i := range answers {
			answers[i] = make(chan answered[T], 1)
		}
		asking.Go(func() error {
			var batch errgroup.Group
			batch.SetLimit(askAtOnce)
			for i, device := range devices {
				batch.Go(func() error {
					answer, err := question(ctx, device)
					answers[i] <- answered[T]{device, answer, err}
					return nil
				})
			}
			return batch.Wait()
		})
		for _, answer := range answers {
			if !yield(<-answer) {
				return
			}
		}
	}
}

// askAll asks the chosen heaters and shows each answer. A heater that does not answer does not hide the others: it is
// told of, and the first such error decides the exit status.
func askAll[T any](
	ctx context.Context, p *program, devices []nwp500.Device,
	question func(context.Context, nwp500.Device) (T, error), show func(nwp500.Device, T) error,
) error {
	var first error
	for got := range ask(ctx, devices, question) {
		err := got.err
		if err == nil {
			if err := show(got.device, got.answer); err != nil {
				return err
			}
			continue
		}
		if len(devices) == 1 {
			return err
		}
		p.tell(fmt.Errorf("%s: %w", title(got.device), err))
		if first == nil {
			first = toldError{exitStatus(err)}
		}
	}
	return first
}
