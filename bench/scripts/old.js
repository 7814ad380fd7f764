// Before a page's own scripts: WebAssembly cannot wait for promises, in the page and in its module workers, as in older
// browsers. No switch of Chromium does that.

{
  function age() {
    delete WebAssembly.Suspending;
    delete WebAssembly.promising;
  }

  // A module's imports run before its own first line, so they have to wait; and so have the messages meanwhile.
  const aged = (address) => `(${age})();
    const early = [];
    const keep = (event) => early.push(event);
    addEventListener("message", keep);
    await import(${address});
    removeEventListener("message", keep);
    for (const { data } of early) dispatchEvent(new MessageEvent("message", { data }));`;

  age();
  globalThis.Blob = class extends Blob {
    /** @param {BlobPart[]} parts What starts a worker is one import. @param {BlobPropertyBag} [options] */
    constructor(parts, options) {
      const start = /^import (".*");$/.exec(String(parts));
      super(start ? [aged(start[1])] : parts, options);
    }
  };
}
