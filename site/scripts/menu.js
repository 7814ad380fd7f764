// "Your work", on every page: take it away as a file, bring it back from one, forget it.

import { packed, unpack } from "./archive.js";
import { download } from "./elements.js";
import { allRecords, forgetAll } from "./records.js";

/** @import { Keep } from "./work.js" */

/**
 * Bring the page's menu to life.
 *
 * @param {Keep[]} keeps The work in the page's blocks.
 * @param {Document} page
 */
export function bindMenu(keeps, page) {
  const dialog = page.querySelector("dialog[data-work]");
  const opener = page.querySelector("[data-work-open]");
  if (!(dialog instanceof HTMLDialogElement)) return;
  const find = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (dialog.querySelector(selector));
  const file = /** @type {HTMLInputElement} */ (find("input[type=file]"));

  /** @param {string} [words] */
  function show(words = "") {
    const count = allRecords().size;
    find("[data-count]").textContent = count ? `There is work on ${blocks(count)}.` : "There is no work yet.";
    find("[data-said]").textContent = words;
    find("[data-sure]").hidden = true;
  }

  /** @param {File} chosen */
  async function take(chosen) {
    for (const keep of keeps) keep.save();
    try {
      const count = await unpack(chosen);
      for (const keep of keeps) keep.reopen();
      show(`Imported the work on ${blocks(count)}.`);
    } catch (error) {
      show(`${error instanceof Error ? error.message : error} Nothing was changed.`);
    }
  }

  /** @type {Record<string, () => void>} */
  const verbs = {
    export: () => {
      for (const keep of keeps) keep.save();
      const today = new Date().toISOString().slice(0, 10);
      download(new Blob([packed(keeps)], { type: "application/json" }), `downhill-work-${today}.json`);
      show("Exported. Look among your downloads.");
    },
    import: () => file.click(),
    forget: () => {
      show();
      find("[data-sure]").hidden = false;
      find("[data-verb=keep]").focus();
    },
    sure: () => {
      forgetAll();
      for (const keep of keeps) keep.reopen();
      show("All of it is forgotten.");
      find("[data-verb=forget]").focus();
    },
    keep: () => {
      show();
      find("[data-verb=forget]").focus();
    },
    close: () => dialog.close(),
  };

  opener?.addEventListener("click", () => {
    for (const keep of keeps) keep.save();
    show();
    dialog.showModal();
  });
  dialog.addEventListener("click", ({ target }) => {
    const verb = target instanceof HTMLElement && target.closest("button")?.dataset.verb;
    if (verb) verbs[verb]();
  });
  file.addEventListener("change", () => {
    const [chosen] = file.files ?? [];
    if (chosen) take(chosen);
    file.value = ""; // so that the same one can be chosen again
  });
}

/** @param {number} count */
const blocks = (count) => (count === 1 ? "1 block" : `${count} blocks`);
