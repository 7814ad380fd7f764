// The code editor: CodeMirror with Python, the course's colours for its symbols, and marks on the lines of errors.

import { closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab, isolateHistory } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { bracketMatching, indentOnInput, indentUnit, syntaxHighlighting, syntaxTree } from "@codemirror/language";
import { EditorState, Prec, StateEffect, StateField } from "@codemirror/state";
import {
  Decoration,
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
  ViewPlugin,
} from "@codemirror/view";
import { classHighlighter } from "@lezer/highlight";

/** @import { Trouble } from "./types.js" */
/** @import { DecorationSet, ViewUpdate } from "@codemirror/view" */
/** @import { ChangeSet, Range, StateEffectType } from "@codemirror/state" */

const DRAG = "input.type.control"; // input.type is what history joins

/**
 * @typedef {object} Editor
 * @property {() => string} text
 * @property {(text: string, together?: boolean) => void} write Changes only what differs, so that it can be undone
 *   and the cursor stays; `together` makes one undo of a series, such as a drag.
 * @property {(trouble: Trouble | null) => void} mark The place of a run's error, until that place is edited.
 * @property {(trouble: Trouble | null) => void} look The place that Python cannot read, until anything is edited.
 * @property {() => void} focus
 */

/**
 * Put an editor in the place of a textarea, with the text that it holds now.
 *
 * @param {HTMLTextAreaElement} textarea
 * @param {Record<string, string>} roles
 * @param {() => void} run
 * @param {(typed: boolean) => void} changed Called when the text has changed; by a drag, it was not typed.
 * @returns {Editor}
 */
export function openEditor(textarea, roles, run, changed) {
  const view = new EditorView({
    state: EditorState.create({
      doc: textarea.value,
      extensions: [
        Prec.highest(keymap.of([{ key: "Mod-Enter", run: () => (run(), true) }])),
        lineNumbers(),
        history(),
        drawSelection(),
        indentOnInput(),
        bracketMatching(),
        closeBrackets(),
        highlightActiveLine(),
        highlightActiveLineGutter(),
        indentUnit.of("    "),
        EditorState.tabSize.of(4),
        python(),
        syntaxHighlighting(classHighlighter),
        colouring(roles),
        troubles,
        looks,
        EditorView.updateListener.of(({ docChanged, transactions }) => {
          if (docChanged) changed(!transactions.some((each) => each.isUserEvent(DRAG)));
        }),
        EditorView.contentAttributes.of({
          "aria-label": textarea.getAttribute("aria-label") ?? "Python code",
          "aria-describedby": textarea.getAttribute("aria-describedby") ?? "",
          autocapitalize: "off",
          spellcheck: "false",
          tabindex: "0", // what scrolls must be reached by keyboard
        }),
        keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, indentWithTab]),
      ],
    }),
  });
  const focused = document.activeElement === textarea;
  textarea.replaceWith(view.dom);
  if (focused) view.focus();

  return {
    text: () => view.state.doc.toString(),
    write(text, together = false) {
      const change = difference(view.state.doc.toString(), text);
      if (!change) return;
      view.dispatch({
        changes: change,
        userEvent: together ? DRAG : "input",
        annotations: together ? [] : isolateHistory.of("full"),
      });
    },
    mark: (trouble) => view.dispatch({ effects: setTrouble.of(trouble) }),
    look: (trouble) => view.dispatch({ effects: setLook.of(trouble) }),
    focus: () => view.focus(),
  };
}

/**
 * The one replacement that turns `before` into `after`; null when they are the same.
 *
 * @param {string} before
 * @param {string} after
 */
export function difference(before, after) {
  if (before === after) return null;
  const shorter = Math.min(before.length, after.length);
  let from = 0;
  while (from < shorter && before[from] === after[from]) from++;
  let tail = 0;
  while (tail < shorter - from && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  return { from, to: before.length - tail, insert: after.slice(from, after.length - tail) };
}

/** @type {StateEffectType<Trouble | null>} */
const setTrouble = StateEffect.define();
const troubles = marking("trouble", setTrouble, (placed, changes) => {
  return placed.map(changes).update({ filter: (from, to) => !changes.touchesRange(from, to) });
});

/** @type {StateEffectType<Trouble | null>} */
const setLook = StateEffect.define();
const looks = marking("look", setLook, () => Decoration.none);

/**
 * The marks of one kind, which an effect sets, and what becomes of them when the code is edited.
 *
 * @param {string} kind
 * @param {StateEffectType<Trouble | null>} setting
 * @param {(placed: DecorationSet, changes: ChangeSet) => DecorationSet} edited
 */
function marking(kind, setting, edited) {
  return StateField.define({
    create: () => Decoration.none,
    update(placed, { state, effects, docChanged, changes }) {
      for (const effect of effects) if (effect.is(setting)) return place(state, effect.value, kind);
      return docChanged ? edited(placed, changes) : placed;
    },
    provide: (field) => EditorView.decorations.from(field),
  });
}

/** @type {(state: EditorState, trouble: Trouble | null, kind: string) => DecorationSet} */
function place(state, trouble, kind) {
  if (!trouble?.line || trouble.line > state.doc.lines) return Decoration.none;
  const line = state.doc.line(trouble.line);
  const marks = [Decoration.line({ class: `${kind}-line` }).range(line.from)];
  // Python counts characters, the editor UTF-16 units.
  const units = (/** @type {number} */ characters) => [...line.text].slice(0, characters).join("").length;
  const from = line.from + units(trouble.column ?? 0);
  const to = trouble.end_column == null ? line.to : line.from + units(trouble.end_column);
  if (from < to) marks.push(Decoration.mark({ class: `${kind}-span` }).range(from, to));
  return Decoration.set(marks);
}

/** Gives the names of the course (w, b, data ...) the colours of their roles. @param {Record<string, string>} roles */
function colouring(roles) {
  /** @param {EditorView} view */
  function names(view) {
    /** @type {Range<Decoration>[]} */
    const found = [];
    for (const { from, to } of view.visibleRanges) {
      syntaxTree(view.state).iterate({
        from,
        to,
        enter(node) {
          if (node.name !== "VariableName") return;
          const role = roles[view.state.sliceDoc(node.from, node.to).replace(/\d+$/, "")];
          if (role) found.push(Decoration.mark({ class: `role-${role} symbol` }).range(node.from, node.to));
        },
      });
    }
    return Decoration.set(found, true);
  }
  return ViewPlugin.fromClass(
    class {
      /** @param {EditorView} view */
      constructor(view) {
        this.decorations = names(view);
      }
      /** @param {ViewUpdate} update */
      update(update) {
        const parsed = syntaxTree(update.startState) !== syntaxTree(update.state);
        if (update.docChanged || update.viewportChanged || parsed) this.decorations = names(update.view);
      }
    },
    { decorations: (plugin) => plugin.decorations },
  );
}
