// The session under Pyodide: reads {site, root, requests} on stdin, writes the answers as JSON on stdout.
import { stdin, stdout } from "node:process";
import { pathToFileURL } from "node:url";

let text = "";
for await (const chunk of stdin) text += chunk;
const { site, root, requests } = JSON.parse(text);

const { loadPyodide } = await import(pathToFileURL(`${site}/node_modules/pyodide/pyodide.mjs`).href);
const pyodide = await loadPyodide();
pyodide.FS.mkdir("/course");
pyodide.FS.mount(pyodide.FS.filesystems.NODEFS, { root }, "/course");
pyodide.pyimport("sys").path.insert(0, "/course");
const session = pyodide.pyimport("stage.session").Session("lessons");
stdout.write(JSON.stringify(requests.map((request) => JSON.parse(session.handle(JSON.stringify(request))))));
