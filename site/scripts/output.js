// Below a cell: what the code printed and drew, its last value, its error and what helps, and the verdict on an answer.

import { releaseDrawn, showDrawn } from "./drawn.js";

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
    const pre = last instanceof HTMLPreElement ? last : place.appendChild(document.createElement("pre"));
    let part = pre.lastElementChild;
    if (part?.className !== kind) {
      part = pre.appendChild(document.createElement("span"));
      part.className = kind;
    }
    part.append(text);
  }

  /** @type {HTMLElement | null} */
  let asking = null;

  return {
    /** A field for the line that the code waits for, after what it has printed. @param {(line: string) => void} answer */
    ask(answer) {
      const field = document.createElement("input");
      Object.assign(field, { type: "text", maxLength: LONGEST, autocomplete: "off", ariaLabel: "Your code waits for a line" });
      const enter = document.createElement("button");
      Object.assign(enter, { type: "button", textContent: "Enter" });
      const send = () => {
        asking?.remove();
        answer(field.value);
      };
      enter.onclick = send;
      field.onkeydown = (event) => event.key === "Enter" && !event.isComposing && send();
      asking = place.appendChild(document.createElement("div"));
      asking.className = "asked";
      asking.append(field, enter);
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
  const alert = place.appendChild(document.createElement("div"));
  alert.setAttribute("role", "alert");
  alert.className = "trouble";
  if (trouble.line) alert.dataset.line = String(trouble.line);
  const head = alert.appendChild(document.createElement("p"));
  head.append(strong(trouble.kind), trouble.line ? ` on line ${trouble.line}: ` : ": ", trouble.message);
  if (trouble.advice) say(alert.appendChild(document.createElement("p")), trouble.advice);
  if (!trouble.text.includes("\n")) return;
  const more = alert.appendChild(document.createElement("details"));
  more.appendChild(document.createElement("summary")).textContent = "What Python says";
  more.appendChild(document.createElement("pre")).textContent = trouble.text;
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
  place.append(strong(verdict.pass ? "Right. " : "Not yet. "));
  say(place, verdict.says);
  place.dataset.verdict = verdict.pass ? "pass" : "fail";
}

/** Add words with `code` in backticks. @type {(place: HTMLElement, words: string) => void} */
function say(place, words) {
  words.split("`").forEach((part, i) => {
    if (i % 2) place.appendChild(document.createElement("code")).textContent = part;
    else place.append(part);
  });
}

/** @param {string} text */
function strong(text) {
  const element = document.createElement("strong");
  element.textContent = text;
  return element;
}
