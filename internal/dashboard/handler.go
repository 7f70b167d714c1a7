package dashboard

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
)

//go:embed static
var static embed.FS

// policy is what a browser may do with the page: load its own files, and call its own origin.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; " +
	"connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; " +
	"require-trusted-types-for 'script'; trusted-types 'none'"

// types are those of the files, so that none is guessed from the tables of a machine.
var types = map[string]string{
	".html":        "text/html; charset=utf-8",
	".css":         "text/css; charset=utf-8",
	".js":          "text/javascript; charset=utf-8",
	".svg":         "image/svg+xml",
	".woff2":       "font/woff2",
	".webmanifest": "application/manifest+json",
	".txt":         "text/plain; charset=utf-8",
}

// file is a file of the page, ready to be sent.
type file struct {
	content, packed []byte // packed is nil where packing gains nothing
	kind            string
	tag             string
}

// Handler returns what serves the page at / and its files below, to GET and HEAD. It
// answers 404 to every other path.
func Handler() http.Handler {
	files := make(map[string]file)
	packer := gzip.NewWriter(nil) // one for all: it takes 800 KB
	err := fs.WalkDir(static, "static", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := static.ReadFile(name)
		if err == nil {
			files[strings.TrimPrefix(name, "static")] = newFile(name, content, packer)
		}
		return err
	})
	if err != nil { // not with what is embedded
		panic(err)
	}
	files["/"] = files["/index.html"]
	return handler(files)
}

func newFile(name string, content []byte, packer *gzip.Writer) file {
	sum := sha256.Sum256(content)
	kind, ok := types[path.Ext(name)]
	if !ok {
		kind = mime.TypeByExtension(path.Ext(name))
	}
	f := file{content: content, kind: kind, tag: `"` + hex.EncodeToString(sum[:8]) + `"`}
	var packed bytes.Buffer
	packer.Reset(&packed)
	_, _ = packer.Write(content) // a buffer takes everything
	_ = packer.Close()
	if packed.Len() < len(content)*9/10 {
		f.packed = packed.Bytes()
	}
	return f
}

// handler serves files by their paths.
type handler map[string]file

// ServeHTTP answers a request. Files are asked for anew each time and answered with 304
// while they are the same: a page of one version with the modules of another would break.
func (h handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Content-Security-Policy", policy)
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Cross-Origin-Opener-Policy", "same-origin")
	header.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
	found, ok := h[r.URL.Path]
	switch {
	case !ok:
		http.NotFound(w, r)
		return
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		header.Set("Allow", "GET, HEAD")
		http.Error(w, "this path takes GET and HEAD", http.StatusMethodNotAllowed)
		return
	}
	header.Set("Cache-Control", "no-cache")
	header.Set("Vary", "Accept-Encoding")
	header.Set("ETag", found.tag)
	if same(r.Header.Get("If-None-Match"), found.tag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	content := found.content
	if found.packed != nil && unpacks(r.Header.Get("Accept-Encoding")) {
		header.Set("Content-Encoding", "gzip")
		content = found.packed
	}
	header.Set("Content-Type", found.kind)
	header.Set("Content-Length", strconv.Itoa(len(content)))
	if r.Method == http.MethodGet {
		_, _ = w.Write(content) // a browser that has gone needs nothing
	}
}

// same tells whether a browser has a file already. A proxy may have weakened the tag.
func same(asked, tag string) bool {
	for one := range strings.SplitSeq(asked, ",") {
		if strings.TrimPrefix(strings.TrimSpace(one), "W/") == tag {
			return true
		}
	}
	return false
}

// unpacks tells whether a browser takes gzip.
func unpacks(accepted string) bool {
	for coding := range strings.SplitSeq(accepted, ",") {
		name, quality, _ := strings.Cut(coding, ";")
		if strings.TrimSpace(name) == "gzip" {
			return strings.Trim(strings.TrimSpace(quality), "q=0.") != "" || quality == ""
		}
	}
	return false
}
