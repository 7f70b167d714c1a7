package openei

import (
	"context"
	"fmt"
	"strconv"
)

// Rates returns the residential plans that OpenEI has for a ZIP code, the latest
// first, at most 100: plans of each utility there, also those that have ended or were
// replaced by a later version of the same name. There may be none.
//
// The ZIP code is five digits; anything else is a *RangeError and is not sent. Other
// errors are ErrNoKey, ErrUnreachable and an *APIError.
func (c *Client) Rates(ctx context.Context, zip string) ([]Plan, error) {
	if !isZIP(zip) {
		return nil, &RangeError{"ZIP code", strconv.Quote(zip), "5 digits"}
	}
	if c.key.IsEmpty() {
		return nil, ErrNoKey
	}
	return c.call(ctx, zip)
}

// Utilities returns the names of the utilities that have plans for a ZIP code, in
// the order of the alphabet, each once. Its errors are those of Rates.
func (c *Client) Utilities(ctx context.Context, zip string) ([]string, error) {
	plans, err := c.Rates(ctx, zip)
	if err != nil {
		return nil, err
	}
	return utilities(plans), nil
}

// Plans returns the plans of one utility for a ZIP code, as Rates orders them. The
// utility is named in full or by a part of its name that fits no other, upper or
// lower case; the empty name stands for all. A name that does not settle it is a
// *NameError; other errors are those of Rates.
func (c *Client) Plans(ctx context.Context, zip, utility string) ([]Plan, error) {
	plans, err := c.Rates(ctx, zip)
	if err != nil {
		return nil, err
	}
	return ofUtility(plans, utility)
}

// Plan returns one plan for a ZIP code by its name: the name in full, or a part of it
// that fits no other plan, upper or lower case. The utility is named as for Plans; if
// it is empty, the plans of all are searched. Of several versions of a plan it is the
// one that starts last. A name that does not settle it is a *NameError; an empty one
// is a *RangeError and is not sent. Other errors are those of Rates.
func (c *Client) Plan(ctx context.Context, zip, utility, name string) (Plan, error) {
	if folded(name) == "" {
		return Plan{}, &RangeError{"plan name", fmt.Sprintf("%q", name), "the name or a part of it"}
	}
	plans, err := c.Plans(ctx, zip, utility)
	if err != nil {
		return Plan{}, err
	}
	return named(plans, name)
}

func isZIP(zip string) bool {
	for _, r := range zip {
		if r < '0' || r > '9' {
			return false
		}
	}
	return len(zip) == 5
}
