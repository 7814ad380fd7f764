// The home page: how far the reader is in each lesson.

import { allRecords } from "./records.js";

/** @param {Document} page */
export function bindProgress(page) {
  const lessons = /** @type {HTMLElement[]} */ ([...page.querySelectorAll("[data-lesson]")]);
  if (!lessons.length) return;

  function show() {
    const all = allRecords();
    for (const lesson of lessons) {
      const { lesson: slug = "", exercises = "" } = lesson.dataset;
      const begun = [...all.keys()].some((path) => path.startsWith(`${slug}/`));
      const names = exercises.split(" ").filter(Boolean);
      const solved = names.filter((name) => all.get(`${slug}/${name}`)?.solved).length;
      const words = names.length ? `${solved} of ${names.length} exercises solved` : "begun";
      const place = lesson.querySelector("[data-far]");
      if (place) place.textContent = begun ? words : "";
    }
  }
  show();
  for (const kind of ["pageshow", "storage"]) addEventListener(kind, show);
}
