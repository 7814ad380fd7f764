// What early.js leaves for the rest of the page.

interface Window {
  openWorker(address: string): Worker;
  /** Started early; undefined once it is somebody's. */
  firstWorker?: Worker;
}
