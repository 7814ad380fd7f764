// A block's code: an editor, a run, an output, and for an exercise a check, hints and a solution.

import { Block } from "./block.js";
import { markFirst } from "./marks.js";
import { openOutput, showVerdict } from "./output.js";

/** @import { Answer, Message, Question, Setup, Trouble } from "./types.js" */
/** @import { Runtime } from "./block.js" */
/** @import { Editor } from "./editor.js" */

/** @type {(task: () => void) => void} */
const whenIdle = "requestIdleCallback" in self
  ? (task) => void requestIdleCallback(task, { timeout: 500 })
  : (task) => void setTimeout(task, 50); // Safari

export class Cell extends Block {
  /** @type {Editor | null} */
  #editor = null;
  /** The number of the run that waits or is under way; 0 for none. */
  #run = 0;
  #runs = 0;
  #failed = false;
  /** The code that the controls' values are being written into. */
  #sent = "";

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
    const load = () =>
      import("./editor.js").then(
        ({ openEditor }) => (this.#editor ??= openEditor(this.textarea, setup.roles, () => this.run("run"))),
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
    else this.textarea.value = code;
  }

  /** @override @param {string} verb */
  press(verb) {
    super.press(verb);
    if (verb === "run" || verb === "check") this.run(verb);
    if (verb === "hint") this.#hint();
    if (verb === "solution") this.find("[data-solution]").toggleAttribute("hidden");
    if (verb === "use") this.write(this.find("[data-solution] code").textContent ?? "");
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
    if (this.#failed || answer.code === undefined) return; // the figure shows other code than stands in the editor
    if (this.#sent === this.code) this.write(answer.code, true);
  }

  /** @override @param {Message} message */
  heard(message) {
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
    this.#clear();
    this.#progress(this.ready ? "Running …" : "Runs as soon as Python is ready.");
    this.state = this.ready ? "running" : "waiting";
    const compose = () => {
      code = this.code;
      return { do: verb, block: this.path, ...this.compose(), source: code };
    };
    const outcome = await this.runtime.ask(this.path, compose, {
      onMessage: (message) => this.heard(message),
      onStart: () => this.#started(),
    });
    if (run !== this.#run) return; // Reset came in between
    this.#run = 0;
    this.stoppable(false);
    this.output.answered();
    if ("stopped" in outcome) this.#halted(outcome.answer, code);
    else if ("answer" in outcome) this.#finish(outcome.answer, code);
    else this.stopped();
  }

  /** Show how far the code came before Stop, if Python could tell. @type {(answer: Answer | undefined, code: string) => void} */
  #halted(answer, code) {
    if (answer?.figures) {
      this.ran = code;
      this.show(answer);
    }
    this.stopped(answer?.stopped);
  }

  #started() {
    this.#progress("Running …");
    this.state = "running";
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
    if (answer.verdict) {
      showVerdict(this.find("[data-verdict-place]"), answer.verdict);
      this.button("solution")?.removeAttribute("disabled");
    }
    markFirst("first-run");
    this.state = answer.error ? "error" : "done";
  }

  /** @override */
  reset() {
    this.#run = 0;
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
    this.trouble(null);
    const verdict = this.element.querySelector("[data-verdict-place]");
    if (verdict instanceof HTMLElement) showVerdict(verdict, null);
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

  #hint() {
    const hidden = this.element.querySelectorAll(".hints > [hidden]");
    hidden[0]?.removeAttribute("hidden");
    this.button("hint")?.toggleAttribute("disabled", hidden.length <= 1);
  }
}
