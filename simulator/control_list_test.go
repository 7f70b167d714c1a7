package simulator

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
)

func TestControlList(t *testing.T) {
	atDesk(t, Config{TotalHeaters: 100}, func(d *desk) {
		list := func(query url.Values) (l struct {
			Heaters                 []heaterRow
			All, Found, Page, Pages int
		},
		) {
			text := d.get("/_sim/api/heaters?" + query.Encode())
			if err := json.Unmarshal([]byte(text), &l, json.MatchCaseInsensitiveNames(true)); err != nil {
				t.Fatal(err)
			}
			return l
		}
		all := d.Accounts()
		all[0].Heaters[3].SetTank(60, 20)
		all[2].Heaters[1].RaiseFault(96, 0)
		all[2].Heaters[2].SetOffline(true)

		if l := list(nil); l.All != 100 || l.Found != 100 || l.Pages != 2 || len(l.Heaters) != 50 || l.Heaters[0].MAC != all[0].Heaters[0].MAC() {
			t.Errorf("all: %d of %d on %d pages, %d here", l.Found, l.All, l.Pages, len(l.Heaters))
		}
		if l := list(url.Values{"page": {"9"}, "size": {"30"}}); l.Page != 4 || len(l.Heaters) != 10 {
			t.Errorf("the last page is %d with %d", l.Page, len(l.Heaters))
		}
		if l := list(url.Values{"sort": {"-upper"}}); l.Heaters[0].MAC != all[0].Heaters[3].MAC() || l.Heaters[0].Upper != 60 {
			t.Errorf("the warmest is %+v", l.Heaters[0])
		}
		if l := list(url.Values{"sort": {"lower"}}); l.Heaters[0].MAC != all[0].Heaters[3].MAC() {
			t.Errorf("the coldest is %+v", l.Heaters[0])
		}
		for wanted, found := range map[string]string{
			"E96": all[2].Heaters[1].MAC(), "offline": all[2].Heaters[2].MAC(), strings.ToUpper(all[1].Heaters[5].MAC()): all[1].Heaters[5].MAC(),
		} {
			if l := list(url.Values{"q": {wanted}}); l.Found != 1 || l.Heaters[0].MAC != found {
				t.Errorf("%s: %d found", wanted, l.Found)
			}
		}
		if l := list(url.Values{"q": {"owner3@"}}); l.Found != 33 {
			t.Errorf("an account: %d found", l.Found)
		}
		for name := range orders {
			l := list(url.Values{"sort": {name}, "size": {"1000"}})
			if !slices.IsSortedFunc(l.Heaters, orders[name]) || len(l.Heaters) != 100 {
				t.Errorf("%s does not sort", name)
			}
		}
	})
}
