// Below a cell: what the code printed and drew, its last value, its error and what helps, and the verdict on an answer.

import { releaseDrawn, showDrawn } from "./drawn.js";
import { button, element } from "./elements.js";

/** @import { Message, Trouble } from "./types.js" */

const LONGEST = 10_000; // characters of a line that is typed

/**
 * Show what running code sends, in the order in which it comes.
 *
 * @param {HTMLElement} place
 */
export function openOutput(place) {
  /** @type {(text: string, kind: string) => void} */
  function text(text, kind) {
    const last = place.lastElementChild;
    const pre = last instanceof HTMLPreElement ? last : place.appendChild(element("pre"));
    let part = pre.lastElementChild;
    if (part?.className !== kind) {
      part = pre.appendChild(element("span"));
      part.className = kind;
    }
    part.append(text);
  }

  /** @type {HTMLElement | null} */
  let asking = null;

  return {
    /** A field for the line that the code waits for, after what it has printed. @param {(line: string) => void} answer */
    ask(answer) {
      const field = element("input");
      Object.assign(field, { type: "text", maxLength: LONGEST, autocomplete: "off", ariaLabel: "Your code waits for a line" });
      const send = () => {
        asking?.remove();
        answer(field.value);
      };
      field.onkeydown = (event) => event.key === "Enter" && !event.isComposing && send();
      asking = place.appendChild(element("div"));
      asking.className = "asked";
      asking.append(field, button("Enter", send));
      field.focus();
    },
    /** Nothing is waited for any more. */
    answered() {
      asking?.remove();
    },
    clear() {
      releaseDrawn(place);
      place.replaceChildren();
    },
    /** @param {Message} message */
    add(message) {
      if (message.stdout) text(message.stdout, "stdout");
      if (message.stderr) text(message.stderr, "stderr");
      if (message.image) showDrawn(place, message.image);
    },
    /** @param {string} value */
    value(value) {
      text(value + "\n", "value");
    },
  };
}

/**
 * Show an error, or none.
 *
 * @param {HTMLElement} place
 * @param {Trouble | null} trouble
 */
export function showTrouble(place, trouble) {
  place.replaceChildren();
  if (!trouble) return;
  const alert = place.appendChild(element("div"));
  alert.setAttribute("role", "alert");
  alert.className = "trouble";
  if (trouble.line) alert.dataset.line = String(trouble.line);
  const head = alert.appendChild(element("p"));
  head.append(element("strong", trouble.kind), trouble.line ? ` on line ${trouble.line}: ` : ": ", trouble.message);
  if (trouble.advice) say(alert.appendChild(element("p")), trouble.advice);
  if (!trouble.text.includes("\n")) return;
  const more = alert.appendChild(element("details"));
  more.append(element("summary", "What Python says"), element("pre", trouble.text));
}

/**
 * Say, quietly, what Python cannot read in code that is being typed, or nothing.
 *
 * @param {HTMLElement} place
 * @param {Trouble | null} trouble
 */
export function showLook(place, trouble) {
  place.replaceChildren();
  if (trouble?.line) say(place, `Line ${trouble.line}: ${trouble.advice ?? `${trouble.message}.`}`);
}

/**
 * Show the verdict on an answer, or none.
 *
 * @param {HTMLElement} place
 * @param {{pass: boolean, says: string} | null} verdict
 */
export function showVerdict(place, verdict) {
  place.replaceChildren();
  delete place.dataset.verdict;
  if (!verdict) return;
  place.append(element("strong", verdict.pass ? "Right. " : "Not yet. "));
  say(place, verdict.says);
  place.dataset.verdict = verdict.pass ? "pass" : "fail";
}

/** Add words with `code` in backticks. @type {(place: HTMLElement, words: string) => void} */
function say(place, words) {
  words.split("`").forEach((part, i) => {
    place.append(i % 2 ? element("code", part) : part);
  });
}
