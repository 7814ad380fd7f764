// What cannot wait for the page: light or dark before the first paint, and a thread for Python while the rest loads.

const root = document.documentElement;
const dark = matchMedia("(prefers-color-scheme: dark)");

/** The reader's choice of light or dark; none: the system decides. @returns {string | null} */
function kept() {
  try {
    return localStorage.getItem("theme");
  } catch {
    return null; // storage is blocked
  }
}

function show() {
  root.dataset.theme = kept() ?? root.dataset.theme ?? "";
}

show();
addEventListener("storage", show);
addEventListener("DOMContentLoaded", () => {
  document.querySelector("[data-theme-switch]")?.addEventListener("click", () => {
    const now = root.dataset.theme || (dark.matches ? "dark" : "light");
    const next = now === "dark" ? "light" : "dark";
    root.dataset.theme = next;
    try {
      localStorage.setItem("theme", next);
    } catch {
      // it holds for this page, then
    }
  });
});

/**
 * A worker that lives under the page's own Content-Security-Policy on every host. A worker from a file takes its
 * policy from that file's response headers, which a static host may not send; one from a blob takes the page's.
 *
 * @param {string} address
 */
window.openWorker = (address) => {
  const script = `import ${JSON.stringify(new URL(address, document.baseURI).href)};`;
  const blob = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  return new Worker(blob, { type: "module" });
};

if (root.dataset.runtime) {
  const { worker } = JSON.parse(document.getElementById("setup")?.textContent ?? "{}");
  window.firstWorker = window.openWorker(worker);
  window.firstWorker.onerror = (event) => {
    event.preventDefault();
    window.firstWorker = undefined; // the page then opens one itself, and says what is wrong
  };
}
