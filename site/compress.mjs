// Files compressed as browsers take them: reads [{from, to, level}] as JSON on stdin, writes each `to`.br and `to`.gz.
import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { stdin } from "node:process";
import { isMainThread, Worker, workerData } from "node:worker_threads";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

/** @type {(file: {from: string, to: string, level: number}) => void} */
function compress({ from, to, level }) {
  const content = readFileSync(from);
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: level,
    [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
    [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
  };
  writeFileSync(`${to}.br`, brotliCompressSync(content, { params }));
  writeFileSync(`${to}.gz`, gzipSync(content, { level: constants.Z_BEST_COMPRESSION }));
}

// Many small files: promises and Node's own threads took four times as long as the work itself.
if (isMainThread) {
  let text = "";
  for await (const chunk of stdin) text += chunk;
  const files = JSON.parse(text);
  const hands = availableParallelism();
  for (let hand = 0; hand < hands; hand++)
    new Worker(new URL(import.meta.url), { workerData: files.filter((_, at) => at % hands === hand) });
} else workerData.forEach(compress);
