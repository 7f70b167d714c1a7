package dashboard

import (
	"compress/gzip"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"path"
	"regexp"
	"strings"
	"testing"
)

// get asks the page for a path.
func get(t *testing.T, method, path string, header http.Header) *httptest.ResponseRecorder {
	t.Helper()
	request := httptest.NewRequest(method, "http://127.0.0.1"+path, nil)
	for name, values := range header {
		request.Header[name] = values
	}
	recorder := httptest.NewRecorder()
	Handler().ServeHTTP(recorder, request)
	return recorder
}

func body(t *testing.T, r io.Reader) string {
	t.Helper()
	content, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func TestPageIsServed(t *testing.T) {
	for path, want := range map[string]string{
		"/":                     "text/html; charset=utf-8",
		"/index.html":           "text/html; charset=utf-8",
		"/js/main.js":           "text/javascript; charset=utf-8",
		"/css/base.css":         "text/css; charset=utf-8",
		"/icon.svg":             "image/svg+xml",
		"/fonts/inter.woff2":    "font/woff2",
		"/fonts/OFL.txt":        "text/plain; charset=utf-8",
		"/manifest.webmanifest": "application/manifest+json",
	} {
		answer := get(t, http.MethodGet, path, nil)
		if answer.Code != http.StatusOK || answer.Header().Get("Content-Type") != want {
			t.Errorf("%s: %d, %s; want 200, %s", path, answer.Code, answer.Header().Get("Content-Type"), want)
		}
		if got := answer.Header().Get("Content-Security-Policy"); !strings.Contains(got, "default-src 'none'") || strings.Contains(got, "unsafe") {
			t.Errorf("%s: policy %q", path, got)
		}
		if body(t, answer.Body) == "" {
			t.Errorf("%s: nothing in it", path)
		}
	}
}

func TestWhatIsNotThere(t *testing.T) {
	for _, path := range []string{"/static/index.html", "/js/", "/js", "/../doc.go", "/handler.go", "/%2e%2e/doc.go", "//"} {
		if answer := get(t, http.MethodGet, path, nil); answer.Code != http.StatusNotFound {
			t.Errorf("%s: %d, want 404", path, answer.Code)
		}
	}
	if answer := get(t, http.MethodPost, "/", nil); answer.Code != http.StatusMethodNotAllowed || answer.Header().Get("Allow") != "GET, HEAD" {
		t.Errorf("POST: %d, Allow %q", answer.Code, answer.Header().Get("Allow"))
	}
}

func TestPacking(t *testing.T) {
	plain := body(t, get(t, http.MethodGet, "/js/main.js", nil).Body)
	for accepts, want := range map[string]bool{"gzip": true, "br, gzip;q=0.5": true, "": false, "br": false, "gzip;q=0": false, "gzip;q=0.0, br": false} {
		answer := get(t, http.MethodGet, "/js/main.js", http.Header{"Accept-Encoding": {accepts}})
		packed := answer.Header().Get("Content-Encoding") == "gzip"
		if packed != want {
			t.Errorf("Accept-Encoding %q: packed is %v", accepts, packed)
		}
		if !packed {
			continue
		}
		unpacker, err := gzip.NewReader(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		if body(t, unpacker) != plain {
			t.Errorf("Accept-Encoding %q: unpacked it is another file", accepts)
		}
	}
	if get(t, http.MethodGet, "/fonts/inter.woff2", http.Header{"Accept-Encoding": {"gzip"}}).Header().Get("Content-Encoding") != "" {
		t.Error("the font is packed twice")
	}
}

func TestUnchangedFilesAreNotSentAgain(t *testing.T) {
	tag := get(t, http.MethodGet, "/", nil).Header().Get("ETag")
	for _, asked := range []string{tag, "W/" + tag, `"other", ` + tag} {
		if answer := get(t, http.MethodGet, "/", http.Header{"If-None-Match": {asked}}); answer.Code != http.StatusNotModified || body(t, answer.Body) != "" {
			t.Errorf("If-None-Match %s: %d", asked, answer.Code)
		}
	}
	if answer := get(t, http.MethodGet, "/", http.Header{"If-None-Match": {`"other"`}}); answer.Code != http.StatusOK {
		t.Errorf("another tag: %d", answer.Code)
	}
	if head := get(t, http.MethodHead, "/", nil); body(t, head.Body) != "" || head.Header().Get("Content-Length") == "0" {
		t.Error("HEAD is answered with a body, or without its length")
	}
}

// reference is what one file of the page needs of another.
var reference = regexp.MustCompile(`(?:from |import\(|import |href=|src=|url\()["']([^"'#:]+)["']`)

// What the page needs is in the page: it works without the internet, and each file is needed.
func TestPageIsWhole(t *testing.T) {
	needed := map[string]bool{"static/index.html": true, "static/fonts/OFL.txt": true}
	err := fs.WalkDir(static, "static", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || path.Ext(name) == ".woff2" {
			return err
		}
		content, err := static.ReadFile(name)
		for _, match := range reference.FindAllStringSubmatch(string(content), -1) {
			target := path.Join(path.Dir(name), match[1])
			if _, err := fs.Stat(static, target); err != nil {
				t.Errorf("%s needs %s, which is not there", name, target)
			}
			needed[target] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	err = fs.WalkDir(static, "static", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && !needed[name] {
			t.Errorf("nothing needs %s", name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// forbidden would let text of a server become markup or code, or load from elsewhere.
var forbidden = regexp.MustCompile(`innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|DOMParser|srcdoc|\bstyle="|\son[a-z]+="|https?://`)

func TestPageReadsNoMarkup(t *testing.T) {
	err := fs.WalkDir(static, "static", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || path.Ext(name) == ".woff2" || path.Ext(name) == ".txt" {
			return err
		}
		content, err := static.ReadFile(name)
		for i, line := range strings.Split(string(content), "\n") {
			line = strings.ReplaceAll(line, "http://www.w3.org/2000/svg", "")
			if found := forbidden.FindString(line); found != "" {
				t.Errorf("%s:%d: %q", name, i+1, found)
			}
		}
		if lines := strings.Count(string(content), "\n"); lines > 350 {
			t.Errorf("%s: %d lines, of 350 at the most", name, lines)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
