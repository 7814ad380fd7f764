// A slider that moves itself: Play, Pause, Step, Step back, Rewind, and speed. Each move is one like the reader's own.

import { readNumber, showNumber } from "./controls.js";

/** @import { Answer } from "./types.js" */

const RATE = 60 / 1000; // steps a millisecond at speed 1: one for each frame
const UNHURRIED = 3 / 1000; // the same for a plain slider, whose steps are few and far apart
const FEW = 10; // steps asked for at first
const MORE = 4; // later so many times as came the last time, at the most
const CALM = 500; // milliseconds between two pictures for those who asked for less motion

/**
 * Bring the buttons of a form's players to life.
 *
 * @param {HTMLFormElement} form
 * @param {(control: string) => Promise<Answer | null>} draw Asks for the figure, as a move of that control does.
 */
export function openPlayer(form, draw) {
  /** @type {HTMLElement | null} */
  let playing = null;

  form.addEventListener("click", ({ target }) => {
    const button = target instanceof Element && target.closest("button");
    const control = button && /** @type {HTMLElement | null} */ (button.closest("[data-control]"));
    if (!button || !control) return;
    if (button.dataset.by) {
      pause();
      move(control, Number(button.dataset.by));
    } else if (button.dataset.play !== undefined) {
      if (playing === control) pause();
      else play(control);
    }
  });
  // Whoever takes hold of the slider has it.
  form.addEventListener("input", pause);

  /** @type {(control: HTMLElement, by: number) => Promise<Answer | null>} */
  function move(control, by) {
    const { low, high } = reach(control);
    showNumber(control, Math.min(Math.max(readNumber(control) + by, low), high));
    return draw(control.dataset.control ?? "");
  }

  /** @param {HTMLElement} control */
  async function play(control) {
    pause();
    playing = control;
    name(control, "Pause");
    const { low, high, rate, step } = reach(control);
    if (readNumber(control) >= high) showNumber(control, low);
    let due = 1;
    let most = FEW;
    let last = performance.now();
    while (playing === control && control.isConnected) {
      // What is due is asked for at once, so that Python works while the page draws.
      const now = due < 1 || calm() ? await pictureTime() : performance.now();
      due += Math.min(now - last, 2 * CALM) * rate();
      last = now;
      if (playing !== control) return;
      if (due < 1) continue;
      const before = readNumber(control);
      const answer = await move(control, Math.min(Math.floor(due), most) * step);
      most = Math.max(FEW, (MORE * (readNumber(control) - before)) / step);
      due %= 1;
      // No answer: it was stopped, or something else was asked for meanwhile.
      if (playing === control && (!answer || answer.error || readNumber(control) === before)) pause();
    }
  }

  function pause() {
    if (playing) name(playing, "Play");
    playing = null;
  }

  return { pause };
}

/** How far a control goes, by which step, and how fast. @param {HTMLElement} control */
function reach(control) {
  const [range] = control.querySelectorAll("input");
  if (control.dataset.kind === "slider") {
    const [low, high, step] = [range.min, range.max, range.dataset.step].map(Number);
    return { low, high, step, rate: () => UNHURRIED };
  }
  const speed = control.querySelector("select");
  return { low: 0, high: Number(control.dataset.most), step: 1, rate: () => RATE * Number(speed?.value ?? 1) };
}

/** The next moment at which a picture may change. @returns {Promise<number>} */
function pictureTime() {
  if (!calm()) return new Promise(requestAnimationFrame);
  return new Promise((resolve) => setTimeout(() => resolve(performance.now()), CALM));
}

/** Whether the reader asked for less motion. */
const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** @type {(control: HTMLElement, words: string) => void} */
function name(control, words) {
  const button = control.querySelector("[data-play]");
  if (!button) return;
  button.textContent = words;
  if (button.hasAttribute("aria-label")) button.setAttribute("aria-label", `${words} ${control.dataset.control}`);
}
