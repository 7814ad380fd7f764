// The worker that draws reliefs: for what a picture costs the graphics card, or the processor in its place, the page does
// not wait. See studio.js for the page's side.

import { drawer } from "./card.js";
import { openReliefs } from "./reliefs.js"; // at once: then it is among the files that the page keeps (keep.js)

/** @import { Drawer } from "./card.js" */
/** @import { Sketch } from "./reliefs.js" */

/**
 * @typedef {{relief: number, sketch: Sketch} | {close: number}} Order
 * @typedef {{drawer: Drawer} | {lost: boolean} | {relief: number, bitmap: ImageBitmap}} Delivery The first one says
 *   whether there will be others.
 */

/** @type {(delivery: Delivery, transfer?: Transferable[]) => void} */
const deliver = (delivery, transfer = []) => self.postMessage(delivery, { transfer });

const found = "OffscreenCanvas" in self ? drawer(new OffscreenCanvas(1, 1)) : "nothing";
if (found !== "nothing") {
  const canvas = new OffscreenCanvas(1, 1);
  const reliefs = openReliefs(canvas, found === "card", (lost) => deliver({ lost }));
  self.onmessage = ({ data }) => {
    /** @type {Order} */
    const order = data;
    if ("close" in order) reliefs.close(order.close);
    else if (reliefs.draw(order.relief, order.sketch)) {
      const bitmap = canvas.transferToImageBitmap();
      deliver({ relief: order.relief, bitmap }, [bitmap]);
    }
  };
}
deliver({ drawer: found });
