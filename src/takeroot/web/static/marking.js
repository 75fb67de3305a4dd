/* Lets words of a note be marked where they stand: what is selected in the whole text goes into the field of words, with
   its place. Without scripts the sentences are ticked, or the words typed; the server checks both. */
"use strict";

(() => {
  const whole = document.querySelector("[data-text]");
  const words = document.querySelector("[data-words]");
  const marked = document.querySelector("[data-marked]");
  if (!whole || !words || !marked) return;

  document.querySelector("[data-marking-text]").hidden = false;
  document.querySelector("[data-marking-help]").hidden = false;
  document.querySelector("[data-marking-without]").hidden = true;

  /* How many characters, as the server counts them, stand before a place in the text. */
  const before = (node, at) => {
    const range = document.createRange();
    range.setStart(whole, 0);
    range.setEnd(node, at);
    return [...range.toString()].length;
  };

  document.addEventListener("selectionchange", () => {
    const chosen = document.getSelection();
    if (!chosen || chosen.isCollapsed || !chosen.rangeCount) return;
    const range = chosen.getRangeAt(0);
    if (!whole.contains(range.startContainer) || !whole.contains(range.endContainer)) return;
    const text = range.toString();
    const start = before(range.startContainer, range.startOffset) + [...text].length - [...text.trimStart()].length;
    const said = text.trim();
    if (!said) return;
    words.value = said;
    marked.value = `${start}-${start + [...said].length}`;
  });

  words.addEventListener("input", () => { marked.value = ""; });
})();
