// Before a page's own scripts: what the benchmark asks of a page in use. All times are milliseconds.

globalThis.bench = {
  /**
   * Do `act` and watch `element`: when each change of it was painted, and the longest time between two frames.
   * It ends with the first change; or, if `quiet` is given, when nothing has changed for that long.
   */
  watch(element, act, quiet = 0, patience = 20_000) {
    return new Promise((resolve, reject) => {
      const paints = [];
      let [changed, gap, last] = [false, 0, performance.now()];
      const observer = new MutationObserver(() => (changed = true));
      observer.observe(element, { subtree: true, childList: true, attributes: true, characterData: true });
      // A message that is posted in a frame's callback is heard after that frame has been painted.
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        const now = performance.now() - start;
        if (changed) paints.push(now);
        changed = false;
        const over = paints.length && now - paints.at(-1) >= quiet;
        if (!over && now < patience) return;
        running = false;
        observer.disconnect();
        if (over) resolve({ paints, gap });
        else reject(new Error("nothing changed"));
      };
      let running = true;
      const frame = () => {
        gap = Math.max(gap, performance.now() - last);
        last = performance.now();
        port2.postMessage(0);
        if (running) requestAnimationFrame(frame);
      };
      requestAnimationFrame(frame);
      const start = performance.now();
      act();
    });
  },

  /** Move a slider as a hand would. */
  slide(input, value) {
    input.value = String(value);
    input.dispatchEvent(new Event("input", { bubbles: true }));
  },

  /** Wait a random time within two frames, so that moves fall anywhere in them. */
  pause: () => new Promise((resolve) => setTimeout(resolve, 20 + 33 * Math.random())),

  /** The button of a block by its visible name. */
  button: (block, name) => [...block.querySelectorAll("button")].find((button) => button.textContent.trim() === name),

  /** A worker that does nothing but answer with a JSON of 12 kB; how long it takes there and back. */
  async echo() {
    const numbers = Array.from({ length: 640 }, (_, i) => Math.sin(i + 1));
    const script = `const numbers = ${JSON.stringify(numbers)};
      onmessage = ({ data }) => postMessage(JSON.stringify({ asked: JSON.parse(data), numbers }));`;
    const worker = new Worker(URL.createObjectURL(new Blob([script], { type: "text/javascript" })), { type: "module" });
    const ask = () =>
      new Promise((resolve) => {
        const start = performance.now();
        worker.onmessage = ({ data }) => (JSON.parse(data), resolve(performance.now() - start));
        worker.postMessage(JSON.stringify({ w: start }));
      });
    await ask();
    return ask;
  },

  /** Slider moves and bare echoes in turns: how long each took until the new figure was painted, or the answer there. */
  async slides(block, name, values) {
    const [figure, input] = ["[data-figure]", `input[type="range"][name="${name}"]`].map((part) => block.querySelector(part));
    const echo = await bench.echo();
    const [moves, echoes] = [[], []];
    for (const value of values) {
      await bench.pause();
      const { paints } = await bench.watch(figure, () => bench.slide(input, value));
      moves.push(paints[0]);
      await bench.pause();
      echoes.push(await echo());
    }
    return { moves, echoes };
  },

  /** A drag much faster than figures are drawn; what the figure says when all is still. */
  async drag(block, name, values) {
    const [figure, input] = ["[data-figure]", `input[type="range"][name="${name}"]`].map((part) => block.querySelector(part));
    await bench.watch(
      figure,
      async () => {
        for (const value of values) {
          bench.slide(input, value);
          await new Promise((resolve) => setTimeout(resolve, 2));
        }
      },
      500,
    );
    return figure.getAttribute("aria-label");
  },

  /** Press Run and watch the figure until it has long been still. */
  pictures: (block) => bench.watch(block.querySelector("[data-figure]"), () => bench.button(block, "Run").click(), 800),

  /** Press Play; at each frame what a readout says, until it stands still: [[time, number], ...]. */
  async train(block, readout) {
    const output = block.querySelector(`.readouts output[name="${readout}"]`);
    const number = () => Number(output.textContent.replaceAll(",", ""));
    const samples = [];
    const start = performance.now();
    bench.button(block, "Play").click();
    for (let same = 0; same < 60; same = samples.at(-1)?.[1] === number() ? same + 1 : 0) {
      samples.push([performance.now() - start, number()]);
      await new Promise(requestAnimationFrame);
    }
    return samples;
  },

  /** Press a button and wait for a state of the block; press `then` at that moment and wait for the state `ends`. */
  async press(block, name, state, then, ends) {
    const reached = (/** @type {string} */ wanted) =>
      new Promise((resolve) => {
        const observer = new MutationObserver(() => {
          if (block.dataset.state !== wanted) return;
          observer.disconnect();
          resolve(performance.now());
        });
        observer.observe(block, { attributeFilter: ["data-state"] });
      });
    const first = reached(state);
    const start = performance.now();
    bench.button(block, name).click();
    const middle = await first;
    const second = reached(ends);
    bench.button(block, then).click();
    return [middle - start, (await second) - middle];
  },
};
