// A page of the course: its blocks, its Python, and the line that says how far Python is.

import { Cell } from "./cell.js";
import { bindGallery } from "./gallery.js";
import { bindLights } from "./lights.js";
import { markFirst } from "./marks.js";
import { bindMenu } from "./menu.js";
import { bindProgress } from "./progress.js";
import { openRuntime } from "./runtime.js";
import { bindTerms } from "./terms.js";
import { bindWork } from "./work.js";

/** @import { Setup } from "./types.js" */
/** @import { Status } from "./runtime.js" */

/** @type {Setup} */
const setup = JSON.parse(document.getElementById("setup")?.textContent ?? "{}");
const root = document.documentElement;
const bar = document.querySelector("[data-status] progress");
const words = document.querySelector("[data-status] [data-words]");
const retry = document.querySelector("[data-status] button");

const elements = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-block]"));
/** @type {Cell[]} */
const blocks = [];
const runtime = openRuntime(setup, show);
if (elements.length) runtime.start(); // first, as it is what takes longest
for (const element of elements) blocks.push(new Cell(element, runtime, setup));
bindMenu(bindWork(blocks, document), document);
bindProgress(document);
bindLights(document);
bindGallery(document);
bindTerms(document);
markFirst("first-figure");

retry?.addEventListener("click", runtime.start);

/** @param {Status} status */
function show({ state, stage, share, slow }) {
  if (words) words.textContent = state === "failed" ? `Python did not start: ${stage}` : stage;
  if (bar instanceof HTMLProgressElement) {
    bar.hidden = state !== "loading";
    if (share === null) bar.removeAttribute("value");
    else bar.value = share;
  }
  retry?.toggleAttribute("hidden", state !== "failed" && !slow);
  if (root.dataset.runtime === state) return;
  root.dataset.runtime = state;
  if (state === "ready") markFirst("runtime-ready");
  for (const block of blocks) block.python(state === "ready");
}
