package simulator

import (
	"bytes"
	"fmt"
	"html/template"
	"log/slog"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// pages are the control's, by name.
var pages = template.Must(template.New("").Funcs(template.FuncMap{
	"degrees": func(v float64) string { return strconv.FormatFloat(v, 'f', 1, 64) + " °C" },
	"fixed":   func(digits int, v float64) string { return strconv.FormatFloat(v, 'f', digits, 64) },
	"kilo":    func(v float64) string { return strconv.FormatFloat(v/1000, 'f', 1, 64) },
	"moment":  func(t time.Time) string { return t.Format("2006-01-02 15:04:05") },
	"clock":   func(t time.Time) string { return t.Format("Mon 2 Jan 15:04:05") },
	"many":    grouped,
	"whole":   func(v float64) string { return grouped(int(math.Round(v))) },
	"code":    func(code int) string { return fmt.Sprintf("E%03d", code) },
	"plain":   plainNumber,
}).ParseFS(controlFiles, "control/*.html"))

// grouped writes a large number so that it can be read.
func grouped(n int) string {
	digits := strconv.Itoa(n)
	for at := len(digits) - 3; at > 0; at -= 3 {
		digits = digits[:at] + "\u202f" + digits[at:]
	}
	return digits
}

// head is what all pages have.
type head struct {
	Title  string
	Base   string
	Here   string // of the pages in the head
	Clock  clockView
	Speeds []int
	// Playing says that there is a scenario to see.
	Playing bool
}

func (c *console) head(title string) head {
	return head{Playing: c.playing(), Title: title, Base: controlBase, Clock: c.clock(), Speeds: []int{1, 10, 60, 600, 3600, 36000, MostSpeed}}
}

// show writes a page.
func (c *console) show(w http.ResponseWriter, status int, page string, data any) {
	var text bytes.Buffer
	if err := pages.ExecuteTemplate(&text, page, data); err != nil {
		c.simulator.config.Logger.Error("a page of the control", slog.Any("error", err))
		http.Error(w, "the page cannot be made", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = text.WriteTo(w) // who has gone does not read it
}

// heatersPage is the page with the list.
type heatersPage struct {
	head
	heaterList
	Columns    []listColumn
	First      int // the number of the first one shown
	Next, Back string
}

// listColumn is one of the list, with the address that sorts by it.
type listColumn struct {
	Name, Title, Link string
	Sorted            string // as aria-sort has it; empty: not by this
	Number            bool
}

// listColumns are the columns of the list; those of numbers begin with the greatest.
var listColumns = []listColumn{
	{Name: "name", Title: "Heater"},
	{Name: "account", Title: "Account"},
	{Name: "mode", Title: "Mode"},
	{Name: "setpoint", Title: "Setpoint", Number: true},
	{Name: "upper", Title: "Upper", Number: true},
	{Name: "lower", Title: "Lower", Number: true},
	{Name: "charge", Title: "Charge", Number: true},
	{Name: "power", Title: "Power", Number: true},
	{Name: "runs", Title: "Runs"},
	{Name: "program", Title: "Program"},
	{Name: "fault", Title: "Fault", Number: true},
	{Name: "online", Title: "Network"},
}

// link is the address of the list as another query has it.
func (q heaterQuery) link() string {
	values := url.Values{}
	if q.Search != "" {
		values.Set("q", q.Search)
	}
	if q.Sort != "" {
		values.Set("sort", q.Sort)
	}
	if q.Page > 1 {
		values.Set("page", strconv.Itoa(q.Page))
	}
	if q.Size != usualPage {
		values.Set("size", strconv.Itoa(q.Size))
	}
	return controlBase + "/?" + values.Encode()
}

func (c *console) showHeaters(w http.ResponseWriter, r *http.Request) {
	q, err := parseQuery(r.URL.Query())
	if err != nil {
		c.answer(w, r, nil, err)
		return
	}
	p := heatersPage{head: c.head("Heaters"), heaterList: c.list(q)}
	p.Here = "heaters"
	p.First = min((p.Page-1)*q.Size+1, p.Found)
	for _, col := range listColumns {
		by := q
		by.Page, by.Sort = 1, col.Name
		if col.Number {
			by.Sort = "-" + col.Name
		}
		if strings.TrimPrefix(q.Sort, "-") == col.Name {
			col.Sorted = "ascending"
			if strings.HasPrefix(q.Sort, "-") {
				col.Sorted = "descending"
			}
			if q.Sort == by.Sort { // the other way round
				by.Sort = strings.TrimPrefix("-"+q.Sort, "--")
			}
		}
		col.Link = by.link()
		p.Columns = append(p.Columns, col)
	}
	turn := func(to int) string {
		other := q
		other.Page = to
		return other.link()
	}
	if p.Page > 1 {
		p.Back = turn(p.Page - 1)
	}
	if p.Page < p.Pages {
		p.Next = turn(p.Page + 1)
	}
	c.show(w, http.StatusOK, "heaters", p)
}

// Last is the number of the last heater shown.
func (p heatersPage) Last() int { return p.First + max(len(p.Heaters)-1, 0) }

// Search and Sort are those of the list shown.
func (p heatersPage) Search() string { return p.query.Search }

// Sort is by what the list is sorted.
func (p heatersPage) Sort() string { return p.query.Sort }

// cloudPage is the page about the cloud.
type cloudPage struct {
	head
	cloudView
	faultsView
	Offered []caseView
}

func (c *console) showCloud(w http.ResponseWriter, _ *http.Request) {
	p := cloudPage{head: c.head("Cloud"), cloudView: c.cloud(), faultsView: c.faults()}
	p.Here = "cloud"
	for _, f := range FaultCases() {
		if f.sparesPages() {
			p.Offered = append(p.Offered, caseView{f.ID, f.Name, f.Text})
		}
	}
	c.show(w, http.StatusOK, "cloud", p)
}
