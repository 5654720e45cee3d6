// The texts of the page in the room's language. English stands in the page; `texts.js`, which the
// room makes, has what stands in its place.

import { LANGUAGE, TEXTS } from "./texts.js";

export function t(text, values = {}) {
  return (TEXTS[text] ?? text).replace(/{([a-z]+)}/g, (whole, name) => values[name] ?? whole);
}

// Once: the texts that stand in the page's own HTML.
export function translatePage() {
  document.documentElement.lang = LANGUAGE;
  const nodes = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (nodes.nextNode()) {
    const node = nodes.currentNode;
    const text = node.data.trim();
    if (TEXTS[text]) node.data = node.data.replace(text, () => TEXTS[text]);
  }
  for (const element of document.querySelectorAll("[aria-label]")) {
    element.ariaLabel = t(element.ariaLabel);
  }
}
