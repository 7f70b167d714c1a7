package simulator

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// heaterQuery says which heaters are listed, and how: the members of a query.
type heaterQuery struct {
	Search string // q: part of a MAC address, an account, a name, a mode, what runs or a program; or a fault's code
	Sort   string // sort: a member of heaterRow, with - before it from the greatest down; empty: by account
	Page   int    // page: from 1 on
	Size   int    // size: how many a page has, 50 unless said, at most 1000
}

const (
	usualPage = 50
	mostPage  = 1000
)

// heaterList is a page of the list.
type heaterList struct {
	Heaters []heaterRow `json:"heaters"`
	All     int         `json:"all"`   // heaters that there are
	Found   int         `json:"found"` // that were searched for
	Page    int         `json:"page"`
	Pages   int         `json:"pages"`
	query   heaterQuery
}

// orders are the members by which the list is sorted.
var orders = map[string]func(a, b heaterRow) int{
	"mac":      func(a, b heaterRow) int { return cmp.Compare(a.MAC, b.MAC) },
	"account":  func(a, b heaterRow) int { return 0 }, // as they come
	"name":     func(a, b heaterRow) int { return cmp.Compare(a.Name, b.Name) },
	"online":   func(a, b heaterRow) int { return cmp.Compare(truth(a.Online), truth(b.Online)) },
	"mode":     func(a, b heaterRow) int { return cmp.Compare(a.Mode, b.Mode) },
	"setpoint": func(a, b heaterRow) int { return cmp.Compare(a.Setpoint, b.Setpoint) },
	"upper":    func(a, b heaterRow) int { return cmp.Compare(a.Upper, b.Upper) },
	"lower":    func(a, b heaterRow) int { return cmp.Compare(a.Lower, b.Lower) },
	"runs":     func(a, b heaterRow) int { return cmp.Compare(a.Runs, b.Runs) },
	"power":    func(a, b heaterRow) int { return cmp.Compare(a.Power, b.Power) },
	"charge":   func(a, b heaterRow) int { return cmp.Compare(a.Charge, b.Charge) },
	"fault":    func(a, b heaterRow) int { return cmp.Compare(a.Fault, b.Fault) },
	"program":  func(a, b heaterRow) int { return cmp.Compare(a.Program, b.Program) },
}

func truth(is bool) int {
	if is {
		return 1
	}
	return 0
}

// parseQuery reads the query of a list.
func parseQuery(values url.Values) (q heaterQuery, err error) {
	q = heaterQuery{Page: 1, Size: usualPage}
	for name, given := range values {
		value := given[len(given)-1]
		refuse := func(allowed string) error {
			return &notDone{
				status: http.StatusUnprocessableEntity, Message: name + " is not understood", Field: name, Value: value, Allowed: allowed,
			}
		}
		whole := func(most int) (int, error) {
			n, err := strconv.Atoi(value)
			if err != nil || n < 1 || n > most {
				return 0, refuse(fmt.Sprintf("1 to %d", most))
			}
			return n, nil
		}
		switch name {
		case "q":
			q.Search = strings.TrimSpace(value)
		case "sort":
			if q.Sort = value; value != "" && orders[strings.TrimPrefix(value, "-")] == nil {
				err = refuse("a column, with - before it from the greatest down")
			}
		case "page":
			q.Page, err = whole(MostHeaters)
		case "size":
			q.Size, err = whole(mostPage)
		default:
			err = refuse("q, sort, page, size")
		}
		if err != nil {
			return q, err
		}
	}
	return q, nil
}

func (c *console) listHeaters(r *http.Request) (any, error) {
	q, err := parseQuery(r.URL.Query())
	if err != nil {
		return nil, err
	}
	return c.list(q), nil
}

// list returns a page; the last one in place of one behind it.
func (c *console) list(q heaterQuery) heaterList {
	rows := c.rows()
	l := heaterList{All: len(rows), query: q}
	if q.Search != "" {
		wanted := strings.ToLower(q.Search)
		rows = slices.DeleteFunc(rows, func(r heaterRow) bool { return !r.matches(wanted) })
	}
	if by := orders[strings.TrimPrefix(q.Sort, "-")]; by != nil {
		slices.SortStableFunc(rows, by)
	}
	if strings.HasPrefix(q.Sort, "-") {
		slices.Reverse(rows)
	}
	l.Found, l.Pages = len(rows), max((len(rows)+q.Size-1)/q.Size, 1)
	l.Page = min(q.Page, l.Pages)
	first := (l.Page - 1) * q.Size
	l.Heaters = rows[first:min(first+q.Size, len(rows))]
	return l
}

func (r heaterRow) matches(wanted string) bool {
	for _, text := range []string{r.MAC, r.Account, r.Name, r.Mode, r.Runs, r.Program} {
		if strings.Contains(strings.ToLower(text), wanted) {
			return true
		}
	}
	return r.Fault != 0 && wanted == "e"+strconv.Itoa(r.Fault) || wanted == "offline" && !r.Online
}

// rows reads all heaters as of their last step, some at a time, so that nobody who
// asks one waits for all.
func (c *console) rows() []heaterRow {
	const atOnce = 500
	f := c.simulator.fleet
	rows := make([]heaterRow, 0, len(f.heaters))
	for some := range slices.Chunk(f.heaters, atOnce) {
		f.mu.Lock()
		for _, h := range some {
			rows = append(rows, c.row(h))
		}
		f.mu.Unlock()
	}
	return rows
}
