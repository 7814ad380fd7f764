// Where the reliefs of a page are drawn: in a worker (artist.js), or in the page if a browser's workers cannot.

import { drawer } from "./card.js";

/** @import { Delivery, Order } from "./artist.js" */
/** @import { Drawer } from "./card.js" */
/** @import { Sketch } from "./reliefs.js" */

/**
 * @typedef {object} Studio
 * @property {Drawer} drawer
 * @property {boolean} lost Whether the graphics card is, for now.
 * @property {EventTarget} events "lost" when that has changed.
 * @property {(relief: number, sketch: Sketch) => Promise<ImageBitmap | null>} draw Each relief has a number. Null where
 *   nothing came of it, as when the card was lost meanwhile.
 * @property {(relief: number) => void} close
 */

/** @type {Promise<Studio> | null} */
let studio = null;

/** The one of this page, opened when it is first needed. Rejects if it does not start; the next call tries again. */
export function openStudio() {
  studio ??= open().catch((error) => {
    studio = null;
    throw error;
  });
  return studio;
}

/** @returns {Promise<Studio>} */
async function open() {
  const best = await inWorker();
  return best.drawer === "nothing" ? inPage(drawer(document.createElement("canvas"))) : best;
}

/** @returns {Promise<Studio>} */
function inWorker() {
  const { artist } = JSON.parse(document.getElementById("setup")?.textContent ?? "{}");
  const worker = window.openWorker(artist);
  /** Who waits for a picture, by relief. @type {Map<number, (bitmap: ImageBitmap | null) => void>} */
  const waiting = new Map();
  /** @param {Order} order */
  const post = (order) => worker.postMessage(order);
  /** @type {Studio} */
  const opened = {
    ...{ drawer: "nothing", lost: false, events: new EventTarget() },
    draw: (relief, sketch) => new Promise((settle) => {
      waiting.set(relief, settle);
      post({ relief, sketch });
    }),
    close: (relief) => post({ close: relief }),
  };
  return new Promise((resolve, reject) => {
    const forget = () => {
      for (const settle of waiting.values()) settle(null);
      waiting.clear();
    };
    worker.onmessage = ({ data }) => {
      /** @type {Delivery} */
      const news = data;
      if ("drawer" in news) {
        if (news.drawer === "nothing") worker.terminate();
        resolve(Object.assign(opened, news));
      } else if ("lost" in news) {
        forget();
        lose(opened, news.lost);
      } else {
        waiting.get(news.relief)?.(news.bitmap);
        waiting.delete(news.relief);
      }
    };
    worker.onerror = (event) => {
      event.preventDefault();
      reject(new Error(event.message));
      forget();
      lose(opened, true); // for good, if it was there before
    };
  });
}

/** @type {(found: Drawer) => Promise<Studio>} */
async function inPage(found) {
  const events = new EventTarget();
  /** @type {Studio} */
  const opened = { drawer: found, lost: false, events, draw: async () => null, close() {} };
  if (found === "nothing") return opened;
  const { openReliefs } = await import("./reliefs.js");
  const canvas = document.createElement("canvas");
  const reliefs = openReliefs(canvas, found === "card", (lost) => lose(opened, lost));
  const draw = async (/** @type {number} */ relief, /** @type {Sketch} */ sketch) =>
    reliefs.draw(relief, sketch) ? createImageBitmap(canvas) : null;
  opened.draw = (relief, sketch) => draw(relief, sketch).catch(() => null);
  return Object.assign(opened, { close: reliefs.close });
}

/** @type {(studio: Studio, now: boolean) => void} */
function lose(studio, now) {
  studio.lost = now;
  studio.events.dispatchEvent(new Event("lost"));
}
