// Formulas in, markup out: reads {coloured, formulas: [{tex, display}]} as JSON on stdin, writes [{html} | {error}] on stdout.
import katex from "katex";
import { stdin, stdout } from "node:process";

let text = "";
for await (const chunk of stdin) text += chunk;
const { coloured, formulas } = JSON.parse(text);

// The colour of a symbol in a formula is its role, as in sliders, code and figures.
const macros = Object.fromEntries(
  coloured.map((/** @type {string} */ role) => [`\\${role}`, `\\htmlClass{role-${role}}{#1}`]),
);

/** @param {{tex: string, display: boolean}} formula */
function typeset({ tex, display }) {
  try {
    const html = katex.renderToString(tex, {
      displayMode: display,
      output: "htmlAndMathml",
      macros: { ...macros },
      strict: (/** @type {string} */ code) => (code === "htmlExtension" ? "ignore" : "error"),
      trust({ command }) {
        if (command === "\\htmlClass") return true;
        throw new katex.ParseError(`${command} is not allowed`);
      },
    });
    return { html };
  } catch (error) {
    return { error: error instanceof katex.ParseError ? error.rawMessage : String(error) };
  }
}

stdout.write(JSON.stringify(formulas.map(typeset)));
