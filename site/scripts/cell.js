// A block's code: an editor, a run, an output, and for an exercise a check, hints and a solution.

import { Block } from "./block.js";
import { shownValues, stepsOf } from "./controls.js";
import { whenIdle } from "./machine.js";
import { markFirst } from "./marks.js";
import { openOutput, showLook, showVerdict } from "./output.js";
import { workOf } from "./work.js";

/** @import { Answer, Message, Question, Setup, Trouble, Values, Work } from "./types.js" */
/** @import { Runtime } from "./block.js" */
/** @import { Editor } from "./editor.js" */

const PAUSE = 600; // milliseconds without typing, after which Python looks at the code
const LONG = 50_000; // characters, above which a look would keep what the reader does waiting

export class Cell extends Block {
  /** @type {Editor | null} */
  #editor = null;
  /** The number of the run that waits or is under way; 0 for none. */
  #run = 0;
  #runs = 0;
  #failed = false;
  #pause = 0;
  /** The code that the controls' values are being written into. */
  #sent = "";
  /** The last verdict, while it is shown. @type {Work["verdict"]} */
  verdict = undefined;
  /** Values that are being brought back, until the figure shows them. @type {Values | null} */
  wanted = null;
  /** What the controls say at the start. */
  starting = shownValues(this.form);
  /** What they said before the first step of the run. */
  begun = this.starting;
  /** Called once, as soon as Python is there. */
  whenReady = () => {};
  /** Called when the reader's work may have changed; after a Reset with what it was before. @type {(before?: Work) => void} */
  changed = () => {};

  /**
   * @param {HTMLElement} element
   * @param {Runtime} runtime
   * @param {Setup} setup
   */
  constructor(element, runtime, setup) {
    super(element, runtime);
    this.textarea = /** @type {HTMLTextAreaElement} */ (this.find("textarea"));
    this.starter = this.textarea.defaultValue;
    this.ran = this.starter; // the code whose names the figure shows
    this.output = openOutput(this.find("[data-output]"));
    this.textarea.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.run("run");
    });
    this.textarea.addEventListener("input", () => this.changed());
    for (const kind of ["input", "click"]) {
      const moved = () => {
        this.wanted = null; // what the reader moves is worth more
        this.changed();
      };
      this.form.addEventListener(kind, moved, { capture: true }); // before anything is asked for
    }
    const load = () =>
      import("./editor.js").then(
        ({ openEditor }) => (this.#editor ??= openEditor(this.textarea, setup.roles, () => this.run("run"), (typed) => this.#edited(typed))),
        () => {}, // it did not arrive: the textarea does its work
      );
    const details = this.textarea.closest("details"); // a demo's code is shown to those who ask for it
    if (details) details.addEventListener("toggle", load, { once: true });
    else whenIdle(load); // it would keep Python and the first figures waiting
  }

  get code() {
    return this.#editor?.text() ?? this.textarea.value;
  }

  /** Put code into the editor, as one step to undo; `together` joins the steps of a drag. */
  /** @type {(code: string, together?: boolean) => void} */
  write(code, together = false) {
    if (this.#editor) this.#editor.write(code, together);
    else {
      this.textarea.value = code;
      this.textarea.rows = code.split("\n").length;
    }
  }

  /** @override @param {string} verb */
  press(verb) {
    super.press(verb);
    if (verb === "run" || verb === "check") this.run(verb);
    if (verb === "hint") this.open(this.hints + 1);
    if (verb === "solution") this.find("[data-solution]").toggleAttribute("hidden");
    if (verb === "use") this.write(this.find("[data-solution] code").textContent ?? "");
  }

  /** @override @param {boolean} ready */
  python(ready) {
    super.python(ready);
    if (!ready) return;
    const { whenReady } = this;
    this.whenReady = () => {};
    whenReady();
  }

  /** The form may not show yet what is being brought back. @override */
  compose() {
    const composed = super.compose();
    return { ...composed, values: { ...composed.values, ...this.wanted } };
  }

  /** @override @returns {Question} */
  question() {
    const question = super.question();
    if (this.element.dataset.kind === "demo") return this.ran === this.starter ? question : { ...question, source: this.ran };
    this.#sent = this.code;
    return { ...question, source: this.ran, code: this.#sent };
  }

  /** The controls' values come back written into the code; what was typed since is worth more. */
  /** @override @param {Answer} answer */
  answered(answer) {
    super.answered(answer);
    this.#arrived(answer);
    if (this.wanted) return; // the code that was brought back with them has them already
    if (this.#failed || answer.code === undefined) return; // the figure shows other code than stands in the editor
    if (this.#sent === this.code) this.write(answer.code, true);
  }

  /** The form shows what an answer says. @param {Answer} answer */
  #arrived({ values }) {
    if (values && !values[stepsOf(this.form)?.dataset.control ?? ""]) this.begun = values;
    this.changed();
  }

  /** @override @param {Message} message */
  heard(message) {
    if (this.wanted) return; // what is brought back was read before
    if (message.asks) this.output.ask((line) => this.runtime.type(line));
    else this.output.add(message);
  }

  /** The error of a run stays until the next run. @override @param {Trouble | null} trouble */
  trouble(trouble) {
    if (this.#failed) return;
    super.trouble(trouble);
    this.#editor?.mark(trouble);
  }

  /** @override @param {boolean} able */
  stoppable(able) {
    const running = this.#run > 0;
    for (const verb of ["run", "check"]) this.button(verb)?.toggleAttribute("disabled", running);
    if (this.element.dataset.kind === "demo") super.stoppable(able || running);
    else this.button("stop")?.toggleAttribute("disabled", !able && !running);
  }

  /** Run the code, or run and check it; one run at a time. @param {"run" | "check"} verb */
  async run(verb) {
    if (this.#run) return;
    this.player.pause();
    this.tighten();
    const run = ++this.#runs;
    let code = "";
    this.#run = run;
    this.wanted = null;
    this.#clear();
    this.#progress(this.ready ? "Running …" : "Runs as soon as Python is ready.");
    this.state = this.ready ? "running" : "waiting";
    const compose = () => {
      code = this.code;
      return { do: verb, block: this.path, ...this.compose(), source: code };
    };
    const outcome = await this.runtime.ask(this.path, compose, {
      onMessage: (message) => this.heard(message),
      onStart: () => {
        this.#progress("Running …");
        this.state = "running";
      },
    });
    if (run !== this.#run) return; // Reset came in between
    this.#run = 0;
    this.stoppable(false);
    this.output.answered();
    const answer = "answer" in outcome ? outcome.answer : undefined;
    if (answer && answer.stopped === undefined) this.#finish(answer, code); // be it that Stop came too late
    else this.#halted(answer, code);
  }

  /** Show how far the code came before Stop, if Python could tell. @type {(answer: Answer | undefined, code: string) => void} */
  #halted(answer, code) {
    if (answer?.figures) {
      this.ran = code;
      this.show(answer);
      this.#arrived(answer);
    }
    this.stopped(answer?.stopped);
  }

  /** The text of the editor has changed. @param {boolean} typed Not by a drag. */
  #edited(typed) {
    this.changed();
    if (typed) this.#lookSoon();
  }

  /** When the typing pauses, ask whether Python can read it. */
  #lookSoon() {
    clearTimeout(this.#pause);
    showLook(this.find("[data-look]"), null); // the editor's mark has gone by itself
    this.#pause = window.setTimeout(async () => {
      if (!this.ready || this.#run || this.code.length > LONG) return;
      let source = "";
      const compose = () => ({ do: /** @type {const} */ ("look"), block: this.path, source: (source = this.code) });
      const outcome = await this.runtime.ask(this.path, compose, { key: `look ${this.path}` });
      if ("answer" in outcome && source === this.code && !this.#run) this.#look(outcome.answer?.error ?? null);
    }, PAUSE);
  }

  /** Mark what Python cannot read, or nothing. @param {Trouble | null} trouble */
  #look(trouble) {
    clearTimeout(this.#pause);
    this.#editor?.look(trouble);
    showLook(this.find("[data-look]"), trouble);
  }

  /** @override @param {number} [line] */
  stopped(line) {
    this.#progress(`Stopped${line ? ` on line ${line}` : ""}. Your code is as you left it; Run starts it again.`);
    this.state = "stopped";
  }

  /** @type {(answer: Answer, code: string) => void} */
  #finish(answer, code) {
    this.#progress("");
    if (answer.value !== undefined) this.output.value(answer.value);
    if (answer.error) {
      this.trouble(answer.error);
      this.#failed = true;
    } else {
      if (answer.figures !== undefined) this.ran = code;
      this.show(answer);
      if (answer.partial) this.more();
    }
    if (answer.verdict) this.judge(answer.verdict);
    this.#arrived(answer);
    markFirst("first-run");
    this.state = answer.error ? "error" : "done";
  }

  /** Show a verdict on the answer to an exercise, or none. @param {Work["verdict"]} verdict */
  judge(verdict) {
    const place = this.element.querySelector("[data-verdict-place]");
    if (!(place instanceof HTMLElement)) return;
    this.verdict = verdict;
    showVerdict(place, verdict ?? null);
    if (verdict) this.button("solution")?.removeAttribute("disabled");
  }

  /** @override */
  reset() {
    const before = workOf(this);
    this.begin();
    this.changed(before);
  }

  /** Go back to the start of it all. */
  begin() {
    this.#run = 0;
    this.wanted = null;
    this.begun = this.starting;
    this.#clear();
    this.#progress("");
    this.ran = this.starter;
    this.write(this.starter);
    super.reset();
  }

  /** Take away what an earlier run left behind. */
  #clear() {
    this.#failed = false;
    this.note(this.figureNotes);
    this.stoppable(false);
    this.output.clear();
    this.#look(null);
    this.trouble(null);
    this.judge(undefined);
  }

  /** @override */
  recovered() {
    super.recovered();
    this.#progress("");
  }

  /** @param {string} words */
  #progress(words) {
    this.find("[data-progress]").textContent = words;
  }

  /** How many hints are open. */
  get hints() {
    return this.element.querySelectorAll(".hints > :not([hidden])").length;
  }

  /** Have so many hints open, of those that there are. @param {number} count */
  open(count) {
    const hints = this.element.querySelectorAll(".hints > *");
    hints.forEach((hint, i) => hint.toggleAttribute("hidden", i >= count));
    this.button("hint")?.toggleAttribute("disabled", count >= hints.length);
    this.changed();
  }
}
