// Small parts of a page that scripts make, and files that they give away.

/** An element with words in it. @type {<Tag extends keyof HTMLElementTagNameMap>(tag: Tag, words?: string) => HTMLElementTagNameMap[Tag]} */
export function element(tag, words = "") {
  return Object.assign(document.createElement(tag), { textContent: words });
}

/** @type {(words: string, press: () => void) => HTMLButtonElement} */
export function button(words, press) {
  const made = element("button", words);
  made.type = "button";
  made.addEventListener("click", press);
  return made;
}

/** Save a file where the reader's browser puts downloads. @type {(content: Blob, name: string) => void} */
export function download(content, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(URL.revokeObjectURL, 60_000, link.href); // it may be read late
}
