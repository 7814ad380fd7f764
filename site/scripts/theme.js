// Light or dark, before the first paint: the system's choice until the reader makes one, which is kept.

const root = document.documentElement;
const dark = matchMedia("(prefers-color-scheme: dark)");

/** @returns {string | null} */
function kept() {
  try {
    return localStorage.getItem("theme");
  } catch {
    return null; // storage is blocked: the system decides
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
