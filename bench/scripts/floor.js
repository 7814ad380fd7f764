// The floor: Pyodide in the ordinary way and one line of Python; with ?matplotlib what a first figure needs, too.

import { loadPyodide } from "./runtime/pyodide.mjs";

const pyodide = await loadPyodide();
if (location.search === "?matplotlib") {
  await pyodide.loadPackage(["numpy", "matplotlib"]);
  pyodide.runPython("import numpy, matplotlib.pyplot");
}
document.body.textContent = pyodide.runPython("1 + 1");
performance.mark("first-run");
