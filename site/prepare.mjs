// Pyodide made ready to start fast: reads a task (builder/prepare.py) as JSON on stdin, says what came out on stdout.
import { readFile, writeFile } from "node:fs/promises";
import { stdin, stdout } from "node:process";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";

let text = "";
for await (const chunk of stdin) text += chunk;
const { runtime, out, inside, todo, wheels, files, packages, modules, more, lessons, requests } = JSON.parse(text);
const { loadPyodide } = await import(pathToFileURL(`${runtime}/pyodide.mjs`).href);
const SITE = "/lib/python3.14/site-packages";

/** Pyodide with the course's Python, and with builder/inside.py as `inside`. @param {object} [options] */
async function boot(options) {
  const pyodide = await loadPyodide({ indexURL: `${runtime}/`, enableRunUntilComplete: false, ...options });
  for (const [path, source] of Object.entries({ "inside.py": inside, ...files })) {
    const file = `${SITE}/${path}`;
    pyodide.FS.mkdirTree(file.slice(0, file.lastIndexOf("/")));
    pyodide.FS.writeFile(file, source);
  }
  pyodide.runPython("import importlib; importlib.invalidate_caches()");
  return pyodide;
}

/** Call a function of builder/inside.py with what JSON can say. @type {(pyodide: any, name: string, ...given: any[]) => string} */
function call(pyodide, name, ...given) {
  const said = JSON.stringify(JSON.stringify(given));
  return pyodide.runPython(`import inside, json; inside.${name}(*json.loads(${said}))`);
}

/**
 * Fill what is free on the heap with zeros, which cost next to nothing compressed. The memory must not grow: a page that
 * starts from it has what Pyodide begins with.
 *
 * @param {any} module
 */
function clearFreeMemory(module) {
  const blocks = [];
  const room = () => module.HEAPU8.length - module._sbrk(0);
  for (let size = 1 << 20; size >= 64; size /= 2) {
    for (let grown = false; !grown && room() > 2 * size; ) {
      const end = module._sbrk(0);
      const block = module._malloc(size);
      grown = module._sbrk(0) !== end; // none of this size was free: next, smaller ones
      module.HEAPU8.fill(0, block, block + size);
      blocks.push(block);
    }
  }
  for (const block of blocks) module._free(block);
}

/**
 * The memory without its empty pages, more than half of it, as site/scripts/snapshot.js reads it: its length and how many
 * stretches follow, then where each begins and ends, all in four bytes each; then the stretches themselves.
 *
 * @param {Uint8Array} memory
 */
function pack(memory) {
  const PAGE = 4096;
  /** @type {number[]} */
  const edges = [];
  for (let at = 0; at < memory.length; at += PAGE) {
    const empty = memory.subarray(at, at + PAGE).every((byte) => byte === 0);
    if (empty === edges.length % 2 > 0) edges.push(at); // a stretch begins, or ends
  }
  if (edges.length % 2) edges.push(memory.length);
  const head = Uint32Array.from([memory.length, edges.length / 2, ...edges]);
  const stretches = edges.flatMap((edge, i) => (i % 2 ? [memory.subarray(edges[i - 1], edge)] : []));
  return Buffer.concat([new Uint8Array(head.buffer), ...stretches]);
}

/**
 * A snapshot of the memory with `modules` and `more` in it, and the part of the standard library that the first of them
 * need. Returns what the session answers to the requests: as it was made, started from the snapshot, and from that part.
 */
async function makeQuick() {
  // Whether Python may wait for promises is looked up at its start and stays in its memory. It may, wherever a browser can
  // (site/scripts/waiting.js); so it must not remember this Node, in which it starts without waiting for any.
  WebAssembly.Suspending ??= function (given) {
    return given;
  };
  WebAssembly.promising ??= (given) => given;
  const pyodide = await boot({ _makeSnapshot: true });
  call(pyodide, "load", modules);
  const made = call(pyodide, "answers", lessons, requests);
  pyodide.FS.writeFile("/whole.zip", await readFile(`${runtime}/python_stdlib.zip`));
  call(pyodide, "part", "/whole.zip", "/part.zip");
  await writeFile(`${out}/library.zip`, pyodide.FS.readFile("/part.zip"));
  call(pyodide, "load", more);
  call(pyodide, "forget", lessons, "inside", "zipfile");
  pyodide.runPython("del inside, json, importlib");
  clearFreeMemory(pyodide._module);
  const snapshot = pyodide.makeMemorySnapshot();
  await writeFile(`${out}/snapshot.bin`, gzipSync(pack(snapshot), { level: 9 }));
  const others = [{ _loadSnapshot: snapshot }, { stdLibURL: `${out}/library.zip` }];
  return [made, ...(await Promise.all(others.map(async (how) => call(await boot(how), "answers", lessons, requests))))];
}

/** Wheels in which each .py has become the .pyc that this very Python reads. */
async function compileWheels() {
  const pyodide = await boot();
  for (const name of wheels) {
    pyodide.FS.writeFile("/wheel", await readFile(`${runtime}/${name}`));
    call(pyodide, "compile_wheel", "/wheel", "/compiled");
    await writeFile(`${out}/${name}`, pyodide.FS.readFile("/compiled"));
  }
  return wheels;
}

/** What the first use of packages takes. */
const useFirst = async () => JSON.parse(call(await boot({ packages }), "first_use", modules));

const tasks = { wheels: compileWheels, use: useFirst, quick: makeQuick };
// Node itself would quote the line that raised, and pyodide.asm.mjs is all one line.
process.on("uncaughtException", (error) => {
  console.error(String(error));
  process.exit(1);
});
stdout.write(JSON.stringify(await tasks[todo]()));
