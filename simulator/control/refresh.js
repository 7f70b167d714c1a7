// Brings what shows the heaters up to date. Without it the pages work, and show how it was when they were loaded.
"use strict";

const pause = 2000; // ms

async function refresh() {
  if (document.hidden) return;
  const response = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!response.ok) return;
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  for (const part of document.querySelectorAll("[data-live]")) {
    const other = fresh.getElementById(part.id);
    // What somebody is in the middle of stays as it is.
    if (other && !part.contains(document.activeElement) && part.innerHTML !== other.innerHTML) {
      part.replaceChildren(...other.childNodes);
    }
  }
}

(async () => {
  for (;;) {
    await new Promise((done) => setTimeout(done, pause));
    await refresh().catch(() => {}); // the simulator may be gone, and come back
  }
})();
