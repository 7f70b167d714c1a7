//go:build integration

package dashboard

import (
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// patience is how long a test waits for anything. Nothing takes so long, unless it does not come at all.
const patience = 90 * time.Second

// look is how a page is looked at.
type look struct {
	width, height int64 // if zero, 1280 and 800
	dark, phone   bool
	motion        bool // if false, reduced
	density       float64
}

// tab is a page in Chromium. What it finds fault with itself fails the test at its end.
type tab struct {
	*testing.T
	ctx      context.Context
	mu       sync.Mutex
	problems []string
	expected []string // of problems: parts of their texts
}

// newTab starts a browser, which ends with the test.
func newTab(t *testing.T, l look) *tab {
	t.Helper()
	if l.width == 0 {
		l.width, l.height = 1280, 800
	}
	if l.density == 0 {
		l.density = 1
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(chromium(t)), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.WSURLReadTimeout(patience),
		chromedp.Flag("lang", "en-GB"), chromedp.Flag("accept-lang", "en-GB"), chromedp.Flag("force-color-profile", "srgb"), chromedp.Flag("font-render-hinting", "none"))
	allocated, free := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(free)
	ctx, cancel := chromedp.NewContext(allocated)
	t.Cleanup(cancel)
	tb := &tab{T: t, ctx: ctx}
	if err := chromedp.Listen(ctx, tb.hear); err != nil {
		t.Fatalf("Chromium does not start: %v", err)
	}
	features := []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: map[bool]string{true: "dark", false: "light"}[l.dark]},
		{Name: "prefers-reduced-motion", Value: map[bool]string{true: "no-preference", false: "reduce"}[l.motion]},
	}
	tell(tb, log.Enable, cdp.Empty{})
	tell(tb, page.Enable, page.EnableParams{})
	tell(tb, runtime.Enable, cdp.Empty{})
	tell(tb, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: features})
	tell(tb, emulation.SetLocaleOverride, emulation.SetLocaleOverrideParams{Locale: "en-GB"})
	tell(tb, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: l.width, Height: l.height, DeviceScaleFactor: l.density, Mobile: l.phone})
	tell(tb, emulation.SetTouchEmulationEnabled, emulation.SetTouchEmulationEnabledParams{Enabled: l.phone})
	tell(tb, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: watch})
	t.Cleanup(tb.judge)
	return tb
}

// tell gives the browser a command.
func tell[P, R any](t *tab, command cdp.Command[P, R], parameters P) R {
	t.Helper()
	answer, err := chromedp.Call(t.ctx, command, parameters)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

// watch counts what breaks the page's policy.
const watch = `addEventListener('securitypolicyviolation', (event) => console.error('policy: ' + event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sample))`

func chromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome-stable", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Fatal("there is no Chromium: .ci/run installs one")
	return ""
}

// hear notes what the browser complains of.
func (t *tab) hear(event any) {
	text := ""
	switch event := event.(type) {
	case *runtime.EventExceptionThrown:
		text = "exception: " + event.ExceptionDetails.Text
		if thrown := event.ExceptionDetails.Exception; thrown != nil {
			text += " " + thrown.Description
		}
	case *log.EventEntryAdded:
		if event.Entry.Level == log.EntryLevelError || event.Entry.Level == log.EntryLevelWarning {
			text = fmt.Sprintf("%s: %s %s", event.Entry.Source, event.Entry.Text, event.Entry.URL)
		}
	case *runtime.EventConsoleAPICalled:
		if event.Type == runtime.ConsoleAPICalledTypeError || event.Type == runtime.ConsoleAPICalledTypeWarning || event.Type == runtime.ConsoleAPICalledTypeAssert {
			for _, arg := range event.Args {
				text += "console: " + string(arg.Value) + arg.Description
			}
		}
	}
	if text != "" {
		t.mu.Lock()
		t.problems = append(t.problems, text)
		t.mu.Unlock()
	}
}

// expect takes complaints of the browser that have one of the texts for right.
func (t *tab) expect(texts ...string) { t.expected = append(t.expected, texts...) }

// judge fails the test for what the browser complained of.
func (t *tab) judge() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, problem := range t.problems {
		if !slices.ContainsFunc(t.expected, func(text string) bool { return strings.Contains(problem, text) }) {
			t.Errorf("the browser says: %s", problem)
		}
	}
	if t.Failed() {
		t.Logf("the page at the end:\n%s", t.outline())
	}
}

func (t *tab) outline() string {
	ctx, cancel := context.WithTimeout(t.ctx, 10*time.Second)
	defer cancel()
	text, _ := chromedp.Run(ctx, chromedp.Evaluate[string](`document.body?.innerText ?? ''`)) // it is told if it can be
	return text
}

// open goes to an address.
func (t *tab) open(url string) {
	t.Helper()
	if err := chromedp.Do(t.ctx, chromedp.Navigate(url)); err != nil {
		t.Fatal(err)
	}
}

// eval returns the value of an expression.
func eval[T any](t *tab, expression string) T {
	t.Helper()
	value, err := chromedp.Run(t.ctx, chromedp.Evaluate[T](helpers+expression, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatalf("%s: %v", expression, err)
	}
	return value
}

// helpers are words for expressions: all, the first and the visible text of what a selector finds, and what has a text.
const helpers = `
var all = (selector, root = document) => [...root.querySelectorAll(selector)];
var one = (selector) => document.querySelector(selector);
var seen = (element) => Boolean(element) && element.checkVisibility({ visibilityProperty: true });
var text = (selector) => all(selector).filter(seen).map((element) => element.innerText ?? element.textContent).join('\n');
var button = (name, root = 'body') => all(root + ' :is(button, a, label)').find((element) => seen(element) && (element.getAttribute('aria-label') ?? element.innerText).trim().startsWith(name));
`

// wait waits until an expression is true.
func (t *tab) wait(what, expression string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.ctx, patience)
	defer cancel()
	looking := fmt.Sprintf(`%snew Promise((resolve) => {
		const look = () => { let found = false; try { found = %s } catch { /* not there yet */ } if (found) resolve(true); else setTimeout(look, 30); };
		look();
	})`, helpers, expression)
	if _, err := chromedp.Run(ctx, chromedp.Evaluate[bool](looking, chromedp.EvalAwaitPromise)); err != nil {
		t.Fatalf("waiting for %s (%s): %v", what, expression, err)
	}
}

// says waits until the visible text of a place has a text.
func (t *tab) says(selector, want string) {
	t.Helper()
	quoted, _ := json.Marshal(want)
	place, _ := json.Marshal(selector)
	t.wait(fmt.Sprintf("%s to say %q", selector, want), fmt.Sprintf(`text(%s).replaceAll('\u00a0', ' ').includes(%s)`, place, quoted))
}

// press presses the button of that name in a part of the page, as soon as it can be pressed.
func (t *tab) press(root, name string) {
	t.Helper()
	what := fmt.Sprintf(`button(%q, %q)`, name, root)
	t.wait("the button "+name, what+` && !`+what+`.matches(':disabled')`)
	eval[bool](t, `(() => { const found = `+what+`; found.scrollIntoView({ block: 'center' }); found.focus(); found.click(); return true; })()`)
}
