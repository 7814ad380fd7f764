// Files compressed as browsers take them: reads [{from, to, level}] as JSON on stdin, writes each `to`.br and `to`.gz.
import { readFile, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { stdin } from "node:process";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

let text = "";
for await (const chunk of stdin) text += chunk;
/** @type {{from: string, to: string, level: number}[]} */
const files = JSON.parse(text);

/** @type {(file: {from: string, to: string, level: number}) => Promise<void>} */
async function compress({ from, to, level }) {
  const content = await readFile(from);
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: level,
    [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
    [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
  };
  await writeFile(`${to}.br`, await promisify(brotliCompress)(content, { params }));
  await writeFile(`${to}.gz`, await promisify(gzip)(content, { level: constants.Z_BEST_COMPRESSION }));
}

// As many at a time as there are cores; Node compresses in threads of its own.
const hands = Array.from({ length: availableParallelism() }, async () => {
  for (let file = files.pop(); file; file = files.pop()) await compress(file);
});
await Promise.all(hands);
