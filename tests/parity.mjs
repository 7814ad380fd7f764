// The session under Pyodide: reads {runtime, root, packages, requests} on stdin, writes the answers as JSON on stdout.
import { stdin, stdout } from "node:process";
import { pathToFileURL } from "node:url";

let text = "";
for await (const chunk of stdin) text += chunk;
const { runtime, root, packages, requests } = JSON.parse(text);

const { loadPyodide } = await import(pathToFileURL(`${runtime}/pyodide.mjs`).href);
const pyodide = await loadPyodide({ indexURL: `${runtime}/`, packages });
pyodide.FS.mkdir("/course");
pyodide.FS.mount(pyodide.FS.filesystems.NODEFS, { root }, "/course");
pyodide.pyimport("sys").path.insert(0, "/course");
const session = pyodide.pyimport("stage.session").Session("lessons");
stdout.write(JSON.stringify(requests.map((request) => JSON.parse(session.handle(JSON.stringify(request))))));
